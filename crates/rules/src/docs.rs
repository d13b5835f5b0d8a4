//! The documentation of the rules, made from the rules.

use std::fmt::Write;

use crate::families::FAMILIES;
use crate::rule::{By, Family, Rule};

/// A rule as `recon explain` prints it: Markdown.
pub fn explain(rule: &Rule) -> String {
    let mut out =
        format!("## {} · {}\n\n{}, found by {}\n\n", rule.id, rule.title, rule.severity, rule.by.words());
    let _ = write!(out, "{}\n\n**What to do:** {}\n\n", rule.doc, rule.fix);
    for (words, example) in [("Wrong", rule.bad), ("Right", rule.good)] {
        if !example.is_empty() {
            let _ = write!(out, "{words}:\n```toml{example}```\n\n");
        }
    }
    let _ = writeln!(out, "Source: {}", rule.source);
    out
}

/// A family's page in `docs/rules`.
pub fn page(family: &Family) -> String {
    let mut out = format!(
        "# {}\n\n<!-- made from crates/rules: UPDATE_DOCS=1 cargo test -p recon-rules -->\n",
        family.title
    );
    for rule in family.rules {
        let _ = write!(out, "\n{}", explain(rule));
    }
    out
}

/// `docs/rules/README.md`: every rule in a line.
pub fn index() -> String {
    let mut out = String::from(
        "# Rules\n\n<!-- made from crates/rules: UPDATE_DOCS=1 cargo test -p recon-rules -->\n\n\
         What AWS would refuse, or what could not work, said before the first call. \
         `recon explain ID` prints one of them.\n\n\
         A finding can be allowed where it fires, with its reason:\n\n\
         ```toml\nallow = [{ rule = \"LB-026\", reason = \"reached through the VPN only\" }]\n```\n",
    );
    for family in FAMILIES {
        let _ = write!(out, "\n## [{}]({}.md)\n\n| rule | | |\n|---|---|---|\n", family.title, family.name);
        for rule in family.rules {
            let _ = writeln!(out, "| {} | {} | {}{} |", rule.id, rule.severity, rule.title, aside(rule));
        }
    }
    out
}

fn aside(rule: &Rule) -> &'static str {
    match rule.by {
        By::Live(_) => " (in `recon plan`)",
        By::Plan => " (planned as a replacement)",
        By::Reader | By::Model(_) | By::Both(..) | By::Check(_) | By::Network(_) => "",
    }
}
