//! Patterns against texts, parts of either not known yet.

use crate::context::{Context, Known};
use crate::truth::Truth;

/// Stands around the name of a part that is not known yet. No document of
/// AWS's can hold it.
pub const UNKNOWN: char = '\u{1}';

/// One piece of a pattern or text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Atom {
    Char(char),
    /// `?`
    One,
    /// `*`
    Any,
    /// Some text, by the name under which it is not known.
    Unknown(String),
}

/// How a policy's text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// `*` and `?` are wildcards.
    Pattern,
    /// They stand for themselves.
    Literal,
}

/// Does a pattern match a text, whatever the unknown parts may be?
pub fn matches(pattern: &str, text: &str) -> Truth {
    compare(&atoms(pattern, Reading::Pattern), &atoms(text, Reading::Literal))
}

/// The same for actions, which know no upper and lower case.
pub fn same_action(pattern: &str, action: &str) -> Truth {
    matches(&pattern.to_lowercase(), &action.to_lowercase())
}

/// A text without policy variables.
pub(crate) fn atoms(text: &str, reading: Reading) -> Vec<Atom> {
    let mut out = Vec::with_capacity(text.len());
    for (i, piece) in text.split(UNKNOWN).enumerate() {
        if i % 2 == 1 {
            out.push(Atom::Unknown(piece.to_string()));
        } else {
            out.extend(piece.chars().map(|c| match (c, reading) {
                ('*', Reading::Pattern) => Atom::Any,
                ('?', Reading::Pattern) => Atom::One,
                _ => Atom::Char(c),
            }));
        }
    }
    out
}

/// A policy's text with its variables filled in: `${aws:username}`, and `${*}`
/// for a star that is one. `None`: a variable of the request that is not there,
/// with which AWS matches nothing.
pub(crate) fn filled(text: &str, reading: Reading, context: &Context) -> Option<Vec<Atom>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((variable, after)) = after.split_once('}') else { break };
        out.extend(atoms(before, reading));
        out.extend(value_of(variable, context)?);
        rest = after;
    }
    out.extend(atoms(rest, reading));
    Some(out)
}

fn value_of(variable: &str, context: &Context) -> Option<Vec<Atom>> {
    if let "*" | "?" | "$" = variable {
        return Some(atoms(variable, Reading::Literal));
    }
    let (key, usual) = match variable.split_once(',') {
        Some((key, usual)) => (key.trim(), Some(usual.trim().trim_matches('\''))),
        None => (variable.trim(), None),
    };
    match context.get(key) {
        Known::Values([one]) => Some(atoms(one, Reading::Literal)),
        Known::Absent => usual.map(|usual| atoms(usual, Reading::Literal)),
        // of several values AWS says none is taken; nor can it be known here
        Known::Values(_) | Known::Unknown => Some(vec![Atom::Unknown(format!("${{{key}}}"))]),
    }
}

/// Does the pattern match the text?
pub(crate) fn compare(pattern: &[Atom], text: &[Atom]) -> Truth {
    let unknown = |atoms: &[Atom]| atoms.iter().any(|atom| matches!(atom, Atom::Unknown(_)));
    if surely(pattern, text) {
        Truth::Yes
    } else if (unknown(pattern) || unknown(text)) && possibly(pattern, text) {
        Truth::Maybe
    } else {
        Truth::No
    }
}

/// An unknown part is matched by itself, or by a star around it.
fn surely(pattern: &[Atom], text: &[Atom]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        let fits = match (pattern.get(p), &text[t]) {
            (Some(Atom::Any), _) => {
                star = Some((p, t));
                p += 1;
                continue;
            }
            (Some(Atom::One), Atom::Char(_)) => true,
            (Some(own), other) => own == other,
            (None, _) => false,
        };
        if fits {
            (p, t) = (p + 1, t + 1);
        } else if let Some((at, from)) = star {
            star = Some((at, from + 1));
            (p, t) = (at + 1, from + 1);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|atom| *atom == Atom::Any)
}

/// Is there any filling of the unknown parts with which it matches? Each is
/// taken for a star, on both sides.
fn possibly(pattern: &[Atom], text: &[Atom]) -> bool {
    let open = |atom: &Atom| matches!(atom, Atom::Any | Atom::Unknown(_));
    // row[t]: can what is left of the pattern meet text[t..]?
    let mut row = vec![false; text.len() + 1];
    row[text.len()] = true;
    for t in (0..text.len()).rev() {
        row[t] = open(&text[t]) && row[t + 1];
    }
    for own in pattern.iter().rev() {
        let below = row.clone();
        for t in (0..=text.len()).rev() {
            row[t] = match text.get(t) {
                None => open(own) && below[t],
                Some(other) if open(own) || open(other) => {
                    // either side ends here, or the open one takes in the other
                    let skip_own = open(own) && below[t];
                    let skip_other = open(other) && row[t + 1];
                    let take_other = open(own) && row[t + 1];
                    let take_own = open(other) && below[t];
                    skip_own || skip_other || take_other || take_own
                }
                Some(other) => (*own == Atom::One || own == other) && below[t + 1],
            };
        }
    }
    row[0]
}
