//! Ways to break a document in one place, and every place where each applies.

use serde_json::{Value, json};

/// Keys and positions down to a value.
pub type Path = Vec<Step>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Key(String),
    Item(usize),
}

/// One way to break a document.
pub struct Breaker {
    pub name: &'static str,
    /// What stands at the path becomes something else, if the breaker applies there.
    pub apply: fn(&mut Value, &Path, &mut Dice) -> Option<String>,
}

pub const BREAKERS: &[Breaker] = &[
    Breaker { name: "leave a field out", apply: drop_field },
    Breaker { name: "misspell a field", apply: misspell_field },
    Breaker { name: "misspell a value", apply: misspell_value },
    Breaker { name: "empty a value", apply: empty },
    Breaker { name: "make a value too long", apply: lengthen },
    Breaker { name: "give a value of another type", apply: other_type },
    Breaker { name: "another number", apply: number },
    Breaker { name: "turn a switch", apply: switch },
    Breaker { name: "drop an item of a list", apply: drop_item },
    Breaker { name: "drop a permission", apply: drop_permission },
    Breaker { name: "name an item twice", apply: double },
    Breaker { name: "name another resource", apply: other_name },
    Breaker { name: "swap two neighbours", apply: swap },
    Breaker { name: "leave a resource out", apply: drop_resource },
];

/// Chance that is the same for the same place.
pub struct Dice(u64);

impl Dice {
    pub fn of(seed: u64, words: &str) -> Self {
        // FNV-1a
        Self(words.bytes().fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        }))
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % n.max(1)
    }
}

/// Every place of a document, itself not among them.
pub fn places(value: &Value) -> Vec<Path> {
    fn walk(value: &Value, path: &mut Path, out: &mut Vec<Path>) {
        let children: Vec<(Step, &Value)> = match value {
            Value::Object(map) => map.iter().map(|(key, value)| (Step::Key(key.clone()), value)).collect(),
            Value::Array(items) => {
                items.iter().enumerate().map(|(i, value)| (Step::Item(i), value)).collect()
            }
            _ => Vec::new(),
        };
        for (step, child) in children {
            path.push(step);
            out.push(path.clone());
            walk(child, path, out);
            path.pop();
        }
    }
    let mut out = Vec::new();
    walk(value, &mut Vec::new(), &mut out);
    out
}

pub fn spelled(path: &Path) -> String {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Key(key) if text.is_empty() => text.push_str(key),
            Step::Key(key) => text.push_str(&format!(".{key}")),
            Step::Item(i) => text.push_str(&format!("[{i}]")),
        }
    }
    text
}

fn at<'v>(value: &'v mut Value, path: &[Step]) -> Option<&'v mut Value> {
    path.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get_mut(key),
        Step::Item(i) => value.get_mut(*i),
    })
}

fn parent<'v>(value: &'v mut Value, path: &Path) -> Option<(&'v mut Value, Step)> {
    let (last, front) = path.split_last()?;
    Some((at(value, front)?, last.clone()))
}

/// A resource of a TOML file: `ecs.cluster.test`.
fn is_resource(value: &Value, path: &Path) -> bool {
    path.len() == 3 && value["containerDefinitions"].is_null()
}

fn is_field(value: &Value, path: &Path) -> bool {
    matches!(path.last(), Some(Step::Key(_))) && (path.len() > 3 || !value["containerDefinitions"].is_null())
}

fn drop_field(value: &mut Value, path: &Path, _: &mut Dice) -> Option<String> {
    if !is_field(value, path) {
        return None;
    }
    let (Value::Object(map), Step::Key(key)) = parent(value, path)? else { return None };
    map.remove(&key)?;
    Some("is left out".into())
}

fn drop_resource(value: &mut Value, path: &Path, _: &mut Dice) -> Option<String> {
    if !is_resource(value, path) {
        return None;
    }
    let (Value::Object(map), Step::Key(key)) = parent(value, path)? else { return None };
    map.remove(&key)?;
    Some("is left out".into())
}

fn misspell_field(value: &mut Value, path: &Path, dice: &mut Dice) -> Option<String> {
    if !is_field(value, path) {
        return None;
    }
    let (Value::Object(map), Step::Key(key)) = parent(value, path)? else { return None };
    let wrong = misspelled(&key, dice)?;
    let inner = map.remove(&key)?;
    map.insert(wrong.clone(), inner);
    Some(format!("is spelled {wrong}"))
}

/// Without one of its letters.
fn misspelled(text: &str, dice: &mut Dice) -> Option<String> {
    let letters: Vec<usize> =
        text.char_indices().filter(|(_, c)| c.is_ascii_alphanumeric()).map(|(i, _)| i).collect();
    if letters.len() < 3 || text.contains(' ') {
        return None;
    }
    let mut wrong = text.to_string();
    wrong.remove(letters[dice.below(letters.len())]);
    (wrong != text).then_some(wrong)
}

fn misspell_value(value: &mut Value, path: &Path, dice: &mut Dice) -> Option<String> {
    let Value::String(text) = at(value, path)? else { return None };
    *text = misspelled(text, dice)?;
    Some(format!("is \"{text}\""))
}

fn empty(value: &mut Value, path: &Path, _: &mut Dice) -> Option<String> {
    let Value::String(text) = at(value, path)? else { return None };
    if text.is_empty() {
        return None;
    }
    text.clear();
    Some("is empty".into())
}

fn lengthen(value: &mut Value, path: &Path, _: &mut Dice) -> Option<String> {
    let Value::String(text) = at(value, path)? else { return None };
    *text = format!("{text}{}", "x".repeat(1100));
    Some("has 1100 letters more".into())
}

fn other_type(value: &mut Value, path: &Path, _: &mut Dice) -> Option<String> {
    let there = at(value, path)?;
    *there = match there {
        Value::String(_) => json!({ "a": 1 }),
        Value::Number(_) | Value::Bool(_) => json!("x"),
        Value::Array(_) => json!(7),
        _ => return None,
    };
    Some(format!("is {there}"))
}

fn number(value: &mut Value, path: &Path, dice: &mut Dice) -> Option<String> {
    let there = at(value, path)?;
    let text = there.is_string();
    let n = there.as_i64().or_else(|| there.as_str()?.parse().ok())?;
    let choices = [0, -1, n + 1, n.saturating_mul(1000), 65_536, 1];
    let other = choices[dice.below(choices.len())];
    if other == n {
        return None;
    }
    *there = if text { json!(other.to_string()) } else { json!(other) };
    Some(format!("is {other}"))
}

fn switch(value: &mut Value, path: &Path, _: &mut Dice) -> Option<String> {
    let Value::Bool(flag) = at(value, path)? else { return None };
    *flag = !*flag;
    Some(format!("is {flag}"))
}

fn is_permission(path: &Path) -> bool {
    path.iter().any(|step| matches!(step, Step::Key(key) if key == "Statement"))
}

fn drop_item(value: &mut Value, path: &Path, _: &mut Dice) -> Option<String> {
    if is_permission(path) { None } else { remove(value, path) }
}

fn drop_permission(value: &mut Value, path: &Path, _: &mut Dice) -> Option<String> {
    if is_permission(path) { remove(value, path) } else { None }
}

fn remove(value: &mut Value, path: &Path) -> Option<String> {
    let (Value::Array(items), Step::Item(i)) = parent(value, path)? else { return None };
    items.remove(i);
    Some("is dropped".into())
}

fn double(value: &mut Value, path: &Path, _: &mut Dice) -> Option<String> {
    let (Value::Array(items), Step::Item(i)) = parent(value, path)? else { return None };
    items.push(items[i].clone());
    Some("is there twice".into())
}

/// What stands under the same key elsewhere in the file.
fn other_name(value: &mut Value, path: &Path, dice: &mut Dice) -> Option<String> {
    let name = |path: &Path| {
        path.iter().rev().find_map(|step| if let Step::Key(key) = step { Some(key.clone()) } else { None })
    };
    let own = at(value, path)?.as_str()?.to_string();
    let key = name(path)?;
    let mut others: Vec<String> = Vec::new();
    for place in places(value).iter().filter(|place| name(place).as_ref() == Some(&key)) {
        let text = at(value, place).and_then(|value| value.as_str().map(str::to_string));
        others.extend(text.filter(|text| *text != own));
    }
    others.sort();
    others.dedup();
    let other = others.get(dice.below(others.len()))?.clone();
    *at(value, path)? = json!(other);
    Some(format!("is \"{other}\""))
}

/// The values of one key in two tables that stand side by side.
fn swap(value: &mut Value, path: &Path, dice: &mut Dice) -> Option<String> {
    let [front @ .., Step::Key(own), Step::Key(field)] = path.as_slice() else { return None };
    if front.len() < 2 {
        return None;
    }
    let mine = at(value, path)?.clone();
    let tables = at(value, front)?.as_object()?;
    let others: Vec<String> = tables
        .iter()
        .filter(|(key, table)| *key > own && table.get(field).is_some_and(|other| *other != mine))
        .map(|(key, _)| key.clone())
        .collect();
    let other = others.get(dice.below(others.len()))?;
    let theirs = at(value, front)?[other][field].clone();
    at(value, front)?[own][field] = theirs;
    at(value, front)?[other][field] = mine;
    Some(format!("is swapped with that of {other}"))
}
