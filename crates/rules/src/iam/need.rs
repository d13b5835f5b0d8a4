//! What a role must be allowed for the stack to work, and how it is said where
//! it is not.

use std::collections::BTreeMap;

use recon_iam::{Asked, Caller, Context, Denial, Policy, Truth, Verdict};
use recon_model::Address;
use recon_model::load::Span;

use super::arn::{Thing, arn};
use super::grants::Grants;
use super::tell::{self, Lack};
use crate::at::At;
use crate::place::Placed;
use crate::rule::Severity;
use crate::sink::Sink;

/// Some actions on one thing.
pub struct Need<'c> {
    pub role: At<'c>,
    /// What makes it needed.
    pub place: Span,
    /// `the action Source reads the repository`
    pub why: String,
    pub actions: Vec<&'static str>,
    /// Allowed on one of them is enough; the first is what a fix names.
    pub things: Vec<Thing>,
    /// The service that a role is passed to.
    pub passed_to: Option<&'static str>,
    /// The thing's own policy.
    pub guard: Guard,
    /// What a new inline policy would be called.
    pub name: &'static str,
    /// Less than the rule's where AWS lists it and most things work without.
    pub severity: Option<Severity>,
}

/// The policy of the thing itself.
#[derive(Debug, Default)]
pub struct Guard {
    pub policy: Option<Policy>,
    /// Must it allow, too? Those of keys must.
    pub decides: bool,
}

impl<'c> Need<'c> {
    pub fn new(
        role: &At<'c>,
        place: &impl Placed,
        why: impl Into<String>,
        actions: &[&'static str],
        thing: Thing,
    ) -> Self {
        Self {
            role: role.clone(),
            place: place.span(),
            why: why.into(),
            actions: actions.to_vec(),
            things: vec![thing],
            passed_to: None,
            guard: Guard::default(),
            name: "needed",
            severity: None,
        }
    }

    /// `iam:PassRole` on a role, to a service.
    pub fn pass(role: &At<'c>, place: &At<'_>, why: &str, passed: Thing, to: &'static str) -> Self {
        Self { passed_to: Some(to), ..Self::new(role, place, why, &["iam:PassRole"], passed) }
    }

    #[must_use]
    pub fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    #[must_use]
    pub fn or_on(mut self, thing: Thing) -> Self {
        self.things.push(thing);
        self
    }

    #[must_use]
    pub fn guarded(self, guard: Guard) -> Self {
        Self { guard, ..self }
    }

    #[must_use]
    pub fn only_advised(self) -> Self {
        Self { severity: Some(Severity::Advice), ..self }
    }

    /// The best verdict on an action.
    fn judge(&self, grants: &Grants<'_>, action: &str) -> Verdict {
        let mut best: Option<Verdict> = None;
        for thing in &self.things {
            let verdict =
                grants.judge(&self.asked(action, thing), self.guard.policy.as_ref(), self.guard.decides);
            if best.as_ref().is_none_or(|best| verdict.allowed > best.allowed) {
                best = Some(verdict);
            }
        }
        best.unwrap_or(Verdict { allowed: Truth::Maybe, denial: None, hangs_on: Vec::new() })
    }

    pub fn asked(&self, action: &str, thing: &Thing) -> Asked {
        let home = &self.role.cx.stack.home;
        let role = arn(&self.role);
        let mut context = Context::new()
            .with("aws:SecureTransport", "true")
            .with("aws:RequestedRegion", &*home.region)
            .with("aws:PrincipalArn", &*role)
            .with("aws:PrincipalType", "AssumedRole")
            .with("aws:PrincipalIsAWSService", "false")
            .without("aws:username")
            .without("aws:MultiFactorAuthPresent");
        if !home.account.is_empty() {
            context = context.with("aws:PrincipalAccount", &*home.account);
        }
        if let Some(service) = self.passed_to {
            context = context.with("iam:PassedToService", service);
        }
        Asked { caller: Caller::Arn(role), action: action.into(), resource: thing.arn.clone(), context }
    }
}

/// Reports what is not allowed, and as advice what cannot be proved.
pub fn demand<'c>(needs: impl IntoIterator<Item = Need<'c>>, out: &mut Sink<'_>) {
    // what one role needs mostly stands together: the policies of all at once are too much
    let mut known: Option<(&Address, Grants<'c>)> = None;
    let mut lacks: Vec<Lack<'c>> = Vec::new();
    for need in needs {
        let own = known.take().filter(|(role, _)| *role == need.role.address());
        let (_, grants) = known.insert(own.unwrap_or_else(|| (need.role.address(), Grants::of(&need.role))));
        let verdicts: Vec<_> =
            need.actions.iter().map(|action| (*action, need.judge(grants, action))).collect();
        let of = |truth: Truth| verdicts.iter().filter(move |(_, verdict)| verdict.allowed == truth);
        let actions: Vec<&'static str> = of(Truth::No).map(|(action, _)| *action).collect();
        let mut lack = None;
        match of(Truth::No).next().map(|(_, verdict)| verdict.denial) {
            Some(Some(Denial::Implicit) | None) => {
                lack = Some((tell::nearest(&need, grants, &actions), actions));
            }
            Some(Some(denial)) => tell::refused(&need, grants, &actions, denial, out),
            None => {}
        }
        let open: Vec<&str> = of(Truth::Maybe).map(|(action, _)| *action).collect();
        if let Some((_, verdict)) = of(Truth::Maybe).next() {
            tell::doubt(&need, &open, verdict, out);
        }
        lacks.extend(lack.map(|(place, actions)| Lack { need, actions, place }));
    }
    // what a role lacks at one place is said there once, in the order of the needs
    let mut groups: Vec<Vec<Lack<'c>>> = Vec::new();
    let mut places: BTreeMap<(&Address, Span, Option<Severity>), usize> = BTreeMap::new();
    for lack in lacks {
        let place = (lack.need.role.address(), lack.place.span(), lack.need.severity);
        let group = *places.entry(place).or_insert(groups.len());
        match groups.get_mut(group) {
            Some(group) => group.push(lack),
            None => groups.push(vec![lack]),
        }
    }
    for group in &groups {
        if let Some(lack) = group.first() {
            tell::lacking(group, &Grants::of(&lack.need.role), out);
        }
    }
}
