//! Several files as one tree: the folder's own, then the overlay of `--env`.

use std::fs;
use std::path::{Path, PathBuf};

use smol_str::SmolStr;

use super::Options;
use super::files::{Files, words};
use super::node::{self, Entry, Node, NodeValue};
use super::problem::{Problem, nearest};
use super::source::Span;
use crate::tree::Map;

/// Everything that the folder says, overlay applied.
pub fn folder(files: &mut Files, options: &Options, problems: &mut Vec<Problem>) -> Option<Node> {
    files.check_root().map_err(|problem| problems.push(problem)).ok()?;
    let root = files.root().to_path_buf();
    let base = match listed(&root) {
        Ok(paths) if paths.is_empty() => {
            problems.push(
                Problem::nowhere(format!("{} holds no .toml file", root.display()))
                    .help("a stack is a folder of TOML with a [stack] table in it"),
            );
            return None;
        }
        Ok(paths) => paths,
        Err(error) => {
            problems.push(
                Problem::nowhere(format!("{} cannot be read: {}", root.display(), words(&error)))
                    .help("name the stack's folder with -C FOLDER"),
            );
            return None;
        }
    };
    let mut merged = Node::new(Span::default(), NodeValue::Map(Map::new()));
    merge(&mut merged, read_all(files, &base, problems), Strict::Yes, 0, problems);
    if let Some(env) = &options.env {
        let paths = overlay(&root.join("env"), env).map_err(|problem| problems.push(problem)).ok()?;
        merge(&mut merged, read_all(files, &paths, problems), Strict::No, 0, problems);
    }
    problems.is_empty().then_some(merged)
}

/// May a later file say again what an earlier one said?
#[derive(Clone, Copy, PartialEq)]
enum Strict {
    Yes,
    No,
}

/// What each file says, one after the other.
fn read_all(files: &mut Files, paths: &[PathBuf], problems: &mut Vec<Problem>) -> Vec<Node> {
    let mut read = Vec::with_capacity(paths.len());
    for path in paths {
        let node = files.own(path).map_err(|problem| vec![problem]).and_then(|file| {
            node::toml(file, files.sources.get(file).map_or("", |source| source.text.as_str()))
        });
        match node {
            Ok(node) => read.push(node),
            Err(found) => problems.extend(found),
        }
    }
    read
}

fn listed(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_file() && path.extension().is_some_and(|e| e == "toml"))
        .collect();
    paths.sort();
    Ok(paths)
}

/// `env/NAME.toml`, or all of `env/NAME/`.
fn overlay(folder: &Path, env: &str) -> Result<Vec<PathBuf>, Problem> {
    let plain = env.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    let file = folder.join(format!("{env}.toml"));
    if plain && file.is_file() {
        return Ok(vec![file]);
    }
    if let (true, Ok(paths)) = (plain, listed(&folder.join(env)))
        && !paths.is_empty()
    {
        return Ok(paths);
    }
    let mut known: Vec<String> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().file_stem()?.to_string_lossy().into_owned()))
        .collect();
    known.sort();
    let problem = Problem::nowhere(format!("there is no environment `{env}`"));
    Err(match nearest(env, known.iter().map(String::as_str)) {
        Some(name) => problem.help(format!("did you mean --env {name}?")),
        None if known.is_empty() => problem.help(format!("an overlay is a file {}", file.display())),
        None => problem.help(format!("there are: {}", known.join(", "))),
    })
}

/// Families and kinds are shared between files; a resource, or another table
/// of the top level, is said once in the base. An overlay changes field by field.
///
/// All files at once: keys are sorted once, however many files there are.
fn merge(into: &mut Node, from: Vec<Node>, strict: Strict, depth: usize, problems: &mut Vec<Problem>) {
    let NodeValue::Map(target) = &mut into.value else { return };
    let said = from
        .into_iter()
        .filter_map(|node| if let NodeValue::Map(map) = node.value { Some(map) } else { None });
    let mut entries: Vec<(SmolStr, Entry)> =
        std::mem::take(target).into_iter().chain(said.flatten()).collect();
    // stable: of one key, what was said first comes first
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut merged: Vec<(SmolStr, Entry)> = Vec::with_capacity(entries.len());
    let mut entries = entries.into_iter().peekable();
    while let Some((key, mut first)) = entries.next() {
        let shared = match depth {
            0 => !matches!(key.as_str(), "stack" | "moved"),
            1 => true,
            _ => false,
        };
        let mut tables = Vec::new();
        while let Some((_, again)) = entries.next_if(|(next, _)| *next == key) {
            if both_tables(&first, &again) && (shared || strict == Strict::No) {
                tables.push(again.node);
            } else if strict == Strict::No {
                tables.clear();
                first = again;
            } else {
                problems.push(
                    Problem::new(again.key, format!("`{key}` is declared twice"))
                        .label("declared again here")
                        .related(first.key, "declared here first"),
                );
            }
        }
        if !tables.is_empty() {
            merge(&mut first.node, tables, strict, depth + 1, problems);
        }
        merged.push((key, first));
    }
    target.extend(merged);
}

fn both_tables(a: &Entry, b: &Entry) -> bool {
    a.node.as_map().is_some() && b.node.as_map().is_some()
}
