//! The one differ: two documents under a kind's fields.

use recon_model::join;
use recon_model::plan::FieldChange;
use recon_model::schema::{DocumentForm, Field, Order, Struct, Type};
use serde_json::{Map, Value, json};

use crate::mask::masked;
use crate::policy;
use crate::resolve::{is_unknown, shown};

/// Every difference between a desired and a live document of that field's type.
/// Paths in `skip` (and below them) are somebody else's.
pub fn changes(field: &Field, desired: &Value, live: &Value, skip: &[String]) -> Vec<FieldChange> {
    let mut walk = Walk { skip, found: Vec::new() };
    if let Type::Struct(structure) = &field.ty {
        walk.structure(structure, desired, live, "");
    }
    walk.found
}

/// AWS has it, or recon keeps it on the resource.
fn counts(field: &Field) -> bool {
    !field.aws.is_empty() || field.kept
}

struct Walk<'a> {
    skip: &'a [String],
    found: Vec<FieldChange>,
}

impl Walk<'_> {
    fn structure(&mut self, structure: &Struct, desired: &Value, live: &Value, path: &str) {
        for field in structure.fields.iter().filter(|field| counts(field)) {
            let path = join(path, &field.name);
            if !self.skipped(&path) {
                self.field(field, desired.get(&field.name), live.get(&field.name), &path);
            }
        }
    }

    /// `unmanaged` names paths without positions in lists.
    fn skipped(&self, path: &str) -> bool {
        if self.skip.is_empty() {
            return false;
        }
        let plain = plain(path);
        self.skip.iter().any(|skip| plain == *skip)
    }

    fn field(&mut self, field: &Field, desired: Option<&Value>, live: Option<&Value>, path: &str) {
        let desired = desired.filter(|v| !v.is_null());
        let live = live.filter(|v| !v.is_null());
        if field.write_only || (desired.is_none() && (field.unmanaged || live.is_none())) {
            return;
        }
        if field.secret
            && (live.is_none() || live.is_some_and(|v| v.as_str().is_some_and(|t| t.starts_with("****"))))
        {
            return; // AWS does not give it back: nothing to compare with
        }
        let none = Value::Null;
        let (d, l) = (desired.unwrap_or(&none), live.unwrap_or(&none));
        match &field.ty {
            Type::Struct(structure) if !d.is_string() => self.structure(structure, d, l, path),
            Type::List { item, order } if !is_whole_unknown(d) => self.list(field, item, order, d, l, path),
            Type::Map(_) | Type::Pairs { .. } if !is_whole_unknown(d) => self.map(field, d, l, path),
            Type::Document(form) => self.document(field, *form, d, l, path),
            _ => self.scalar(field, d, l, path),
        }
    }

    fn scalar(&mut self, field: &Field, desired: &Value, live: &Value, path: &str) {
        let known = |value: &Value| {
            let value =
                if value.is_null() { field.default.clone().unwrap_or_default() } else { value.clone() };
            field.normal.map_or(value.clone(), |normal| normal(&value))
        };
        let (d, l) = (known(desired), known(live));
        let same =
            if field.default.is_none() && desired.is_null() { is_empty(&l) } else { same_scalar(&d, &l) };
        if !same && !(is_empty(&d) && is_empty(&l) && field.default.is_none()) {
            self.say(field, path, live, desired);
        }
    }

    fn map(&mut self, field: &Field, desired: &Value, live: &Value, path: &str) {
        let (empty, d, l) = (Map::new(), desired.as_object(), live.as_object());
        let (d, l) = (d.unwrap_or(&empty), l.unwrap_or(&empty));
        let mut keys: Vec<&String> = d.keys().chain(l.keys()).collect();
        keys.sort();
        keys.dedup();
        for key in keys {
            let path = join(path, key);
            let Some(item) = field.entry(key).filter(|_| !self.skipped(&path)) else { continue };
            match (d.get(key), l.get(key)) {
                (Some(d), Some(l)) => self.field(item, Some(d), Some(l), &path),
                (None, _) if item.unmanaged => {}
                (d, l) => self.say(item, &path, l.unwrap_or(&Value::Null), d.unwrap_or(&Value::Null)),
            }
        }
    }

    fn list(
        &mut self,
        field: &Field,
        item: &Field,
        order: &Order,
        desired: &Value,
        live: &Value,
        path: &str,
    ) {
        let (d, l) = (items(desired), items(live));
        match order {
            Order::By(key) => self.keyed(item, key, &d, &l, path),
            _ if item.ty.structure().is_some() => self.structures(item, order, &d, &l, path),
            Order::Sequence if d != l => self.say(field, path, live, desired),
            Order::Set if sorted(&d) != sorted(&l) => self.say(field, path, live, desired),
            Order::Sequence | Order::Set => {}
        }
    }

    fn keyed(&mut self, item: &Field, key: &str, desired: &[Value], live: &[Value], path: &str) {
        let name = |value: &Value| text_of(&value[key]);
        for wanted in desired {
            let name_wanted = name(wanted);
            let path = format!("{path}[{}]", shown_key(&wanted[key]));
            match live.iter().find(|l| name(l) == name_wanted) {
                Some(there) => self.field(item, Some(wanted), Some(there), &path),
                None => self.say(item, &path, &Value::Null, wanted),
            }
        }
        for there in live.iter().filter(|l| !desired.iter().any(|d| name(d) == name(l))) {
            self.say(item, &format!("{path}[{}]", name(there)), there, &Value::Null);
        }
    }

    fn structures(&mut self, item: &Field, order: &Order, desired: &[Value], live: &[Value], path: &str) {
        let mut pairs: Vec<(Option<&Value>, Option<&Value>)> = Vec::new();
        if *order == Order::Sequence {
            for i in 0..desired.len().max(live.len()) {
                pairs.push((desired.get(i), live.get(i)));
            }
        } else {
            // those that are equal find each other first
            let mut rest: Vec<&Value> = live.iter().collect();
            let mut unmatched = Vec::new();
            for wanted in desired {
                match rest.iter().position(|there| self.equal(item, wanted, there)) {
                    Some(at) => {
                        rest.remove(at);
                    }
                    None => unmatched.push(wanted),
                }
            }
            for i in 0..unmatched.len().max(rest.len()) {
                pairs.push((unmatched.get(i).copied(), rest.get(i).copied()));
            }
        }
        for (i, pair) in pairs.into_iter().enumerate() {
            let path = format!("{path}[{i}]");
            match pair {
                (Some(d), Some(l)) => self.field(item, Some(d), Some(l), &path),
                (d, l) => self.say(item, &path, l.unwrap_or(&Value::Null), d.unwrap_or(&Value::Null)),
            }
        }
    }

    fn equal(&self, item: &Field, desired: &Value, live: &Value) -> bool {
        let mut walk = Walk { skip: &[], found: Vec::new() };
        walk.field(item, Some(desired), Some(live), "");
        walk.found.is_empty()
    }

    fn document(&mut self, field: &Field, form: DocumentForm, desired: &Value, live: &Value, path: &str) {
        let canonical = |value: &Value| {
            let parsed = value.as_str().and_then(|text| serde_json::from_str(text).ok());
            let value = parsed.as_ref().unwrap_or(value);
            match form {
                DocumentForm::Policy => policy::canonical(value),
                DocumentForm::Pattern => policy::pattern(value),
                DocumentForm::Json => value.clone(),
            }
        };
        if canonical(desired) != canonical(live) {
            self.say(field, path, live, desired);
        }
    }

    fn say(&mut self, field: &Field, path: &str, from: &Value, to: &Value) {
        self.found.push(FieldChange {
            path: path.to_string(),
            from: masked(field, path, from),
            to: shown(&masked(field, path, to)),
            forces: None,
        });
    }
}

/// A path without positions: `load_balancers[0].container_port` is `load_balancers.container_port`.
pub fn plain(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut inside = 0_usize;
    for c in path.chars() {
        match c {
            '[' => inside += 1,
            ']' => inside = inside.saturating_sub(1),
            _ if inside == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

fn is_whole_unknown(value: &Value) -> bool {
    value.is_string() && is_unknown(value)
}

fn items(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items.clone(),
        Value::Null => Vec::new(),
        other => vec![other.clone()],
    }
}

fn sorted(items: &[Value]) -> Vec<String> {
    let mut texts: Vec<String> = items.iter().map(ToString::to_string).collect();
    texts.sort();
    texts.dedup();
    texts
}

/// What AWS leaves out and what it spells out as nothing are the same.
pub fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.values().all(is_empty),
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::Bool(true) => false,
    }
}

/// `2` and `2.0` are one number; a number and its text are one value to AWS.
fn same_scalar(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::String(text), Value::Number(_) | Value::Bool(_)) => *text == b.to_string(),
        (Value::Number(_) | Value::Bool(_), Value::String(text)) => *text == a.to_string(),
        _ => a == b,
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}

fn shown_key(value: &Value) -> String {
    text_of(&shown(value))
}

/// The leaves of a new document, as changes from nothing.
pub fn leaves(field: &Field, desired: &Value) -> Vec<FieldChange> {
    let mut out = Vec::new();
    leaf(field, desired, "", &mut out);
    out
}

fn leaf(field: &Field, value: &Value, path: &str, out: &mut Vec<FieldChange>) {
    match (&field.ty, value) {
        (_, Value::Null) => {}
        (Type::Struct(structure), Value::Object(_)) => {
            for field in structure.fields.iter().filter(|field| counts(field)) {
                if let Some(value) = value.get(&field.name) {
                    leaf(field, value, &join(path, &field.name), out);
                }
            }
        }
        (Type::Map(_) | Type::Pairs { .. }, Value::Object(map)) => {
            for (key, value) in map {
                if let Some(item) = field.entry(key) {
                    leaf(item, value, &join(path, key), out);
                }
            }
        }
        (Type::List { item, order }, Value::Array(items)) if item.ty.structure().is_some() => {
            for (i, value) in items.iter().enumerate() {
                let at = if let Order::By(key) = order { shown_key(&value[key]) } else { i.to_string() };
                leaf(item, value, &format!("{path}[{at}]"), out);
            }
        }
        _ => out.push(FieldChange {
            path: path.to_string(),
            from: json!(null),
            to: shown(&masked(field, path, value)),
            forces: None,
        }),
    }
}
