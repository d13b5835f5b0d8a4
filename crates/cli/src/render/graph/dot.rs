//! Graphviz's language.

use super::Picture;
use crate::render::text::clean;

/// `dot -Tsvg` draws it.
pub fn dot(picture: &Picture) -> String {
    let mut lines = vec![
        format!("digraph {} {{", quoted(&picture.title)),
        "  rankdir=LR;".to_string(),
        "  node [shape=box, fontname=\"sans-serif\"];".to_string(),
    ];
    for node in &picture.nodes {
        let address = node.address.to_string();
        let mut words = vec![address.clone()];
        words.extend((node.name != node.address.label).then(|| node.name.clone()));
        words.extend(node.action.filter(|action| *action != "keep").map(str::to_string));
        let label = words.iter().map(|text| escaped(text)).collect::<Vec<_>>().join("\\n");
        let colour = node.action.and_then(colour).map(|c| format!(", color={c}")).unwrap_or_default();
        lines.push(format!("  {} [label=\"{label}\"{colour}];", quoted(&address)));
    }
    for (from, to) in &picture.arrows {
        let name = |at: usize| quoted(&picture.nodes[at].address.to_string());
        lines.push(format!("  {} -> {};", name(*from), name(*to)));
    }
    lines.push("}\n".to_string());
    lines.join("\n")
}

fn colour(action: &str) -> Option<&'static str> {
    Some(match action {
        "create" => "forestgreen",
        "update" | "adopt" => "goldenrod",
        "replace" => "darkviolet",
        "delete" | "blocked" => "firebrick",
        _ => return None,
    })
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

fn escaped(text: &str) -> String {
    clean(text).replace('\\', "\\\\").replace('"', "\\\"")
}
