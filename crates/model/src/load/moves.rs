//! `moved = [{ from = "ecs.service.api", to = "ecs.service.web" }]`: other labels,
//! the same resources.

use std::collections::{BTreeMap, BTreeSet};

use super::node::{Node, NodeValue};
use super::problem::Problem;
use super::source::Span;
use crate::Address;

/// One move, and where it is written.
struct Move {
    from: Address,
    to: Address,
    span: Span,
}

/// All moves of the stack: each from a former address to a declared one.
pub fn read(
    root: &Node,
    declared: &BTreeSet<Address>,
    problems: &mut Vec<Problem>,
) -> Vec<(Address, Address)> {
    let Some(node) = root.get("moved") else { return Vec::new() };
    let NodeValue::List(items) = &node.value else {
        problems.push(Problem::new(node.span, "`moved` is a list of { from = \"…\", to = \"…\" }"));
        return Vec::new();
    };
    let moves: Vec<Move> = items.iter().filter_map(|item| one(item, problems)).collect();
    for item in &moves {
        if let Some(problem) = wrong(item, &moves, declared) {
            problems.push(problem);
        }
    }
    twice(&moves, problems);
    moves.into_iter().map(|item| (item.from, item.to)).collect()
}

fn one(item: &Node, problems: &mut Vec<Problem>) -> Option<Move> {
    let keys = ["from", "to"];
    for (key, entry) in item.as_map().into_iter().flatten().filter(|(key, _)| !keys.contains(&key.as_str())) {
        problems.push(Problem::new(entry.key, format!("unknown field `{key}`")).nearest(key, keys));
    }
    let address = |key: &str| item.get(key)?.as_text()?.parse::<Address>().ok();
    match (address("from"), address("to")) {
        (Some(from), Some(to)) if from.kind == to.kind => Some(Move { from, to, span: item.span }),
        _ => {
            problems.push(
                Problem::new(item.span, "a move needs two addresses of one kind")
                    .help("moved = [{ from = \"ecs.service.api\", to = \"ecs.service.web\" }]"),
            );
            None
        }
    }
}

fn wrong(item: &Move, moves: &[Move], declared: &BTreeSet<Address>) -> Option<Problem> {
    let Move { from, to, span } = item;
    let problem = |text: String| Problem::new(*span, text);
    if from == to {
        return Some(problem(format!("{from} is moved to itself")).help("drop this move"));
    }
    if let Some(next) = moves.iter().find(|next| next.from == *to) {
        let circle = leads_back(next, from, moves);
        let (what, help) = if circle {
            ("in a circle", "a label names one resource: give them new labels, one move each".to_string())
        } else {
            ("on", format!("say it in one move: {{ from = \"{from}\", to = \"{}\" }}", next.to))
        };
        let text = format!("{from} is moved to {to}, and that is moved {what} to {}", next.to);
        return Some(problem(text).related(next.span, "the other move").help(help));
    }
    if declared.contains(from) {
        return Some(
            problem(format!("{from} is moved away and still declared"))
                .help(format!("rename its table to [{to}], or drop this move")),
        );
    }
    if !declared.contains(to) {
        let names: Vec<String> =
            declared.iter().filter(|address| address.kind == to.kind).map(ToString::to_string).collect();
        return Some(
            problem(format!("{from} is moved to {to}, which is not declared"))
                .nearest(&to.to_string(), names.iter().map(String::as_str)),
        );
    }
    None
}

/// Does a chain of moves end where it began?
fn leads_back(first: &Move, start: &Address, moves: &[Move]) -> bool {
    let mut seen = BTreeSet::new();
    let mut at = &first.to;
    loop {
        if at == start {
            return true;
        }
        match moves.iter().find(|next| next.from == *at) {
            Some(next) if seen.insert(at) => at = &next.to,
            _ => return false,
        }
    }
}

/// One resource has one former address, and one new one.
fn twice(moves: &[Move], problems: &mut Vec<Problem>) {
    let mut from: BTreeMap<&Address, &Move> = BTreeMap::new();
    let mut to: BTreeMap<&Address, &Move> = BTreeMap::new();
    for item in moves {
        if let Some(first) = from.insert(&item.from, item) {
            let text = format!("{} is moved twice", item.from);
            problems.push(Problem::new(item.span, text).related(first.span, "here first"));
        }
        if let Some(first) = to.insert(&item.to, item) {
            let text = format!("two resources are moved to {}", item.to);
            problems.push(Problem::new(item.span, text).related(first.span, "here first"));
        }
    }
}
