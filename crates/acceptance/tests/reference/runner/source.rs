//! The table against the source: every call that the files of a kind make is in
//! its line, under IAM's name.

use std::fs;

use recon_acceptance::root;
use recon_model::KindId;
use recon_rules::runner::table;

use super::judged::action;

/// Calls that are made for a kind only where IAM's dump or list is forbidden, and
/// both are allowed.
const INSTEAD_OF_THE_DUMP: [&str; 11] = [
    "GetGroup",
    "GetGroupPolicy",
    "GetRole",
    "GetRolePolicy",
    "GetUser",
    "GetUserPolicy",
    "ListAttachedGroupPolicies",
    "ListAttachedRolePolicies",
    "ListAttachedUserPolicies",
    "ListGroupPolicies",
    "ListRolePolicies",
];

/// Calls on things of another kind, which the other's line has.
const OF_ANOTHER_KIND: [(&str, &str); 5] = [
    ("iam.policy", "iam:DetachGroupPolicy"),
    ("iam.policy", "iam:DetachRolePolicy"),
    ("iam.policy", "iam:DetachUserPolicy"),
    ("iam.user", "iam:RemoveUserFromGroup"),
    ("iam.user", "iam:ListUserPolicies"),
];

/// `ReadOp::new("ecs", "DescribeClusters")` in a text.
fn calls(text: &str) -> Vec<(String, String)> {
    let made = text.split("Op::new(").skip(1).filter_map(|rest| {
        let mut quoted = rest.split('"').skip(1).step_by(2);
        Some((quoted.next()?.to_string(), quoted.next()?.to_string()))
    });
    made.collect()
}

#[test]
fn the_table_has_every_call_of_a_kind() {
    let mut missing = Vec::new();
    let mut seen = 0;
    for kind in KindId::ALL {
        let line = table::of(*kind).unwrap_or_else(|| panic!("{} has no line", kind.name()));
        let own = [line.read, line.write, line.delete].join(" ");
        let own: Vec<String> =
            own.split_whitespace().map(|name| format!("{}:{name}", line.service)).collect();
        let (family, name) = kind.name().split_once('.').unwrap();
        for part in ["observe", "apply"] {
            let path = root().join(format!("crates/{part}/src/{family}/{name}.rs"));
            let Ok(text) = fs::read_to_string(path) else { continue };
            for (service, operation) in calls(&text) {
                seen += 1;
                for needed in action(&service, &operation) {
                    let excused = INSTEAD_OF_THE_DUMP.contains(&&*operation)
                        || OF_ANOTHER_KIND.contains(&(kind.name(), &needed));
                    if !own.contains(&needed) && !excused {
                        missing.push(format!("{}: {needed}", kind.name()));
                    }
                }
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    assert!(seen > 150, "only {seen} calls were found in the source");
}
