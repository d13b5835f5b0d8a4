//! A place in a resource's document: the value there, and where it was written.

use std::borrow::Cow;

use recon_model::load::Span;
use recon_model::schema::{Field, Type};
use recon_model::{Address, KindId, Lookup, Reference, join};
use serde_json::Value;

use crate::cx::{Cx, Item, MARK, reference};

/// A place in a document, whether anything stands there or not.
///
/// Reading gives what was written or else AWS's default.
#[derive(Debug, Clone)]
pub struct At<'c> {
    pub cx: &'c Cx<'c>,
    item: &'c Item<'c>,
    field: Option<&'c Field>,
    value: Option<&'c Value>,
    path: String,
}

impl<'c> At<'c> {
    /// The whole document of a resource, as it was written.
    pub fn root(cx: &'c Cx<'c>, item: &'c Item<'c>) -> Self {
        let field = Some(&item.resource.kind.kind().spec);
        Self { cx, item, field, value: Some(&item.declared), path: String::new() }
    }

    /// The whole document in the kind's canonical form. Paths that only this
    /// form has are shown at what stands around them.
    pub fn canonical(&self) -> Self {
        Self { value: Some(self.item.canonical()), ..Self::root(self.cx, self.item) }
    }

    /// The place behind a dotted path.
    pub fn get(&self, path: &str) -> Self {
        path.split('.').fold(self.clone(), |at, key| at.key(key))
    }

    /// The member of that name, dots and all.
    pub fn key(&self, name: &str) -> Self {
        let field = self.field.and_then(|field| match &field.ty {
            Type::Map(item) | Type::Pairs { item, .. } => Some(&**item),
            _ => field.child(name),
        });
        let value = self.value.and_then(|value| value.get(name));
        Self { field, value, path: join(&self.path, name), ..*self }
    }

    /// The items of a list; of anything else none.
    pub fn items(&self) -> impl Iterator<Item = At<'c>> + use<'c> {
        let field = self.field.and_then(|field| match &field.ty {
            Type::List { item, .. } => Some(&**item),
            _ => None,
        });
        let Self { cx, item, ref path, value, .. } = *self;
        let path = path.clone();
        let items = value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        items.iter().enumerate().map(move |(i, value)| At {
            cx,
            item,
            field,
            value: Some(value),
            path: format!("{path}[{i}]"),
        })
    }

    /// The members of a table; of anything else none.
    pub fn entries(&self) -> impl Iterator<Item = (&'c str, At<'c>)> {
        let map = self.value.and_then(Value::as_object);
        map.into_iter().flatten().map(|(key, _)| (key.as_str(), self.key(key)))
    }

    /// Was anything written here?
    pub fn exists(&self) -> bool {
        self.value.is_some_and(|value| !value.is_null())
    }

    /// Nothing, or an empty list or table.
    pub fn is_empty(&self) -> bool {
        match self.value {
            None | Some(Value::Null) => true,
            Some(Value::Array(items)) => items.is_empty(),
            Some(Value::Object(map)) => map.is_empty(),
            Some(_) => false,
        }
    }

    /// What was written.
    pub fn declared(&self) -> Option<&'c Value> {
        self.value
    }

    /// What was written, or AWS's default.
    pub fn value(&self) -> Option<&'c Value> {
        let written = self.value.filter(|value| !value.is_null());
        written.or_else(|| self.field.and_then(|field| field.default.as_ref()))
    }

    /// The text, if it is known before any call.
    pub fn text(&self) -> Option<Cow<'c, str>> {
        match self.value()? {
            Value::String(text) if text.contains(MARK) => self.fill(text).map(Cow::Owned),
            Value::String(text) => Some(Cow::Borrowed(text)),
            Value::Number(number) => Some(Cow::Owned(number.to_string())),
            Value::Bool(flag) => Some(Cow::Owned(flag.to_string())),
            _ => None,
        }
    }

    /// Is it known to be this text?
    pub fn is(&self, text: &str) -> bool {
        self.text().is_some_and(|own| own == text)
    }

    /// Is it known to be one of these texts?
    pub fn is_one_of(&self, texts: &[&str]) -> bool {
        self.text().is_some_and(|own| texts.contains(&&*own))
    }

    /// The number; digits in a text are one.
    pub fn int(&self) -> Option<i64> {
        match self.value()? {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// Is it known to be true?
    pub fn flag(&self) -> bool {
        matches!(self.value(), Some(Value::Bool(true))) || self.is("true")
    }

    /// Does a reference to what only AWS knows stand here or below?
    pub fn known(&self) -> bool {
        fn known(at: &At<'_>, value: &Value) -> bool {
            match value {
                Value::String(text) => !text.contains(MARK) || at.fill(text).is_some(),
                Value::Array(items) => items.iter().all(|item| known(at, item)),
                Value::Object(map) => map.values().all(|item| known(at, item)),
                _ => true,
            }
        }
        self.value.is_none_or(|value| known(self, value))
    }

    /// Was it written out, without any reference?
    pub fn is_literal(&self) -> bool {
        self.value.is_some_and(|value| !value.as_str().is_some_and(|text| text.contains(MARK)))
    }

    /// The single reference that stands here.
    pub fn reference(&self) -> Option<Reference> {
        let text = self.value?.as_str()?;
        reference(text.strip_prefix(MARK)?.strip_suffix(MARK)?)
    }

    /// The resource that is named here, by reference or by its name in AWS.
    pub fn target(&self) -> Option<At<'c>> {
        if let Some(reference) = self.reference() {
            return self.cx.resource(&reference.target);
        }
        let to = self.field?.reference.as_ref()?;
        let name = self.text()?;
        to.kinds.iter().filter_map(|kind| KindId::named(kind)).find_map(|kind| self.cx.named(kind, &name))
    }

    /// The lookup that is named here.
    pub fn lookup(&self) -> Option<&'c Lookup> {
        self.cx.lookup(&self.reference()?.target)
    }

    pub fn address(&self) -> &'c Address {
        &self.item.resource.address
    }

    pub fn item(&self) -> &'c Item<'c> {
        self.item
    }

    pub fn field(&self) -> Option<&'c Field> {
        self.field
    }

    /// `load_balancers[0].container_port`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The document's root.
    pub fn top(&self) -> At<'c> {
        At::root(self.cx, self.item)
    }

    /// Where it was written, or what stands around it.
    pub fn span(&self) -> Span {
        self.item.resource.span_of(&self.path)
    }

    /// What stands in the file at this place, variables and quotes as they were written.
    pub fn written(&self) -> &'c str {
        let span = self.span();
        let source = self.cx.stack.sources.get(span.file);
        source.and_then(|source| source.text.get(span.start..span.end)).unwrap_or_default()
    }

    /// A text with its references filled in, if all of them are known.
    pub(crate) fn fill(&self, text: &str) -> Option<String> {
        let mut out = String::new();
        for (i, piece) in text.split(MARK).enumerate() {
            if i % 2 == 0 {
                out.push_str(piece);
            } else {
                out.push_str(&self.cx.known(&reference(piece)?)?);
            }
        }
        Some(out)
    }
}
