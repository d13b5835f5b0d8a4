//! What was written, under a kind's fields: types, names, references.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::files::Files;
use super::node::{Entry, Node, NodeValue};
use super::problem::{Problem, nearest};
use super::source::Span;
use super::template;
use crate::schema::{Field, Home, RefTo, Struct, Type};
use crate::tree::{Map, Part, Tree, join};
use crate::{Address, KindId, Scalar, Spans};

/// How keys are spelled: recon's snake_case, or AWS's own in a file of AWS's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    Snake,
    Aws,
}

/// What the reading of one resource needs, and what it finds.
pub struct Typing<'a> {
    /// The stack's name.
    pub stack: &'a str,
    pub home: &'a Home,
    /// Every address that the stack declares, lookups included.
    pub declared: &'a BTreeSet<Address>,
    pub files: &'a mut Files,
    pub problems: &'a mut Vec<Problem>,
    pub spelling: Spelling,
    /// Where each path of the spec was written.
    pub spans: BTreeMap<String, Span>,
}

impl Typing<'_> {
    /// The places of the document that was just read.
    pub fn written(&mut self) -> Spans {
        let spans = std::mem::take(&mut self.spans).into_iter();
        spans.map(|(path, span)| (path.into_boxed_str(), span)).collect()
    }

    /// The structure that `node` says, without the keys in `aside`.
    pub fn structure(&mut self, structure: &Struct, node: &Node, path: &str, aside: &[&str]) -> Tree {
        let Some(entries) = node.as_map() else {
            self.wrong_type(node, "a table");
            return Tree::Map(Map::new());
        };
        let mut map = Map::with_capacity(entries.len());
        for (key, entry) in entries.iter().filter(|(key, _)| !aside.contains(&key.as_str())) {
            let Some(field) = self.find(structure, key) else {
                self.unknown_key(structure, key, entry, aside);
                continue;
            };
            let path = join(path, &field.name);
            self.spans.insert(path.clone(), entry.place());
            if let Some(tree) = self.field(field, &entry.node, &path) {
                map.insert(field.name.as_str().into(), tree);
            }
        }
        Tree::Map(map)
    }

    /// Names the required fields that are not there.
    /// One that was given and is wrong has had its word already.
    pub fn missing(&mut self, structure: &Struct, tree: &Tree, span: Span, path: &str, what: &str) {
        let Some(map) = tree.as_map() else { return };
        for field in
            structure.fields.iter().filter(|field| field.required && !map.contains_key(field.name.as_str()))
        {
            if self.spans.contains_key(&join(path, &field.name)) {
                continue;
            }
            let label = format!("needs `{}`", field.name);
            let mut problem = Problem::new(span, format!("{what}: `{}` is missing", field.name)).label(label);
            if !field.doc.is_empty() {
                problem = problem.help(format!("{}: {}", field.name, &*field.doc));
            }
            self.problems.push(problem);
        }
    }

    fn find<'s>(&self, structure: &'s Struct, key: &str) -> Option<&'s Field> {
        match self.spelling {
            Spelling::Snake => structure.field(key),
            Spelling::Aws => structure.fields.iter().find(|field| field.aws == key),
        }
    }

    fn field(&mut self, field: &Field, node: &Node, path: &str) -> Option<Tree> {
        if let Some(to) = &field.reference
            && self.spelling == Spelling::Snake
        {
            return self.reference(to, node);
        }
        match (&field.ty, &node.value) {
            (_, NodeValue::Null) => None,
            (Type::Struct(structure), NodeValue::Map(_)) => Some(self.inner(structure, node, path)),
            (Type::Struct(structure), _) if structure.shorthand.is_some() => {
                self.shorthand(structure, node, path)
            }
            (Type::List { item, .. }, NodeValue::List(items)) => {
                let typed = items.iter().enumerate().filter_map(|(i, n)| {
                    let path = format!("{path}[{i}]");
                    self.spans.insert(path.clone(), n.span);
                    self.field(item, n, &path)
                });
                Some(Tree::List(typed.collect()))
            }
            // one name where a list of names may stand
            (Type::List { item, .. }, NodeValue::Text(_)) if item.reference.is_some() => {
                self.field(item, node, path).map(|tree| Tree::List(vec![tree]))
            }
            (Type::Map(item), NodeValue::Map(map)) => Some(self.map(item, map, path)),
            (Type::Pairs { item, .. }, NodeValue::Map(map)) => Some(self.map(item, map, path)),
            (Type::Pairs { key, value, item }, NodeValue::List(items)) => {
                Some(self.pairs(key, value, item, items, path))
            }
            (Type::Document(_), _) => self.document(node, path),
            (ty, _) => self.scalar(ty, node),
        }
    }

    fn inner(&mut self, structure: &Struct, node: &Node, path: &str) -> Tree {
        let tree = self.structure(structure, node, path, &[]);
        self.missing(structure, &tree, node.span, path, path);
        tree
    }

    fn shorthand(&mut self, structure: &Struct, node: &Node, path: &str) -> Option<Tree> {
        let field = structure.field(structure.shorthand.as_deref()?)?;
        let value = self.field(field, node, &join(path, &field.name))?;
        Some(Tree::Map(Map::from_iter([(field.name.as_str().into(), value)])))
    }

    fn map(&mut self, item: &Field, map: &Map<Entry>, path: &str) -> Tree {
        let mut out = Map::with_capacity(map.len());
        for (key, entry) in map {
            let path = join(path, key);
            self.spans.insert(path.clone(), entry.place());
            if let Some(tree) = self.field(item, &entry.node, &path) {
                out.insert(key.clone(), tree);
            }
        }
        Tree::Map(out)
    }

    /// AWS's own form of a map: a list of names and values.
    fn pairs(&mut self, key: &str, value: &str, item: &Field, items: &[Node], path: &str) -> Tree {
        let spelled = |name: &str| match self.spelling {
            Spelling::Aws => name.to_string(),
            Spelling::Snake => name.to_ascii_lowercase(),
        };
        let (key, value) = (spelled(key), spelled(value));
        let mut out = Map::with_capacity(items.len());
        for node in items {
            let Some(name) = node.get(&key).and_then(Node::as_text) else {
                self.problems.push(Problem::new(node.span, format!("an entry needs `{key}` and `{value}`")));
                continue;
            };
            let path = join(path, name);
            self.spans.insert(path.clone(), node.span);
            let tree =
                node.get(&value).and_then(|n| self.field(item, n, &path)).unwrap_or_else(|| Tree::text(""));
            if out.insert(name.into(), tree).is_some() {
                self.problems.push(Problem::new(node.span, format!("`{name}` is given twice")));
            }
        }
        Tree::Map(out)
    }

    fn scalar(&mut self, ty: &Type, node: &Node) -> Option<Tree> {
        match (ty, &node.value) {
            (Type::Bool, NodeValue::Bool(flag)) => Some(Tree::Scalar((*flag).into())),
            (Type::Int, NodeValue::Int(number)) => Some(Tree::Scalar((*number).into())),
            (Type::Float, NodeValue::Float(number)) => Some(Tree::Scalar((*number).into())),
            (Type::Float, NodeValue::Int(number)) => Some(Tree::Scalar((*number as f64).into())),
            (Type::Text { .. }, NodeValue::Int(number)) => Some(Tree::text(number.to_string())),
            (Type::Text { .. }, NodeValue::Float(number)) => Some(Tree::text(number.to_string())),
            (Type::Text { .. }, NodeValue::Bool(flag)) => Some(Tree::text(flag.to_string())),
            (Type::Text { allowed }, NodeValue::Text(text)) => {
                let tree = self.text(text, node.span);
                if let Some(text) = tree.as_str()
                    && !allowed.is_empty()
                    && !allowed.iter().any(|a| a == text)
                {
                    let problem =
                        Problem::new(node.span, format!("`{text}` is not a value that AWS knows here"));
                    let problem = match nearest(text, allowed.iter().map(String::as_str)) {
                        Some(name) => problem.help(format!("did you mean `{name}`?")),
                        None => problem.help(format!("valid here: {}", allowed.join(", "))),
                    };
                    self.problems.push(problem);
                    return None;
                }
                Some(tree)
            }
            // a variable that stands for the whole value arrives as a text
            (Type::Int, NodeValue::Text(text))
                if text.parse::<i64>().is_ok() && self.interpolated(node.span) =>
            {
                text.parse::<i64>().ok().map(|number| Tree::Scalar(number.into()))
            }
            (Type::Bool, NodeValue::Text(text))
                if self.interpolated(node.span) && (text == "true" || text == "false") =>
            {
                Some(Tree::Scalar((text == "true").into()))
            }
            (Type::Int | Type::Bool | Type::Float, NodeValue::Text(text)) if text.contains("${") => {
                Some(self.text(text, node.span))
            }
            _ => {
                self.wrong_type(node, ty.name());
                None
            }
        }
    }

    /// Was the value written as `"${…}"`?
    fn interpolated(&self, span: Span) -> bool {
        self.files.text(span).contains("${")
    }

    fn text(&mut self, text: &str, span: Span) -> Tree {
        if self.spelling == Spelling::Aws {
            return Tree::text(text);
        }
        let tree = template::tree(text);
        if let Tree::Template(parts) = &tree {
            for part in parts {
                if let Part::Ref(reference) = part {
                    self.check_target(&reference.target, &reference.attribute, span);
                }
            }
        }
        tree
    }

    fn check_target(&mut self, target: &Address, attribute: &str, span: Span) {
        if !self.declared.contains(target) {
            let valid: Vec<String> = self.declared.iter().map(ToString::to_string).collect();
            let problem = Problem::new(span, format!("there is no {target} in this stack"));
            let help = nearest(&target.to_string(), valid.iter().map(String::as_str));
            self.problems.push(match help {
                Some(name) => problem.help(format!("did you mean `{name}`?")),
                None => problem,
            });
            return;
        }
        let exports: &[&str] = match KindId::named(&target.kind) {
            Some(id) => id.kind().exports,
            None => crate::lookups::exports(&target.kind),
        };
        if !exports.contains(&attribute) && attribute != "name" {
            let problem = Problem::new(span, format!("{target} has no attribute `{attribute}`"));
            self.problems.push(problem.nearest(attribute, exports.iter().copied()));
        }
    }

    /// A label of the stack, a full address, or `{ arn = "…" }` for what is outside.
    fn reference(&mut self, to: &RefTo, node: &Node) -> Option<Tree> {
        match &node.value {
            NodeValue::Text(text) if text.contains("${") => Some(self.text(text, node.span)),
            NodeValue::Text(text) => self.label(to, text, node.span),
            NodeValue::Map(map) if map.len() == 1 => {
                let (key, entry) = map.iter().next()?;
                match (key.as_str(), entry.node.as_text()) {
                    ("arn" | "name" | "id", Some(text)) => Some(self.text(text, entry.node.span)),
                    _ => {
                        let help = format!("outside the stack: {{ {} = \"…\" }}", to.attribute);
                        self.problems.push(Problem::new(node.span, "this names nothing").help(help));
                        None
                    }
                }
            }
            _ => {
                self.wrong_type(node, &format!("a label of {}", to.kinds.join(" or ")));
                None
            }
        }
    }

    fn label(&mut self, to: &RefTo, text: &str, span: Span) -> Option<Tree> {
        let full = text.parse::<Address>().ok().filter(|address| to.kinds.contains(&address.kind.as_str()));
        let by_label =
            to.kinds.iter().map(|kind| Address::new(kind, text)).find(|a| self.declared.contains(a));
        if let Some(address) = full.filter(|a| self.declared.contains(a)).or(by_label) {
            return Some(Tree::reference(address, to.attribute));
        }
        if let Some(value) = to.outside.and_then(|outside| outside(text, self.home)) {
            return Some(Tree::text(value));
        }
        let labels: Vec<&str> = self
            .declared
            .iter()
            .filter(|address| to.kinds.contains(&address.kind.as_str()))
            .map(|address| address.label.as_str())
            .collect();
        let problem =
            Problem::new(span, format!("there is no {} `{text}` in this stack", to.kinds.join(" or ")))
                .label("not declared");
        self.problems.push(match nearest(text, labels.iter().copied()) {
            Some(name) => problem.help(format!("did you mean `{name}`?")),
            None => problem.help(format!(
                "declare [{}.{text}], or name what is outside the stack: {{ {} = \"…\" }}",
                to.kinds.first().copied().unwrap_or_default(),
                to.attribute
            )),
        });
        None
    }

    /// A policy or another JSON document: a file, a table, or JSON text.
    fn document(&mut self, node: &Node, path: &str) -> Option<Tree> {
        let only_file = node.as_map().is_some_and(|map| map.len() == 1);
        if let Some(file) = node.get("file").filter(|_| only_file) {
            let node = self.files.json(file, self.problems)?;
            return Some(self.raw(&node, Spelling::Aws, path));
        }
        if let Some(text) = node.as_text() {
            return match serde_json::from_str::<Value>(text) {
                Ok(value) => Some(Tree::from(value)),
                Err(error) => {
                    self.problems.push(Problem::new(node.span, format!("this text is not JSON: {error}")));
                    None
                }
            };
        }
        Some(self.raw(node, Spelling::Snake, path))
    }

    fn raw(&mut self, node: &Node, spelling: Spelling, path: &str) -> Tree {
        match &node.value {
            NodeValue::Null => Tree::Scalar(Scalar::Null),
            NodeValue::Bool(flag) => Tree::Scalar((*flag).into()),
            NodeValue::Int(number) => Tree::Scalar((*number).into()),
            NodeValue::Float(number) => Tree::Scalar((*number).into()),
            NodeValue::Text(text) if spelling == Spelling::Aws => Tree::text(text.clone()),
            NodeValue::Text(text) => self.text(text, node.span),
            NodeValue::List(items) => {
                let items = items.iter().enumerate().map(|(i, item)| {
                    let path = format!("{path}[{i}]");
                    self.spans.insert(path.clone(), item.span);
                    self.raw(item, spelling, &path)
                });
                Tree::List(items.collect())
            }
            NodeValue::Map(map) => {
                let entries = map.iter().map(|(key, entry)| {
                    let path = join(path, key);
                    self.spans.insert(path.clone(), entry.place());
                    (key.clone(), self.raw(&entry.node, spelling, &path))
                });
                Tree::Map(entries.collect())
            }
        }
    }

    fn unknown_key(&mut self, structure: &Struct, key: &str, entry: &Entry, aside: &[&str]) {
        let problem = Problem::unknown_field(entry.key, key);
        let problem = if let Some(field) =
            structure.fields.iter().find(|f| f.aws == key && self.spelling == Spelling::Snake)
        {
            problem.help(format!("AWS's `{key}` is `{}` here", field.name))
        } else {
            let names: Vec<&str> = match self.spelling {
                Spelling::Snake => {
                    structure.fields.iter().map(|f| f.name.as_str()).chain(aside.iter().copied()).collect()
                }
                Spelling::Aws => structure.fields.iter().map(|f| f.aws.as_str()).collect(),
            };
            problem.nearest(key, names)
        };
        self.problems.push(problem);
    }

    fn wrong_type(&mut self, node: &Node, wanted: &str) {
        self.problems.push(
            Problem::new(node.span, format!("expected {wanted}, found {}", node.describe()))
                .label(format!("must be {wanted}")),
        );
    }
}
