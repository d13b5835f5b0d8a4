//! Bytes read as choices.

use serde_json::{Value, json};

/// One byte a choice, whatever is chosen: so that one byte that shrinks leaves
/// the other choices as they are.
pub(super) struct Choices<'a> {
    bytes: std::slice::Iter<'a, u8>,
}

impl<'a> Choices<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes: bytes.iter() }
    }

    /// A number below `count`; nothing where there is nothing to choose from.
    pub fn index(&mut self, count: usize) -> Option<usize> {
        let byte = *self.bytes.next().expect("a kind makes no more choices than a slot has bytes");
        usize::from(byte).checked_rem(count)
    }

    pub fn flag(&mut self) -> bool {
        self.index(2) == Some(1)
    }

    /// One of these.
    pub fn of<T: Clone>(&mut self, options: &[T]) -> T {
        let at = self.index(options.len()).expect("every choice has options");
        options[at].clone()
    }

    /// One of these, or nothing at all.
    pub fn maybe<T: Clone>(&mut self, options: &[T]) -> Option<T> {
        let at = self.index(options.len() + 1).unwrap_or_default();
        at.checked_sub(1).map(|at| options[at].clone())
    }

    /// One of those in the list, if there are any.
    pub fn among<T: Clone>(&mut self, list: &[T]) -> Option<T> {
        self.index(list.len()).map(|at| list[at].clone())
    }

    /// Sets a field, or leaves it out.
    pub fn field<T: Clone + Into<Value>>(&mut self, spec: &mut Value, name: &str, options: &[T]) {
        if let Some(value) = self.maybe(options) {
            spec[name] = value.into();
        }
    }

    /// Tags of the user's own.
    pub fn tags(&mut self, spec: &mut Value) {
        let options = [json!({"Team": "shop"}), json!({"Team": "pay"}), json!({"Team": "shop", "Cost": "1"})];
        self.field(spec, "tags", &options);
    }
}
