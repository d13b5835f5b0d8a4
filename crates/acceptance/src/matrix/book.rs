//! What a kind's file says: bases, and other values for their fields.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::{Table, Value};

/// The file of one kind.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Book {
    /// Fields that no row changes, each with the reason. A path stands for all below it.
    #[serde(default)]
    pub exceptions: BTreeMap<String, String>,
    #[serde(rename = "base")]
    pub bases: Vec<Base>,
}

/// A stack with one resource to be changed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Base {
    pub name: String,
    /// The address whose fields the rows name.
    pub resource: String,
    pub stack: String,
    /// Files of `parts` that belong to the stack.
    #[serde(default)]
    pub parts: Vec<String>,
    /// What has to be in the account before, made by somebody else.
    #[serde(default)]
    pub account: Vec<Prepared>,
    /// Fields that a call changes.
    #[serde(default)]
    pub change: Vec<Row>,
    /// Fields of which another value is another resource.
    #[serde(default)]
    pub replace: Vec<Row>,
    /// Changes by somebody else's hand.
    #[serde(default)]
    pub behind: Vec<Behind>,
}

/// A field and another value for it than the base's.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The path as a plan shows it; `[x]` is the item at that position or with that value in it.
    pub field: String,
    pub to: Option<Value>,
    /// Takes these out of the base as well.
    #[serde(default)]
    pub without: Vec<String>,
    /// What has to change with it.
    #[serde(default)]
    pub with: BTreeMap<String, Value>,
    /// What the plan shows, where that is not the field itself: paths of the
    /// resource, or `update ADDRESS PATH` for another.
    pub shows: Option<Vec<String>>,
    /// What the plan of the base shows afterwards, where that is more or less.
    pub back: Option<Vec<String>>,
    /// What the plan shows when the field is taken out again, where that differs.
    pub out: Option<Vec<String>>,
    /// Why the field is not taken out.
    pub stays: Option<String>,
    /// Code of a notice that the plans may carry.
    pub notice: Option<String>,
    /// The reason's code of a replacement.
    pub code: Option<String>,
}

/// A call whose answer other texts name: `<key>` stands for what is kept as `key`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prepared {
    pub call: String,
    pub input: Table,
    /// A JSON pointer into the answer, by name.
    #[serde(default)]
    pub keep: BTreeMap<String, String>,
}

/// A call that somebody else makes, and the field that it changes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Behind {
    pub field: String,
    /// `ecs UpdateCluster`.
    pub call: String,
    pub input: Table,
    pub shows: Option<Vec<String>>,
}

impl Book {
    /// The kinds that have one.
    pub fn all() -> Vec<String> {
        let folder = format!("{}/tests/matrix", env!("CARGO_MANIFEST_DIR"));
        let files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name());
        let kind = |file: std::ffi::OsString| Some(file.to_str()?.strip_suffix(".toml")?.to_string());
        let mut kinds: Vec<String> = files.filter_map(kind).collect();
        kinds.sort();
        kinds
    }

    pub fn read(name: &str) -> Self {
        let path = format!("{}/tests/matrix/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        toml::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
    }
}

impl Base {
    /// The stack with its parts.
    pub fn whole(&self) -> String {
        let folder = format!("{}/tests/matrix/parts", env!("CARGO_MANIFEST_DIR"));
        let read = |part: &String| std::fs::read_to_string(format!("{folder}/{part}.toml")).unwrap();
        let parts: Vec<String> = self.parts.iter().map(read).collect();
        parts.join("\n") + &self.stack
    }
}

impl Row {
    /// What the plan must show, in order.
    pub fn expected(&self, resource: &str, word: &str) -> Vec<String> {
        let all: Vec<String> = std::iter::once(&self.field).chain(self.with.keys()).cloned().collect();
        lines(self.shows.as_ref().unwrap_or(&all), resource, word)
    }
}

/// Paths of the resource as the lines of a plan; whole lines stay as they are.
pub fn lines(paths: &[String], resource: &str, word: &str) -> Vec<String> {
    let line = |path: &String| {
        if path.contains(' ') { path.clone() } else { format!("{word} {resource} {path}") }
    };
    let mut lines: Vec<String> = paths.iter().map(line).collect();
    lines.sort();
    lines.dedup();
    lines
}
