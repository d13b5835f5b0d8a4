//! Names that recon chooses where the user gives the beginning only.
//!
//! A name follows from the one before it: a plan and its apply choose the same
//! one, and so does an apply after a crash.

use sha2::{Digest, Sha256};

use crate::{Address, KindId};

/// Kinds whose successor may stand beside them under another name, and that the
/// search by tag finds.
pub const PREFIXED: &[KindId] =
    &[KindId::EcsService, KindId::ElbTargetGroup, KindId::CodebuildProject, KindId::SnsTopic];

/// The name after `before`; the first one comes after nothing.
pub fn generated(stack: &str, address: &Address, prefix: &str, before: &str) -> String {
    let digest = Sha256::digest(format!("{stack}/{address}/{before}"));
    let suffix: String = digest.iter().take(3).map(|byte| format!("{byte:02x}")).collect();
    format!("{prefix}{suffix}")
}
