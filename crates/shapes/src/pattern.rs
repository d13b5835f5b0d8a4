//! AWS's patterns of strings.

use std::sync::OnceLock;

use regex::Regex;
use serde::Deserialize;

/// A regular expression that a string must match as a whole. Compiled at its
/// first use and kept: that costs a hundred times what a match does.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "String")]
pub struct Pattern {
    text: String,
    compiled: OnceLock<Option<Regex>>,
}

impl From<String> for Pattern {
    fn from(text: String) -> Self {
        Self { text, compiled: OnceLock::new() }
    }
}

impl Pattern {
    /// The expression as AWS writes it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What cannot be compiled here (look-arounds) is left to AWS to check.
    pub fn matches(&self, text: &str) -> bool {
        let compile = || Regex::new(&format!("^(?:{})$", portable(&self.text))).ok();
        self.compiled.get_or_init(compile).as_ref().is_none_or(|regex| regex.is_match(text))
    }
}

/// AWS writes Java regular expressions; the few constructs that Rust spells
/// otherwise are rewritten.
fn portable(pattern: &str) -> String {
    pattern.replace("\\p{ASCII}", "[\\x00-\\x7F]").replace("\\p{Print}", "[\\x20-\\x7E]").replace("\\/", "/")
}
