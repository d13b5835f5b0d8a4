//! A place in a resource's document: the value there, and where it was written.

use std::borrow::Cow;

use recon_model::load::Span;
use recon_model::schema::{Field, Type};
use recon_model::{Address, KindId, Lookup, Part, Reference, Scalar, Tree, join};
use serde_json::Value;

use crate::cx::{Cx, Item};

/// A place in a document, whether anything stands there or not.
///
/// Reading gives what was written or else AWS's default.
#[derive(Debug, Clone)]
pub struct At<'c> {
    pub cx: &'c Cx<'c>,
    item: &'c Item<'c>,
    field: Option<&'c Field>,
    tree: Option<&'c Tree>,
    path: String,
}

impl<'c> At<'c> {
    /// The whole document of a resource, as it was written.
    pub fn root(cx: &'c Cx<'c>, item: &'c Item<'c>) -> Self {
        let field = Some(&item.resource.kind.kind().spec);
        Self { cx, item, field, tree: Some(item.declared()), path: String::new() }
    }

    /// The whole document in the kind's canonical form. Paths that only this
    /// form has are shown at what stands around them.
    pub fn canonical(&self) -> Self {
        Self { tree: Some(self.item.canonical()), ..Self::root(self.cx, self.item) }
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
        let tree = self.tree.and_then(|tree| tree.as_map()?.get(name));
        Self { field, tree, path: join(&self.path, name), ..*self }
    }

    /// The items of a list; of anything else none.
    pub fn items(&self) -> impl Iterator<Item = At<'c>> + use<'c> {
        let field = self.field.and_then(|field| match &field.ty {
            Type::List { item, .. } => Some(&**item),
            _ => None,
        });
        let Self { cx, item, ref path, tree, .. } = *self;
        let path = path.clone();
        let items = if let Some(Tree::List(items)) = tree { items.as_slice() } else { &[] };
        items.iter().enumerate().map(move |(i, tree)| At {
            cx,
            item,
            field,
            tree: Some(tree),
            path: format!("{path}[{i}]"),
        })
    }

    /// The members of a table; of anything else none.
    pub fn entries(&self) -> impl Iterator<Item = (&'c str, At<'c>)> {
        let map = self.tree.and_then(Tree::as_map);
        map.into_iter().flatten().map(|(key, _)| (key.as_str(), self.key(key)))
    }

    /// Was anything written here?
    pub fn exists(&self) -> bool {
        self.tree().is_some()
    }

    /// Nothing, or an empty list or table.
    pub fn is_empty(&self) -> bool {
        match self.tree() {
            None => true,
            Some(Tree::List(items)) => items.is_empty(),
            Some(Tree::Map(map)) => map.is_empty(),
            Some(Tree::Scalar(_) | Tree::Template(_)) => false,
        }
    }

    /// What was written; null is nothing.
    pub fn tree(&self) -> Option<&'c Tree> {
        self.tree.filter(|tree| !matches!(tree, Tree::Scalar(Scalar::Null)))
    }

    /// What was written, or AWS's default, which is one value.
    pub fn value(&self) -> Option<Cow<'c, Tree>> {
        let default = || Some(Cow::Owned(Tree::from(self.default()?.clone())));
        self.tree().map(Cow::Borrowed).or_else(default)
    }

    fn default(&self) -> Option<&'c Value> {
        self.field?.default.as_ref()
    }

    /// The text, number or flag without a reference in it that was written, or AWS's default.
    pub fn scalar(&self) -> Option<Cow<'c, Scalar>> {
        match self.tree() {
            None => Scalar::of(self.default()?).map(Cow::Owned),
            Some(Tree::Scalar(scalar)) => Some(Cow::Borrowed(scalar)),
            Some(Tree::List(_) | Tree::Map(_) | Tree::Template(_)) => None,
        }
    }

    pub fn is_table(&self) -> bool {
        matches!(self.tree, Some(Tree::Map(_)))
    }

    pub fn is_text(&self) -> bool {
        matches!(self.value().as_deref(), Some(Tree::Scalar(Scalar::Text(_)) | Tree::Template(_)))
    }

    pub fn is_list(&self) -> bool {
        matches!(self.tree, Some(Tree::List(_)))
    }

    /// The text, if it is known before any call.
    pub fn text(&self) -> Option<Cow<'c, str>> {
        if let Some(Tree::Template(parts)) = self.tree {
            return self.fill(parts).map(Cow::Owned);
        }
        match self.scalar()? {
            Cow::Borrowed(Scalar::Null) | Cow::Owned(Scalar::Null) => None,
            Cow::Borrowed(Scalar::Text(text)) => Some(Cow::Borrowed(text)),
            other => Some(Cow::Owned(other.to_string())),
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
        match &*self.scalar()? {
            Scalar::Number(number) => number.as_i64(),
            Scalar::Text(text) => text.parse().ok(),
            Scalar::Null | Scalar::Bool(_) => None,
        }
    }

    /// Is it known to be true?
    pub fn flag(&self) -> bool {
        matches!(self.scalar().as_deref(), Some(Scalar::Bool(true))) || self.is("true")
    }

    /// Does a reference to what only AWS knows stand here or below?
    pub fn known(&self) -> bool {
        fn known(at: &At<'_>, tree: &Tree) -> bool {
            match tree {
                Tree::Template(parts) => at.fill(parts).is_some(),
                Tree::List(items) => items.iter().all(|item| known(at, item)),
                Tree::Map(map) => map.values().all(|item| known(at, item)),
                Tree::Scalar(_) => true,
            }
        }
        self.tree.is_none_or(|tree| known(self, tree))
    }

    /// Was it written out, without any reference?
    pub fn is_literal(&self) -> bool {
        self.tree.is_some_and(|tree| !matches!(tree, Tree::Template(_)))
    }

    /// The references in the text that stands here.
    pub fn references(&self) -> impl Iterator<Item = &'c Reference> + use<'c> {
        let parts = if let Some(Tree::Template(parts)) = self.tree { parts.as_slice() } else { &[] };
        parts.iter().filter_map(|part| if let Part::Ref(reference) = part { Some(reference) } else { None })
    }

    /// The single reference that stands here.
    pub fn reference(&self) -> Option<&'c Reference> {
        let Tree::Template(parts) = self.tree? else { return None };
        if let [Part::Ref(reference)] = parts.as_slice() { Some(reference) } else { None }
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
        source.and_then(|source| source.text.get(span.range())).unwrap_or_default()
    }

    /// A text with its references filled in, if all of them are known.
    pub(crate) fn fill(&self, parts: &[Part]) -> Option<String> {
        let mut out = String::new();
        for part in parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Ref(reference) => out.push_str(&self.cx.known(reference)?),
            }
        }
        Some(out)
    }
}
