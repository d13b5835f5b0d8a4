//! Policy documents: their form, their size, and how IAM writes them in answers.

use std::collections::BTreeSet;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use super::refusals::malformed;
use super::{Kind, State};
use crate::form::text;
use crate::refusal::Refusal;

/// RFC 3986 leaves these alone; everything else is written as `%XX`.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

const ELEMENTS: &[&str] = &[
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

/// A document as IAM's answers carry it.
pub(super) fn encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// Length as IAM's quotas count it: without white space.
pub(super) fn size(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

/// A document that was checked when it came in.
pub(super) fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// The statements, also when there is one outside a list.
pub(super) fn statements(document: &Value) -> &[Value] {
    let statement = &document["Statement"];
    statement.as_array().map_or_else(|| std::slice::from_ref(statement), Vec::as_slice)
}

/// A string or a list of strings.
pub(super) fn strings(value: &Value) -> Vec<&str> {
    match value {
        Value::String(one) => vec![one],
        Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Refuses an identity policy (inline or managed) that IAM would not store.
pub(super) fn check_identity(text: &str) -> Result<(), Refusal> {
    let document = parse(text, "Syntax errors in policy.")?;
    if document["Version"] != "2012-10-17" {
        return Err(malformed("Policy document must be version 2012-10-17 or greater."));
    }
    for statement in objects(&document) {
        if statement.contains_key("Principal") || statement.contains_key("NotPrincipal") {
            return Err(malformed("Policy document should not specify a principal."));
        }
        check_actions(statement)?;
        let resources = either(statement, "Resource");
        if resources.is_empty() {
            return Err(malformed("Policy statement must contain resources."));
        }
        for resource in resources {
            check_resource(resource)?;
        }
    }
    check_sids(&document)
}

/// Refuses a trust document that IAM would not store.
pub(super) fn check_trust(state: &State, account: &str, text: &str) -> Result<(), Refusal> {
    let document = parse(text, "This policy contains invalid Json")?;
    for statement in objects(&document) {
        if statement.contains_key("Resource") || statement.contains_key("NotResource") {
            return Err(malformed("Has prohibited field Resource"));
        }
        check_actions(statement)?;
        if either(statement, "Action").iter().any(|action| !is_sts(action)) {
            return Err(malformed("AssumeRole policy may only specify STS AssumeRole actions."));
        }
        match statement.get("Principal").or_else(|| statement.get("NotPrincipal")) {
            None => return Err(malformed("Missing required field Principal")),
            Some(principal) => check_principal(state, account, principal)?,
        }
    }
    check_sids(&document)
}

fn is_sts(action: &str) -> bool {
    action == "*" || action.get(..4).is_some_and(|vendor| vendor.eq_ignore_ascii_case("sts:"))
}

fn parse(text: &str, not_json: &str) -> Result<Value, Refusal> {
    let syntax = || malformed("Syntax errors in policy.");
    let document: Value = serde_json::from_str(text).map_err(|_| malformed(not_json))?;
    let top = document.as_object().ok_or_else(syntax)?;
    if top.keys().any(|name| !["Version", "Id", "Statement"].contains(&name.as_str())) {
        return Err(syntax());
    }
    let known = |version: &Value| version == "2012-10-17" || version == "2008-10-17";
    if !top.get("Version").is_none_or(known) {
        return Err(syntax());
    }
    let all = statements(&document);
    if !all.is_empty() && all.iter().all(well_formed) { Ok(document) } else { Err(syntax()) }
}

fn well_formed(statement: &Value) -> bool {
    let Some(members) = statement.as_object() else { return false };
    let both = |a: &str| members.contains_key(a) && members.contains_key(&format!("Not{a}"));
    let listed = |name: &str| {
        members.get(name).is_none_or(|value| match value {
            Value::Array(items) => items.iter().all(Value::is_string),
            other => other.is_string(),
        })
    };
    members.keys().all(|name| ELEMENTS.contains(&name.as_str()))
        && !["Principal", "Action", "Resource"].into_iter().any(both)
        && ["Action", "NotAction", "Resource", "NotResource"].into_iter().all(listed)
        && members.get("Effect").is_some_and(|effect| effect == "Allow" || effect == "Deny")
        && members.get("Condition").is_none_or(Value::is_object)
        && members.get("Sid").is_none_or(Value::is_string)
}

fn objects(document: &Value) -> impl Iterator<Item = &Map<String, Value>> {
    statements(document).iter().filter_map(Value::as_object)
}

/// `Action` or `NotAction`, `Resource` or `NotResource`.
fn either<'a>(statement: &'a Map<String, Value>, member: &str) -> Vec<&'a str> {
    let value = statement.get(member).or_else(|| statement.get(&format!("Not{member}")));
    value.map(strings).unwrap_or_default()
}

fn check_actions(statement: &Map<String, Value>) -> Result<(), Refusal> {
    let actions = either(statement, "Action");
    if actions.is_empty() {
        return Err(malformed("Policy statement must contain actions."));
    }
    for action in actions.into_iter().filter(|action| *action != "*") {
        match action.matches(':').count() {
            0 => {
                return Err(malformed(
                    "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
                ));
            }
            1 => {}
            _ => return Err(malformed("Actions/Condition can contain only one colon.")),
        }
    }
    Ok(())
}

fn check_resource(resource: &str) -> Result<(), Refusal> {
    if resource == "*" {
        return Ok(());
    }
    let Some(rest) = resource.strip_prefix("arn:") else {
        return Err(malformed(format!("Resource {resource} must be in ARN format or \"*\".")));
    };
    let partition = rest.split(':').next().unwrap_or_default();
    if !["aws", "aws-cn", "aws-us-gov", "*"].contains(&partition) {
        return Err(malformed(format!(
            "Partition \"{partition}\" is not valid for resource \"{resource}\"."
        )));
    }
    if rest.matches(':').count() < 4 && !rest.ends_with('*') {
        return Err(malformed("The policy failed legacy parsing"));
    }
    Ok(())
}

fn check_sids(document: &Value) -> Result<(), Refusal> {
    let mut seen = BTreeSet::new();
    for sid in objects(document).filter_map(|s| s.get("Sid")?.as_str()).filter(|sid| !sid.is_empty()) {
        if !seen.insert(sid) {
            return Err(malformed("Statement IDs (SID) in a single policy must be unique."));
        }
        if !sid.chars().all(|c| c.is_ascii_alphanumeric()) {
            return Err(malformed(
                "Statement IDs (SID) must be alpha-numeric. \
                 Check that your input satisfies the regular expression [0-9A-Za-z]*",
            ));
        }
    }
    Ok(())
}

fn check_principal(state: &State, account: &str, principal: &Value) -> Result<(), Refusal> {
    let invalid =
        |kind: &str, name: &str| malformed(format!("Invalid principal in policy: \"{kind}\":\"{name}\""));
    let Some(members) = principal.as_object() else {
        let known = principal == "*";
        return if known { Ok(()) } else { Err(malformed("Invalid principal in policy.")) };
    };
    if members.values().all(|value| strings(value).is_empty()) {
        return Err(malformed("Missing required field Principal cannot be empty!"));
    }
    for (kind, names) in members {
        for name in strings(names) {
            let valid = match kind.as_str() {
                "AWS" => is_principal(state, account, name),
                "Service" => name.contains(".amazonaws.com") || name == "*",
                "Federated" | "CanonicalUser" => true,
                _ => false,
            };
            if !valid {
                let kind = if kind == "Service" { "SERVICE" } else { kind };
                return Err(invalid(kind, name));
            }
        }
    }
    Ok(())
}

/// IAM looks up principals of its own account; of another it cannot tell.
fn is_principal(state: &State, account: &str, name: &str) -> bool {
    let twelve_digits = |s: &str| s.len() == 12 && s.bytes().all(|b| b.is_ascii_digit());
    if name == "*" || twelve_digits(name) {
        return true;
    }
    let parts: Vec<&str> = name.splitn(6, ':').collect();
    let ["arn", _, service, "", owner, resource] = parts[..] else { return false };
    if !twelve_digits(owner) || !["iam", "sts"].contains(&service) {
        return false;
    }
    let known = |kind| state.all(kind).values().any(|entity| text(&entity.doc, "Arn") == name);
    match resource.split('/').next() {
        _ if resource == "root" || owner != account => true,
        Some("role") => known(Kind::Role),
        Some("user") => known(Kind::User),
        Some("assumed-role" | "federated-user") => service == "sts",
        _ => false,
    }
}
