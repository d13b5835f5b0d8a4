//! `[variables]`: declared with a default or without, given by the command
//! line, a file or the environment, used as `${var.name}`.

use std::collections::BTreeMap;

use super::Options;
use super::files::Files;
use super::node::{self, Node, NodeValue};
use super::problem::{Problem, nearest};
use super::template::{Piece, pieces};
use crate::secrets::{Secrets, sounds_secret};
use crate::tree::Map;

/// Replaces every `${var.…}`, `${stack.…}` and `${env}` in the tree.
/// Returned are the values that nobody may read.
pub fn replace(
    root: &mut Node,
    options: &Options,
    files: &mut Files,
    problems: &mut Vec<Problem>,
) -> Secrets {
    let mut values = stack_values(root, options);
    declared(root, options, files, &mut values, problems);
    let secrets = secrets(root, &values, problems);
    spread(root, &values, problems);
    secrets
}

/// Of variables that sound like it, or say so: `dsn = { secret = true }`.
fn secrets(root: &Node, values: &BTreeMap<String, NodeValue>, problems: &mut Vec<Problem>) -> Secrets {
    let mut secrets = Secrets::default();
    for (name, entry) in root.get("variables").and_then(Node::as_map).into_iter().flatten() {
        let secret = match entry.node.get("secret").map(|said| (said.span, &said.value)) {
            None => sounds_secret(name),
            Some((_, NodeValue::Bool(secret))) => *secret,
            Some((span, _)) => {
                problems.push(Problem::new(span, "`secret` of a variable is true or false"));
                continue;
            }
        };
        if let Some(value) = values.get(&format!("var.{name}")).filter(|_| secret) {
            texts(value, &mut secrets);
        }
    }
    secrets
}

fn texts(value: &NodeValue, secrets: &mut Secrets) {
    match value {
        NodeValue::Text(text) => secrets.add(text),
        NodeValue::Int(number) => secrets.add(&number.to_string()),
        NodeValue::List(items) => items.iter().for_each(|item| texts(&item.value, secrets)),
        NodeValue::Map(map) => map.values().for_each(|entry| texts(&entry.node.value, secrets)),
        NodeValue::Null | NodeValue::Bool(_) | NodeValue::Float(_) => {}
    }
}

fn spread(root: &mut Node, values: &BTreeMap<String, NodeValue>, problems: &mut Vec<Problem>) {
    let NodeValue::Map(map) = &mut root.value else { return };
    for (key, entry) in map.iter_mut() {
        if key != "variables" {
            entry.node.texts(&mut |text| fill(text, values, problems));
        }
    }
}

fn stack_values(root: &Node, options: &Options) -> BTreeMap<String, NodeValue> {
    let mut values = BTreeMap::new();
    for key in ["name", "region", "account"] {
        if let Some(node) = root.get("stack").and_then(|stack| stack.get(key)) {
            values.insert(format!("stack.{key}"), node.value.clone());
        }
    }
    if let Some(region) = &options.region {
        values.entry("stack.region".into()).or_insert(NodeValue::Text(region.into()));
    }
    if let Some(account) = &options.account {
        values.entry("stack.account".into()).or_insert(NodeValue::Text(account.into()));
    }
    values.insert("env".into(), NodeValue::Text(options.env.as_deref().unwrap_or_default().into()));
    values
}

/// Adds each declared variable under the strongest value that anybody gives.
fn declared(
    root: &Node,
    options: &Options,
    files: &mut Files,
    values: &mut BTreeMap<String, NodeValue>,
    problems: &mut Vec<Problem>,
) {
    let none = Map::new();
    let table = root.get("variables").and_then(Node::as_map).unwrap_or(&none);
    let names: Vec<&str> = table.keys().map(|name| name.as_str()).collect();
    let from_file = var_file(options, files, problems);
    let given = options.vars.keys().map(|name| (name.as_str(), "--var".to_string())).chain(
        from_file.keys().map(|name| {
            let file = options.var_file.as_deref().map(|path| path.display().to_string()).unwrap_or_default();
            (name.as_str(), file)
        }),
    );
    for (name, place) in given.filter(|(name, _)| !table.contains_key(*name)) {
        let problem = Problem::nowhere(format!("{place} gives `{name}`, which [variables] does not declare"));
        problems.push(problem.nearest(name, names.iter().copied()));
    }
    for (name, entry) in table {
        let default = match entry.node.as_map() {
            Some(_) => entry.node.get("default").map(|node| node.value.clone()),
            None => Some(entry.node.value.clone()),
        };
        let text = |map: &BTreeMap<String, String>| {
            map.get(name.as_str()).map(|value| NodeValue::Text(value.into()))
        };
        let value = text(&options.vars)
            .or_else(|| from_file.get(name.as_str()).cloned())
            .or_else(|| text(&options.env_vars))
            .or(default);
        match value {
            Some(value) => {
                values.insert(format!("var.{name}"), value);
            }
            None => problems.push(
                Problem::new(entry.key, format!("variable `{name}` has no value"))
                    .help(format!("give it a default, or pass --var {name}=…, or set RECON_VAR_{name}")),
            ),
        }
    }
}

fn var_file(
    options: &Options,
    files: &mut Files,
    problems: &mut Vec<Problem>,
) -> BTreeMap<String, NodeValue> {
    let Some(path) = &options.var_file else { return BTreeMap::new() };
    let read = files
        .read(path, None)
        .map_err(|problem| vec![problem])
        .and_then(|file| node::toml(file, files.sources.get(file).map_or("", |source| source.text.as_str())));
    match read {
        Ok(node) => node
            .as_map()
            .map(|map| map.iter().map(|(name, entry)| (name.to_string(), entry.node.value.clone())).collect())
            .unwrap_or_default(),
        Err(found) => {
            problems.extend(found);
            BTreeMap::new()
        }
    }
}

fn fill(node: &mut Node, values: &BTreeMap<String, NodeValue>, problems: &mut Vec<Problem>) {
    let Some(text) = node.as_text() else { return };
    let pieces = pieces(text);
    let ours = |name: &str| name == "env" || name.starts_with("var.") || name.starts_with("stack.");
    if !pieces.iter().any(|piece| matches!(piece, Piece::Inside(name) if ours(name))) {
        return;
    }
    // the whole text is one variable: it keeps its type
    if let [Piece::Inside(name)] = pieces[..]
        && let Some(value) = values.get(name)
    {
        node.value = value.clone();
        return;
    }
    let mut out = String::new();
    for piece in pieces {
        match piece {
            // an escaped `${` must stay one for the next reader
            Piece::Text("${") => out.push_str("$${"),
            Piece::Text(text) => out.push_str(text),
            Piece::Inside(name) if ours(name) => match values.get(name) {
                Some(NodeValue::Text(value)) => out.push_str(value),
                Some(NodeValue::Int(value)) => out.push_str(&value.to_string()),
                Some(NodeValue::Float(value)) => out.push_str(&value.to_string()),
                Some(NodeValue::Bool(value)) => out.push_str(&value.to_string()),
                Some(_) => problems.push(Problem::new(
                    node.span,
                    format!("`{name}` is no single value and cannot stand inside a text"),
                )),
                None => {
                    let known: Vec<&str> = values.keys().map(String::as_str).collect();
                    let problem = Problem::new(node.span, format!("`${{{name}}}` is not declared"));
                    problems.push(match (nearest(name, known.iter().copied()), name) {
                        (Some(near), _) => problem.help(format!("did you mean `${{{near}}}`?")),
                        (None, "stack.account") => problem.help("set `account` in [stack]"),
                        (None, _) => problem.help("declare it in [variables]"),
                    });
                }
            },
            Piece::Inside(other) => {
                out.push_str("${");
                out.push_str(other);
                out.push('}');
            }
        }
    }
    node.value = NodeValue::Text(out.into());
}
