//! What a build puts into an artifact.

use std::borrow::Cow;

use recon_model::Role;

use crate::pipe::Action;
use crate::place::Place;

/// Is a file in an artifact?
#[derive(Debug, Clone)]
pub enum Made<'c> {
    Yes,
    /// As far as can be told from here.
    Unknown,
    /// No: the list in the buildspec that would have to name it, and what is
    /// there under that name in another folder.
    No {
        list: Option<Place<'c>>,
        instead: Option<String>,
    },
}

/// Does the artifact of that name hold the file when `action` reads it?
pub fn made<'c>(action: &Action<'c>, artifact: &str, path: &str) -> Made<'c> {
    let Some(producer) = action.meant_producer(artifact) else { return Made::Unknown };
    if producer.is("ECR") {
        return if path == "imageDetail.json" { Made::Yes } else { Made::No { list: None, instead: None } };
    }
    match section(&producer, artifact) {
        Some(section) => section.holds(path),
        None => Made::Unknown,
    }
}

/// The part of a buildspec that makes one artifact.
#[derive(Debug, Clone)]
pub struct Section<'c> {
    at: Place<'c>,
}

/// The part of the producer's buildspec that makes this artifact; `None` where
/// the buildspec is not here.
pub fn section<'c>(producer: &Action<'c>, artifact: &str) -> Option<Section<'c>> {
    if !producer.is("CodeBuild") {
        return None;
    }
    let project = producer.project()?;
    let buildspec = project.cx.document(&project, Role::BuildSpec)?;
    let artifacts = buildspec.get("artifacts");
    let second = artifacts.get("secondary-artifacts").get(artifact);
    let alone = producer.outputs().len() <= 1;
    match (second.exists(), alone) {
        (true, _) => Some(Section { at: second }),
        (false, true) => Some(Section { at: if artifacts.exists() { artifacts } else { buildspec } }),
        // more of them than the buildspec has names for
        (false, false) => None,
    }
}

impl<'c> Section<'c> {
    /// The entries of `files`.
    pub fn files(&self) -> Vec<Place<'c>> {
        self.at.get("files").items().collect()
    }

    /// The entries that mean every file that there is.
    pub fn everything(&self) -> Vec<Place<'c>> {
        if self.base().is_some() {
            return Vec::new();
        }
        let all = |entry: &Place<'_>| {
            entry.text().is_some_and(|text| ["*", "**", "**/*"].contains(&text.trim_start_matches("./")))
        };
        self.files().into_iter().filter(all).collect()
    }

    /// Where a file would have to be named.
    pub fn list(&self) -> Place<'c> {
        let files = self.at.get("files");
        if files.exists() { files } else { self.at }
    }

    pub fn discards_paths(&self) -> bool {
        self.at.get("discard-paths").flag()
    }

    /// The base directory, if it can be told from here.
    fn base(&self) -> Option<Cow<'c, str>> {
        let at = self.at.get("base-directory");
        if at.exists() { at.text() } else { None }
    }

    fn holds(&self, path: &str) -> Made<'c> {
        let mut instead = None;
        for entry in self.files() {
            let Some(text) = entry.text() else { continue };
            // what a variable holds is not known here
            if text.contains('$') || self.base().is_some_and(|base| base.contains('$')) {
                return Made::Unknown;
            }
            let made = self.name(&text);
            if matches(&made, path) {
                return Made::Yes;
            }
            if last(&made) == last(path) {
                instead = Some(made);
            }
        }
        Made::No { list: Some(self.list()), instead }
    }

    /// What an entry is called in the artifact.
    fn name(&self, entry: &str) -> String {
        let entry = entry.trim_start_matches("./");
        if self.discards_paths() { last(entry).to_string() } else { entry.to_string() }
    }
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// CodeBuild's patterns: `*` within a folder's name, `**` through all of them.
pub fn matches(pattern: &str, path: &str) -> bool {
    fn within(pattern: &[u8], name: &[u8]) -> bool {
        match (pattern.split_first(), name.split_first()) {
            (None, None) => true,
            (Some((b'*', rest)), _) if within(rest, name) => true,
            (Some((b'*', _)), Some((_, name))) => within(pattern, name),
            (Some((b'?', rest)), Some((_, name))) => within(rest, name),
            (Some((a, rest)), Some((b, name))) => a == b && within(rest, name),
            _ => false,
        }
    }
    fn folders(pattern: &[&str], path: &[&str]) -> bool {
        match (pattern.split_first(), path.split_first()) {
            (None, None) => true,
            (Some((&"**", rest)), _) if folders(rest, path) => true,
            (Some((&"**", _)), Some((_, path))) => folders(pattern, path),
            (Some((one, rest)), Some((name, path))) => {
                within(one.as_bytes(), name.as_bytes()) && folders(rest, path)
            }
            _ => false,
        }
    }
    // hostile patterns take exponential time, and no honest one has that many stars
    if pattern.bytes().filter(|byte| *byte == b'*').count() > 8 {
        return true;
    }
    let split = |text| str::split(text, '/').collect::<Vec<_>>();
    folders(&split(pattern), &split(path.trim_start_matches("./")))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_are_those_of_code_build() {
        for (pattern, path, fits) in [
            ("taskdef.json", "taskdef.json", true),
            ("*.json", "taskdef.json", true),
            ("*.json", "deploy/taskdef.json", false),
            ("**/*", "taskdef.json", true),
            ("**/*", "a/b/taskdef.json", true),
            ("deploy/**/*", "deploy/taskdef.json", true),
            ("deploy/*", "taskdef.json", false),
            ("appspec.y?ml", "appspec.yaml", true),
        ] {
            assert_eq!(matches(pattern, path), fits, "{pattern} {path}");
        }
    }
}
