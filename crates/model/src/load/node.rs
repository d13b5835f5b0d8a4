//! TOML and JSON as one tree with places; YAML has a reader of its own.

use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use smol_str::SmolStr;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::Problem;
use super::source::Span;
use crate::tree::Map;

/// A value as it was written, with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub span: Span,
    pub value: NodeValue,
}

#[derive(Debug, Clone, PartialEq)]
pub enum NodeValue {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(SmolStr),
    List(Vec<Node>),
    Map(Map<Entry>),
}

/// A key's value, and the key's own place.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub key: Span,
    pub node: Node,
}

impl Entry {
    /// Where a reader looks: at a value that stands on the line, else at its key.
    pub fn place(&self) -> Span {
        match self.node.value {
            NodeValue::Map(_) | NodeValue::List(_) => self.key,
            _ => self.node.span,
        }
    }
}

/// Deeper than any honest document; a hostile one ends here.
pub(super) const DEPTH: usize = 64;

impl Node {
    pub fn new(span: Span, value: NodeValue) -> Self {
        Self { span, value }
    }

    pub fn as_map(&self) -> Option<&Map<Entry>> {
        if let NodeValue::Map(map) = &self.value { Some(map) } else { None }
    }

    pub fn as_map_mut(&mut self) -> Option<&mut Map<Entry>> {
        if let NodeValue::Map(map) = &mut self.value { Some(map) } else { None }
    }

    pub fn as_text(&self) -> Option<&str> {
        if let NodeValue::Text(text) = &self.value { Some(text) } else { None }
    }

    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?.get(key).map(|entry| &entry.node)
    }

    /// What was written, in words.
    pub fn describe(&self) -> &'static str {
        match self.value {
            NodeValue::Null => "null",
            NodeValue::Bool(_) => "a boolean",
            NodeValue::Int(_) => "an integer",
            NodeValue::Float(_) => "a number",
            NodeValue::Text(_) => "a text",
            NodeValue::List(_) => "a list",
            NodeValue::Map(_) => "a table",
        }
    }

    /// How many values it holds, itself included.
    pub fn size(&self) -> usize {
        match &self.value {
            NodeValue::List(items) => 1 + items.iter().map(Node::size).sum::<usize>(),
            NodeValue::Map(map) => 1 + map.values().map(|entry| entry.node.size()).sum::<usize>(),
            _ => 1,
        }
    }

    /// Every text in the tree, to be changed in place.
    pub fn texts(&mut self, change: &mut impl FnMut(&mut Node)) {
        match &mut self.value {
            NodeValue::Text(_) => change(self),
            NodeValue::List(items) => items.iter_mut().for_each(|item| item.texts(change)),
            NodeValue::Map(map) => map.iter_mut().for_each(|(_, entry)| entry.node.texts(change)),
            _ => {}
        }
    }
}

/// Reads TOML.
pub fn toml(file: u32, text: &str) -> Result<Node, Vec<Problem>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        let span = Span::new(file, table.span().start..table.span().end);
        return table_node(file, span, table.get_ref()).map_err(|problem| vec![problem]);
    }
    let problem = |error: &toml::de::Error| {
        let range = error.span().unwrap_or(0..0);
        Problem::new(Span::new(file, range.start..range.end), error.message().replace('\n', ", "))
            .label("not valid TOML")
    };
    Err(errors.iter().take(5).map(problem).collect())
}

fn table_node(file: u32, span: Span, table: &DeTable<'_>) -> Result<Node, Problem> {
    let mut map = Map::with_capacity(table.len());
    for (key, value) in table {
        let range = key.span();
        let key_span = Span::new(file, range.start..range.end);
        map.insert(key.get_ref().as_ref().into(), Entry { key: key_span, node: value_node(file, value)? });
    }
    Ok(Node::new(span, NodeValue::Map(map)))
}

fn value_node(file: u32, value: &Spanned<DeValue<'_>>) -> Result<Node, Problem> {
    let range = value.span();
    let span = Span::new(file, range.start..range.end);
    let value = match value.get_ref() {
        DeValue::String(text) => NodeValue::Text(text.as_ref().into()),
        DeValue::Boolean(flag) => NodeValue::Bool(*flag),
        DeValue::Integer(integer) => {
            let digits = integer.as_str().replace('_', "");
            NodeValue::Int(
                i64::from_str_radix(&digits, integer.radix())
                    .map_err(|_| Problem::new(span, "this integer is too large"))?,
            )
        }
        DeValue::Float(float) => NodeValue::Float(
            float
                .as_str()
                .replace('_', "")
                .parse()
                .map_err(|_| Problem::new(span, "this is no finite number"))?,
        ),
        DeValue::Datetime(moment) => NodeValue::Text(moment.to_string().into()),
        DeValue::Array(items) => {
            NodeValue::List(items.iter().map(|item| value_node(file, item)).collect::<Result<_, _>>()?)
        }
        DeValue::Table(table) => return table_node(file, span, table),
    };
    Ok(Node::new(span, value))
}

/// Reads JSON, strictly: AWS reads the same file.
pub fn json(file: u32, text: &str) -> Result<Node, Problem> {
    let options = jsonc_parser::ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_extended_string_escapes: false,
        allow_non_finite_numbers: false,
    };
    let too_deep = nesting(text) > DEPTH;
    if too_deep {
        return Err(Problem::new(
            Span::new(file, 0..0),
            format!("this document is nested more than {DEPTH} deep"),
        ));
    }
    let parsed = jsonc_parser::parse_to_ast(text, &jsonc_parser::CollectOptions::default(), &options);
    match parsed {
        Ok(result) => match result.value {
            Some(value) => Ok(json_node(file, &value)),
            None => {
                Err(Problem::new(Span::new(file, 0..0), "this file is empty, a JSON document was expected"))
            }
        },
        Err(error) => {
            let range = error.range();
            Err(Problem::new(
                Span::new(file, range.start..range.end),
                error.kind().to_string().to_lowercase(),
            )
            .label("not valid JSON"))
        }
    }
}

/// How deep brackets are nested, before a recursive parser sees them.
fn nesting(text: &str) -> usize {
    let (mut depth, mut deepest, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

fn json_node(file: u32, value: &ast::Value<'_>) -> Node {
    let span = Span::new(file, value.start()..value.end());
    let value = match value {
        ast::Value::NullKeyword(_) => NodeValue::Null,
        ast::Value::BooleanLit(literal) => NodeValue::Bool(literal.value),
        ast::Value::StringLit(literal) => NodeValue::Text(literal.value.as_ref().into()),
        ast::Value::NumberLit(literal) => match literal.value.parse::<i64>() {
            Ok(integer) => NodeValue::Int(integer),
            Err(_) => NodeValue::Float(literal.value.parse().unwrap_or(f64::NAN)),
        },
        ast::Value::Array(array) => {
            NodeValue::List(array.elements.iter().map(|item| json_node(file, item)).collect())
        }
        ast::Value::Object(object) => {
            let entry = |property: &ast::ObjectProp<'_>| {
                let key = Span::new(file, property.name.start()..property.name.end());
                (property.name.as_str().into(), Entry { key, node: json_node(file, &property.value) })
            };
            NodeValue::Map(object.properties.iter().map(entry).collect())
        }
    };
    Node::new(span, value)
}
