//! What ECR takes as a lifecycle policy.

use std::collections::BTreeMap;

use recon_model::KindId::EcrRepository;

use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static MISC_030: Rule = Rule {
    id: "MISC-030",
    severity: Severity::Error,
    title: "a lifecycle policy that ECR does not take",
    doc: "ECR holds a lifecycle policy against a schema of its own (\"Lifecycle policy validation failure\"): each rule has \
          `rulePriority`, `selection` and `action`; a selection has `tagStatus`, `countType` and `countNumber`; `countUnit` \
          goes with the kinds of `countType` that count days, and a list of tags with `tagStatus` tagged.",
    fix: "{ rulePriority = 1, selection = { tagStatus = \"any\", countType = \"imageCountMoreThan\", countNumber = 50 }, \
          action = { type = \"expire\" } }",
    source: "AWS: ECR user guide, lifecycle policy properties",
    bad: r#"
[ecr.repository.api.lifecycle_policy]
rules = [{ rulePriority = 1, selection = { tagStatus = "some", countType = "sinceImagePushed", countNumber = 0 }, action = { kind = "expire" } }]
"#,
    good: r#"
[ecr.repository.api.lifecycle_policy]
rules = [{ rulePriority = 1, selection = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 14 }, action = { type = "expire" } }]
"#,
    by: By::Check(policies),
};

const SINCE: &[&str] = &["sinceImagePushed", "sinceImagePulled", "sinceImageTransitioned"];

fn policies(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for repository in cx.of(EcrRepository) {
        let policy = repository.get("lifecycle_policy");
        if !policy.exists() {
            continue;
        }
        members(&policy, &["rules"], &[], out);
        let rules = policy.key("rules");
        if rules.exists() && rules.is_empty() {
            out.at(&rules, "a lifecycle policy has a rule at least");
        }
        let mut priorities: BTreeMap<i64, At<'_>> = BTreeMap::new();
        for rule in rules.items() {
            members(&rule, &["rulePriority", "selection", "action"], &["description"], out);
            let at = rule.key("rulePriority");
            match at.int() {
                Some(number) if number > 0 => {
                    if let Some(first) = priorities.insert(number, at.clone()) {
                        out.at(&at, format!("two rules have priority {number}")).related(&first, "the first");
                    }
                }
                _ if at.exists() => drop(out.at(&at, "rulePriority is a number from 1")),
                _ => {}
            }
            selection(&rule.key("selection"), out);
            action(&rule.key("action"), out);
        }
    }
}

fn selection(selection: &At<'_>, out: &mut Sink<'_>) {
    if !selection.exists() {
        return;
    }
    let lists = ["tagPatternList", "tagPrefixList"];
    let optional = [lists[0], lists[1], "countUnit", "storageClass"];
    members(selection, &["tagStatus", "countType", "countNumber"], &optional, out);
    one_of(&selection.key("tagStatus"), &["tagged", "untagged", "any"], out);
    let count = selection.key("countType");
    one_of(&count, &["imageCountMoreThan", SINCE[0], SINCE[1], SINCE[2]], out);
    let number = selection.key("countNumber");
    if number.exists() && number.int().is_none_or(|number| number < 1) {
        out.at(&number, "countNumber is at least 1");
    }
    let days = count.is_one_of(SINCE);
    let unit = selection.key("countUnit");
    if days != unit.is("days") && (days || unit.exists()) {
        let place = if unit.exists() { &unit } else { selection };
        out.at(place, "countUnit = \"days\" goes with the kinds of countType that count days")
            .related(&count, "counted so");
    }
    let status = selection.key("tagStatus");
    let chosen = lists.iter().any(|list| !selection.key(list).is_empty());
    if status.exists() && status.is("tagged") != chosen {
        out.at(&status, "tagPatternList or tagPrefixList goes with tagStatus tagged, and only with it");
    }
}

fn action(action: &At<'_>, out: &mut Sink<'_>) {
    if action.exists() {
        members(action, &["type"], &["targetStorageClass"], out);
        one_of(&action.key("type"), &["expire", "transition"], out);
    }
}

/// All that it must have, and nothing else.
fn members(at: &At<'_>, required: &[&str], optional: &[&str], out: &mut Sink<'_>) {
    for name in required.iter().filter(|name| !at.key(name).exists()) {
        out.at(at, format!("`{name}` is missing"));
    }
    for (name, entry) in at.entries() {
        if !required.contains(&name) && !optional.contains(&name) {
            out.at(&entry, format!("a lifecycle policy knows no `{name}` here"));
        }
    }
}

fn one_of(at: &At<'_>, valid: &[&str], out: &mut Sink<'_>) {
    if at.exists() && at.known() && !at.is_one_of(valid) {
        out.at(at, format!("one of {}", valid.join(", ")));
    }
}
