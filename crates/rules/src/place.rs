//! A place in a file of the source: what stands there, and where.

use std::borrow::Cow;

use recon_model::Document;
use recon_model::load::{Entry, Node, NodeValue, Span};

use crate::at::At;

/// What can be pointed at.
pub trait Placed {
    fn span(&self) -> Span;
}

impl Placed for Span {
    fn span(&self) -> Span {
        *self
    }
}

impl Placed for At<'_> {
    fn span(&self) -> Span {
        At::span(self)
    }
}

impl Placed for Place<'_> {
    fn span(&self) -> Span {
        Place::span(self)
    }
}

/// A place in a file, whether anything stands there or not.
#[derive(Debug, Clone, Copy)]
pub struct Place<'c> {
    document: &'c Document,
    node: Option<&'c Node>,
    /// Where to point: the value, or the key of a table or a list.
    span: Span,
}

impl<'c> Place<'c> {
    /// The whole of a file that can be read.
    pub fn root(document: &'c Document) -> Option<Self> {
        let node = document.root.as_ref()?;
        // its first line says which file it is
        let span = Span { end: document.span.start, ..document.span };
        Some(Self { document, node: Some(node), span })
    }

    /// The member of that name.
    pub fn get(&self, name: &str) -> Self {
        self.member(|key| key == name)
    }

    /// The member of that name in any case, as AppSpecs have it.
    pub fn any_case(&self, name: &str) -> Self {
        self.member(|key| key.eq_ignore_ascii_case(name))
    }

    fn member(&self, fits: impl Fn(&str) -> bool) -> Self {
        let entry = self.map().find(|(key, _)| fits(key)).map(|(_, entry)| entry);
        match entry {
            Some(entry) => Self { node: Some(&entry.node), span: entry.place(), ..*self },
            None => Self { node: None, ..*self },
        }
    }

    fn map(&self) -> impl Iterator<Item = (&'c str, &'c Entry)> + use<'c> {
        let map = self.node.and_then(Node::as_map);
        map.into_iter().flatten().map(|(key, entry)| (key.as_str(), entry))
    }

    /// The members of a table, each at its key.
    pub fn entries(&self) -> impl Iterator<Item = (&'c str, Place<'c>)> + use<'c> {
        let document = self.document;
        self.map()
            .map(move |(key, entry)| (key, Place { document, node: Some(&entry.node), span: entry.key }))
    }

    /// The items of a list; a single value is a list of one.
    pub fn items(&self) -> impl Iterator<Item = Place<'c>> + use<'c> {
        let Self { document, node, .. } = *self;
        let items = match node.map(|node| (&node.value, node)) {
            Some((NodeValue::List(items), _)) => items.as_slice(),
            Some((NodeValue::Null | NodeValue::Map(_), _)) | None => &[],
            Some((_, node)) => std::slice::from_ref(node),
        };
        items.iter().map(move |node| Place { document, node: Some(node), span: node.span })
    }

    /// Does anything stand here?
    pub fn exists(&self) -> bool {
        self.node.is_some_and(|node| node.value != NodeValue::Null)
    }

    /// The text; numbers and booleans as they are said.
    pub fn text(&self) -> Option<Cow<'c, str>> {
        match &self.node?.value {
            NodeValue::Text(text) => Some(Cow::Borrowed(text)),
            NodeValue::Int(number) => Some(Cow::Owned(number.to_string())),
            NodeValue::Float(number) => Some(Cow::Owned(number.to_string())),
            NodeValue::Bool(flag) => Some(Cow::Owned(flag.to_string())),
            NodeValue::Null | NodeValue::List(_) | NodeValue::Map(_) => None,
        }
    }

    /// Is it this text?
    pub fn is(&self, text: &str) -> bool {
        self.text().is_some_and(|own| own == text)
    }

    /// The number; digits in a text are one.
    pub fn int(&self) -> Option<i64> {
        match &self.node?.value {
            NodeValue::Int(number) => Some(*number),
            NodeValue::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// `true`, or `yes` as older YAML has it.
    pub fn flag(&self) -> bool {
        self.text().is_some_and(|text| ["true", "yes", "on"].contains(&&*text.to_ascii_lowercase()))
    }

    pub fn node(&self) -> Option<&'c Node> {
        self.node
    }

    pub fn document(&self) -> &'c Document {
        self.document
    }

    pub fn span(&self) -> Span {
        self.span
    }

    /// The file by the name that the stack knows it by.
    pub fn file(&self) -> &'c str {
        self.document.path.as_deref().unwrap_or_else(|| self.document.role.words())
    }
}
