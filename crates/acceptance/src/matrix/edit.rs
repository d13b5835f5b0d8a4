//! A stack's TOML with another value at a path.

use recon_model::schema::{Field, Type};
use recon_model::{Address, KindId};
use toml::{Table, Value};

/// A stack's TOML, taken apart.
#[derive(Clone)]
pub struct Document {
    pub table: Table,
    address: Address,
}

/// One step of a path.
enum Step {
    Key(String),
    Item(String),
}

impl Document {
    pub fn new(toml: &str, resource: &str) -> Self {
        let table = toml::from_str(toml).unwrap_or_else(|error| panic!("{error}\n{toml}"));
        Self { table, address: resource.parse().unwrap() }
    }

    pub fn text(&self) -> String {
        toml::to_string(&self.table).unwrap()
    }

    /// Accepts a finding of the rules on a resource, as its TOML can.
    pub fn allow(&mut self, address: &Address, rule: &str, reason: &str) {
        let finding = [("rule", rule), ("reason", reason)].map(|(key, text)| (key.to_string(), text.into()));
        let (family, name) = address.kind.split_once('.').unwrap();
        let place = [family, name, &address.label]
            .into_iter()
            .try_fold(&mut self.table, |table, key| table.get_mut(key)?.as_table_mut());
        let allowed = place.unwrap().entry("allow").or_insert_with(|| Value::Array(Vec::new()));
        allowed.as_array_mut().unwrap().push(Value::Table(Table::from_iter(finding)));
    }

    pub fn has(&self, path: &str) -> bool {
        let mut copy = self.clone();
        copy.take(path).is_some()
    }

    /// The document with that value there. An item beyond a list's end is a new one.
    pub fn set(&mut self, path: &str, value: Value) {
        let (last, place) = self.parent(path);
        match (last, place) {
            (Step::Key(key), Value::Table(table)) => {
                table.insert(key, value);
            }
            (Step::Item(item), Value::Array(list)) => match position(list, &item) {
                Some(at) => list[at] = value,
                None => list.push(value),
            },
            (_, other) => panic!("{path}: nothing can be put into {other}"),
        }
    }

    /// Takes the value out.
    pub fn take(&mut self, path: &str) -> Option<Value> {
        let (last, place) = self.parent(path);
        match (last, place) {
            (Step::Key(key), Value::Table(table)) => table.remove(&key),
            (Step::Item(item), Value::Array(list)) => position(list, &item).map(|at| list.remove(at)),
            _ => None,
        }
    }

    /// What holds the last step of a path, made where it is missing.
    fn parent(&mut self, path: &str) -> (Step, &mut Value) {
        let kind = KindId::named(&self.address.kind).unwrap().kind();
        let mut steps = steps(&kind.spec, path);
        let last = steps.pop().unwrap();
        let (family, name) = self.address.kind.split_once('.').unwrap();
        let mut place = self.table.get_mut(family).unwrap();
        for key in [name, &self.address.label] {
            place = place.get_mut(key).unwrap_or_else(|| panic!("the base has no {}", self.address));
        }
        for step in steps {
            place = match (step, place) {
                (Step::Key(key), Value::Table(table)) => {
                    table.entry(key).or_insert_with(|| Value::Table(Table::new()))
                }
                (Step::Item(item), Value::Array(list)) => {
                    let at = position(list, &item).unwrap_or_else(|| panic!("{path}: no item {item}"));
                    &mut list[at]
                }
                // a list that is to be made for a new item
                (Step::Item(_), other) => other,
                (Step::Key(key), other) => panic!("{path}: {other} has no {key}"),
            };
        }
        (last, place)
    }
}

/// By number, or by a value in the item.
fn position(list: &[Value], item: &str) -> Option<usize> {
    if let Ok(at) = item.parse::<usize>()
        && list.iter().all(|value| !holds(value, item))
    {
        return (at < list.len()).then_some(at);
    }
    list.iter().position(|value| holds(value, item))
}

fn holds(value: &Value, item: &str) -> bool {
    let same = |value: &Value| match value {
        Value::String(text) => text == item,
        Value::Integer(number) => number.to_string() == item,
        _ => false,
    };
    same(value) || value.as_table().is_some_and(|table| table.values().any(same))
}

/// A path under a kind's fields: only they tell where a key ends that has dots in it.
fn steps(spec: &Field, path: &str) -> Vec<Step> {
    let mut out = Vec::new();
    let mut field = spec;
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('[') {
            let (item, after) = inner.split_once(']').unwrap();
            out.push(Step::Item(item.to_string()));
            rest = after.strip_prefix('.').unwrap_or(after);
            continue;
        }
        if let Type::Map(_) | Type::Pairs { .. } | Type::Document(_) = field.ty {
            out.push(Step::Key(rest.to_string()));
            break;
        }
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (key, after) = rest.split_at(end);
        field = field.child(key).unwrap_or_else(|| panic!("there is no field {path}"));
        out.push(Step::Key(key.to_string()));
        rest = after.strip_prefix('.').unwrap_or(after);
    }
    out
}
