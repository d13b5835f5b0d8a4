//! A stack as TOML, from documents as AWS has them: what is loaded again says the
//! same. Defaults are left out, references are labels, AWS's own documents of
//! containers stay files.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::schema::{Field, Home, RefTo, Struct, Type, to_aws};
use crate::{Address, Found, KindId};

/// One resource to be written.
#[derive(Debug, Clone, Copy)]
pub struct Item<'a> {
    pub kind: KindId,
    pub found: &'a Found,
}

/// What rules say of a resource and it is so in the account all the same: their ids.
pub type Allowed = BTreeMap<Address, BTreeSet<String>>;

/// Stands where a text names a variable. No text of AWS's has it in it.
const MARK: char = '\u{1}';

/// A variable as [`write`] takes it in any text.
pub fn variable(name: &str) -> String {
    format!("{MARK}{name}{MARK}")
}

/// The files of a stack that declares these resources and takes them over, with
/// these variables.
pub fn write<'v>(
    name: &str,
    home: &Home,
    items: &[Item<'_>],
    variables: impl IntoIterator<Item = &'v str>,
    allowed: &Allowed,
) -> BTreeMap<String, String> {
    let labels = labels(items);
    let names = Names::of(items, &labels);
    let mut tables: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    let mut files = BTreeMap::new();
    for (item, label) in items.iter().zip(&labels) {
        let (family, kind) = item.kind.name().split_once('.').unwrap_or((item.kind.name(), ""));
        // a file of AWS's own form has no variables
        let as_file = item.kind == KindId::EcsTaskDefinition && !marked(&item.found.spec.value());
        let table = if as_file {
            let file = format!("taskdef-{label}.json");
            files.insert(file.clone(), container_file(item));
            json!({ "file": file, "tags": item.found.spec["tags"].value() })
        } else {
            names.structure(item.kind.kind().fields(), &said_once(item))
        };
        let mut table = if let Value::Object(table) = table { table } else { Map::new() };
        table.retain(|_, value| !is_nothing(value));
        table.insert("adopt".into(), json!(true));
        if let Some(rules) = allowed.get(&Address::new(item.kind.name(), label)) {
            let so = |rule: &String| json!({ "rule": rule, "reason": "so it was in the account" });
            table.insert("allow".into(), rules.iter().map(so).collect());
        }
        let kinds = tables.entry(family.to_string()).or_default();
        let entry = kinds.entry(kind).or_insert_with(|| json!({}));
        entry[label] = Value::Object(table);
    }
    let mut head = json!({ "stack": { "name": name, "region": home.region, "account": home.account } });
    for variable in variables {
        head["variables"][variable] = json!({ "description": "secret in the account: RECON_VAR_… gives it" });
    }
    files.insert("stack.toml".into(), text(&head));
    for (family, kinds) in tables {
        files.insert(format!("{family}.toml"), text(&json!({ (family.as_str()): kinds })));
    }
    files
}

fn text(value: &Value) -> String {
    // everything is tables, texts, numbers and flags: nothing in them can refuse
    let text = toml::to_string_pretty(value).unwrap_or_default();
    let mut parts = text.split("\\u0001");
    let mut out = parts.next().unwrap_or_default().to_string();
    while let (Some(name), Some(rest)) = (parts.next(), parts.next()) {
        out.push_str(&format!("${{var.{name}}}{rest}"));
    }
    out
}

fn marked(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains(MARK),
        Value::Array(items) => items.iter().any(marked),
        Value::Object(map) => map.values().any(marked),
        _ => false,
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(map) => map.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// A policy that is an empty text.
fn no_document(field: &Field, value: &Value) -> bool {
    matches!(field.ty, Type::Document(_)) && value == ""
}

/// AWS's own JSON of a task definition, without what AWS adds.
fn container_file(item: &Item<'_>) -> String {
    let mut spec = item.found.spec.value();
    if let Some(map) = spec.as_object_mut() {
        map.remove("tags");
        map.remove("initial_image");
    }
    let document = to_aws(item.kind.kind().fields(), &spec);
    let mut text = serde_json::to_string_pretty(&without_nothing(document)).unwrap_or_default();
    text.push('\n');
    text
}

fn without_nothing(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.into_iter().map(|(key, value)| (key, without_nothing(value)));
            Value::Object(kept.filter(|(_, value)| !is_nothing(value)).collect())
        }
        Value::Array(items) => items.into_iter().map(without_nothing).collect(),
        other => other,
    }
}

/// AWS answers with a load balancer's subnets in two ways; a stack says them once.
fn said_once(item: &Item<'_>) -> Value {
    let mut spec = item.found.spec.value();
    let plain = |mapping: &Value| {
        mapping.as_object().is_some_and(|map| map.values().filter(|v| !v.is_null()).count() <= 1)
    };
    if item.kind == KindId::ElbLoadBalancer
        && let Some(map) = spec.as_object_mut()
        && let Some(Value::Array(mappings)) = map.get("subnet_mappings")
    {
        let spare = if mappings.iter().all(plain) { "subnet_mappings" } else { "subnets" };
        map.remove(spare);
    }
    spec
}

/// A label for each, told apart within its kind.
fn labels(items: &[Item<'_>]) -> Vec<String> {
    let mut taken: BTreeSet<(KindId, String)> = BTreeSet::new();
    let mut labels = Vec::new();
    for item in items {
        let base = label(item);
        let numbered = (2..).map(|n| format!("{base}-{n}"));
        let free = std::iter::once(base.clone())
            .chain(numbered)
            .find(|label| taken.insert((item.kind, label.clone())));
        labels.push(free.unwrap_or(base));
    }
    labels
}

fn label(item: &Item<'_>) -> String {
    let last = |value: &Value| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_string);
        text.rsplit('/').next().unwrap_or_default().to_string()
    };
    let words: Vec<String> = item
        .kind
        .kind()
        .identity
        .iter()
        .map(|field| last(&item.found.spec[*field].value()))
        .filter(|w| w != "null")
        .collect();
    let text = match item.kind {
        // the second name is a port or a priority: alone it says little
        KindId::ElbListener | KindId::ElbListenerRule => {
            item.found.export("arn").map_or_else(|| words.join("-"), |arn| listener_label(arn, &words))
        }
        _ => words.last().cloned().unwrap_or_default(),
    };
    let safe: String = text
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' })
        .collect();
    let safe = safe.trim_matches('-').to_string();
    if safe.is_empty() { "it".to_string() } else { safe }
}

/// `…:listener/app/NAME/…` and the last of its names.
fn listener_label(arn: &str, words: &[String]) -> String {
    let name = arn.split('/').nth(2).unwrap_or("listener");
    format!("{name}-{}", words.last().map_or("", String::as_str))
}

/// What references mean: an attribute's value to the label of its resource.
struct Names {
    labels: BTreeMap<(&'static str, String, String), String>,
}

impl Names {
    fn of(items: &[Item<'_>], labels: &[String]) -> Self {
        let mut found = BTreeMap::new();
        for (item, label) in items.iter().zip(labels) {
            for (attribute, value) in &item.found.exports {
                let value = stem(item.kind.name(), value);
                found.insert((item.kind.name(), attribute.clone(), value), label.clone());
            }
        }
        Self { labels: found }
    }

    fn label(&self, to: &RefTo, text: &str) -> Option<&String> {
        let of = |kind: &&'static str| self.labels.get(&(*kind, to.attribute.to_string(), stem(kind, text)));
        to.kinds.iter().find_map(of)
    }

    /// The fields that say something, as they are written in TOML.
    fn structure(&self, structure: &Struct, spec: &Value) -> Value {
        let mut out = Map::new();
        for field in &structure.fields {
            let Some(value) = spec.get(&field.name) else { continue };
            let own =
                !field.aws.is_empty() || field.kept || field.reference.is_some() || field.name == "tags";
            let hidden = field.secret && value.as_str().is_some_and(|text| text.starts_with("****"));
            let silent = is_nothing(value)
                || no_document(field, value)
                || (!field.required && field.default.as_ref() == Some(value));
            if !hidden && !silent && (own || !matches!(value, Value::Bool(false))) {
                out.insert(field.name.clone(), self.field(field, value));
            }
        }
        out.retain(|_, value| !is_nothing(value));
        Value::Object(out)
    }

    fn field(&self, field: &Field, value: &Value) -> Value {
        if let (Some(to), Value::String(text)) = (&field.reference, value) {
            return self.reference(to, text);
        }
        match (&field.ty, value) {
            (Type::Struct(structure), Value::Object(_)) => self.structure(structure, value),
            (Type::List { item, .. }, Value::Array(items)) => {
                items.iter().map(|value| self.field(item, value)).collect()
            }
            (Type::Map(item) | Type::Pairs { item, .. }, Value::Object(map)) => {
                let entry = |(key, value): (&String, &Value)| {
                    let item = field.entry(key).unwrap_or(item);
                    let silent = item.default.as_ref() == Some(value) || no_document(item, value);
                    (!silent).then(|| (key.clone(), self.field(item, value)))
                };
                map.iter().filter_map(entry).collect::<Map<_, _>>().into()
            }
            _ => plain(value),
        }
    }

    fn reference(&self, to: &RefTo, text: &str) -> Value {
        if let Some(label) = self.label(to, text) {
            return json!(label);
        }
        let is_id = to.kinds.iter().all(|kind| kind.starts_with("lookup.")) && !text.starts_with("arn:");
        let word = if text.starts_with("arn:") { "arn" } else { "name" };
        if is_id { json!(text) } else { json!({ (word): text }) }
    }
}

/// A task definition's ARN without its revision: a reference means the newest.
fn stem(kind: &str, text: &str) -> String {
    match text.rsplit_once(':') {
        Some((before, number)) if kind == "ecs.task_definition" && number.parse::<u64>().is_ok() => {
            before.to_string()
        }
        _ => text.to_string(),
    }
}

/// A value in which nothing is a reference: `${a.b}` would be read as one.
fn plain(value: &Value) -> Value {
    match value {
        Value::String(text) => json!(text.replace("${", "$${")),
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Object(map) => {
            map.iter().map(|(key, value)| (key.clone(), plain(value))).collect::<Map<_, _>>().into()
        }
        other => other.clone(),
    }
}
