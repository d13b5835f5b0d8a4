//! `docs/kinds`: a page for each kind, made from the kind.

use std::fmt::Write;

use super::own;
use crate::KindId;
use crate::schema::{DocumentForm, Field, Order, Type};

const MADE: &str = "<!-- made from crates/model: UPDATE_DOCS=1 cargo test -p recon-model -->\n";

/// `docs/kinds/README.md`.
pub fn index() -> String {
    let mut out = format!(
        "# Kinds\n\n{MADE}\nEverything that a stack can hold.\n\n| kind | | CloudFormation |\n|---|---|---|\n"
    );
    for id in KindId::ALL {
        let kind = id.kind();
        let name = id.name();
        let cfn = kind.cfn.map(|cfn| format!("`{cfn}`")).unwrap_or_default();
        let _ = writeln!(out, "| [{name}]({name}.md) | {} | {cfn} |", kind.doc);
    }
    out
}

/// The page of a kind.
pub fn page(id: KindId) -> String {
    let kind = id.kind();
    let mut out = format!("# {}\n\n{MADE}\n{}\n\n", id.name(), kind.doc);
    let fields = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let _ = writeln!(out, "- Named in AWS by: {}", fields(kind.identity));
    let _ = writeln!(out, "- Others may refer to: {}", fields(kind.exports));
    let owned = if kind.tagged {
        "two tags, `recon:stack` and `recon:address`"
    } else {
        "what it is part of, or what uses it"
    };
    let _ = writeln!(out, "- Owned by: {owned}");
    if let Some(cfn) = kind.cfn {
        let _ = writeln!(out, "- CloudFormation: `{cfn}`");
    }
    let _ = writeln!(out, "- AWS API: {}, structure `{}`\n", kind.service, kind.shape);
    out.push_str("## Fields\n\n| field | type | default | |\n|---|---|---|---|\n");
    for field in &kind.fields().fields {
        rows(&mut out, field, "");
    }
    out.push_str("\n## recon's own keys\n\n| key | |\n|---|---|\n");
    for (key, doc) in own(id) {
        let _ = writeln!(out, "| `{key}` | {} |", cell(doc));
    }
    if !kind.left_out.is_empty() {
        out.push_str("\n## Left out\n\nMembers of AWS's structure that the TOML does not offer.\n\n");
        for (member, why) in &kind.left_out {
            let _ = writeln!(out, "- `{member}`: {why}");
        }
    }
    out
}

fn rows(out: &mut String, field: &Field, path: &str) {
    let path = if path.is_empty() { field.name.clone() } else { format!("{path}.{}", field.name) };
    let default = field.default.as_ref().map(|value| format!("`{value}`")).unwrap_or_default();
    let _ =
        writeln!(out, "| `{path}` | {} | {} | {} |", cell(&ty(field)), cell(&default), cell(&notes(field)));
    for entry in &field.entries {
        rows(out, entry, &path);
    }
    if let Some(structure) = field.ty.structure() {
        let path = if matches!(field.ty, Type::List { .. }) { format!("{path}[]") } else { path };
        for inner in &structure.fields {
            rows(out, inner, &path);
        }
    }
}

fn ty(field: &Field) -> String {
    if let Some(to) = &field.reference {
        return format!("label of {}", to.kinds.join(" or "));
    }
    match &field.ty {
        Type::Text { allowed } if !allowed.is_empty() && allowed.len() <= 12 => allowed.join(", "),
        Type::List { item, order } => {
            let order = match order {
                Order::Sequence => ", in order".to_string(),
                Order::Set => String::new(),
                Order::By(key) => format!(", matched by `{key}`"),
            };
            format!("list of {}{order}", ty(item))
        }
        Type::Map(item) | Type::Pairs { item, .. } => format!("table of {}", ty(item)),
        Type::Document(DocumentForm::Policy) => "IAM policy: table, JSON text or `{ file = \"…\" }`".into(),
        other => other.name().trim_start_matches("a ").trim_start_matches("an ").to_string(),
    }
}

fn notes(field: &Field) -> String {
    let mut words = Vec::new();
    if field.required {
        words.push("**required**".to_string());
    }
    if field.create_only.is_some() {
        words.push("another value replaces the resource".to_string());
    }
    if field.unmanaged {
        words.push("not compared where it is left out".to_string());
    }
    if field.secret {
        words.push("never shown".to_string());
    }
    if field.write_only {
        words.push("AWS does not answer with it".to_string());
    }
    let short = match &field.ty {
        Type::Struct(inner) => inner.shorthand.as_ref(),
        _ => None,
    };
    words.extend(short.map(|name| format!("a bare value stands for `{name}`")));
    let marks = words.join("; ");
    [&*field.doc, marks.as_str()]
        .iter()
        .filter(|text| !text.is_empty())
        .copied()
        .collect::<Vec<_>>()
        .join(" · ")
}

/// Text that cannot leave its cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ").replace('<', "&lt;")
}
