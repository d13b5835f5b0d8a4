//! The texts that a stack was read from, and places in them.

use std::path::PathBuf;

/// Every file that was read, in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sources {
    files: Vec<Source>,
}

/// One file.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// As a person would write it: relative to where recon was called.
    pub path: PathBuf,
    pub text: String,
}

/// A stretch of a file, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Span {
    pub file: usize,
    pub start: usize,
    pub end: usize,
}

impl Sources {
    pub fn add(&mut self, path: PathBuf, text: String) -> usize {
        self.files.push(Source { path, text });
        self.files.len() - 1
    }

    pub fn get(&self, file: usize) -> Option<&Source> {
        self.files.get(file)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.files.iter()
    }

    /// Line and column of a span's start, from 1.
    pub fn position(&self, span: Span) -> (usize, usize) {
        let Some(source) = self.get(span.file) else { return (1, 1) };
        let before = &source.text[..source.text.floor_char_boundary(span.start)];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (line, column)
    }

    /// `desired/ecs.toml:41`.
    pub fn place(&self, span: Span) -> String {
        let path = self.get(span.file).map_or_else(String::new, |source| source.path.display().to_string());
        format!("{path}:{}", self.position(span).0)
    }
}
