//! Attributes of topics and subscriptions: texts by key at AWS, some of them JSON
//! (API reference, CreateTopic and Subscribe).

use crate::compose::{one_of, structure, text};
use crate::schema::{DocumentForm, Field, Type};
use crate::targets::{KMS_KEY, ROLE};

/// Protocols that report what became of a message.
const REPORTING: &[(&str, &str)] = &[
    ("application", "Application"),
    ("firehose", "Firehose"),
    ("http", "HTTP"),
    ("lambda", "Lambda"),
    ("sqs", "SQS"),
];

pub(super) fn of_topic() -> Field {
    let mut fields = vec![
        word("display_name", "DisplayName", text(), "What text messages and mails name as their sender."),
        word(
            "policy",
            "Policy",
            Type::Document(DocumentForm::Policy),
            "Who may publish and subscribe; left out, the account.",
        ),
        word("delivery_policy", "DeliveryPolicy", json(), "How SNS retries over HTTP."),
        key(),
        word(
            "signature_version",
            "SignatureVersion",
            one_of(&["1", "2"]),
            "1 signs with SHA1, 2 with SHA256.",
        )
        .usual("1"),
        word(
            "tracing_config",
            "TracingConfig",
            one_of(&["PassThrough", "Active"]),
            "Whether X-Ray sees the messages.",
        )
        .usual("PassThrough"),
        word("fifo_topic", "FifoTopic", boolean(), "A topic that keeps the order; its name ends in `.fifo`.")
            .usual("false"),
        word(
            "content_based_deduplication",
            "ContentBasedDeduplication",
            boolean(),
            "A FIFO topic drops what it had already, by content.",
        )
        .usual("false"),
        word(
            "fifo_throughput_scope",
            "FifoThroughputScope",
            one_of(&["Topic", "MessageGroup"]),
            "What a FIFO topic's throughput is counted by.",
        )
        .left(),
        word("archive_policy", "ArchivePolicy", json(), "How long a FIFO topic keeps its messages."),
    ];
    for (name, aws) in REPORTING {
        fields.extend(feedback(name, aws));
    }
    let mut field = Field::new("attributes", "Attributes", structure(fields));
    field.doc = "What is set on the topic.".into();
    field
}

pub(super) fn of_subscription() -> Field {
    let mut role =
        word("subscription_role", "SubscriptionRoleArn", text(), "The role that writes to Firehose.");
    role.reference = Some(ROLE);
    let fields = vec![
        word(
            "filter_policy",
            "FilterPolicy",
            Type::Document(DocumentForm::Pattern),
            "Which messages it wants.",
        ),
        word(
            "filter_policy_scope",
            "FilterPolicyScope",
            one_of(&["MessageAttributes", "MessageBody"]),
            "What the filter looks at.",
        )
        .usual("MessageAttributes"),
        word("raw_message_delivery", "RawMessageDelivery", boolean(), "Without SNS's envelope.")
            .usual("false"),
        word("delivery_policy", "DeliveryPolicy", json(), "How SNS retries over HTTP."),
        word("redrive_policy", "RedrivePolicy", json(), "Where messages go that cannot be delivered."),
        word("replay_policy", "ReplayPolicy", json(), "What of the archive is sent again."),
        role,
    ];
    let mut field = Field::new("attributes", "Attributes", structure(fields));
    field.doc = "What is set on the subscription.".into();
    field
}

fn feedback(name: &str, aws: &str) -> [Field; 3] {
    let mut success = word(
        &format!("{name}_success_feedback_role"),
        &format!("{aws}SuccessFeedbackRoleArn"),
        text(),
        "The role that logs what was delivered.",
    );
    let mut failure = word(
        &format!("{name}_failure_feedback_role"),
        &format!("{aws}FailureFeedbackRoleArn"),
        text(),
        "The role that logs what was not delivered.",
    );
    success.reference = Some(ROLE);
    failure.reference = Some(ROLE);
    let rate = word(
        &format!("{name}_success_feedback_sample_rate"),
        &format!("{aws}SuccessFeedbackSampleRate"),
        text(),
        "How many of a hundred deliveries are logged.",
    );
    [success, rate, failure]
}

fn key() -> Field {
    let mut field =
        word("kms_master_key", "KmsMasterKeyId", text(), "The key that encrypts messages at rest.");
    field.reference = Some(KMS_KEY);
    field
}

fn word(name: &str, aws: &str, ty: Type, words: &str) -> Field {
    let mut field = Field::new(name, aws, ty);
    field.doc = words.into();
    field
}

fn json() -> Type {
    Type::Document(DocumentForm::Json)
}

/// A text to AWS; TOML's own booleans are taken, too.
fn boolean() -> Type {
    one_of(&["true", "false"])
}

trait Said {
    /// AWS's value where nothing is said.
    fn usual(self, value: &str) -> Self;
    /// Left as it is where nothing is said.
    fn left(self) -> Self;
}

impl Said for Field {
    fn usual(mut self, value: &str) -> Self {
        self.default = Some(value.into());
        self
    }

    fn left(mut self) -> Self {
        self.unmanaged = true;
        self
    }
}
