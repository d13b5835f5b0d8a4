//! A value without parts.

use std::fmt;

use serde_json::{Number, Value};
use smol_str::SmolStr;

/// Text, number, flag or nothing; a short text lies in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Scalar {
    #[default]
    Null,
    Bool(bool),
    Number(Number),
    Text(SmolStr),
}

impl Scalar {
    /// What a value without parts is; `None` of a list or a map.
    pub fn of(value: &Value) -> Option<Self> {
        Some(match value {
            Value::Null => Scalar::Null,
            Value::Bool(flag) => Scalar::Bool(*flag),
            Value::Number(number) => Scalar::Number(number.clone()),
            Value::String(text) => Scalar::Text(text.into()),
            Value::Array(_) | Value::Object(_) => return None,
        })
    }

    pub fn value(&self) -> Value {
        match self {
            Scalar::Null => Value::Null,
            Scalar::Bool(flag) => Value::Bool(*flag),
            Scalar::Number(number) => Value::Number(number.clone()),
            Scalar::Text(text) => Value::String(text.to_string()),
        }
    }

    pub fn as_str(&self) -> Option<&str> {
        if let Scalar::Text(text) = self { Some(text) } else { None }
    }

    pub fn as_u64(&self) -> Option<u64> {
        if let Scalar::Number(number) = self { number.as_u64() } else { None }
    }

    pub fn as_f64(&self) -> Option<f64> {
        if let Scalar::Number(number) = self { number.as_f64() } else { None }
    }
}

/// A text as it is, everything else as in JSON.
impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scalar::Null => f.write_str("null"),
            Scalar::Bool(flag) => flag.fmt(f),
            Scalar::Number(number) => number.fmt(f),
            Scalar::Text(text) => text.fmt(f),
        }
    }
}

impl From<bool> for Scalar {
    fn from(flag: bool) -> Self {
        Scalar::Bool(flag)
    }
}

impl From<i64> for Scalar {
    fn from(number: i64) -> Self {
        Scalar::Number(number.into())
    }
}

/// JSON has no number for what is not finite.
impl From<f64> for Scalar {
    fn from(number: f64) -> Self {
        Number::from_f64(number).map_or(Scalar::Null, Scalar::Number)
    }
}

impl PartialEq<Value> for Scalar {
    fn eq(&self, value: &Value) -> bool {
        match (self, value) {
            (Scalar::Null, Value::Null) => true,
            (Scalar::Bool(a), Value::Bool(b)) => a == b,
            (Scalar::Number(a), Value::Number(b)) => a == b,
            (Scalar::Text(a), Value::String(b)) => a == b,
            _ => false,
        }
    }
}
