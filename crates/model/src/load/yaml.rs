//! Reads YAML as a tree with places: one document of plain values.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use super::node::{DEPTH, Entry, Node, NodeValue};
use super::problem::Problem;
use super::source::Span;

/// More values than any honest document has; anchors that multiply end here.
const VALUES: usize = 100_000;

/// Where a text stands: in a file of its own, or inside another one.
#[derive(Debug, Clone, Copy)]
pub enum Within {
    /// From that byte of a file on.
    File { file: usize, from: usize },
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
struct Places {
    within: Within,
    bytes: Vec<usize>,
}

impl Places {
    fn new(within: Within, text: &str) -> Self {
        let ends = std::iter::once(text.len());
        Self { within, bytes: text.char_indices().map(|(at, _)| at).chain(ends).collect() }
    }

    fn span(&self, span: saphyr_parser::Span) -> Span {
        self.at(span.start.index(), span.end.index())
    }

    fn at(&self, start: usize, end: usize) -> Span {
        let byte = |at: usize| self.bytes.get(at).or(self.bytes.last()).copied().unwrap_or_default();
        match self.within {
            Within::File { file, from } => Span { file, start: from + byte(start), end: from + byte(end) },
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
    value: NodeValue,
}

struct Reader {
    places: Places,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Node>,
    values: usize,
    root: Option<Node>,
}

impl Reader {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Problem> {
        match event {
            Event::DocumentStart(_) if self.root.is_some() => {
                Err(Problem::new(span, "a second document begins here, AWS reads one"))
            }
            Event::Scalar(text, style, anchor, tag) => {
                let value = scalar(&text, style, tag.as_deref());
                self.put(Node::new(span, value), anchor)
            }
            Event::SequenceStart(anchor, _) => self.begin(span, anchor, NodeValue::List(Vec::new())),
            Event::MappingStart(anchor, _) => self.begin(span, anchor, NodeValue::Map(BTreeMap::new())),
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

    fn begin(&mut self, span: Span, anchor: usize, value: NodeValue) -> Result<(), Problem> {
        if self.open.len() >= DEPTH {
            return Err(Problem::new(span, format!("this document is nested more than {DEPTH} deep")));
        }
        self.open.push(Open { span, anchor, key: None, value });
        Ok(())
    }

    fn end(&mut self, span: Span) -> Result<(), Problem> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        let whole = Span { end: span.end.max(open.span.end), ..open.span };
        self.put(Node::new(whole, open.value), open.anchor)
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
        match &mut open.value {
            NodeValue::List(items) => items.push(node),
            NodeValue::Map(map) => match open.key.take() {
                None => open.key = Some((key(&node)?, node.span)),
                Some((name, place)) => {
                    if let Some(first) = map.get(&name) {
                        return Err(Problem::new(place, format!("`{name}` is given twice"))
                            .related(first.key, "given here first"));
                    }
                    map.insert(name, Entry { key: place, node });
                }
            },
            _ => {}
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
        NodeValue::Text(text) => Ok(text.clone()),
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
        _ if !plain => NodeValue::Text(text.to_string()),
        "" | "~" | "null" | "Null" | "NULL" => NodeValue::Null,
        "true" | "True" | "TRUE" => NodeValue::Bool(true),
        "false" | "False" | "FALSE" => NodeValue::Bool(false),
        _ => number(text).unwrap_or_else(|| NodeValue::Text(text.to_string())),
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
