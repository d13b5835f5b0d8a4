//! Forms of a result, and which command can give which.

use clap::ValueEnum;

use super::Command;

/// The form of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Text for people.
    Human,
    /// Exactly one document.
    Json,
    /// A comment on a pull request.
    Markdown,
    /// One page that needs no network.
    Html,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of a GitHub workflow.
    Github,
    /// Graphviz's language.
    Dot,
    /// Mermaid's language.
    Mermaid,
    /// A drawing.
    Svg,
}

impl Command {
    /// The forms in which the result can be had; the first where nothing is said.
    pub fn formats(&self) -> &'static [Format] {
        use Format::{Dot, Github, Html, Human, Json, Markdown, Mermaid, Sarif, Svg};
        match self {
            Command::Plan(_) | Command::Show(_) => &[Human, Json, Markdown, Html],
            Command::Report(_) => &[Human, Json, Markdown],
            Command::Drift(_) => &[Human, Json, Markdown, Sarif],
            Command::Check(_) => &[Human, Json, Sarif, Github],
            Command::Graph(_) => &[Dot, Mermaid, Svg, Html],
            _ => &[Human, Json],
        }
    }
}

/// What is wrong with a form that the command cannot give.
pub fn refusal(asked: Format, formats: &[Format]) -> Option<String> {
    if formats.contains(&asked) {
        return None;
    }
    let name =
        |format: &Format| format.to_possible_value().map_or(String::new(), |v| v.get_name().to_string());
    let names: Vec<String> = formats.iter().map(name).collect();
    let (last, rest) = names.split_last()?;
    Some(format!("this command's --format is {} or {last}, not {}", rest.join(", "), name(&asked)))
}
