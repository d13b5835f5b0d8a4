//! `name_prefix = "api-"` in place of a name.

use super::node::Node;
use super::problem::Problem;
use crate::KindId;
use crate::names::PREFIXED;

/// The beginning of a name whose end recon chooses.
pub fn prefix(node: &Node, kind: KindId, problems: &mut Vec<Problem>) -> Option<String> {
    let said = node.get("name_prefix")?;
    let mut wrong = |problem: Problem| {
        problems.push(problem);
        None
    };
    if !PREFIXED.contains(&kind) {
        let kinds: Vec<&str> = PREFIXED.iter().map(|kind| kind.name()).collect();
        return wrong(
            Problem::new(said.span, format!("an {} cannot be named by a prefix", kind.name()))
                .help(format!("give it a `name`; a prefix is for {}", kinds.join(", "))),
        );
    }
    if let Some(name) = node.get("name") {
        return wrong(
            Problem::new(said.span, "`name` and `name_prefix` exclude each other")
                .related(name.span, "the name"),
        );
    }
    match said.as_text() {
        Some(text) if !text.is_empty() => Some(text.to_string()),
        _ => wrong(Problem::new(said.span, "`name_prefix` is a text: the beginning of the name")),
    }
}
