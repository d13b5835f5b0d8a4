//! Outputs: a line each, one bare value, or a document.

use serde_json::{Value, json};

use super::style::{QUIET, STRONG, paint};
use super::text::clean;
use crate::commands::output::Outputs;

/// What stands for a value that only an apply gives.
const NOT_YET: &str = "(not there yet)";

/// The one document; its form is public API under `format`.
pub fn document(outputs: &Outputs) -> Value {
    json!({"format": 1, "outputs": outputs})
}

/// `name = value`, the names in one column.
pub fn list(outputs: &Outputs) -> String {
    if outputs.is_empty() {
        return "The stack declares no outputs.\n".to_string();
    }
    let wide = outputs.keys().map(|name| name.chars().count()).max().unwrap_or_default();
    let line = |(name, value): (&String, &Option<String>)| {
        let value = value.as_deref().map_or_else(|| paint(QUIET, NOT_YET), clean);
        format!("{} = {value}\n", paint(STRONG, &format!("{:<wide$}", clean(name))))
    };
    outputs.iter().map(line).collect()
}

/// The values alone; nothing for what is not there.
pub fn bare(outputs: &Outputs) -> String {
    outputs.values().flatten().map(|value| format!("{}\n", clean(value))).collect()
}
