//! `${…}` in texts.
//!
//! `${var.x}`, `${stack.x}` and `${env}` are replaced at once; `${ecs.cluster.test.arn}`
//! becomes a reference. Anything else between `${` and `}` (IAM's
//! `${aws:username}`) is left as it is, and `$${` is a plain `${`.

use crate::tree::{Part, Reference, Tree};
use crate::{Address, KindId};

/// A piece of a text: as it is, or the inside of `${…}`.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    Text(&'a str),
    Inside(&'a str),
}

/// Cuts a text at its `${…}`.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let escaped = at > 0 && rest.as_bytes()[at - 1] == b'$';
        let end = rest[at..].find('}').map(|end| at + end);
        let (Some(end), false) = (end, escaped) else {
            // `$${` gives `${`: drop one dollar
            let cut = if escaped { at - 1 } else { at };
            out.push(Piece::Text(&rest[..cut]));
            out.push(Piece::Text("${"));
            rest = &rest[at + 2..];
            continue;
        };
        let inside = rest[at + 2..end].trim();
        if is_ours(inside) {
            out.push(Piece::Text(&rest[..at]));
            out.push(Piece::Inside(inside));
        } else {
            out.push(Piece::Text(&rest[..=end]));
        }
        rest = &rest[end + 1..];
    }
    out.push(Piece::Text(rest));
    out.retain(|piece| *piece != Piece::Text(""));
    out
}

/// Words with dots between them; AWS's own variables have a colon.
fn is_ours(inside: &str) -> bool {
    let word =
        |w: &str| !w.is_empty() && w.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    inside == "env" || (inside.contains('.') && inside.split('.').all(word))
}

/// `ecs.cluster.test.arn` as a reference, if the words have that form.
pub fn reference(inside: &str) -> Option<Reference> {
    let words: Vec<&str> = inside.split('.').collect();
    match words[..] {
        [family, kind, label, attribute] => {
            let name = format!("{family}.{kind}");
            let known = family == "lookup" || KindId::named(&name).is_some();
            known.then(|| Reference { target: Address::new(&name, label), attribute: attribute.into() })
        }
        _ => None,
    }
}

/// A text as a tree: a scalar, or a template when it refers to resources.
pub fn tree(text: &str) -> Tree {
    let parts: Vec<Part> = pieces(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => Part::Text(text.to_string()),
            Piece::Inside(inside) => match reference(inside) {
                Some(reference) => Part::Ref(reference),
                None => Part::Text(format!("${{{inside}}}")),
            },
        })
        .collect();
    if parts.iter().any(|part| matches!(part, Part::Ref(_))) {
        return Tree::Template(parts);
    }
    Tree::text(
        parts
            .into_iter()
            .map(|part| if let Part::Text(text) = part { text } else { String::new() })
            .collect::<String>(),
    )
}
