//! What is known of a request beside who, what and on what.

use std::collections::BTreeMap;

/// Condition keys with their values, in no case.
#[derive(Debug, Clone, Default)]
pub struct Context {
    keys: BTreeMap<String, Vec<String>>,
    /// Is a key that is not here not in the request either?
    whole: bool,
}

/// What is known of a condition key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known<'a> {
    Values(&'a [String]),
    /// The request surely does not carry it.
    Absent,
    Unknown,
}

impl Context {
    /// Nothing is known: every key may be anything.
    pub fn new() -> Self {
        Self::default()
    }

    /// The request carries what is named, and nothing else.
    pub fn whole() -> Self {
        Self { whole: true, ..Self::default() }
    }

    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.keys.entry(key.to_lowercase()).or_default().push(value.into());
        self
    }

    /// The request surely does not carry that key, or carries it without a value.
    #[must_use]
    pub fn without(mut self, key: &str) -> Self {
        self.keys.insert(key.to_lowercase(), Vec::new());
        self
    }

    pub fn get(&self, key: &str) -> Known<'_> {
        match self.keys.get(&key.to_lowercase()).map(Vec::as_slice) {
            Some([]) => Known::Absent,
            Some(values) => Known::Values(values),
            None if self.whole => Known::Absent,
            None => Known::Unknown,
        }
    }
}
