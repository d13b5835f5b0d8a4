//! Reads YAML as a tree with places: one document of plain values.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};
use smol_str::SmolStr;

use super::node::{DEPTH, Entry, Node, NodeValue};
use super::problem::Problem;
use super::source::Span;

/// More values than any honest document has; anchors that multiply end here.
const VALUES: usize = 100_000;

/// Where a text stands: in a file of its own, or inside another one.
#[derive(Debug, Clone, Copy)]
pub enum Within {
    /// From that byte of a file on.
    File { file: u32, from: usize },
    /// A text whose places cannot be told apart, such as one with escapes in it.
    Whole(Span),
}

/// Reads a document.
pub fn yaml(within: Within, text: &str) -> Result<Node, Problem> {
    let mut reader = Reader {
        places: Places::new(within, text),
        open: Vec::new(),
        anchors: BTreeMap::new(),
        values: 0,
        root: None,
    };
    for event in Parser::new_from_str(text) {
        match event {
            Ok((event, span)) => reader.take(event, reader.places.span(span))?,
            Err(error) => {
                let at = reader.places.span(saphyr_parser::Span::empty(*error.marker()));
                return Err(Problem::new(at, error.info().to_lowercase()).label("not valid YAML"));
            }
        }
    }
    reader.root.ok_or_else(|| {
        Problem::new(reader.places.at(0, 0), "this file is empty, a YAML document was expected")
    })
}

/// From the parser's counting of characters to bytes of a source.
struct Places<'t> {
    within: Within,
    text: &'t str,
    bytes: Vec<usize>,
}

impl<'t> Places<'t> {
    fn new(within: Within, text: &'t str) -> Self {
        let ends = std::iter::once(text.len());
        Self { within, text, bytes: text.char_indices().map(|(at, _)| at).chain(ends).collect() }
    }

    fn span(&self, span: saphyr_parser::Span) -> Span {
        self.at(span.start.index(), span.end.index())
    }

    /// From the one to the other.
    fn around(&self, first: Span, last: Span) -> Span {
        let Within::File { from, .. } = self.within else { return first };
        let (start, end) = (first.range().start, last.range().end.max(first.range().end));
        let inside = self.text.get(start - from..end - from).unwrap_or_default();
        Span::new(first.file, start..start + inside.trim_end().len())
    }

    /// Without the blanks after it, which the parser counts in.
    fn at(&self, start: usize, end: usize) -> Span {
        let byte = |at: usize| self.bytes.get(at).or(self.bytes.last()).copied().unwrap_or_default();
        let (start, end) = (byte(start), byte(end));
        let end = start + self.text.get(start..end).unwrap_or_default().trim_end().len();
        match self.within {
            Within::File { file, from } => Span::new(file, from + start..from + end),
            Within::Whole(span) => span,
        }
    }
}

/// A list or a map that is not closed yet.
struct Open {
    span: Span,
    anchor: usize,
    /// A map's key that waits for its value.
    key: Option<(String, Span)>,
    inside: Inside,
}

/// What is in it so far. A map is packed when it is closed: its keys come in any order.
enum Inside {
    List(Vec<Node>),
    Map(BTreeMap<SmolStr, Entry>),
}

struct Reader<'t> {
    places: Places<'t>,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Node>,
    values: usize,
    root: Option<Node>,
}

impl Reader<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Problem> {
        match event {
            Event::DocumentStart(_) if self.root.is_some() => {
                Err(Problem::new(span, "a second document begins here, AWS reads one"))
            }
            Event::Scalar(text, style, anchor, tag) => {
                let value = scalar(&text, style, tag.as_deref());
                self.put(Node::new(span, value), anchor)
            }
            Event::SequenceStart(anchor, _) => self.begin(span, anchor, Inside::List(Vec::new())),
            Event::MappingStart(anchor, _) => self.begin(span, anchor, Inside::Map(BTreeMap::new())),
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Alias(anchor) => match self.anchors.get(&anchor) {
                Some(node) => {
                    let node = node.clone();
                    self.count(node.size(), span)?;
                    self.put(node, 0)
                }
                None => Err(Problem::new(span, "this alias stands inside of what it means")),
            },
            _ => Ok(()),
        }
    }

    fn begin(&mut self, span: Span, anchor: usize, inside: Inside) -> Result<(), Problem> {
        if self.open.len() >= DEPTH {
            return Err(Problem::new(span, format!("this document is nested more than {DEPTH} deep")));
        }
        self.open.push(Open { span, anchor, key: None, inside });
        Ok(())
    }

    fn end(&mut self, span: Span) -> Result<(), Problem> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let whole = self.places.around(open.span, span);
        let value = match open.inside {
            Inside::List(items) => NodeValue::List(items),
            Inside::Map(map) => NodeValue::Map(map.into_iter().collect()),
        };
        self.put(Node::new(whole, value), open.anchor)
    }

    fn put(&mut self, node: Node, anchor: usize) -> Result<(), Problem> {
        self.count(1, node.span)?;
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        match &mut open.inside {
            Inside::List(items) => items.push(node),
            Inside::Map(map) => match open.key.take() {
                None => open.key = Some((key(&node)?, node.span)),
                Some((name, place)) => {
                    if let Some(first) = map.get(name.as_str()) {
                        return Err(Problem::new(place, format!("`{name}` is given twice"))
                            .related(first.key, "given here first"));
                    }
                    map.insert(name.into(), Entry { key: place, node });
                }
            },
        }
        Ok(())
    }

    fn count(&mut self, more: usize, span: Span) -> Result<(), Problem> {
        self.values += more;
        if self.values > VALUES {
            return Err(Problem::new(span, format!("this document has more than {VALUES} values")));
        }
        Ok(())
    }
}

/// A key as text: `8080:` and `true:` are names, too.
fn key(node: &Node) -> Result<String, Problem> {
    match &node.value {
        NodeValue::Text(text) => Ok(text.to_string()),
        NodeValue::Int(number) => Ok(number.to_string()),
        NodeValue::Float(number) => Ok(number.to_string()),
        NodeValue::Bool(flag) => Ok(flag.to_string()),
        NodeValue::Null => Ok(String::new()),
        NodeValue::List(_) | NodeValue::Map(_) => {
            Err(Problem::new(node.span, format!("{} cannot be a key", node.describe())))
        }
    }
}

/// YAML 1.2's core schema.
fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> NodeValue {
    let plain = style == ScalarStyle::Plain && tag.is_none_or(|tag| tag.suffix != "str");
    match text {
        _ if !plain => NodeValue::Text(text.into()),
        "" | "~" | "null" | "Null" | "NULL" => NodeValue::Null,
        "true" | "True" | "TRUE" => NodeValue::Bool(true),
        "false" | "False" | "FALSE" => NodeValue::Bool(false),
        _ => number(text).unwrap_or_else(|| NodeValue::Text(text.into())),
    }
}

fn number(text: &str) -> Option<NodeValue> {
    if let Ok(number) = text.parse() {
        return Some(NodeValue::Int(number));
    }
    // `inf` and `nan` are words here
    let numeric = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    text.parse().ok().filter(|_| numeric).map(NodeValue::Float)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    const SPEC: &str = "version: 0.2\nenv: &env\n  variables: { größe: \"1 €\", b: 'it''s' }\nphases:\n  build:\n    \
                        commands:\n      - |\n        make\n        make check\n      - >-\n        a\n        b\n      - \
                        ? x\n        : y\nagain: *env\n# end\n";

    fn read(text: &str) -> Result<Node, Problem> {
        yaml(Within::File { file: 0, from: 0 }, text)
    }

    /// Every place of a document, to be sliced.
    fn spans(node: &Node, found: &mut Vec<Span>) {
        found.push(node.span);
        match &node.value {
            NodeValue::List(items) => items.iter().for_each(|item| spans(item, found)),
            NodeValue::Map(map) => map.values().for_each(|entry| {
                found.push(entry.key);
                spans(&entry.node, found);
            }),
            _ => {}
        }
    }

    /// Bytes cut out, doubled and exchanged, the same ones in every run.
    fn broken(seed: u64) -> String {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
        let mut next = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap() % below
        };
        let mut chars: Vec<char> = SPEC.chars().collect();
        for _ in 0..=next(6) {
            let at = next(chars.len().max(1));
            if chars.is_empty() {
                break;
            }
            match next(4) {
                0 => drop(chars.remove(at)),
                1 => chars.insert(at, chars[at]),
                2 => {
                    chars[at] =
                        ['\t', '\0', '{', '[', '"', '*', '&', '!', '|', '\r', '\u{feff}', '%'][next(12)]
                }
                _ => chars.truncate(at.max(1)),
            }
        }
        chars.into_iter().collect()
    }

    #[test]
    fn whatever_is_read_every_place_lies_in_it() {
        let mut read_well = 0;
        for seed in 0..4_000 {
            let text = broken(seed);
            let mut found = Vec::new();
            match read(&text) {
                Ok(node) => {
                    read_well += 1;
                    spans(&node, &mut found);
                }
                Err(problem) => found.extend(problem.span),
            }
            for span in found {
                assert!(text.get(span.range()).is_some(), "{span:?} in {text:?}");
            }
        }
        assert!(read_well > 400, "{read_well}");
    }

    #[test]
    fn places_are_those_of_the_bytes() {
        let node = read(SPEC).unwrap();
        let variables = node.get("env").and_then(|env| env.get("variables")).unwrap();
        let at = |name: &str| variables.get(name).map(|node| &SPEC[node.span.range()]);
        assert_eq!((at("größe"), at("b")), (Some("\"1 €\""), Some("'it''s'")));
        assert_eq!(node.get("again").and_then(|again| again.get("variables")), Some(variables));
        let text = "a: 1\r\nb:\r\n  c: two\r\n";
        let node = read(text).unwrap();
        let two = node.get("b").and_then(|b| b.get("c")).unwrap();
        assert_eq!(&text[two.span.range()], "two");
    }

    #[test]
    fn words_are_yamls_own() {
        let node =
            read("a: yes\nb: true\nc: 0.0\nd: 012\ne: ~\nf: \"1\"\ng: !!str 1\nh: .5\ni: nan\n").unwrap();
        let value = |name: &str| node.get(name).unwrap().value.clone();
        assert_eq!(value("a"), NodeValue::Text("yes".into()));
        assert_eq!(value("b"), NodeValue::Bool(true));
        assert_eq!(value("c"), NodeValue::Float(0.0));
        assert_eq!(value("e"), NodeValue::Null);
        assert_eq!(value("f"), NodeValue::Text("1".into()));
        assert_eq!(value("g"), NodeValue::Text("1".into()));
        assert_eq!(value("h"), NodeValue::Float(0.5));
        assert_eq!(value("i"), NodeValue::Text("nan".into()));
    }
}
