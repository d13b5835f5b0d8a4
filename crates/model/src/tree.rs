//! A document in which some values may only be known after a step.

use std::fmt::{self, Write};

use litemap::LiteMap;
use serde_json::Value;
use smol_str::SmolStr;

use crate::address::Address;
use crate::scalar::Scalar;

/// A declared document: scalars, lists, maps, and text that refers to resources.
///
/// A [`Value`] is the resolved form; AWS code takes nothing else, so an
/// unresolved reference cannot reach it.
#[derive(Debug, Clone, PartialEq)]
pub enum Tree {
    /// Text, number or boolean, as it is.
    Scalar(Scalar),
    List(Vec<Tree>),
    Map(Map),
    /// Text with references in it; a bare reference is a template of one part.
    Template(Vec<Part>),
}

/// Keys in order, packed: a stack holds some ten of these for each resource, most of them small.
pub type Map<T = Tree> = LiteMap<SmolStr, T>;

/// One piece of a [`Tree::Template`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    Text(String),
    Ref(Reference),
}

impl Part {
    fn reference(&self) -> Option<&Reference> {
        if let Part::Ref(reference) = self { Some(reference) } else { None }
    }
}

/// An attribute of another resource or of a lookup.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    pub target: Address,
    /// `arn`, `name`, `id`, or another attribute that the target's kind exports.
    pub attribute: SmolStr,
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.target, self.attribute)
    }
}

impl Tree {
    pub fn text(text: impl Into<SmolStr>) -> Self {
        Tree::Scalar(Scalar::Text(text.into()))
    }

    pub fn reference(target: Address, attribute: &str) -> Self {
        Tree::Template(vec![Part::Ref(Reference { target, attribute: attribute.into() })])
    }

    pub fn as_map(&self) -> Option<&Map> {
        if let Tree::Map(map) = self { Some(map) } else { None }
    }

    pub fn as_str(&self) -> Option<&str> {
        if let Tree::Scalar(scalar) = self { scalar.as_str() } else { None }
    }

    /// The value behind a dotted path through maps.
    pub fn get(&self, path: &str) -> Option<&Tree> {
        path.split('.').try_fold(self, |tree, key| tree.as_map()?.get(key))
    }

    /// Every reference in the document, with its path.
    pub fn references(&self) -> Vec<(String, &Reference)> {
        let mut found = Vec::new();
        self.walk(&mut String::new(), &mut |path, reference| found.push((path.to_string(), reference)));
        found
    }

    /// The same without the paths.
    pub fn for_each_reference<'a>(&'a self, visit: &mut impl FnMut(&'a Reference)) {
        match self {
            Tree::List(items) => items.iter().for_each(|item| item.for_each_reference(visit)),
            Tree::Map(map) => map.values().for_each(|value| value.for_each_reference(visit)),
            Tree::Template(parts) => parts.iter().filter_map(Part::reference).for_each(visit),
            Tree::Scalar(_) => {}
        }
    }

    /// Is one of them to this?
    pub fn names(&self, target: &Address) -> bool {
        let mut named = false;
        self.for_each_reference(&mut |reference| named |= reference.target == *target);
        named
    }

    /// The first of them.
    pub fn first_reference(&self) -> Option<&Reference> {
        match self {
            Tree::List(items) => items.iter().find_map(Tree::first_reference),
            Tree::Map(map) => map.values().find_map(Tree::first_reference),
            Tree::Template(parts) => parts.iter().find_map(Part::reference),
            Tree::Scalar(_) => None,
        }
    }

    /// One text grows and shrinks with the path: most of a document refers to nothing.
    fn walk<'a>(&'a self, path: &mut String, visit: &mut impl FnMut(&str, &'a Reference)) {
        let above = path.len();
        match self {
            Tree::List(items) => {
                for (i, item) in items.iter().enumerate() {
                    // writing to a text cannot go wrong
                    let _ = write!(path, "[{i}]");
                    item.walk(path, visit);
                    path.truncate(above);
                }
            }
            Tree::Map(map) => {
                for (key, value) in map {
                    if above > 0 {
                        path.push('.');
                    }
                    path.push_str(key);
                    value.walk(path, visit);
                    path.truncate(above);
                }
            }
            Tree::Template(parts) => {
                parts.iter().filter_map(Part::reference).for_each(|reference| visit(path, reference));
            }
            Tree::Scalar(_) => {}
        }
    }

    /// The document as a value, with each reference answered; an answer that is a list is
    /// spliced into the list around it.
    ///
    /// # Errors
    /// The first that `answer` gives.
    pub fn fill<E>(&self, answer: &impl Fn(&Reference) -> Result<Value, E>) -> Result<Value, E> {
        match self {
            Tree::Scalar(scalar) => Ok(scalar.value()),
            Tree::Template(parts) => fill_template(parts, answer),
            Tree::List(items) => {
                let mut out = Vec::with_capacity(items.len());
                for item in items {
                    match (item, item.fill(answer)?) {
                        (Tree::Template(_), Value::Array(found)) => out.extend(found),
                        (_, value) => out.push(value),
                    }
                }
                Ok(Value::Array(out))
            }
            Tree::Map(map) => {
                let entries = map.iter().map(|(key, tree)| Ok((key.to_string(), tree.fill_one(answer)?)));
                entries.collect::<Result<_, _>>().map(Value::Object)
            }
        }
    }

    /// Where one value is wanted, a lookup that finds exactly one thing says it.
    fn fill_one<E>(&self, answer: &impl Fn(&Reference) -> Result<Value, E>) -> Result<Value, E> {
        Ok(match (self, self.fill(answer)?) {
            (Tree::Template(_), Value::Array(mut found)) if found.len() == 1 => found.remove(0),
            (_, value) => value,
        })
    }

    /// The document as a value, or the first reference in it.
    ///
    /// # Errors
    /// When there is a reference in it.
    pub fn value(&self) -> Result<Value, Reference> {
        self.fill(&|reference| Err(reference.clone()))
    }
}

fn fill_template<E>(parts: &[Part], answer: &impl Fn(&Reference) -> Result<Value, E>) -> Result<Value, E> {
    if let [Part::Ref(reference)] = parts {
        return answer(reference);
    }
    let text = |part: &Part| {
        Ok(match part {
            Part::Text(text) => text.clone(),
            Part::Ref(reference) => match answer(reference)? {
                Value::String(text) => text,
                other => other.to_string(),
            },
        })
    };
    parts.iter().map(text).collect::<Result<String, _>>().map(Value::String)
}

impl From<Value> for Tree {
    fn from(value: Value) -> Self {
        match value {
            Value::Array(items) => Tree::List(items.into_iter().map(Tree::from).collect()),
            Value::Object(map) => {
                Tree::Map(map.into_iter().map(|(k, v)| (k.into(), Tree::from(v))).collect())
            }
            scalar => Tree::Scalar(Scalar::of(&scalar).unwrap_or_default()),
        }
    }
}

/// `a.b`, or `b` at the root.
pub fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_string() } else { format!("{path}.{key}") }
}
