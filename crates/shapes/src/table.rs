//! Named parts of a model, each read when somebody asks for it: a run needs a few of them.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::value::RawValue;

/// Entries by name, in their order.
#[derive(Debug)]
pub struct Table<T> {
    entries: BTreeMap<&'static str, Entry<T>>,
}

#[derive(Debug)]
struct Entry<T> {
    text: &'static str,
    read: OnceLock<T>,
}

impl<T: Deserialize<'static>> Table<T> {
    pub(crate) fn new(texts: BTreeMap<&'static str, &'static RawValue>) -> Self {
        let entry = |text: &'static RawValue| Entry { text: text.get(), read: OnceLock::new() };
        Self { entries: texts.into_iter().map(|(name, text)| (name, entry(text))).collect() }
    }

    pub fn get(&self, name: &str) -> Option<&T> {
        self.entries.get(name).map(Entry::read)
    }

    /// The same with the name as the model has it.
    pub fn get_key_value(&self, name: &str) -> Option<(&'static str, &T)> {
        self.entries.get_key_value(name).map(|(name, entry)| (*name, entry.read()))
    }

    pub fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.entries.keys().copied()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &T)> {
        self.entries.iter().map(|(name, entry)| (*name, entry.read()))
    }

    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.entries.values().map(Entry::read)
    }
}

impl<T: Deserialize<'static>> Entry<T> {
    #[allow(clippy::expect_used)]
    fn read(&self) -> &T {
        let read =
            || serde_json::from_str(self.text).expect("the embedded model is valid, a test reads all of it");
        self.read.get_or_init(read)
    }
}
