//! `logs.log_group`: facts in AWS's API reference, CreateLogGroup and
//! PutRetentionPolicy.

use crate::kind::Kind;
use crate::schema::{Field, Type};
use crate::targets::KMS_KEY;

pub(crate) fn kind() -> Kind {
    Kind::new(
        "logs.log_group",
        "logs",
        "CreateLogGroupRequest",
        "Where containers and builds write their logs.",
    )
    .cfn("AWS::Logs::LogGroup")
    .rename("log_group_name", "name")
    .exports(&["arn", "name"])
    .rename("kms_key_id", "kms_key")
    .refers("kms_key", KMS_KEY)
    .create_only(&["name", "log_group_class"])
    .default("log_group_class", "STANDARD")
    .default("deletion_protection_enabled", false)
    .add(retention())
}

/// Set by a call of its own; left out, logs are kept for ever.
fn retention() -> Field {
    let mut field = Field::new("retention_in_days", "retentionInDays", Type::Int);
    field.doc = "Days to keep the logs; left out, they are kept for ever.".into();
    field
}
