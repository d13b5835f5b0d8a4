//! Mermaid's language, which GitHub and GitLab draw in Markdown.

use std::collections::BTreeSet;

use super::Picture;
use crate::render::text::clean;

/// Stands in a block of the language `mermaid`.
pub fn mermaid(picture: &Picture) -> String {
    let mut lines = vec!["flowchart LR".to_string()];
    for (i, node) in picture.nodes.iter().enumerate() {
        let mut words = vec![node.address.to_string()];
        words.extend((node.name != node.address.label).then(|| node.name.clone()));
        let label = words.iter().map(|text| escaped(text)).collect::<Vec<_>>().join("<br/>");
        let class = node.action.map(|action| format!(":::{action}")).unwrap_or_default();
        lines.push(format!("  n{i}[\"{label}\"]{class}"));
    }
    lines.extend(picture.arrows.iter().map(|(from, to)| format!("  n{from} --> n{to}")));
    let used: BTreeSet<&str> = picture.nodes.iter().filter_map(|node| node.action).collect();
    let style = |action: &&str| Some(format!("  classDef {action} {}", style(action)?));
    lines.extend(used.iter().filter_map(style));
    lines.push(String::new());
    lines.join("\n")
}

/// Outlines only, so that it reads on a light and on a dark page.
fn style(action: &str) -> Option<&'static str> {
    Some(match action {
        "create" => "stroke:#2da44e,stroke-width:2px",
        "update" | "adopt" => "stroke:#bf8700,stroke-width:2px",
        "replace" => "stroke:#8250df,stroke-width:3px",
        "delete" => "stroke:#cf222e,stroke-width:2px,stroke-dasharray:4",
        "blocked" => "stroke:#cf222e,stroke-width:3px",
        "keep" => "stroke:#8c959f",
        _ => return None,
    })
}

/// Mermaid's own entities: letters and digits stand for themselves.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in clean(text).chars() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '_' | '-' | ' ' | ':' => out.push(c),
            other => out.push_str(&format!("#{};", u32::from(other))),
        }
    }
    out
}
