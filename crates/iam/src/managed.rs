//! AWS's own managed policies.
//!
//! `data/managed_policies.json` has the documents of those that roles and users
//! of such a stack attach; they are AWS's, save for ReadOnlyAccess, which is
//! cut to the services that recon knows. `data/managed_names.txt` has the names
//! of all that can be attached. Source of both: moto 5.2.5, its copy of AWS's
//! list (moto/iam/aws_managed_policies.py).

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::Value;

const DOCUMENTS: &str = include_str!("../data/managed_policies.json");
const NAMES: &str = include_str!("../data/managed_names.txt");

/// A policy as AWS publishes it.
#[derive(Debug, Clone, Deserialize)]
pub struct Published {
    /// `/service-role/`
    pub path: String,
    pub version: String,
    /// Seconds since 1970.
    pub created: u64,
    pub updated: u64,
    pub document: Value,
}

/// Those whose documents are known, by name.
pub fn published() -> &'static BTreeMap<String, Published> {
    static TABLE: OnceLock<BTreeMap<String, Published>> = OnceLock::new();
    TABLE.get_or_init(|| {
        #[allow(clippy::expect_used)]
        serde_json::from_str(DOCUMENTS)
            .expect("the embedded table is valid, every test that attaches a policy reads it")
    })
}

/// The policy of that ARN, in any partition.
pub fn policy(arn: &str) -> Option<&'static Published> {
    let path = path(arn)?;
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
    let found = published().get(name)?;
    (found.path.trim_matches('/') == folder).then_some(found)
}

/// What stands behind `policy/` in the ARN of one of AWS's policies.
pub fn path(arn: &str) -> Option<&str> {
    let rest = arn.strip_prefix("arn:")?;
    let (_, path) = rest.split_once(":iam::aws:policy/")?;
    Some(path)
}

/// Every name that can be attached, with its path: `service-role/AWSCodeDeployRole`.
pub fn names() -> impl Iterator<Item = &'static str> {
    NAMES.lines()
}
