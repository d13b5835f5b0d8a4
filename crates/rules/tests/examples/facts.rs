//! The rules against the list of what is known to go wrong (`tests/facts`): what
//! is not said says why not.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use recon_rules::{Severity, rule, rules};

/// `ID reason`, a line each.
fn left_out() -> BTreeMap<String, String> {
    let text = fs::read_to_string("tests/facts/left_out.txt").unwrap();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| line.split_once(' ').unwrap())
        .map(|(id, why)| (id.to_string(), why.to_string()))
        .collect()
}

fn known() -> BTreeSet<String> {
    let text = fs::read_to_string("tests/facts/ids.txt").unwrap();
    text.split_whitespace().map(str::to_string).collect()
}

fn said() -> BTreeSet<String> {
    rules().map(|rule| rule.id.to_string()).collect()
}

#[test]
fn what_is_known_to_go_wrong_is_said_or_left_out_with_its_reason() {
    let (known, said, left_out) = (known(), said(), left_out());
    assert_eq!(known.len(), 265);
    let missing: BTreeSet<String> = known.difference(&said).cloned().collect();
    let told: BTreeSet<String> = left_out.keys().cloned().collect();
    assert_eq!(
        missing, told,
        "left: what is not said; right: what tests/facts/left_out.txt gives a reason for"
    );
    assert!(left_out.values().all(|why| why.len() > 20));
}

#[test]
fn most_of_it_is_said() {
    let of_facts = known().intersection(&said()).count();
    assert!(of_facts >= 240, "{of_facts} of 265");
}

/// What other validators ask for, taken over as advice: on a correct stack
/// several of them forbid what it needs.
#[test]
fn what_others_ask_for_is_advice() {
    for (what, id) in [
        ("scan on push", "MISC-017"),
        ("immutable tags, with unique image tags", "MISC-018"),
        ("lifecycle policy", "MISC-019"),
        ("dead-letter queue on the event target", "EV-012"),
        ("HTTP-only listener", "LB-041"),
        ("drop invalid headers", "LB-042"),
        ("deletion protection", "LB-043"),
        ("access logs", "LB-044"),
        ("read-only root", "TD-042"),
        ("non-root user", "TD-043"),
        ("TLS-only artifact bucket", "MISC-016"),
    ] {
        let severity = rule(id).map(|rule| rule.severity);
        assert_eq!(severity, Some(Severity::Advice), "{what}: {id}");
    }
}
