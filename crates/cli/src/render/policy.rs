//! IAM policies as people read them: what is allowed, on what, per statement.

use recon_model::plan::{FieldChange, Step};
use serde_json::Value;

use super::Look;
use super::fields::{added, removed};
use super::text::{clean, cut, width};
use super::value::{inline, parsed};
use super::widening::more_allowed;
use super::words::few;

/// Named in a statement's first line at most.
const NAMED: usize = 2;

/// One statement, its parts as lists.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    pub sid: String,
    pub effect: String,
    pub principals: Vec<String>,
    pub actions: Vec<String>,
    pub resources: Vec<String>,
    /// As text; empty where there is none.
    pub condition: String,
}

/// Is it a policy document?
pub fn is_policy(value: &Value) -> bool {
    value.get("Statement").is_some_and(|statement| statement.is_array() || statement.is_object())
}

/// What a change of an IAM resource newly allows, in words.
pub fn widens(step: &Step, change: &FieldChange) -> Vec<String> {
    if !step.address.kind.starts_with("iam.") {
        return Vec::new();
    }
    let (from, to) = (parsed(&change.from), parsed(&change.to));
    if is_policy(&to) || is_policy(&from) && to.is_null() {
        return more_allowed(&statements(&from), &statements(&to));
    }
    match change.path.as_str() {
        "managed" => {
            let before = texts(&from);
            let fresh = texts(&to).into_iter().filter(|policy| !before.contains(policy));
            fresh.map(|policy| format!("attaches {policy}")).collect()
        }
        "permissions_boundary" => vec![format!("permissions_boundary: {} → {}", inline(&from), inline(&to))],
        _ => Vec::new(),
    }
}

/// The statements of a policy; none of what is no policy.
pub fn statements(policy: &Value) -> Vec<Statement> {
    match policy.get("Statement") {
        Some(Value::Array(items)) => items.iter().map(statement).collect(),
        Some(Value::Null) | None => Vec::new(),
        Some(one) => vec![statement(one)],
    }
}

/// What stands before an exception (`NotAction`).
pub const ALL_BUT: &str = "all but ";

fn statement(value: &Value) -> Statement {
    let text = |key: &str| value[key].as_str().unwrap_or_default().to_string();
    let either = |key: &str, but: &str| {
        let excepted = texts(&value[but]).into_iter().map(|item| format!("{ALL_BUT}{item}"));
        sorted(texts(&value[key]).into_iter().chain(excepted).collect())
    };
    let condition = value.get("Condition").filter(|c| c.as_object().is_some_and(|map| !map.is_empty()));
    Statement {
        sid: text("Sid"),
        effect: text("Effect"),
        principals: sorted(
            principals(&value["Principal"])
                .into_iter()
                .chain(principals(&value["NotPrincipal"]).into_iter().map(|who| format!("{ALL_BUT}{who}")))
                .collect(),
        ),
        actions: either("Action", "NotAction"),
        resources: either("Resource", "NotResource"),
        condition: condition.map(inline).unwrap_or_default(),
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().map(inline).collect(),
        Value::Null => Vec::new(),
        one => vec![inline(one)],
    }
}

fn principals(value: &Value) -> Vec<String> {
    match value {
        Value::Object(map) => map
            .iter()
            .flat_map(|(kind, who)| texts(who).into_iter().map(move |who| format!("{} {who}", clean(kind))))
            .collect(),
        other => texts(other),
    }
}

fn sorted(mut items: Vec<String>) -> Vec<String> {
    items.sort();
    items.dedup();
    items
}

/// The difference of two policies, statement by statement.
pub fn lines(from: &Value, to: &Value, look: Look, indent: &str) -> Vec<String> {
    let mut before = statements(from);
    let mut after = statements(to);
    before.retain(|old| match after.iter().position(|new| new == old) {
        Some(at) => {
            after.remove(at);
            false
        }
        None => true,
    });
    let mut lines = Vec::new();
    for new in &after {
        match partner(&before, new) {
            Some(at) => lines.extend(changed(&before.remove(at), new, look, indent)),
            None => lines.extend(whole(new, look, indent, added)),
        }
    }
    lines.extend(before.iter().flat_map(|old| whole(old, look, indent, removed)));
    if lines.is_empty() {
        lines.push(format!("{indent}written in another way, with another meaning"));
    }
    lines
}

/// The statement that became this one: by its Sid, by what it is about, by
/// what it does.
fn partner(before: &[Statement], new: &Statement) -> Option<usize> {
    let find =
        |is: &dyn Fn(&Statement) -> bool| before.iter().position(|old| old.effect == new.effect && is(old));
    find(&|old| !new.sid.is_empty() && old.sid == new.sid)
        .or_else(|| find(&|old| old.resources == new.resources && old.principals == new.principals))
        .or_else(|| find(&|old| old.actions == new.actions && old.sid == new.sid))
}

fn head(statement: &Statement, about: &[String]) -> String {
    let sid = if statement.sid.is_empty() { String::new() } else { format!("{}: ", clean(&statement.sid)) };
    let about = if about.is_empty() { String::new() } else { format!(" {}", few(about, NAMED)) };
    format!("{sid}{}{about}", clean(&statement.effect))
}

fn changed(old: &Statement, new: &Statement, look: Look, indent: &str) -> Vec<String> {
    let about = if new.resources == old.resources { &new.resources } else { &new.actions };
    let head = head(new, about);
    let columns = look.width.saturating_sub(indent.len());
    let mut lines = vec![format!("{indent}{}", if look.full { head } else { cut(&head, columns) })];
    let indent = format!("{indent}  ");
    for (lead, before, after) in [
        ("", &old.actions, &new.actions),
        ("on ", &old.resources, &new.resources),
        ("by ", &old.principals, &new.principals),
    ] {
        let gone = before.iter().filter(|item| !after.contains(item));
        lines.extend(gone.map(|item| removed(&format!("{lead}{item}"), look, &indent)));
        let fresh = after.iter().filter(|item| !before.contains(item));
        lines.extend(fresh.map(|item| added(&format!("{lead}{item}"), look, &indent)));
    }
    if old.condition != new.condition {
        let when = |condition: &str| format!("if {condition}");
        lines.extend((!old.condition.is_empty()).then(|| removed(&when(&old.condition), look, &indent)));
        lines.extend((!new.condition.is_empty()).then(|| added(&when(&new.condition), look, &indent)));
    }
    if old.sid != new.sid {
        lines.push(removed(&format!("Sid {}", clean(&old.sid)), look, &indent));
        lines.push(added(&format!("Sid {}", clean(&new.sid)), look, &indent));
    }
    lines
}

/// A statement that comes or goes: on one line where that says it all.
fn whole(
    statement: &Statement,
    look: Look,
    indent: &str,
    mark: fn(&str, Look, &str) -> String,
) -> Vec<String> {
    let Statement { sid, effect, principals, actions, resources, condition } = statement;
    let sid = if sid.is_empty() { String::new() } else { format!("{}: ", clean(sid)) };
    let effect = clean(effect);
    if let ([action], [] | [_], [] | [_]) = (&actions[..], &resources[..], &principals[..]) {
        let on = resources.first().map(|resource| format!(" on {resource}")).unwrap_or_default();
        let by = principals.first().map(|who| format!(" by {who}")).unwrap_or_default();
        let when = if condition.is_empty() { String::new() } else { format!(" if {condition}") };
        let line = format!("{sid}{effect} {action}{on}{by}{when}");
        if width(&line) + indent.len() + 2 <= look.width {
            return vec![mark(&line, look, indent)];
        }
    }
    let mut lines = vec![mark(&format!("{sid}{effect}"), look, indent)];
    for (lead, items) in [("", actions), ("on ", resources), ("by ", principals)] {
        lines.extend(items.iter().map(|item| mark(&format!("  {lead}{item}"), look, indent)));
    }
    if !condition.is_empty() {
        lines.push(mark(&format!("  if {condition}"), look, indent));
    }
    lines
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn plain(from: &Value, to: &Value) -> String {
        let look = Look { width: 80, full: false };
        anstream::adapter::strip_str(&lines(from, to, look, "").join("\n")).to_string()
    }

    #[test]
    fn a_changed_statement_shows_only_the_actions_that_came_and_went() {
        let from = json!({ "Statement": [{ "Sid": "Uploads", "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:DeleteObject"], "Resource": "arn:aws:s3:::uploads/*" }] });
        let to = json!({ "Statement": { "Sid": "Uploads", "Effect": "Allow",
            "Action": ["s3:PutObject", "s3:GetObject"], "Resource": ["arn:aws:s3:::uploads/*"] } });
        assert_eq!(
            plain(&from, &to),
            "Uploads: Allow arn:aws:s3:::uploads/*\n  - s3:DeleteObject\n  + s3:PutObject"
        );
    }

    #[test]
    fn statements_without_a_sid_find_each_other_by_what_they_are_about() {
        let statement = |action: &str, resource: &str| json!({ "Effect": "Allow", "Action": action, "Resource": resource });
        let from =
            json!({ "Statement": [statement("s3:GetObject", "a"), statement("sqs:SendMessage", "b")] });
        let to = json!({ "Statement": [statement("sqs:SendMessage", "b"), statement("s3:PutObject", "a")] });
        assert_eq!(plain(&from, &to), "Allow a\n  - s3:GetObject\n  + s3:PutObject");
    }

    #[test]
    fn a_new_statement_is_shown_whole() {
        let to = json!({ "Statement": [{ "Effect": "Allow", "Action": "sts:AssumeRole",
            "Principal": { "Service": "codebuild.amazonaws.com" },
            "Condition": { "StringEquals": { "aws:SourceAccount": "123456789012" } } }] });
        assert_eq!(
            plain(&Value::Null, &to),
            "+ Allow\n+   sts:AssumeRole\n+   by Service codebuild.amazonaws.com\n\
             +   if { StringEquals = { \"aws:SourceAccount\" = \"123456789012\" } }"
        );
    }
}
