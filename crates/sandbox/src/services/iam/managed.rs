//! AWS's own managed policies: those that this stack's roles and users attach.
//!
//! The documents are AWS's, save for ReadOnlyAccess, which is cut to the
//! services that the sandbox knows.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::{Value, json};

use super::policies::Policy;
use crate::context::Ids;

#[derive(Deserialize)]
struct Published {
    path: String,
    version: String,
    created: u64,
    updated: u64,
    document: Value,
}

/// The AWS managed policy of that ARN.
pub(super) fn policy(arn: &str) -> Option<&'static Policy> {
    all().get(arn)
}

/// All of them, by ARN.
#[allow(clippy::expect_used)]
pub(super) fn all() -> &'static BTreeMap<String, Policy> {
    static TABLE: OnceLock<BTreeMap<String, Policy>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let published: BTreeMap<String, Published> =
            serde_json::from_str(include_str!("managed_policies.json"))
                .expect("the embedded table is valid, every test that attaches a policy reads it");
        let mut ids = Ids::default();
        published.into_iter().map(|(name, policy)| entry(&mut ids, &name, &policy)).collect()
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
