//! SNS as its clients see it.

#![allow(clippy::unwrap_used)]

mod build_support;

use build_support::{ACCOUNT, Account, arn};
use serde_json::{Value, json};

fn with_topic() -> (Account, String) {
    let account = Account::of("sns");
    account.call("CreateTopic", json!({"Name": "news", "Tags": [{"Key": "Env", "Value": "test"}]}));
    (account, arn("sns", "news"))
}

fn attributes(account: &Account, topic: &str) -> Value {
    account.call("GetTopicAttributes", json!({"TopicArn": topic}))["Attributes"].clone()
}

#[tokio::test(start_paused = true)]
async fn a_new_topic_belongs_to_its_owner() {
    let (account, topic) = with_topic();
    let found = attributes(&account.revived(), &topic);
    assert_eq!(found["Owner"], json!(ACCOUNT));
    assert_eq!(found["DisplayName"], json!(""));
    assert_eq!(found["SubscriptionsConfirmed"], json!("0"));
    let policy: Value = serde_json::from_str(found["Policy"].as_str().unwrap()).unwrap();
    assert_eq!(policy["Statement"][0]["Condition"]["StringEquals"]["AWS:SourceOwner"], json!(ACCOUNT));
    let delivery: Value = serde_json::from_str(found["EffectiveDeliveryPolicy"].as_str().unwrap()).unwrap();
    assert_eq!(delivery["http"]["defaultHealthyRetryPolicy"]["numRetries"], json!(3));
}

#[tokio::test(start_paused = true)]
async fn creating_twice_is_no_error_unless_something_differs() {
    let (account, topic) = with_topic();
    assert_eq!(account.call("CreateTopic", json!({"Name": "news"}))["TopicArn"], json!(topic));
    let other = json!({"Name": "news", "Attributes": {"DisplayName": "News"}});
    assert_eq!(account.code("CreateTopic", other), "InvalidParameter");
    let tags = json!({"Name": "news", "Tags": [{"Key": "Env", "Value": "prod"}]});
    assert_eq!(account.code("CreateTopic", tags), "InvalidParameter");
    assert_eq!(account.call("ListTopics", json!({}))["Topics"], json!([{"TopicArn": topic}]));
}

#[tokio::test(start_paused = true)]
async fn fifo_topics_have_names_and_attributes_of_their_own() {
    let account = Account::of("sns");
    let fifo = |name: &str| json!({"Name": name, "Attributes": {"FifoTopic": "true"}});
    assert_eq!(account.code("CreateTopic", fifo("news")), "InvalidParameter");
    account.call("CreateTopic", fifo("news.fifo"));
    let found = attributes(&account, &arn("sns", "news.fifo"));
    assert_eq!(found["ContentBasedDeduplication"], json!("false"));
    let plain = json!({"Name": "plain", "Attributes": {"ContentBasedDeduplication": "true"}});
    assert_eq!(account.code("CreateTopic", plain), "InvalidParameter");
}

#[tokio::test(start_paused = true)]
async fn attributes_are_set_one_by_one_and_checked() {
    let (account, topic) = with_topic();
    let set =
        |name: &str, value: &str| json!({"TopicArn": topic, "AttributeName": name, "AttributeValue": value});
    account.call("SetTopicAttributes", set("DisplayName", "News"));
    account.call("SetTopicAttributes", set("KmsMasterKeyId", "alias/aws/sns"));
    assert_eq!(attributes(&account, &topic)["KmsMasterKeyId"], json!("alias/aws/sns"));
    account.call("SetTopicAttributes", set("KmsMasterKeyId", ""));
    let found = attributes(&account, &topic);
    assert_eq!(found["DisplayName"], json!("News"));
    assert!(found.get("KmsMasterKeyId").is_none());
    for (name, value) in
        [("Colour", "red"), ("Policy", "{"), ("TracingConfig", "Loud"), ("DeliveryPolicy", "often")]
    {
        assert_eq!(account.code("SetTopicAttributes", set(name, value)), "InvalidParameter", "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_mail_address_has_to_confirm_its_subscription() {
    let (account, topic) = with_topic();
    let subscribe = |known: bool| {
        account.call(
            "Subscribe",
            json!({
                "TopicArn": topic, "Protocol": "email", "Endpoint": "a@example.com",
                "ReturnSubscriptionArn": known,
            }),
        )["SubscriptionArn"]
            .clone()
    };
    assert_eq!(subscribe(false), json!("pending confirmation"));
    let subscription = subscribe(true);
    let listed =
        || account.call("ListSubscriptionsByTopic", json!({"TopicArn": topic}))["Subscriptions"].clone();
    assert_eq!(listed()[0]["SubscriptionArn"], json!("PendingConfirmation"));
    assert_eq!(attributes(&account, &topic)["SubscriptionsPending"], json!("1"));
    account.sandbox.edit(|state| {
        let sns = &mut state.regions.get_mut(build_support::REGION).unwrap().sns;
        assert!(sns.confirm(subscription.as_str().unwrap()));
    });
    assert_eq!(listed()[0]["SubscriptionArn"], subscription);
    assert_eq!(attributes(&account, &topic)["SubscriptionsConfirmed"], json!("1"));
}

#[tokio::test(start_paused = true)]
async fn a_queue_is_subscribed_at_once_and_only_once() {
    let (account, topic) = with_topic();
    let queue = arn("sqs", "q");
    let subscribe = |attributes: Value| {
        let mut input = json!({"TopicArn": topic, "Protocol": "sqs", "Endpoint": queue});
        input["Attributes"] = attributes;
        input
    };
    let raw = subscribe(json!({"RawMessageDelivery": "true"}));
    let subscription = account.call("Subscribe", raw.clone())["SubscriptionArn"].clone();
    assert_eq!(account.call("Subscribe", raw)["SubscriptionArn"], subscription);
    let other = subscribe(json!({"RawMessageDelivery": "false"}));
    assert_eq!(account.code("Subscribe", other), "InvalidParameter");
    let set = |name: &str, value: &str| {
        let mut input = json!({"AttributeName": name, "AttributeValue": value});
        input["SubscriptionArn"] = subscription.clone();
        input
    };
    account.call("SetSubscriptionAttributes", set("FilterPolicy", "{\"a\":[1]}"));
    let found = account.call("GetSubscriptionAttributes", json!({"SubscriptionArn": subscription}));
    assert_eq!(found["Attributes"]["FilterPolicyScope"], json!("MessageAttributes"));
    assert_eq!(found["Attributes"]["PendingConfirmation"], json!("false"));
    assert_eq!(account.code("SetSubscriptionAttributes", set("Endpoint", "x")), "InvalidParameter");
    for _ in 0..2 {
        account.call("Unsubscribe", json!({"SubscriptionArn": subscription}));
    }
    let code = account.code("GetSubscriptionAttributes", json!({"SubscriptionArn": subscription}));
    assert_eq!(code, "NotFound");
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_must_suit_its_protocol() {
    let (account, topic) = with_topic();
    for (protocol, endpoint) in
        [("https", "http://a"), ("email", "a"), ("sqs", "q"), ("pigeon", "loft"), ("lambda", "f")]
    {
        let input = json!({"TopicArn": topic, "Protocol": protocol, "Endpoint": endpoint});
        assert_eq!(account.code("Subscribe", input), "InvalidParameter", "{protocol}");
    }
}

#[tokio::test(start_paused = true)]
async fn deleting_a_topic_takes_its_subscriptions_along_and_is_no_error_twice() {
    let (account, topic) = with_topic();
    let input = json!({"TopicArn": topic, "Protocol": "sqs", "Endpoint": arn("sqs", "q")});
    let subscription = account.call("Subscribe", input)["SubscriptionArn"].clone();
    for _ in 0..2 {
        account.call("DeleteTopic", json!({"TopicArn": topic}));
    }
    assert_eq!(account.code("GetTopicAttributes", json!({"TopicArn": topic})), "NotFound");
    let code = account.code("GetSubscriptionAttributes", json!({"SubscriptionArn": subscription}));
    assert_eq!(code, "NotFound");
}

#[tokio::test(start_paused = true)]
async fn tags_are_a_list_of_pairs() {
    let (account, topic) = with_topic();
    let tags = json!([{"Key": "Team", "Value": "a"}]);
    account.call("TagResource", json!({"ResourceArn": topic, "Tags": tags}));
    account.call("UntagResource", json!({"ResourceArn": topic, "TagKeys": ["Env"]}));
    assert_eq!(account.call("ListTagsForResource", json!({"ResourceArn": topic}))["Tags"], tags);
    let gone = json!({"ResourceArn": arn("sns", "gone")});
    assert_eq!(account.code("ListTagsForResource", gone), "ResourceNotFound");
}
