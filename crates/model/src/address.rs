//! Where a resource stands in a stack: `ecs.service.api`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize, Serializer};
use smol_str::SmolStr;

/// A resource's name in its stack: the kind and a label of the user's own.
///
/// Everything is known by its address, and compared by it: short texts lie in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Address {
    /// `ecs.service`, or `lookup.vpc` for what is only looked up.
    pub kind: SmolStr,
    /// The label in the TOML: `api` in `[ecs.service.api]`.
    pub label: SmolStr,
}

impl Address {
    pub fn new(kind: &str, label: &str) -> Self {
        Self { kind: kind.into(), label: label.into() }
    }

    pub fn is_lookup(&self) -> bool {
        self.kind.starts_with("lookup.")
    }
}

/// Is it written like that?
impl PartialEq<str> for Address {
    fn eq(&self, text: &str) -> bool {
        let label = text.strip_prefix(self.kind.as_str()).and_then(|rest| rest.strip_prefix('.'));
        label == Some(&self.label)
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
                Ok(Self::new(&format!("{family}.{kind}"), label))
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

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
