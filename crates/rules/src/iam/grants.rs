//! What the policies of a role or a user grant.

use recon_iam::{Access, Asked, Policy, Verdict, evaluate, managed};

use super::arn;
use crate::at::At;

/// Every policy that has a say about an identity.
pub struct Grants<'c> {
    policies: Vec<Grant<'c>>,
    unread: bool,
    boundary: Option<Grant<'c>>,
    boundary_unread: bool,
}

/// A policy, and where it stands.
pub struct Grant<'c> {
    pub policy: Policy,
    /// The document, where the stack has it.
    pub at: Option<At<'c>>,
}

/// The policy at that place.
pub fn read(at: &At<'_>) -> Policy {
    at.tree().map(|tree| Policy::read(&arn::document(at.cx, tree))).unwrap_or_default()
}

/// The places of a document's statements.
pub fn statements<'c>(document: &At<'c>) -> Vec<At<'c>> {
    let at = document.get("Statement");
    let list: Vec<_> = at.items().collect();
    if list.is_empty() && at.get("Effect").exists() { vec![at] } else { list }
}

impl<'c> Grants<'c> {
    /// Of a role, or of a user and its groups.
    pub fn of(identity: &At<'c>) -> Self {
        let mut grants = Self { policies: Vec::new(), unread: false, boundary: None, boundary_unread: false };
        grants.take(identity);
        for group in identity.cx.groups_of(identity) {
            grants.take(&group);
        }
        let boundary = identity.get("permissions_boundary");
        if boundary.exists() {
            grants.boundary = attached(&boundary);
            grants.boundary_unread = grants.boundary.is_none();
        }
        grants
    }

    fn take(&mut self, identity: &At<'c>) {
        let inline = identity.get("inline");
        for (_, at) in inline.entries() {
            self.policies.push(Grant { policy: read(&at), at: Some(at) });
        }
        for item in identity.get("managed").items() {
            match attached(&item) {
                Some(grant) => self.policies.push(grant),
                None => self.unread = true,
            }
        }
    }

    pub fn judge(&self, asked: &Asked, resource: Option<&Policy>, resource_decides: bool) -> Verdict {
        let access = Access {
            identity: self.policies.iter().map(|grant| &grant.policy).collect(),
            identity_unread: self.unread,
            boundary: self.boundary.as_ref().map(|grant| &grant.policy),
            boundary_unread: self.boundary_unread,
            resource,
            resource_decides,
        };
        evaluate(&access, asked)
    }

    /// The place of a statement, by policy and its number there.
    pub fn place(&self, policy: usize, statement: usize) -> Option<At<'c>> {
        statements(self.policies.get(policy)?.at.as_ref()?).into_iter().nth(statement)
    }

    pub fn policies(&self) -> &[Grant<'c>] {
        &self.policies
    }
}

/// The document of a managed policy: the stack's own, or AWS's.
fn attached<'c>(at: &At<'c>) -> Option<Grant<'c>> {
    if let Some(own) = at.target() {
        let document = own.get("document");
        return Some(Grant { policy: read(&document), at: Some(document) });
    }
    let published = managed::policy(&at.text()?)?;
    Some(Grant { policy: Policy::read(&published.document), at: None })
}
