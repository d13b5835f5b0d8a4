//! `kms.key`: facts in AWS's API reference, CreateKey, EnableKeyRotation,
//! CreateAlias and ScheduleKeyDeletion. A key has no name; its alias is that.

use serde_json::Value;

use crate::kind::Kind;
use crate::schema::{DocumentForm, Type};

pub(crate) fn kind() -> Kind {
    Kind::new(
        "kms.key",
        "kms",
        "CreateKeyRequest",
        "A customer managed key, with the alias under which it is found.",
    )
    .cfn("AWS::KMS::Key")
    .take("AliasListEntry", "AliasName", "alias")
    .doc("alias", "The name by which the key is found: `alias/builds`.")
    .required(&["alias"])
    .identity(&["alias"])
    .exports(&["arn", "id", "alias"])
    .leave_out(&[("customer_master_key_spec", "the former name of `key_spec`")])
    .document("policy", DocumentForm::Policy)
    .doc("policy", "Who may use the key; left out, what the account's IAM policies say.")
    .default("description", "")
    .default("key_usage", "ENCRYPT_DECRYPT")
    .default("key_spec", "SYMMETRIC_DEFAULT")
    .default("origin", "AWS_KMS")
    .default("multi_region", false)
    .create_only(&["key_usage", "key_spec", "origin", "multi_region", "custom_key_store_id", "xks_key_id"])
    .write_only(&["bypass_policy_lockout_safety_check"])
    .pairs("tags", "TagKey", "TagValue")
    .take("KeyMetadata", "Enabled", "enabled")
    .default("enabled", true)
    .take("GetKeyRotationStatusResponse", "KeyRotationEnabled", "enable_key_rotation")
    .default("enable_key_rotation", false)
    .take("GetKeyRotationStatusResponse", "RotationPeriodInDays", "rotation_period_in_days")
    .doc("rotation_period_in_days", "How often the key rotates, where it does; left out, once a year.")
    .setting(
        "pending_window_in_days",
        Type::Int,
        "How long a deleted key can still be saved: 7 to 30 days, 30 where nothing is said.",
    )
    .canonical(canonical)
}

/// What AWS writes down where nobody said anything.
fn canonical(spec: &mut Value) {
    let rotates = spec["enable_key_rotation"] == true;
    let usual_policy = spec.get("policy").is_some_and(is_usual);
    let Some(map) = spec.as_object_mut() else { return };
    if usual_policy {
        map.remove("policy");
    }
    if !rotates || map.get("rotation_period_in_days").is_some_and(|days| days == 365) {
        map.remove("rotation_period_in_days");
    }
}

/// The policy of a key that was made without one: IAM decides.
fn is_usual(policy: &Value) -> bool {
    let statement = match &policy["Statement"] {
        Value::Array(statements) if statements.len() == 1 => &statements[0],
        Value::Object(_) => &policy["Statement"],
        _ => return false,
    };
    let root = statement["Principal"]["AWS"].as_str();
    policy["Id"] == "key-default-1"
        && statement["Effect"] == "Allow"
        && statement["Action"] == "kms:*"
        && statement["Resource"] == "*"
        && root.is_some_and(|arn| arn.ends_with(":root"))
        && statement.get("Condition").is_none()
}
