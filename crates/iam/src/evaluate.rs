//! The decision, as AWS describes it: an explicit denial ends everything, a
//! boundary narrows, and in one account an identity's policies and the
//! resource's own add up.

use crate::context::Context;
use crate::policy::{Effect, Patterns, Policy, Statement};
use crate::principal::Caller;
use crate::text::{Reading, atoms, compare, filled, same_action};
use crate::truth::Truth;

/// What is asked.
#[derive(Debug, Clone)]
pub struct Asked {
    pub caller: Caller,
    /// `s3:GetObject`
    pub action: String,
    pub resource: String,
    pub context: Context,
}

/// The policies that have a say.
#[derive(Debug, Clone, Default)]
pub struct Access<'a> {
    pub identity: Vec<&'a Policy>,
    /// Is there a policy of the identity that cannot be read here?
    pub identity_unread: bool,
    pub boundary: Option<&'a Policy>,
    /// Is there a boundary that cannot be read here?
    pub boundary_unread: bool,
    pub resource: Option<&'a Policy>,
    /// Must the resource's own policy allow it, or let the account's policies
    /// do so? Roles (their trust) and keys are like that.
    pub resource_decides: bool,
}

/// Which policy a statement stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// By its place in [`Access::identity`].
    Identity(usize),
    Boundary,
    Resource,
}

/// Why something is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denial {
    /// That statement denies it.
    Explicit(Layer, usize),
    /// The identity is allowed it, and its boundary is not.
    Boundary,
    /// The resource's own policy does not let the caller.
    Resource,
    /// No statement allows it.
    Implicit,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    pub allowed: Truth,
    /// Where it is not allowed.
    pub denial: Option<Denial>,
    /// Condition keys on which it hangs, where it depends.
    pub hangs_on: Vec<String>,
}

/// Is it allowed?
pub fn evaluate(access: &Access<'_>, asked: &Asked) -> Verdict {
    let mut said = Said::default();
    let mut allowed_to_identity = Truth::No;
    for (i, policy) in access.identity.iter().enumerate() {
        let allows = said.policy(Layer::Identity(i), policy, asked, &|_| Truth::Yes);
        allowed_to_identity = allowed_to_identity.or(allows);
    }
    if access.identity_unread {
        allowed_to_identity = allowed_to_identity.or(Truth::Maybe);
    }
    let unread = if access.boundary_unread { Truth::Maybe } else { Truth::Yes };
    let bounds =
        access.boundary.map_or(unread, |policy| said.policy(Layer::Boundary, policy, asked, &|_| Truth::Yes));
    let (direct, by_account) = access.resource.map_or((Truth::No, Truth::No), |policy| {
        let of = |statement: &Statement, account: bool| match &statement.principals {
            None => Truth::No,
            Some(list) if account => list.speaks_of_account(&asked.caller),
            Some(list) => list.speaks_of(&asked.caller),
        };
        // a denial of the account is one of everybody in it
        let either = |statement: &Statement| of(statement, false).or(of(statement, true));
        said.denials(Layer::Resource, policy, asked, &either);
        (allows(policy, asked, &|s| of(s, false)), allows(policy, asked, &|s| of(s, true)))
    });
    let through_identity =
        if access.resource_decides { allowed_to_identity.and(by_account) } else { allowed_to_identity };
    // a boundary does not narrow what a resource's policy gives a user by name
    let through_resource = if asked.caller.is_user() { direct } else { bounds.and(direct) };
    let granted = through_resource.or(bounds.and(through_identity));
    let allowed = granted.and(!said.denied);
    let denial = (allowed == Truth::No).then(|| match said.by {
        Some((layer, statement)) if said.denied == Truth::Yes => Denial::Explicit(layer, statement),
        _ if bounds == Truth::No && direct.or(through_identity) != Truth::No => Denial::Boundary,
        _ if access.resource_decides && allowed_to_identity != Truth::No => Denial::Resource,
        _ => Denial::Implicit,
    });
    let hangs_on = if allowed == Truth::Maybe { open_keys(access, asked) } else { Vec::new() };
    Verdict { allowed, denial, hangs_on }
}

/// What the policies said so far.
struct Said {
    denied: Truth,
    by: Option<(Layer, usize)>,
}

impl Default for Said {
    fn default() -> Self {
        Self { denied: Truth::No, by: None }
    }
}

impl Said {
    fn policy(
        &mut self,
        layer: Layer,
        policy: &Policy,
        asked: &Asked,
        whom: &dyn Fn(&Statement) -> Truth,
    ) -> Truth {
        self.denials(layer, policy, asked, whom);
        allows(policy, asked, whom)
    }

    fn denials(&mut self, layer: Layer, policy: &Policy, asked: &Asked, whom: &dyn Fn(&Statement) -> Truth) {
        for statement in policy.statements.iter().filter(|s| s.effect == Effect::Deny) {
            let denies = whom(statement).and(statement.applies(asked, policy.variables));
            if denies > self.denied {
                self.denied = denies;
                self.by = Some((layer, statement.index));
            }
        }
    }
}

fn allows(policy: &Policy, asked: &Asked, whom: &dyn Fn(&Statement) -> Truth) -> Truth {
    let allow = policy.statements.iter().filter(|s| s.effect == Effect::Allow);
    Truth::any(allow.map(|s| whom(s).and(s.applies(asked, policy.variables))))
}

impl Statement {
    /// Does it speak of what is asked? Whom it speaks of is not judged here.
    pub fn applies(&self, asked: &Asked, variables: bool) -> Truth {
        let action = self.covers_action(&asked.action);
        if action == Truth::No {
            return Truth::No;
        }
        let resource = self.covers_resource(&asked.resource, &asked.context, variables);
        let conditions = self.conditions.iter().map(|condition| condition.holds(&asked.context, variables));
        action.and(resource).and(Truth::all(conditions))
    }

    pub fn covers_action(&self, action: &str) -> Truth {
        self.actions.cover(|pattern| same_action(pattern, action))
    }

    pub fn covers_resource(&self, resource: &str, context: &Context, variables: bool) -> Truth {
        let text = atoms(resource, Reading::Literal);
        let one = |pattern: &str| {
            let pattern = if variables {
                filled(pattern, Reading::Pattern, context)
            } else {
                Some(atoms(pattern, Reading::Pattern))
            };
            pattern.map_or(Truth::No, |pattern| compare(&pattern, &text))
        };
        self.resources.as_ref().map_or(Truth::Yes, |resources| resources.cover(one))
    }
}

impl Patterns {
    fn cover(&self, one: impl Fn(&str) -> Truth) -> Truth {
        let any = Truth::any(self.list.iter().map(|pattern| one(pattern)));
        if self.not { !any } else { any }
    }
}

/// The keys of conditions that cannot be judged, in statements that may apply.
fn open_keys(access: &Access<'_>, asked: &Asked) -> Vec<String> {
    let policies = access.identity.iter().copied().chain(access.boundary).chain(access.resource);
    let mut keys: Vec<String> = policies
        .flat_map(|policy| policy.statements.iter().map(move |statement| (policy, statement)))
        .filter(|(policy, statement)| statement.applies(asked, policy.variables) == Truth::Maybe)
        .flat_map(|(policy, statement)| {
            let open =
                |c: &&crate::condition::Condition| c.holds(&asked.context, policy.variables) == Truth::Maybe;
            statement.conditions.iter().filter(open).map(|condition| condition.key.clone())
        })
        .collect();
    keys.sort();
    keys.dedup();
    keys
}
