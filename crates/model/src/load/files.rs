//! The only door to the disk: files inside the stack's folder, of honest size.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::node::{self, Node};
use super::problem::Problem;
use super::source::{Sources, Span};

/// No document that AWS takes is larger.
const LARGEST: u64 = 1024 * 1024;

/// No stack is larger, all its documents together.
const LARGEST_IN_ALL: u64 = 64 * 1024 * 1024;

/// The stack's folder and what was read from it.
#[derive(Debug)]
pub struct Files {
    root: PathBuf,
    pub sources: Sources,
    /// A file that two places name is one source.
    seen: BTreeMap<PathBuf, u32>,
    /// Bytes of all sources.
    size: u64,
}

impl Files {
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_path_buf(), sources: Sources::default(), seen: BTreeMap::new(), size: 0 }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder's own name may be a stranger's link: what it is called here is no
    /// promise of what is there.
    pub fn check_root(&self) -> Result<(), Problem> {
        let (real, here) = (self.root.canonicalize(), Path::new(".").canonicalize());
        match (real, here) {
            (Ok(real), Ok(here)) if stays(&self.root) && !real.starts_with(&here) => {
                let message = format!("{} is a link that leads out of this folder", self.root.display());
                let help = format!("if that is meant, name the place itself: -C {}", real.display());
                Err(Problem::nowhere(message).help(help))
            }
            // reading it says what is wrong
            _ => Ok(()),
        }
    }

    /// What was written at that place.
    pub fn text(&self, span: Span) -> &str {
        self.sources.get(span.file).and_then(|source| source.text.get(span.range())).unwrap_or_default()
    }

    /// Reads a file; `asked` is the place that names it.
    pub fn read(&mut self, path: &Path, asked: Option<Span>) -> Result<u32, Problem> {
        if let Some(file) = self.seen.get(path) {
            return Ok(*file);
        }
        let problem = |message: String| match asked {
            Some(span) => Problem::new(span, message),
            None => Problem::nowhere(message),
        };
        let shown = path.display();
        let about = fs::metadata(path)
            .map_err(|error| problem(format!("{shown} cannot be read: {}", words(&error))))?;
        if !about.is_file() {
            return Err(problem(format!("{shown} is no file")));
        }
        if about.len() > LARGEST {
            return Err(problem(format!("{shown} is larger than 1 MiB, no document of a stack is")));
        }
        if self.size + about.len() > LARGEST_IN_ALL {
            return Err(problem(format!(
                "with {shown} the stack's files are larger than 64 MiB, no stack is"
            )));
        }
        let text = fs::read_to_string(path)
            .map_err(|error| problem(format!("{shown} cannot be read: {}", words(&error))))?;
        self.size += text.len() as u64;
        let file = self.sources.add(path.to_path_buf(), text);
        self.seen.insert(path.to_path_buf(), file);
        Ok(file)
    }

    /// Reads a file of the folder's own that nothing names. It is no link that leads
    /// out: what stands in it would be shown with the first mistake.
    pub fn own(&mut self, path: &Path) -> Result<u32, Problem> {
        let inside = match (path.canonicalize(), self.root.canonicalize()) {
            (Ok(real), Ok(root)) => real.starts_with(root),
            // reading it says what is wrong
            _ => true,
        };
        if !inside {
            let message = format!("{} is a link that leads out of the stack's folder", path.display());
            return Err(Problem::nowhere(message).help("put the file itself there"));
        }
        self.read(path, None)
    }

    /// Reads a file that may be there; `None` where it is not.
    pub fn read_if_there(&mut self, text: &str, asked: Span) -> Option<Result<u32, Problem>> {
        let path = match self.inside(text, asked) {
            Ok(path) => path,
            Err(_) if self.is_absent(text) => return None,
            Err(problem) => return Some(Err(problem)),
        };
        path.is_file().then(|| self.read(&path, Some(asked)))
    }

    /// Is it a path that stays in the folder, where nothing is?
    fn is_absent(&self, text: &str) -> bool {
        stays(Path::new(text)) && fs::symlink_metadata(self.root.join(text)).is_err()
    }

    /// Is there a folder of that name in the stack's?
    pub fn has_folder(&self, text: &str, asked: Span) -> Result<(), Problem> {
        match self.inside(text, asked)?.is_dir() {
            true => Ok(()),
            false => Err(Problem::new(asked, format!("`{text}` is no folder"))),
        }
    }

    /// The names of what lies in a folder of the stack's, in order.
    pub fn names(&self, folder: &str) -> Vec<String> {
        let path = Path::new(folder);
        let entries = if stays(path) { fs::read_dir(self.root.join(path)).ok() } else { None };
        let names =
            entries.into_iter().flatten().filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    /// Reads a JSON file that the TOML names, relative to the stack's folder.
    pub fn json(&mut self, named: &Node, problems: &mut Vec<Problem>) -> Option<Node> {
        let Some(text) = named.as_text() else {
            let message = format!("expected a file's path, found {}", named.describe());
            problems.push(Problem::new(named.span, message));
            return None;
        };
        let result = self
            .inside(text, named.span)
            .and_then(|path| self.read(&path, Some(named.span)))
            .and_then(|file| node::json(file, self.whole(file)));
        result.map_err(|problem| problems.push(problem)).ok()
    }

    /// All of a file that was read.
    pub fn whole(&self, file: u32) -> &str {
        self.sources.get(file).map_or("", |source| source.text.as_str())
    }

    /// A file that apply makes, beside the file that names it: it stays in the folder, too.
    pub fn to_be_made(&self, text: &str, asked: Span) -> Result<(), Problem> {
        let beside = self.sources.get(asked.file).and_then(|source| source.path.parent());
        let folder = beside.unwrap_or(&self.root).join(text);
        let real = |path: &Path| path.canonicalize().ok();
        let out = match (folder.parent().and_then(real), real(&self.root)) {
            (Some(folder), Some(root)) => !folder.starts_with(root),
            // making it says what is wrong
            _ => false,
        };
        if out || !stays(Path::new(text)) {
            let problem = Problem::new(asked, format!("`{text}` leads out of the stack's folder"));
            return Err(
                problem.help("a stack's files are inside its own folder only: name it beside this file")
            );
        }
        Ok(())
    }

    /// The path of a text, which must not lead out of the folder: a
    /// stranger's pull request is planned by a runner with credentials.
    fn inside(&self, text: &str, asked: Span) -> Result<PathBuf, Problem> {
        let leaves = |reason: &str| {
            Problem::new(asked, format!("`{text}` {reason}"))
                .help("a stack's files are inside its own folder only: name it relative to that folder")
        };
        let path = Path::new(text);
        if !stays(path) {
            return Err(leaves("leads out of the stack's folder"));
        }
        let full = self.root.join(path);
        let real = full.canonicalize().map_err(|error| {
            Problem::new(asked, format!("{} cannot be read: {}", full.display(), words(&error)))
        })?;
        match self.root.canonicalize() {
            Ok(root) if real.starts_with(&root) => Ok(full),
            _ => Err(leaves("is a link that leads out of the stack's folder")),
        }
    }
}

/// No root, no `..`.
fn stays(path: &Path) -> bool {
    path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
}

/// An I/O error as a person would say it.
pub fn words(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".into(),
        std::io::ErrorKind::PermissionDenied => "no permission".into(),
        std::io::ErrorKind::InvalidData => "it is not text".into(),
        std::io::ErrorKind::StorageFull => "the disk is full".into(),
        std::io::ErrorKind::ReadOnlyFilesystem => "it is read-only".into(),
        std::io::ErrorKind::IsADirectory => "it is a folder".into(),
        std::io::ErrorKind::NotADirectory => "a part of its path is no folder".into(),
        std::io::ErrorKind::AddrInUse => "another process has it".into(),
        _ => error.to_string().to_lowercase(),
    }
}
