//! A document as a form's names and values, and back.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::encode;
use crate::codec::form::{from_text, to_text};
use crate::codec::time::TimeFormat;
use crate::codec::xml::flattened;
use crate::service::Service;
use crate::shape::{Member, Shape, ShapeType};

/// A form that is being written.
pub(super) struct Form<'a> {
    pub(super) service: &'a Service,
    pub(super) ec2: bool,
    pub(super) body: String,
}

impl Form<'_> {
    pub(super) fn pair(&mut self, name: &str, value: &str) {
        if !self.body.is_empty() {
            self.body.push('&');
        }
        self.body.push_str(&encode(name));
        self.body.push('=');
        self.body.push_str(&encode(value));
    }

    pub(super) fn structure(&mut self, shape: &Shape, value: &Value, prefix: &str) {
        for (name, member) in &shape.members {
            if let Some(value) = value.get(name) {
                self.value(member, value, &join(prefix, &parameter(self.ec2, name, member)));
            }
        }
    }

    fn value(&mut self, member: &Member, value: &Value, prefix: &str) {
        let shape = self.service.shape_of(member);
        match (shape.kind, value) {
            (ShapeType::Structure, _) => self.structure(shape, value, prefix),
            (ShapeType::List, Value::Array(items)) => self.list(member, shape, items, prefix),
            (ShapeType::Map, Value::Object(entries)) => {
                let (Some(key), Some(item)) = (&shape.key, &shape.value) else { return };
                let prefix = entry_prefix(member, shape, prefix);
                for (i, (k, v)) in entries.iter().enumerate() {
                    let entry = format!("{prefix}.{}", i + 1);
                    self.pair(&join(&entry, key.location_name.as_deref().unwrap_or("key")), k);
                    self.value(item, v, &join(&entry, item.location_name.as_deref().unwrap_or("value")));
                }
            }
            _ => {
                let text = to_text(self.service, member, value, TimeFormat::Iso8601);
                self.pair(prefix, &text);
            }
        }
    }

    fn list(&mut self, member: &Member, shape: &Shape, items: &[Value], prefix: &str) {
        let Some(item) = &shape.member else { return };
        if items.is_empty() && !self.ec2 {
            return self.pair(prefix, "");
        }
        let prefix = item_prefix(self.ec2, member, shape, prefix);
        for (i, value) in items.iter().enumerate() {
            self.value(item, value, &format!("{prefix}.{}", i + 1));
        }
    }
}

fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_string() } else { format!("{prefix}.{name}") }
}

/// Name of a member in a form.
fn parameter(ec2: bool, name: &str, member: &Member) -> String {
    if !ec2 {
        return member.location_name.as_deref().unwrap_or(name).to_string();
    }
    if let Some(name) = &member.query_name {
        return name.clone();
    }
    let name = member.location_name.as_deref().unwrap_or(name);
    name.chars().take(1).flat_map(char::to_uppercase).chain(name.chars().skip(1)).collect()
}

/// What stands before the number of a list's item.
fn item_prefix(ec2: bool, member: &Member, shape: &Shape, prefix: &str) -> String {
    if ec2 || flattened(member, shape) {
        return prefix.to_string();
    }
    let item = shape.member.as_ref().and_then(|item| item.location_name.as_deref());
    join(prefix, item.unwrap_or("member"))
}

/// What stands before the number of a map's entry.
fn entry_prefix(member: &Member, shape: &Shape, prefix: &str) -> String {
    if flattened(member, shape) { prefix.to_string() } else { join(prefix, "entry") }
}

/// No form of AWS nests deeper; a stranger's must not exhaust the stack.
const DEPTH: usize = 64;

/// A form that was read: names split at their dots.
#[derive(Debug, Default)]
pub(super) struct Node {
    text: Option<String>,
    children: BTreeMap<String, Node>,
}

impl Node {
    pub(super) fn of(pairs: Vec<(String, String)>) -> Self {
        let mut root = Self::default();
        for (name, text) in pairs {
            let leaf = name
                .splitn(DEPTH, '.')
                .fold(&mut root, |node, part| node.children.entry(part.to_string()).or_default());
            leaf.text = Some(text);
        }
        root
    }

    /// Children with a number for a name, in the numbers' order.
    fn numbered(&self) -> Vec<&Node> {
        let mut items: Vec<(u32, &Node)> =
            self.children.iter().filter_map(|(name, node)| Some((name.parse().ok()?, node))).collect();
        items.sort_by_key(|(number, _)| *number);
        items.into_iter().map(|(_, node)| node).collect()
    }

    fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }

    fn at(&self, path: &str) -> Option<&Node> {
        path.split('.').filter(|part| !part.is_empty()).try_fold(self, |node, part| node.children.get(part))
    }
}

/// Reads documents out of a form. What does not fit its shape stays text, for `validate` to tell.
pub(super) struct Reader<'a> {
    pub(super) service: &'a Service,
    pub(super) ec2: bool,
}

impl Reader<'_> {
    pub(super) fn structure(&self, shape: &Shape, node: &Node) -> Value {
        let members = shape.members.iter().filter_map(|(name, member)| {
            let child = node.at(&parameter(self.ec2, name, member))?;
            Some((name.clone(), self.value(member, child)))
        });
        Value::Object(members.collect())
    }

    fn value(&self, member: &Member, node: &Node) -> Value {
        let shape = self.service.shape_of(member);
        match (shape.kind, &shape.member) {
            (ShapeType::Structure, _) => self.structure(shape, node),
            (ShapeType::List, Some(item)) => {
                let items = node.at(&item_prefix(self.ec2, member, shape, ""));
                items.map_or_else(Vec::new, Node::numbered).iter().map(|n| self.value(item, n)).collect()
            }
            (ShapeType::Map, _) => Value::Object(self.entries(member, shape, node).unwrap_or_default()),
            _ => from_text(self.service, member, node.text()).unwrap_or_else(|_| node.text().into()),
        }
    }

    fn entries(&self, member: &Member, shape: &Shape, node: &Node) -> Option<Map<String, Value>> {
        let (key, item) = (shape.key.as_ref()?, shape.value.as_ref()?);
        let entries = node.at(&entry_prefix(member, shape, ""))?.numbered();
        let entry = |entry: &&Node| {
            let name = entry.children.get(key.location_name.as_deref().unwrap_or("key"))?.text();
            let value = entry.children.get(item.location_name.as_deref().unwrap_or("value"))?;
            Some((name.to_string(), self.value(item, value)))
        };
        Some(entries.iter().filter_map(entry).collect())
    }
}
