"""SNS topics and who is told of what they say."""

import json

from aws import ACCOUNT, at

from .kms import fresh_key
from .tags import TAGS


def topic_policy(service):
    statement = {
        "Sid": "publish",
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sns:Publish",
        "Resource": f"arn:aws:sns:ap-northeast-2:{ACCOUNT}:news",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def topic(aws):
    given = {
        "DisplayName": "News",
        "Policy": topic_policy("codestar-notifications.amazonaws.com"),
        "KmsMasterKeyId": fresh_key(aws),
        "SignatureVersion": "2",
        "TracingConfig": "Active",
    }
    made = aws("create", "sns.create_topic", Name="news", Attributes=given, Tags=TAGS)
    name = {"TopicArn": f"arn:aws:sns:ap-northeast-2:{ACCOUNT}:news"}
    aws.holds(made, name)
    aws.holds(aws("create again", "sns.create_topic", Name="news", Tags=TAGS), name)
    other = aws(
        "create again, otherwise", "sns.create_topic", Name="news", Attributes={"DisplayName": "Other"}
    )
    aws.refuses(other, "InvalidParameter")
    found = aws("read", "sns.get_topic_attributes", **name)
    counts = {"SubscriptionsConfirmed": "0", "SubscriptionsPending": "0", "SubscriptionsDeleted": "0"}
    aws.holds(found, {"Attributes": {**given, **name, **counts, "Owner": ACCOUNT}})
    aws.holds(aws("list", "sns.list_topics"), {"Topics": [name]})
    resource = {"ResourceArn": name["TopicArn"]}
    aws("tag", "sns.tag_resource", **resource, Tags=[{"Key": "Env", "Value": "prod"}])
    aws("untag", "sns.untag_resource", **resource, TagKeys=["recon:stack"])
    tagged = aws("read tags", "sns.list_tags_for_resource", **resource)
    aws.holds(tagged, {"Tags": [{"Key": "Env", "Value": "prod"}]})
    changes_of_topic(aws, name)
    aws("delete", "sns.delete_topic", **name)
    aws.refuses(aws("read deleted", "sns.get_topic_attributes", **name), "NotFound")
    aws("delete again", "sns.delete_topic", **name)


def changes_of_topic(aws, name):
    retry = {"numRetries": 5, "minDelayTarget": 10, "maxDelayTarget": 30}
    changes = {
        "DisplayName": "All news",
        "Policy": topic_policy("cloudwatch.amazonaws.com"),
        "SignatureVersion": "1",
        "TracingConfig": "PassThrough",
        "DeliveryPolicy": json.dumps({"http": {"defaultHealthyRetryPolicy": retry}}),
        "HTTPSuccessFeedbackSampleRate": "50",
    }
    for attribute, value in changes.items():
        change = {**name, "AttributeName": attribute, "AttributeValue": value}
        aws(f"change {attribute}", "sns.set_topic_attributes", **change)
    aws("drop the key", "sns.set_topic_attributes", **name, AttributeName="KmsMasterKeyId", AttributeValue="")
    found = aws("read changed", "sns.get_topic_attributes", **name)
    aws.holds(found, {"Attributes": changes})
    if aws.is_sandbox:
        assert "KmsMasterKeyId" not in found["Attributes"]
        effective = json.loads(found["Attributes"]["EffectiveDeliveryPolicy"])
        filled = {**retry, "numNoDelayRetries": 0, "backoffFunction": "linear"}
        aws.holds(effective, {"http": {"defaultHealthyRetryPolicy": filled}})
    for attribute, value in (("Colour", "red"), ("FifoThroughputScope", "Topic"), ("Policy", "{}")):
        change = {**name, "AttributeName": attribute, "AttributeValue": value}
        aws.refuses(
            aws(f"change {attribute} in vain", "sns.set_topic_attributes", **change), "InvalidParameter"
        )


def fifo_topic(aws):
    plain = aws("create by a plain name", "sns.create_topic", Name="orders", Attributes={"FifoTopic": "true"})
    aws.refuses(plain, "InvalidParameter")
    given = {"FifoTopic": "true", "ContentBasedDeduplication": "true", "FifoThroughputScope": "MessageGroup"}
    name = aws("create", "sns.create_topic", Name="orders.fifo", Attributes=given)
    aws.holds(aws("read", "sns.get_topic_attributes", **name), {"Attributes": given})
    aws("delete", "sns.delete_topic", **name)


def subscription(aws):
    name = {"TopicArn": aws.ask("sns.create_topic", Name="news")["TopicArn"]}
    queue = f"arn:aws:sqs:ap-northeast-2:{ACCOUNT}:news"
    settings = {
        "RawMessageDelivery": "true",
        "FilterPolicy": json.dumps({"kind": ["failure"]}),
        "FilterPolicyScope": "MessageBody",
        "RedrivePolicy": json.dumps({"deadLetterTargetArn": f"{queue}-lost"}),
    }
    asked = {**name, "Protocol": "sqs", "Endpoint": queue}
    made = aws("create", "sns.subscribe", **asked, Attributes=settings, ReturnSubscriptionArn=True)
    arn = {"SubscriptionArn": at(made, "SubscriptionArn")}
    aws.holds(aws("create again", "sns.subscribe", **asked, Attributes=settings), arn)
    found = aws("read", "sns.get_subscription_attributes", **arn)
    shown = {**asked, **settings, "PendingConfirmation": "false", "Owner": ACCOUNT}
    aws.holds(found, {"Attributes": shown})
    pending_subscription(aws, name)
    aws("list", "sns.list_subscriptions_by_topic", **name)
    for attribute, value in (
        ("RawMessageDelivery", "false"),
        ("FilterPolicy", json.dumps({"kind": ["success"]})),
    ):
        change = {**arn, "AttributeName": attribute, "AttributeValue": value}
        aws(f"change {attribute}", "sns.set_subscription_attributes", **change)
        found = aws(f"read changed {attribute}", "sns.get_subscription_attributes", **arn)
        aws.holds(found, {"Attributes": {attribute: value}})
    unknown = aws("change in vain", "sns.set_subscription_attributes", **arn, AttributeName="Colour")
    aws.refuses(unknown, "InvalidParameter")
    aws("delete", "sns.unsubscribe", **arn)
    aws.refuses(aws("read deleted", "sns.get_subscription_attributes", **arn), "NotFound")
    aws("delete again", "sns.unsubscribe", **arn)


def pending_subscription(aws, name):
    """Who is written to has to say yes first, and until then has no ARN to see."""
    asked = {**name, "Protocol": "email", "Endpoint": "ops@example.com"}
    made = aws("create by mail", "sns.subscribe", **asked)
    aws.holds(made, {"SubscriptionArn": "pending confirmation"})
    counted = aws("read topic of both", "sns.get_topic_attributes", **name)
    aws.holds(counted, {"Attributes": {"SubscriptionsConfirmed": "1", "SubscriptionsPending": "1"}})
    for protocol, endpoint in (("email", "nobody"), ("https", "http://example.com"), ("pigeon", "coop")):
        asked = {**name, "Protocol": protocol, "Endpoint": endpoint}
        aws.refuses(aws(f"create by {protocol} in vain", "sns.subscribe", **asked), "InvalidParameter")
