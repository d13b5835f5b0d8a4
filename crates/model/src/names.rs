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

/// Any name that [`generated`] makes of a prefix, as a policy of IAM's says it.
pub fn pattern(prefix: &str) -> String {
    format!("{prefix}??????")
}

/// Name of the log group that locks a stack.
pub fn lock(stack: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if !stack.is_empty() && stack.len() <= 400 && stack.chars().all(fits) {
        return format!("/recon/lock/{stack}");
    }
    let hash = Sha256::digest(stack);
    let hash: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let plain: String = stack.chars().map(|c| if fits(c) { c } else { '_' }).take(100).collect();
    format!("/recon/lock/{plain}#{hash}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_of_any_name_has_a_lock_of_its_own() {
        assert_eq!(lock("shop-prod"), "/recon/lock/shop-prod");
        let (one, two) = (lock("käse"), lock("küse"));
        assert!(one.starts_with("/recon/lock/k_se#") && one != two, "{one} {two}");
    }
}
