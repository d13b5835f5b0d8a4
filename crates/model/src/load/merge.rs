//! Several files as one tree: the folder's own, then the overlay of `--env`.

use std::fs;
use std::path::{Path, PathBuf};

use super::Options;
use super::files::{Files, words};
use super::node::{self, Entry, Node, NodeValue};
use super::problem::{Problem, nearest};
use super::source::Span;

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
    let mut merged = Node::new(Span::default(), NodeValue::Map(Default::default()));
    read_all(files, &base, &mut merged, Strict::Yes, problems);
    if let Some(env) = &options.env {
        let paths = overlay(&root.join("env"), env).map_err(|problem| problems.push(problem)).ok()?;
        read_all(files, &paths, &mut merged, Strict::No, problems);
    }
    problems.is_empty().then_some(merged)
}

/// May a later file say again what an earlier one said?
#[derive(Clone, Copy, PartialEq)]
enum Strict {
    Yes,
    No,
}

fn read_all(
    files: &mut Files,
    paths: &[PathBuf],
    merged: &mut Node,
    strict: Strict,
    problems: &mut Vec<Problem>,
) {
    for path in paths {
        let read = files.own(path).map_err(|problem| vec![problem]).and_then(|file| {
            node::toml(file, files.sources.get(file).map_or("", |source| source.text.as_str()))
        });
        match read {
            Ok(node) => merge(merged, node, strict, 0, problems),
            Err(found) => problems.extend(found),
        }
    }
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
fn merge(into: &mut Node, from: Node, strict: Strict, depth: usize, problems: &mut Vec<Problem>) {
    let (NodeValue::Map(target), NodeValue::Map(source)) = (&mut into.value, from.value) else { return };
    for (key, entry) in source {
        let shared = match depth {
            0 => !matches!(key.as_str(), "stack" | "moved"),
            1 => true,
            _ => false,
        };
        match target.get_mut(&key) {
            None => {
                target.insert(key, entry);
            }
            Some(existing) if both_tables(existing, &entry) && (shared || strict == Strict::No) => {
                merge(&mut existing.node, entry.node, strict, depth + 1, problems);
            }
            Some(existing) if strict == Strict::No => *existing = entry,
            Some(existing) => problems.push(
                Problem::new(entry.key, format!("`{key}` is declared twice"))
                    .label("declared again here")
                    .related(existing.key, "declared here first"),
            ),
        }
    }
}

fn both_tables(a: &Entry, b: &Entry) -> bool {
    a.node.as_map().is_some() && b.node.as_map().is_some()
}
