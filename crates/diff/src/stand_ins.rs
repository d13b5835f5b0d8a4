//! A document as it may be written into a file: a variable stands for each secret.

use std::collections::BTreeMap;

use recon_model::KindId;
use recon_model::schema::{Field, Type};
use recon_model::secrets::looks_secret;
use recon_model::write::variable;
use serde_json::{Map, Value, json};

use crate::mask::{is_document, place};
use crate::veil::secret_places;

/// The variables of a stack that is being written, by their names; never their values.
#[derive(Default)]
pub struct StandIns {
    taken: BTreeMap<String, String>,
}

impl StandIns {
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.taken.keys().map(String::as_str)
    }

    /// The document of a resource without its secrets.
    pub fn spec(&mut self, kind: KindId, spec: &Value) -> Value {
        let fields = &kind.kind().spec;
        let Value::Object(map) = spec else { return spec.clone() };
        let inner = |(name, value): (&String, &Value)| {
            let value = fields.child(name).map_or(value.clone(), |field| self.value(field, name, value));
            (name.clone(), value)
        };
        map.iter().map(inner).collect::<Map<_, _>>().into()
    }

    fn value(&mut self, field: &Field, path: &str, value: &Value) -> Value {
        match value {
            // AWS hides it itself
            Value::String(text) if text.is_empty() || text.starts_with("****") => value.clone(),
            Value::String(text) if field.secret || looks_secret(path) => json!(self.named(last(path), text)),
            Value::String(text) if is_document(text) => json!(self.document(text)),
            Value::Object(_) if matches!(field.ty, Type::Document(_)) => value.clone(),
            Value::Object(map) => {
                let mut inner = |(key, value): (&String, &Value)| {
                    let field = field.child(key).or_else(|| field.entry(key)).unwrap_or(field);
                    (key.clone(), self.value(field, &format!("{path}.{key}"), value))
                };
                map.iter().map(&mut inner).collect::<Map<_, _>>().into()
            }
            Value::Array(items) => {
                let inner = |(i, item): (usize, &Value)| {
                    self.value(field, &format!("{path}[{}]", place(field, i, item)), item)
                };
                items.iter().enumerate().map(inner).collect()
            }
            _ => value.clone(),
        }
    }

    fn document(&mut self, text: &str) -> String {
        let mut places = secret_places(text);
        places.sort_by_key(|(place, _)| place.start);
        let (mut out, mut at) = (String::new(), 0);
        for (place, name) in places.into_iter().filter(|(place, _)| !place.is_empty()) {
            if place.start >= at {
                out.push_str(&text[at..place.start]);
                out.push_str(&self.named(&name, &text[place.clone()]));
                at = place.end;
            }
        }
        out + &text[at..]
    }

    /// One name for one value.
    fn named(&mut self, name: &str, text: &str) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
        let plain: String = name.chars().map(plain).collect();
        let base = if plain.is_empty() { "secret".to_string() } else { plain };
        let numbered = (2..).map(|n| format!("{base}_{n}"));
        let fits = |name: &String| self.taken.get(name).is_none_or(|taken| taken == text);
        let name = std::iter::once(base.clone()).chain(numbered).find(fits).unwrap_or(base);
        self.taken.insert(name.clone(), text.to_string());
        variable(&name)
    }
}

/// What the user calls it.
fn last(path: &str) -> &str {
    let path = path.strip_suffix("].value").unwrap_or(path);
    path.rsplit(['[', '.']).next().unwrap_or(path)
}
