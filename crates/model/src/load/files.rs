//! The only door to the disk: files inside the stack's folder, of honest size.

use std::fs;
use std::path::{Component, Path, PathBuf};

use super::node::{self, Node};
use super::problem::Problem;
use super::source::{Sources, Span};

/// No document that AWS takes is larger.
const LARGEST: u64 = 1024 * 1024;

/// The stack's folder and what was read from it.
#[derive(Debug)]
pub struct Files {
    root: PathBuf,
    pub sources: Sources,
}

impl Files {
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_path_buf(), sources: Sources::default() }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What was written at that place.
    pub fn text(&self, span: Span) -> &str {
        self.sources
            .get(span.file)
            .and_then(|source| source.text.get(span.start..span.end))
            .unwrap_or_default()
    }

    /// Reads a file; `asked` is the place that names it.
    pub fn read(&mut self, path: &Path, asked: Option<Span>) -> Result<usize, Problem> {
        let problem = |message: String| match asked {
            Some(span) => Problem::new(span, message),
            None => Problem::nowhere(message),
        };
        let shown = path.display();
        let size = fs::metadata(path)
            .map_err(|error| problem(format!("{shown} cannot be read: {}", words(&error))))?
            .len();
        if size > LARGEST {
            return Err(problem(format!("{shown} is larger than 1 MiB, no document of a stack is")));
        }
        let text = fs::read_to_string(path)
            .map_err(|error| problem(format!("{shown} cannot be read: {}", words(&error))))?;
        Ok(self.sources.add(path.to_path_buf(), text))
    }

    /// Reads a JSON file that the TOML names, relative to the stack's folder.
    pub fn json(&mut self, named: &Node, problems: &mut Vec<Problem>) -> Option<Node> {
        let result =
            self.inside(named).and_then(|path| self.read(&path, Some(named.span))).and_then(|file| {
                let text = self.sources.get(file).map(|source| source.text.clone()).unwrap_or_default();
                node::json(file, &text)
            });
        result.map_err(|problem| problems.push(problem)).ok()
    }

    /// The path that a node names, which must not lead out of the folder: a
    /// stranger's pull request is planned by a runner with credentials.
    fn inside(&self, named: &Node) -> Result<PathBuf, Problem> {
        let Some(text) = named.as_text() else {
            return Err(Problem::new(
                named.span,
                format!("expected a file's path, found {}", named.describe()),
            ));
        };
        let path = Path::new(text);
        let leaves = |reason: &str| {
            Problem::new(named.span, format!("`{text}` {reason}"))
                .help("a stack reads files inside its own folder only: name it relative to that folder")
        };
        if path.components().any(|part| !matches!(part, Component::Normal(_) | Component::CurDir)) {
            return Err(leaves("leads out of the stack's folder"));
        }
        let full = self.root.join(path);
        let real = full.canonicalize().map_err(|error| {
            Problem::new(named.span, format!("{} cannot be read: {}", full.display(), words(&error)))
        })?;
        match self.root.canonicalize() {
            Ok(root) if real.starts_with(&root) => Ok(full),
            _ => Err(leaves("is a link that leads out of the stack's folder")),
        }
    }
}

/// An I/O error as a person would say it.
pub(super) fn words(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".into(),
        std::io::ErrorKind::PermissionDenied => "no permission".into(),
        std::io::ErrorKind::InvalidData => "it is not text".into(),
        _ => error.to_string().to_lowercase(),
    }
}
