//! What is said of a field.

use std::ops::Deref;

use recon_shapes::{Service, service};

/// The kind's own words, or AWS's: those are only read when somebody asks for them.
#[derive(Debug, Clone)]
pub enum Doc {
    Words(String),
    Aws { service: &'static str, shape: String, member: String },
}

impl Doc {
    pub(crate) fn aws(service: &Service, shape: &str, member: &str) -> Self {
        Doc::Aws { service: service.name, shape: shape.to_string(), member: member.to_string() }
    }
}

impl Default for Doc {
    fn default() -> Self {
        Doc::Words(String::new())
    }
}

impl Deref for Doc {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Doc::Words(words) => words,
            Doc::Aws { service: name, shape, member } => {
                service(name).and_then(|service| service.documentation(shape, member)).unwrap_or_default()
            }
        }
    }
}

impl From<String> for Doc {
    fn from(words: String) -> Self {
        Doc::Words(words)
    }
}

impl From<&str> for Doc {
    fn from(words: &str) -> Self {
        Doc::Words(words.to_string())
    }
}
