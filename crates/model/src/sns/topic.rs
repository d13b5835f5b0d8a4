//! `sns.topic`: facts in AWS's API reference, CreateTopic, SetTopicAttributes
//! and Subscribe.

use serde_json::{Value, json};

use crate::compose::{list, one_of, structure, text};
use crate::kind::{Kind, Reason};
use crate::schema::{Field, Order};
use crate::sns::attributes;

pub(crate) fn kind() -> Kind {
    Kind::new("sns.topic", "sns", "CreateTopicInput", "Where notifications go, and who gets them.")
        .cfn("AWS::SNS::Topic")
        .exports(&["arn", "name"])
        .create_only(&["name"])
        .leave_out(&[("data_protection_policy", "no longer open to new customers, says AWS")])
        .replace(attributes::of_topic())
        .add(subscriptions())
        .canonical(canonical)
        .forces(forces)
}

fn subscriptions() -> Field {
    let mut protocol = Field::new("protocol", "Protocol", one_of(PROTOCOLS));
    protocol.doc = "How it is told.".into();
    protocol.required = true;
    let mut endpoint = Field::new("endpoint", "Endpoint", text());
    endpoint.doc = "Who is told: an address, a URL, an ARN.".into();
    endpoint.required = true;
    let ty = list(
        structure(vec![protocol, endpoint, attributes::of_subscription()]),
        Order::By("endpoint".into()),
    );
    let mut field = Field::new("subscriptions", "Subscriptions", ty);
    field.doc = "Who gets the messages. Left out, everybody subscribes by themselves.".into();
    field.unmanaged = true;
    field
}

const PROTOCOLS: &[&str] =
    &["http", "https", "email", "email-json", "sms", "sqs", "application", "lambda", "firehose"];

/// The policy that AWS writes where nobody gave one.
fn canonical(spec: &mut Value) {
    if let Some(attributes) = spec.get_mut("attributes").and_then(Value::as_object_mut)
        && attributes.get("policy").is_some_and(|policy| policy["Id"] == "__default_policy_ID")
    {
        attributes.remove("policy");
    }
    for subscription in spec["subscriptions"].as_array_mut().into_iter().flatten() {
        let Some(attributes) = subscription.get_mut("attributes").and_then(Value::as_object_mut) else {
            continue;
        };
        // the scope of no filter means nothing
        if attributes.contains_key("filter_policy") {
            attributes.entry("filter_policy_scope").or_insert_with(|| json!("MessageAttributes"));
        } else {
            attributes.remove("filter_policy_scope");
        }
    }
}

fn forces(field: &str, desired: &Value, live: &Value) -> Option<Reason> {
    let fifo = |spec: &Value| spec["attributes"]["fifo_topic"] == "true";
    (field == "attributes" && fifo(desired) != fifo(live)).then(|| Reason {
        code: "CREATE_ONLY",
        text: "attributes.fifo_topic cannot change: a topic is FIFO from the start or never".into(),
    })
}
