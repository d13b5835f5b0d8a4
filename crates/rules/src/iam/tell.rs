//! How it is said that a role is not allowed what it must do.

use std::collections::BTreeSet;
use std::fmt::Write;

use recon_iam::{Asked, Denial, Effect, Layer, Truth, Verdict};
use recon_model::load::Span;

use super::arn::Thing;
use super::grants::{Grants, statements};
use super::need::Need;
use crate::at::At;
use crate::rule::Severity;
use crate::sink::Sink;

/// What a role lacks at one place of the folder.
pub struct Lack<'c> {
    pub need: Need<'c>,
    pub actions: Vec<&'static str>,
    pub place: At<'c>,
}

/// Something says no, and not only nothing yes.
pub fn refused(need: &Need<'_>, grants: &Grants<'_>, actions: &[&str], denial: Denial, out: &mut Sink<'_>) {
    let lacks = sentence(need, actions);
    let (place, why, fix) = match denial {
        Denial::Explicit(Layer::Identity(policy), statement) => {
            let at = grants.place(policy, statement).unwrap_or_else(|| need.role.get("managed"));
            (at, "this statement denies it", "except it from the denial".to_string())
        }
        Denial::Explicit(Layer::Boundary, _) | Denial::Boundary => {
            let at = need.role.get("permissions_boundary");
            (at, "its permissions boundary does not let it", "allow it in the boundary".into())
        }
        _ => {
            let thing = need.things.first().map_or("*", Thing::shown);
            let fix = format!("let the role in that policy: {thing}");
            (need.role.clone(), "the policy of what it asks for does not let it", fix)
        }
    };
    let found = out.at(&place, format!("{lacks}: {why}")).fix(fix).related(&need.place, "needed here");
    if let Some(severity) = need.severity {
        found.severity(severity);
    }
}

/// `iam.role.pipeline is not allowed codecommit:GetBranch on ${…}`
fn sentence(need: &Need<'_>, actions: &[&str]) -> String {
    let mut text = format!("{} is not allowed {}", need.role.address(), listed(actions));
    let thing = need.things.first().map_or("*", Thing::shown);
    if thing != "*" {
        let _ = write!(text, " on {thing}");
    }
    if let Some(service) = need.passed_to {
        let _ = write!(text, " to {service}");
    }
    text
}

/// Named in a message at most.
const NAMED: usize = 3;

/// Statements that are missing at one place.
pub fn lacking(lacks: &[Lack<'_>], grants: &Grants<'_>, out: &mut Sink<'_>) {
    let Some(first) = lacks.first() else { return };
    let message = match lacks {
        [one] => sentence(&one.need, &one.actions),
        many => {
            let mut actions: Vec<&str> = many.iter().flat_map(|lack| lack.actions.iter().copied()).collect();
            actions.sort_unstable();
            actions.dedup();
            let more = actions.len().saturating_sub(NAMED);
            let shown = actions[..actions.len() - more].join(", ");
            let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("{} is not allowed {shown}{rest}", first.need.role.address())
        }
    };
    let fix = addition(lacks, grants);
    let found = out.at(&first.place, format!("{message}: {}", first.need.why)).fix(fix);
    if let Some(severity) = first.need.severity {
        found.severity(severity);
    }
    let mut places: Vec<Span> = lacks.iter().map(|lack| lack.need.place).collect();
    places.dedup();
    for place in places {
        found.related(&place, "needed here");
    }
}

/// What cannot be proved.
pub fn doubt(need: &Need<'_>, open: &[&str], verdict: &Verdict, out: &mut Sink<'_>) {
    let why = match verdict.hangs_on.as_slice() {
        [] => "a policy or a name that recon does not know decides".to_string(),
        keys => format!("it hangs on {}", listed(keys)),
    };
    let message =
        format!("whether {} is allowed {} cannot be proved: {why}", need.role.address(), listed(open));
    out.at(&need.role, message)
        .severity(Severity::Advice)
        .fix("see to it that the condition holds, or name the resource")
        .related(&need.place, "needed here");
}

/// The statement that comes nearest: the action on something else, or
/// something else on the thing.
pub fn nearest<'c>(need: &Need<'c>, grants: &Grants<'c>, missing: &[&str]) -> At<'c> {
    let asked: Vec<Asked> =
        missing.iter().flat_map(|action| need.things.iter().map(|thing| need.asked(action, thing))).collect();
    let mut beside = None;
    for grant in grants.policies() {
        let Some(document) = &grant.at else { continue };
        let places = statements(document);
        for own in grant.policy.statements.iter().filter(|own| own.effect == Effect::Allow) {
            let Some(at) = places.get(own.index) else { continue };
            if asked.iter().any(|asked| own.covers_action(&asked.action) == Truth::Yes) {
                return at.get("Resource");
            }
            let on_it = |asked: &Asked| {
                asked.resource != "*"
                    && own.covers_resource(&asked.resource, &asked.context, grant.policy.variables)
                        == Truth::Yes
            };
            if beside.is_none() && asked.iter().any(on_it) {
                beside = Some(at.get("Action"));
            }
        }
    }
    beside.unwrap_or_else(|| need.role.clone())
}

/// The missing statements in the form of the folder.
fn addition(lacks: &[Lack<'_>], grants: &Grants<'_>) -> String {
    let mut toml = String::from("add\n");
    let mut begun = BTreeSet::new();
    let mut said = BTreeSet::new();
    for lack in lacks {
        let (name, new) = policy(lack, grants);
        let table = format!("{}.inline.{}", lack.need.role.address(), key(&name));
        let statement = statement(lack, &table);
        if !said.insert(statement.clone()) {
            continue;
        }
        if new && begun.insert(name) {
            let _ = write!(toml, "\n[{table}]\nVersion = \"2012-10-17\"\n");
        }
        let _ = write!(toml, "\n{statement}");
    }
    toml.trim_end().to_string()
}

/// The inline policy that speaks of the service already, or a new one.
fn policy(lack: &Lack<'_>, grants: &Grants<'_>) -> (String, bool) {
    let service = |action: &str| action.split(':').next().unwrap_or_default().to_lowercase();
    let wanted: Vec<String> = lack.actions.iter().map(|action| service(action)).collect();
    let inline = lack.need.role.get("inline");
    let names: Vec<&str> = inline.entries().map(|(name, _)| name).collect();
    let own = names.iter().zip(grants.policies()).find(|(_, grant)| {
        let mut actions = grant.policy.statements.iter().flat_map(|own| &own.actions.list);
        actions.any(|action| wanted.contains(&service(action)))
    });
    let name = own.map_or(lack.need.name, |(name, _)| name);
    (name.to_string(), !names.contains(&name))
}

fn statement(lack: &Lack<'_>, table: &str) -> String {
    let thing = lack.need.things.first().map_or("*", |thing| &thing.toml);
    let wide = if lack.need.passed_to.is_some() { " " } else { "" };
    let mut toml = format!(
        "[[{table}.Statement]]\nEffect   {wide}= \"Allow\"\nAction   {wide}= {}\nResource {wide}= \"{thing}\"\n",
        texts(&lack.actions)
    );
    if let Some(service) = lack.need.passed_to {
        let _ =
            writeln!(toml, "Condition = {{ StringEquals = {{ \"iam:PassedToService\" = \"{service}\" }} }}");
    }
    toml
}

fn texts(items: &[&str]) -> String {
    match items {
        [one] => format!("\"{one}\""),
        many => format!("[{}]", many.iter().map(|item| format!("\"{item}\"")).collect::<Vec<_>>().join(", ")),
    }
}

/// A key of a TOML table, in quotes where it needs them.
fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.chars().all(bare) { name.to_string() } else { format!("\"{name}\"") }
}

/// `a, b and c`.
pub fn listed<T: AsRef<str>>(items: &[T]) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_string(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}
