//! Does a policy allow what it did not allow before?
//!
//! On the side of caution: an exception (`NotAction`) or a condition counts as
//! covered only by its very equal.

use super::policy::{ALL_BUT, Statement};

/// What the new statements allow and the old ones did not, and what the old
/// ones denied and the new ones do not.
pub fn more_allowed(before: &[Statement], after: &[Statement]) -> Vec<String> {
    let mut found = Vec::new();
    for new in after.iter().filter(|statement| statement.effect == "Allow") {
        let fresh: Vec<&String> = new.actions.iter().filter(|action| !covered(before, new, action)).collect();
        if !fresh.is_empty() {
            let actions = fresh.iter().map(|action| action.as_str()).collect::<Vec<_>>().join(", ");
            found.push(format!("{actions}{}", about(new)));
        }
    }
    let denied = |statement: &&Statement| statement.effect == "Deny" && !after.contains(statement);
    for old in before.iter().filter(denied) {
        found.push(format!("no longer denied: {}{}", old.actions.join(", "), about(old)));
    }
    found
}

fn about(statement: &Statement) -> String {
    match (&statement.resources[..], &statement.principals[..]) {
        ([], []) => String::new(),
        ([], who) => format!(" by {}", who.join(", ")),
        (what, _) => format!(" on {}", what.join(", ")),
    }
}

/// Was the action allowed before, on all of these resources and for all of
/// these principals?
fn covered(before: &[Statement], new: &Statement, action: &str) -> bool {
    let none = [String::new()];
    let all = |items: &'_ [String]| if items.is_empty() { none.to_vec() } else { items.to_vec() };
    all(&new.resources).iter().all(|resource| {
        all(&new.principals).iter().all(|principal| {
            before.iter().any(|old| {
                old.effect == "Allow"
                    && (old.condition.is_empty() || old.condition == new.condition)
                    && old.actions.iter().any(|pattern| matches(pattern, action, true))
                    && all(&old.resources).iter().any(|pattern| matches(pattern, resource, false))
                    && all(&old.principals).iter().any(|old| old == principal || old == "*")
            })
        })
    })
}

/// IAM's own wildcards; letters of actions count whatever their case.
fn matches(pattern: &str, text: &str, any_case: bool) -> bool {
    if pattern.starts_with(ALL_BUT) || text.starts_with(ALL_BUT) {
        return pattern == text;
    }
    let form = |text: &str| if any_case { text.to_ascii_lowercase() } else { text.to_string() };
    glob(form(pattern).as_bytes(), form(text).as_bytes())
}

fn glob(pattern: &[u8], text: &[u8]) -> bool {
    // the last `*` met, and where its match ended: enough to go back to
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == b'?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, end)) => {
                    star = Some((at, end + 1));
                    p = at + 1;
                    t = end + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == b'*')
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::policy::statements;
    use super::*;

    fn widening(before: Value, after: Value) -> Vec<String> {
        let policy = |statements: Value| json!({ "Statement": statements });
        more_allowed(&statements(&policy(before)), &statements(&policy(after)))
    }

    fn allow(action: &str, resource: &str) -> Value {
        json!([{ "Effect": "Allow", "Action": action, "Resource": resource }])
    }

    #[test]
    fn less_of_the_same_is_no_widening() {
        for (before, after) in [
            (allow("s3:*", "*"), allow("s3:GetObject", "arn:aws:s3:::a/*")),
            (allow("s3:Get*", "arn:aws:s3:::a/*"), allow("S3:GetObject*", "arn:aws:s3:::a/b")),
            (allow("*", "*"), json!([])),
        ] {
            assert_eq!(widening(before, after), Vec::<String>::new());
        }
    }

    #[test]
    fn another_action_and_another_resource_widen() {
        assert_eq!(
            widening(allow("s3:GetObject", "arn:aws:s3:::a/*"), allow("s3:GetObject*", "arn:aws:s3:::a/*")),
            ["s3:GetObject* on arn:aws:s3:::a/*"]
        );
        assert_eq!(widening(allow("s3:GetObject", "a"), allow("s3:GetObject", "*")), ["s3:GetObject on *"]);
    }

    #[test]
    fn a_condition_that_goes_widens_and_one_that_comes_does_not() {
        let with = json!([{ "Effect": "Allow", "Action": "a:b", "Resource": "*",
            "Condition": { "Bool": { "aws:SecureTransport": "true" } } }]);
        assert_eq!(widening(with.clone(), allow("a:b", "*")), ["a:b on *"]);
        assert_eq!(widening(allow("a:b", "*"), with), Vec::<String>::new());
    }

    #[test]
    fn what_is_no_longer_denied_widens() {
        let deny = json!([{ "Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "*" }]);
        assert_eq!(widening(deny, json!([])), ["no longer denied: s3:DeleteObject on *"]);
    }

    #[test]
    fn another_principal_of_a_trust_widens() {
        let trust = |who: &str| json!([{ "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": { "Service": who } }]);
        assert_eq!(
            widening(trust("a.amazonaws.com"), trust("b.amazonaws.com")),
            ["sts:AssumeRole by Service b.amazonaws.com"]
        );
    }

    #[test]
    fn everything_but_something_is_covered_only_by_its_equal() {
        let but = json!([{ "Effect": "Allow", "NotAction": "iam:*", "Resource": "*" }]);
        assert_eq!(widening(but.clone(), but.clone()), Vec::<String>::new());
        assert_eq!(widening(allow("s3:*", "*"), but), ["all but iam:* on *"]);
    }
}
