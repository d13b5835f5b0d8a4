//! Texts with references in them as one text, each reference between marks.

use recon_model::{Part, Reference, Tree};
use serde_json::Value;

/// Stands around a reference inside a text. No document of AWS's can hold it.
pub(crate) const MARK: char = '\u{1}';

/// A document as a value, each text with references as `text` says it.
pub(crate) fn filled(tree: &Tree, text: &impl Fn(&[Part]) -> String) -> Value {
    match tree {
        Tree::Scalar(scalar) => scalar.value(),
        Tree::Template(parts) => text(parts).into(),
        Tree::List(items) => items.iter().map(|item| filled(item, text)).collect(),
        Tree::Map(map) => map.iter().map(|(key, tree)| (key.to_string(), filled(tree, text))).collect(),
    }
}

/// A document as a value, references between [`MARK`]s.
pub(crate) fn value(tree: &Tree) -> Value {
    filled(tree, &text)
}

/// A text with references between [`MARK`]s.
pub(crate) fn text(parts: &[Part]) -> String {
    let mut out = String::new();
    for part in parts {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Ref(reference) => out.push_str(&format!("{MARK}{reference}{MARK}")),
        }
    }
    out
}

/// The document that such a value was made of.
pub(crate) fn tree(value: Value) -> Tree {
    match value {
        Value::String(text) if text.contains(MARK) => Tree::Template(parts(&text)),
        Value::Array(items) => Tree::List(items.into_iter().map(tree).collect()),
        Value::Object(map) => {
            Tree::Map(map.into_iter().map(|(key, value)| (key.into(), tree(value))).collect())
        }
        scalar => Tree::from(scalar),
    }
}

fn parts(text: &str) -> Vec<Part> {
    let part = |(i, piece): (usize, &str)| match reference(piece).filter(|_| i % 2 == 1) {
        Some(reference) => Some(Part::Ref(reference)),
        None => (!piece.is_empty()).then(|| Part::Text(piece.into())),
    };
    text.split(MARK).enumerate().filter_map(part).collect()
}

/// `ecs.cluster.test.arn` as the reference that it was.
pub(crate) fn reference(text: &str) -> Option<Reference> {
    let (target, attribute) = text.rsplit_once('.')?;
    Some(Reference { target: target.parse().ok()?, attribute: attribute.into() })
}
