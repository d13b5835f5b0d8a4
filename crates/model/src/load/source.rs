//! The texts that a stack was read from, and places in them.

use std::ops::Range;
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
    /// Where each line ends: every resource of a file asks for the number of its own.
    ends: Vec<usize>,
}

/// A stretch of a file, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Span {
    pub file: u32,
    pub start: u32,
    pub end: u32,
}

impl Span {
    /// Files are far from the four gigabytes at which this would point at their end.
    pub fn new(file: u32, range: Range<usize>) -> Self {
        let at = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { file, start: at(range.start), end: at(range.end) }
    }

    /// Bytes of the file.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl Sources {
    pub fn add(&mut self, path: PathBuf, text: String) -> u32 {
        let ends = text.match_indices('\n').map(|(at, _)| at).collect();
        self.files.push(Source { path, text, ends });
        u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX)
    }

    pub fn get(&self, file: u32) -> Option<&Source> {
        self.files.get(file as usize)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.files.iter()
    }

    /// Line and column of a span's start, from 1.
    pub fn position(&self, span: Span) -> (usize, usize) {
        let Some(source) = self.get(span.file) else { return (1, 1) };
        let at = source.text.floor_char_boundary(span.range().start);
        let above = source.ends.partition_point(|end| *end < at);
        let start = above.checked_sub(1).and_then(|line| source.ends.get(line)).map_or(0, |end| end + 1);
        (above + 1, source.text[start..at].chars().count() + 1)
    }

    /// `desired/ecs.toml:41`.
    pub fn place(&self, span: Span) -> String {
        let path = self.get(span.file).map(|source| source.path.to_string_lossy()).unwrap_or_default();
        format!("{path}:{}", self.position(span).0)
    }
}
