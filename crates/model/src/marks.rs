//! Whose a resource is that AWS gives no tags: another resource of the stack
//! carries a tag for it, `recon:group:NAME`, that says `STACK/LABEL`.
//!
//! The mark is written before what it stands for, so that nothing which a
//! broken-off apply leaves behind is nobody's.

use crate::{Address, KindId, Owner, Resource, Stack};

/// Before the name in the mark's key; nothing for a kind that has tags itself.
const fn prefix(kind: KindId) -> Option<&'static str> {
    match kind {
        KindId::IamGroup => Some("recon:group:"),
        KindId::IamServiceCredential => Some("recon:credential:"),
        KindId::AutoscalingPolicy => Some("recon:policy:"),
        KindId::CodedeployDeploymentConfig => Some("recon:config:"),
        _ => None,
    }
}

/// The mark's key, if a tag's key can hold the name: 128 characters, and not all of them.
pub fn mark_key(kind: KindId, name: &str) -> Option<String> {
    let fits = |c: char| c.is_alphanumeric() || " _.:/=+-@".contains(c);
    let key = format!("{}{name}", prefix(kind)?);
    (key.chars().count() <= 128 && name.chars().all(fits)).then_some(key)
}

/// What the mark says.
pub fn mark_value(stack: &Stack, address: &Address) -> String {
    format!("{}/{}", stack.name, address.label)
}

/// A tag as a mark of that kind: the name, and whose it is.
pub fn mark(kind: KindId, key: &str, value: &str) -> Option<(String, Owner)> {
    let name = key.strip_prefix(prefix(kind)?)?;
    let (stack, label) = value.rsplit_once('/')?;
    let address = Address::new(kind.name(), label).to_string();
    Some((name.to_string(), Owner { stack: stack.to_string(), address }))
}

/// Which resources of the stack carry the mark of an untagged one. None for what has
/// tags itself, and where the stack declares nothing that could say it.
pub fn holders(stack: &Stack, resource: &Resource) -> Vec<Address> {
    match resource.kind {
        KindId::IamGroup => {
            let members = referred(resource, KindId::IamUser);
            let other = || {
                all(stack, KindId::IamUser).into_iter().chain(all(stack, KindId::IamRole)).take(1).collect()
            };
            if members.is_empty() { other() } else { members }
        }
        KindId::IamServiceCredential => referred(resource, KindId::IamUser),
        KindId::AutoscalingPolicy => referred(resource, KindId::AutoscalingTarget),
        KindId::CodedeployDeploymentConfig => all(stack, KindId::CodedeployApplication),
        _ => Vec::new(),
    }
}

/// Nothing in the account can say whose it is: only the TOML does, with `adopt = true`.
pub fn unmarkable(stack: &Stack, resource: &Resource) -> bool {
    let named_by_aws = resource.kind == KindId::IamServiceCredential;
    prefix(resource.kind).is_some()
        && !named_by_aws
        && (mark_key(resource.kind, &resource.name()).is_none() || holders(stack, resource).is_empty())
}

fn referred(resource: &Resource, kind: KindId) -> Vec<Address> {
    let targets = resource.spec.references().into_iter().map(|(_, reference)| &reference.target);
    targets.filter(|target| target.kind == kind.name()).cloned().collect()
}

fn all(stack: &Stack, kind: KindId) -> Vec<Address> {
    stack.resources.keys().filter(|address| address.kind == kind.name()).cloned().collect()
}
