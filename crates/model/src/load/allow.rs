//! `allow = [{ rule = "LB-026", reason = "internal only" }]` on a resource.

use super::node::{Node, NodeValue};
use super::problem::Problem;
use crate::stack::Allow;

const KEYS: [&str; 2] = ["rule", "reason"];

/// The findings that a resource's table accepts.
pub fn allow(node: &Node, problems: &mut Vec<Problem>) -> Vec<Allow> {
    let Some(list) = node.get("allow") else { return Vec::new() };
    let NodeValue::List(items) = &list.value else {
        problems.push(wrong(list));
        return Vec::new();
    };
    items.iter().filter_map(|item| one(item, problems)).collect()
}

fn one(item: &Node, problems: &mut Vec<Problem>) -> Option<Allow> {
    for (key, entry) in item.as_map().into_iter().flatten().filter(|(key, _)| !KEYS.contains(&key.as_str())) {
        problems.push(Problem::new(entry.key, format!("unknown field `{key}`")).nearest(key, KEYS));
    }
    let Some(rule) = item.get("rule").and_then(Node::as_text) else {
        problems.push(wrong(item));
        return None;
    };
    let reason = item.get("reason").and_then(Node::as_text).unwrap_or_default();
    Some(Allow { rule: rule.to_string(), reason: reason.trim().to_string(), span: item.span })
}

fn wrong(node: &Node) -> Problem {
    Problem::new(node.span, "`allow` is a list of { rule = \"…\", reason = \"…\" }")
        .help("allow = [{ rule = \"LB-026\", reason = \"reached through the VPN only\" }]")
}
