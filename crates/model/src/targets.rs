//! What the fields of several kinds may name.

use crate::kind::to;
use crate::schema::{Home, RefTo};

/// A role, by ARN. AWS looks it up whenever it assumes it.
pub(crate) const ROLE: RefTo = to(&["iam.role"], "arn").by_name().or(role_outside);
/// A customer managed key, by ARN: AWS answers with that, also where an alias was given.
pub(crate) const KMS_KEY: RefTo = to(&["kms.key", "lookup.kms_alias"], "arn");
/// A bucket, by name.
pub(crate) const BUCKET: RefTo = to(&["s3.bucket"], "name").by_name();
/// A topic, by ARN, which its name makes up.
pub(crate) const TOPIC: RefTo = to(&["sns.topic"], "arn").by_name();
/// An alarm, by name.
pub(crate) const ALARM: RefTo = to(&["cloudwatch.alarm"], "name").by_name();
/// A log group, by name.
pub(crate) const LOG_GROUP: RefTo = to(&["logs.log_group"], "name").by_name();
/// A Cloud Map namespace, by ARN, which has an id in it.
pub(crate) const NAMESPACE: RefTo = to(&["servicediscovery.namespace"], "arn");
pub(crate) const VPC: RefTo = to(&["lookup.vpc"], "id").or(|text, _| id("vpc-", text));
pub(crate) const SUBNET: RefTo = to(&["lookup.subnets"], "id").or(|text, _| id("subnet-", text));
pub(crate) const SECURITY_GROUP: RefTo = to(&["lookup.security_groups"], "id").or(|text, _| id("sg-", text));

/// `subnet-0a1b…` is AWS's own id and not a label.
fn id(prefix: &str, text: &str) -> Option<String> {
    let digits = text.strip_prefix(prefix)?;
    (matches!(digits.len(), 8..=17) && digits.chars().all(|c| c.is_ascii_hexdigit()))
        .then(|| text.to_string())
}

fn role_outside(text: &str, home: &Home) -> Option<String> {
    // roles that AWS makes for its services
    let name = text.strip_prefix("AWSServiceRoleFor")?;
    (!name.is_empty()).then(|| format!("arn:{}:iam::{}:role/{text}", home.partition, home.account))
}
