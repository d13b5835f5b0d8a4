//! The one differ: two documents under a kind's fields.

use std::borrow::Cow;
use std::collections::BTreeSet;

use recon_model::plan::FieldChange;
use recon_model::schema::{DocumentForm, Field, Order, Struct, Type};
use serde_json::{Map, Value, json};

use crate::mask::masked;
use crate::policy;
use crate::resolve::{is_unknown, shown};

/// Every difference between a desired and a live document of that field's type.
/// Paths in `skip` (and below them) are somebody else's.
pub fn changes(field: &Field, desired: &Value, live: &Value, skip: &[String]) -> Vec<FieldChange> {
    let mut walk = Walk { skip, path: String::new(), found: Vec::new() };
    if let Type::Struct(structure) = &field.ty {
        walk.structure(structure, desired, live);
    }
    walk.found
}

/// AWS has it, or recon keeps it on the resource.
pub fn counts(field: &Field) -> bool {
    !field.aws.is_empty() || field.kept
}

/// A position, and what stands there on either side.
type Pair<'v> = (usize, Option<&'v Value>, Option<&'v Value>);

/// Walks both documents at once. One text grows and shrinks with the path, for most
/// of what it passes is alike and nobody asks where it stands.
struct Walk<'a> {
    skip: &'a [String],
    path: String,
    found: Vec<FieldChange>,
}

impl Walk<'_> {
    fn structure(&mut self, structure: &Struct, desired: &Value, live: &Value) {
        for field in structure.fields.iter().filter(|field| counts(field)) {
            let (d, l) = (desired.get(&field.name), live.get(&field.name));
            if d != l {
                self.under(&field.name, |walk| walk.field(field, d, l));
            }
        }
    }

    /// Goes down by a key, unless what stands there is somebody else's.
    fn under(&mut self, key: &str, work: impl FnOnce(&mut Self)) {
        let above = self.path.len();
        if above > 0 {
            self.path.push('.');
        }
        self.path.push_str(key);
        if !self.skipped() {
            work(self);
        }
        self.path.truncate(above);
    }

    /// Goes down to an item of a list.
    fn item(&mut self, at: &str, work: impl FnOnce(&mut Self)) {
        let above = self.path.len();
        self.path.extend(["[", at, "]"]);
        work(self);
        self.path.truncate(above);
    }

    /// `unmanaged` names paths without positions in lists.
    fn skipped(&self) -> bool {
        !self.skip.is_empty() && self.skip.contains(&plain(&self.path))
    }

    fn field(&mut self, field: &Field, desired: Option<&Value>, live: Option<&Value>) {
        let desired = desired.filter(|v| !v.is_null());
        let live = live.filter(|v| !v.is_null());
        if field.write_only || (desired.is_none() && (field.unmanaged || live.is_none())) {
            return;
        }
        if field.secret && live.is_some_and(|v| v.as_str().is_some_and(|t| t.starts_with("****"))) {
            return; // AWS does not give it back: nothing to compare with
        }
        let (d, l) = (desired.unwrap_or(&Value::Null), live.unwrap_or(&Value::Null));
        match &field.ty {
            Type::Struct(structure) if !d.is_string() => self.structure(structure, d, l),
            Type::List { item, order } if !is_whole_unknown(d) => self.list(field, item, order, d, l),
            Type::Map(_) | Type::Pairs { .. } if !is_whole_unknown(d) => self.map(field, d, l),
            Type::Document(form) => self.document(field, *form, d, l),
            _ => self.scalar(field, d, l),
        }
    }

    fn scalar(&mut self, field: &Field, desired: &Value, live: &Value) {
        let default = field.default.as_ref().unwrap_or(&Value::Null);
        let known = |value| {
            let value = if Value::is_null(value) { default } else { value };
            field.normal.map_or(Cow::Borrowed(value), |normal| Cow::Owned(normal(value)))
        };
        let (d, l) = (known(desired), known(live));
        let same =
            if field.default.is_none() && desired.is_null() { is_empty(&l) } else { same_scalar(&d, &l) };
        let both_nothing = field.default.is_none() && is_empty(&d) && is_empty(&l);
        if !same && !both_nothing {
            self.say(field, live, desired);
        }
    }

    fn map(&mut self, field: &Field, desired: &Value, live: &Value) {
        let (empty, d, l) = (Map::new(), desired.as_object(), live.as_object());
        let (d, l) = (d.unwrap_or(&empty), l.unwrap_or(&empty));
        let keys: BTreeSet<&String> = d.keys().chain(l.keys()).collect();
        for key in keys.into_iter().filter(|key| d.get(*key) != l.get(*key)) {
            let Some(item) = field.entry(key) else { continue };
            self.under(key, |walk| match (d.get(key), l.get(key)) {
                (Some(d), Some(l)) => walk.field(item, Some(d), Some(l)),
                (None, _) if item.unmanaged => {}
                (d, l) => walk.say(item, l.unwrap_or(&Value::Null), d.unwrap_or(&Value::Null)),
            });
        }
    }

    fn list(&mut self, field: &Field, item: &Field, order: &Order, desired: &Value, live: &Value) {
        let (d, l) = (items(desired), items(live));
        match order {
            Order::By(key) => self.keyed(item, key, d, l),
            _ if item.ty.structure().is_some() => self.structures(item, order, d, l),
            Order::Sequence if d != l => self.say(field, live, desired),
            Order::Set if sorted(d) != sorted(l) => self.say(field, live, desired),
            Order::Sequence | Order::Set => {}
        }
    }

    /// Items that are matched by name. Several of one name (two conditions on
    /// headers) find each other as the items of a set do.
    fn keyed(&mut self, item: &Field, key: &str, desired: &[Value], live: &[Value]) {
        let name = |value: &Value| text_of(&value[key]);
        let mut names: Vec<String> = Vec::new();
        for name in desired.iter().chain(live).map(name) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        for wanted in names {
            let of_name = |value: &&Value| name(value) == wanted;
            let (desired, live) = (desired.iter().filter(of_name), live.iter().filter(of_name));
            for (nth, d, l) in self.paired(item, desired.collect(), live.collect()) {
                let shown = shown_key(&json!(wanted));
                let at = if nth == 0 { shown } else { format!("{shown}#{}", nth + 1) };
                self.item(&at, |walk| walk.pair(item, d, l));
            }
        }
    }

    fn structures(&mut self, item: &Field, order: &Order, desired: &[Value], live: &[Value]) {
        let pairs = if *order == Order::Sequence {
            let longer = desired.len().max(live.len());
            (0..longer).map(|i| (i, desired.get(i), live.get(i))).collect()
        } else {
            self.paired(item, desired.iter().collect(), live.iter().collect())
        };
        for (i, d, l) in pairs {
            self.item(&i.to_string(), |walk| walk.pair(item, d, l));
        }
    }

    fn pair(&mut self, item: &Field, desired: Option<&Value>, live: Option<&Value>) {
        match (desired, live) {
            (Some(d), Some(l)) => self.field(item, Some(d), Some(l)),
            (d, l) => self.say(item, l.unwrap_or(&Value::Null), d.unwrap_or(&Value::Null)),
        }
    }

    /// The items of two sets that differ, as pairs, each under its position among
    /// the declared ones; what is wanted no more stands after them.
    fn paired<'v>(&self, item: &Field, desired: Vec<&'v Value>, live: Vec<&'v Value>) -> Vec<Pair<'v>> {
        let mut rest = live;
        let mut unmatched = Vec::new();
        let declared = desired.len();
        // those that are equal find each other first
        for (at, wanted) in desired.into_iter().enumerate() {
            match rest.iter().position(|there| equal(item, wanted, there)) {
                Some(found) => {
                    rest.remove(found);
                }
                None => unmatched.push((at, wanted)),
            }
        }
        let mut rest = rest.into_iter();
        let mut pairs: Vec<Pair<'v>> =
            unmatched.into_iter().map(|(at, wanted)| (at, Some(wanted), rest.next())).collect();
        pairs.extend(rest.enumerate().map(|(i, there)| (declared + i, None, Some(there))));
        pairs
    }

    fn document(&mut self, field: &Field, form: DocumentForm, desired: &Value, live: &Value) {
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
            self.say(field, live, desired);
        }
    }

    fn say(&mut self, field: &Field, from: &Value, to: &Value) {
        self.found.push(FieldChange {
            path: self.path.clone(),
            from: masked(field, &self.path, from),
            to: shown(&masked(field, &self.path, to)),
            forces: None,
        });
    }
}

fn equal(item: &Field, desired: &Value, live: &Value) -> bool {
    let mut walk = Walk { skip: &[], path: String::new(), found: Vec::new() };
    desired == live || {
        walk.field(item, Some(desired), Some(live));
        walk.found.is_empty()
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

fn items(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        Value::Null => &[],
        other => std::slice::from_ref(other),
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
        (Value::String(text), other @ (Value::Number(_) | Value::Bool(_)))
        | (other @ (Value::Number(_) | Value::Bool(_)), Value::String(text)) => {
            let other = other.to_string();
            *text == other
        }
        _ => a == b,
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}

pub fn shown_key(value: &Value) -> String {
    text_of(&shown(value))
}
