//! What policy documents allow, as far as the sandbox's services ask.

use serde_json::Value;

use super::document::{statements, strings};

/// Does the trust document let the service assume the role?
pub(super) fn trusts(document: &Value, service: &str) -> bool {
    let speaks_of = |statement: &Value| {
        let principal = &statement["Principal"];
        let named =
            principal == "*" || strings(&principal["Service"]).iter().any(|p| *p == service || *p == "*");
        named && covers_action(statement, "sts:AssumeRole")
    };
    let (denied, allowed) = effects(document, &speaks_of);
    allowed && !denied
}

/// Do the documents together allow the action on some resource?
pub(super) fn allows(documents: &[Value], action: &str) -> bool {
    let mut allowed = false;
    for document in documents {
        // a denial of some resources, or under a condition, leaves others allowed
        let whole = |statement: &Value| {
            statement["Condition"].is_null() && strings(&statement["Resource"]).contains(&"*")
        };
        let (denied, _) = effects(document, &|s| whole(s) && covers_action(s, action));
        if denied {
            return false;
        }
        let (_, here) = effects(document, &|s| covers_action(s, action));
        allowed |= here;
    }
    allowed
}

/// Is there a Deny, is there an Allow, among the statements that match?
fn effects(document: &Value, matching: &dyn Fn(&Value) -> bool) -> (bool, bool) {
    let has = |effect: &str| statements(document).iter().any(|s| s["Effect"] == effect && matching(s));
    (has("Deny"), has("Allow"))
}

fn covers_action(statement: &Value, action: &str) -> bool {
    let any = |member: &str| strings(&statement[member]).iter().any(|pattern| like(pattern, action));
    match statement.get("NotAction") {
        Some(_) => !any("NotAction"),
        None => any("Action"),
    }
}

/// IAM's wildcards `*` and `?`, letters in either case.
fn like(pattern: &str, text: &str) -> bool {
    fn step(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some((b'*', rest)), _) => (0..=text.len()).any(|skip| step(rest, &text[skip..])),
            (Some((p, rest)), Some((t, text))) => {
                (*p == b'?' || p.eq_ignore_ascii_case(t)) && step(rest, text)
            }
            _ => false,
        }
    }
    step(pattern.as_bytes(), text.as_bytes())
}
