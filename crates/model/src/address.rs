//! Where a resource stands in a stack: `ecs.service.api`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A resource's name in its stack: the kind and a label of the user's own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address {
    /// `ecs.service`, or `lookup.vpc` for what is only looked up.
    pub kind: String,
    /// The label in the TOML: `api` in `[ecs.service.api]`.
    pub label: String,
}

impl Address {
    pub fn new(kind: &str, label: &str) -> Self {
        Self { kind: kind.to_string(), label: label.to_string() }
    }

    pub fn is_lookup(&self) -> bool {
        self.kind.starts_with("lookup.")
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.kind, self.label)
    }
}

/// A text that is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an address: write family.kind.label, such as ecs.service.api")]
pub struct BadAddress(pub String);

impl FromStr for Address {
    type Err = BadAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.splitn(3, '.').collect::<Vec<_>>()[..] {
            [family, kind, label] if !family.is_empty() && !kind.is_empty() && !label.is_empty() => {
                Ok(Self { kind: format!("{family}.{kind}"), label: label.to_string() })
            }
            _ => Err(BadAddress(text.to_string())),
        }
    }
}

impl TryFrom<String> for Address {
    type Error = BadAddress;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.to_string()
    }
}
