//! Rules, as `recon explain` shows them.

use recon_rules::Rule;
use serde_json::{Value, json};

/// All that there is to say of a rule.
pub fn rule(rule: &Rule) -> String {
    let example = |title: &str, toml: &str| match toml.trim() {
        "" => String::new(),
        toml => format!("\n{title}\n\n  {}\n", toml.replace('\n', "\n  ")),
    };
    format!(
        "{} · {} · {}\n\n{}\n\nfix     {}\nfound   by {}\nsource  {}\n{}{}",
        rule.id,
        rule.severity,
        rule.title,
        rule.doc,
        rule.fix,
        rule.by.words(),
        rule.source,
        example("wrong", rule.bad),
        example("right", rule.good),
    )
}

/// A line a rule.
pub fn list<'r>(rules: impl Iterator<Item = &'r Rule>) -> String {
    rules.map(|rule| format!("{:<10} {:<8} {}\n", rule.id, rule.severity.to_string(), rule.title)).collect()
}

/// One rule or all of them, for machines.
pub fn rules_document<'r>(rules: impl Iterator<Item = &'r Rule>) -> Value {
    let one = |rule: &Rule| {
        json!({
            "rule": rule.id,
            "severity": rule.severity.to_string(),
            "title": rule.title,
            "doc": rule.doc,
            "fix": rule.fix,
            "found_by": rule.by.words(),
            "source": rule.source,
            "wrong": rule.bad.trim(),
            "right": rule.good.trim(),
        })
    };
    json!({ "format": 1, "rules": rules.map(one).collect::<Vec<_>>() })
}
