//! The books of `tests/matrix`: every field of every kind, and another value
//! for it. The tests beside them and the drivers of other servers read them here.

mod book;
mod edit;

pub use book::{Base, Behind, Book, Prepared, Row, lines};
pub use edit::Document;

impl Base {
    /// The base with another value in the row's field.
    pub fn edited(&self, row: &Row) -> Document {
        let mut document = Document::new(&self.whole(), &self.resource);
        for path in &row.without {
            document.take(path).unwrap_or_else(|| panic!("{path} is not in the base"));
        }
        for (path, value) in &row.with {
            document.set(path, value.clone());
        }
        match &row.to {
            Some(value) => document.set(&row.field, value.clone()),
            None => {
                drop(document.take(&row.field).unwrap_or_else(|| panic!("{} is not in the base", row.field)))
            }
        }
        document
    }
}
