//! What holds of any policies and any request.

use proptest::prelude::*;
use recon_iam::{Access, Asked, Caller, Context, Policy, Truth, UNKNOWN, evaluate, matches};
use serde_json::{Value, json};

/// Few names, so that statements meet each other.
fn action() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["s3:GetObject", "s3:Get*", "s3:*", "ecr:PutImage", "*", "S3:getobject"])
        .prop_map(str::to_string)
}

fn resource() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "*",
        "arn:aws:s3:::a/*",
        "arn:aws:s3:::a/x",
        "arn:aws:s3:::?/x",
        "arn:aws:s3:::b",
    ])
    .prop_map(str::to_string)
}

fn condition() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!(null),
        json!({"StringEquals": {"k": "v"}}),
        json!({"StringNotEquals": {"k": "v"}}),
        json!({"StringLikeIfExists": {"k": "v*"}}),
        json!({"IpAddress": {"ip": "10.0.0.0/8"}}),
    ])
}

fn statement(effect: &'static str) -> impl Strategy<Value = Value> {
    (action(), resource(), condition(), any::<bool>(), any::<bool>()).prop_map(
        move |(action, resource, condition, not_action, not_resource)| {
            let mut statement = json!({"Effect": effect});
            statement[if not_action { "NotAction" } else { "Action" }] = json!(action);
            statement[if not_resource { "NotResource" } else { "Resource" }] = json!(resource);
            if !condition.is_null() {
                statement["Condition"] = condition;
            }
            statement
        },
    )
}

fn document() -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(prop_oneof![3 => statement("Allow"), 1 => statement("Deny")], 1..4)
}

fn policy(statements: &[Value]) -> Policy {
    Policy::read(&json!({"Version": "2012-10-17", "Statement": statements}))
}

fn asked() -> impl Strategy<Value = Asked> {
    let action = prop::sample::select(vec!["s3:GetObject", "s3:PutObject", "ecr:PutImage"]);
    let resource = prop::sample::select(vec![
        "arn:aws:s3:::a/x".to_string(),
        "arn:aws:s3:::b".to_string(),
        format!("arn:aws:s3:::a/{UNKNOWN}o{UNKNOWN}"),
    ]);
    let context = prop::sample::select(vec![
        Context::new(),
        Context::whole(),
        Context::whole().with("k", "v"),
        Context::new().with("k", "w"),
    ]);
    (action, resource, context).prop_map(|(action, resource, context)| Asked {
        caller: Caller::Arn("arn:aws:iam::123456789012:role/r".into()),
        action: action.into(),
        resource,
        context,
    })
}

fn allowed(identity: &[&Policy], boundary: Option<&Policy>, asked: &Asked) -> Truth {
    evaluate(&Access { identity: identity.to_vec(), boundary, ..Access::default() }, asked).allowed
}

proptest! {
    #[test]
    fn another_allow_never_takes_away(own in document(), more in statement("Allow"), asked in asked()) {
        let before = allowed(&[&policy(&own)], None, &asked);
        prop_assert!(allowed(&[&policy(&own), &policy(&[more])], None, &asked) >= before);
    }

    #[test]
    fn another_deny_never_gives(own in document(), more in statement("Deny"), asked in asked()) {
        let before = allowed(&[&policy(&own)], None, &asked);
        prop_assert!(allowed(&[&policy(&own), &policy(&[more])], None, &asked) <= before);
    }

    #[test]
    fn an_explicit_deny_wins(own in document(), asked in asked()) {
        let deny = json!({"Effect": "Deny", "Action": asked.action, "Resource": "*"});
        prop_assert_eq!(allowed(&[&policy(&own), &policy(&[deny])], None, &asked), Truth::No);
    }

    #[test]
    fn a_boundary_only_narrows(own in document(), bounds in document(), asked in asked()) {
        let (own, bounds) = (policy(&own), policy(&bounds));
        prop_assert!(allowed(&[&own], Some(&bounds), &asked) <= allowed(&[&own], None, &asked));
        prop_assert!(allowed(&[&own], Some(&bounds), &asked) <= allowed(&[&bounds], None, &asked));
    }

    #[test]
    fn the_order_of_statements_and_policies_means_nothing(own in document(), other in document(), asked in asked()) {
        let both: Vec<Value> = other.iter().chain(&own).cloned().collect();
        let apart = allowed(&[&policy(&own), &policy(&other)], None, &asked);
        prop_assert_eq!(allowed(&[&policy(&both)], None, &asked), apart);
    }

    /// What is proved with parts unknown holds with every filling of them.
    #[test]
    fn a_proof_holds_whatever_the_unknown_part_is(
        pattern in "[ab*?]{0,5}", before in "[ab]{0,2}", after in "[ab]{0,2}", filling in "[ab]{0,3}",
    ) {
        let open = matches(&pattern, &format!("{before}{UNKNOWN}u{UNKNOWN}{after}"));
        let real = matches(&pattern, &format!("{before}{filling}{after}"));
        prop_assert!(open == Truth::Maybe || open == real, "{open:?} {real:?}");
    }

    #[test]
    fn a_pattern_is_matched_as_a_plain_walk_over_it_says(pattern in "[ab*?]{0,6}", text in "[ab]{0,6}") {
        fn walk(pattern: &[u8], text: &[u8]) -> bool {
            match pattern.split_first() {
                None => text.is_empty(),
                Some((b'*', rest)) => (0..=text.len()).any(|skip| walk(rest, &text[skip..])),
                Some((p, rest)) => {
                    text.split_first().is_some_and(|(t, text)| (*p == b'?' || p == t) && walk(rest, text))
                }
            }
        }
        prop_assert_eq!(matches(&pattern, &text), walk(pattern.as_bytes(), text.as_bytes()).into());
    }
}
