//! AWS's own managed policies: those that this stack's roles and users attach.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use recon_iam::managed::{Published, published};
use serde_json::json;

use super::policies::Policy;
use crate::context::Ids;

/// The AWS managed policy of that ARN.
pub(super) fn policy(arn: &str) -> Option<&'static Policy> {
    all().get(arn)
}

/// All of them, by ARN.
pub(super) fn all() -> &'static BTreeMap<String, Policy> {
    static TABLE: OnceLock<BTreeMap<String, Policy>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut ids = Ids::default();
        published().iter().map(|(name, policy)| entry(&mut ids, name, policy)).collect()
    })
}

fn entry(ids: &mut Ids, name: &str, policy: &Published) -> (String, Policy) {
    let arn = format!("arn:aws:iam::aws:policy{}{name}", policy.path);
    let doc = json!({
        "PolicyName": name,
        "PolicyId": format!("ANPA{}", ids.upper(17)),
        "Arn": arn,
        "Path": policy.path,
        "DefaultVersionId": policy.version,
        "IsAttachable": true,
        "CreateDate": policy.created,
        "UpdateDate": policy.updated,
    });
    let version = json!({
        "VersionId": policy.version,
        "IsDefaultVersion": true,
        "CreateDate": policy.updated,
        "Document": policy.document.to_string(),
    });
    (arn, Policy { doc, versions: vec![version], made: 1 })
}
