//! What the fields of several kinds may name.

use crate::kind::to;
use crate::schema::{Home, RefTo};

/// A role, by ARN. AWS looks it up whenever it assumes it.
pub(crate) const ROLE: RefTo = to(&["iam.role"], "arn").by_name().or(role_outside);
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
