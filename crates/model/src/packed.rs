//! A document as it was found: read often, changed seldom, and of a big estate all at once.

use std::ops::{Index, IndexMut};

use serde_json::Value;
use smol_str::SmolStr;

use crate::scalar::Scalar;
use crate::tree::Map;

/// A [`Value`] in a fraction of its room: a stack holds some ten small maps a resource.
#[derive(Debug, Clone, PartialEq)]
pub enum Packed {
    Scalar(Scalar),
    List(Box<[Packed]>),
    Map(Map<Packed>),
}

static NULL: Packed = Packed::Scalar(Scalar::Null);

impl Default for Packed {
    fn default() -> Self {
        NULL.clone()
    }
}

impl Packed {
    /// The document as a value, to be changed or sent.
    pub fn value(&self) -> Value {
        match self {
            Packed::Scalar(scalar) => scalar.value(),
            Packed::List(items) => Value::Array(items.iter().map(Packed::value).collect()),
            Packed::Map(map) => {
                Value::Object(map.iter().map(|(key, item)| (key.to_string(), item.value())).collect())
            }
        }
    }

    pub fn get(&self, key: &str) -> Option<&Packed> {
        self.as_map()?.get(key)
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Packed::Scalar(Scalar::Null))
    }

    pub fn as_str(&self) -> Option<&str> {
        if let Packed::Scalar(scalar) = self { scalar.as_str() } else { None }
    }

    pub fn as_u64(&self) -> Option<u64> {
        if let Packed::Scalar(scalar) = self { scalar.as_u64() } else { None }
    }

    pub fn as_map(&self) -> Option<&Map<Packed>> {
        if let Packed::Map(map) = self { Some(map) } else { None }
    }

    /// The items of a list; of anything else none.
    pub fn items(&self) -> &[Packed] {
        if let Packed::List(items) = self { items } else { &[] }
    }

    /// The keys of a map; of anything else none.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.as_map().into_iter().flat_map(Map::keys).map(SmolStr::as_str)
    }
}

impl Index<&str> for Packed {
    type Output = Packed;

    /// As of a [`Value`]: null where there is nothing.
    fn index(&self, key: &str) -> &Packed {
        self.get(key).unwrap_or(&NULL)
    }
}

impl IndexMut<&str> for Packed {
    /// As of a [`Value`]: makes room where there is nothing.
    fn index_mut(&mut self, key: &str) -> &mut Packed {
        if !matches!(self, Packed::Map(_)) {
            *self = Packed::Map(Map::new());
        }
        let Packed::Map(map) = self else { unreachable!("a map, if need be since a moment ago") };
        map.entry(key.into()).or_default()
    }
}

impl From<Value> for Packed {
    fn from(value: Value) -> Self {
        match value {
            Value::Array(items) => Packed::List(items.into_iter().map(Packed::from).collect()),
            Value::Object(map) => {
                let mut packed = Map::with_capacity(map.len());
                packed.extend(map.into_iter().map(|(key, item)| (key.into(), Packed::from(item))));
                Packed::Map(packed)
            }
            scalar => Packed::Scalar(Scalar::of(&scalar).unwrap_or_default()),
        }
    }
}

impl PartialEq<Value> for Packed {
    fn eq(&self, value: &Value) -> bool {
        match (self, value) {
            (Packed::Scalar(a), b) => a == b,
            (Packed::List(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a == b),
            (Packed::Map(a), Value::Object(b)) => {
                // both in the order of their keys
                a.len() == b.len() && a.iter().zip(b).all(|((at, a), (to, b))| at == to && a == b)
            }
            _ => false,
        }
    }
}

impl PartialEq<str> for Packed {
    fn eq(&self, text: &str) -> bool {
        self.as_str() == Some(text)
    }
}

impl PartialEq<&str> for Packed {
    fn eq(&self, text: &&str) -> bool {
        self.as_str() == Some(text)
    }
}

impl PartialEq<bool> for Packed {
    fn eq(&self, flag: &bool) -> bool {
        matches!(self, Packed::Scalar(Scalar::Bool(own)) if own == flag)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn documents() -> impl Strategy<Value = Value> {
        let scalars = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,40}".prop_map(Value::from),
        ];
        scalars.prop_recursive(4, 64, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
                prop::collection::btree_map(".{0,30}", inner, 0..8)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_packed_document_is_the_document(one in documents(), other in documents()) {
            let packed = Packed::from(one.clone());
            prop_assert_eq!(&packed.value(), &one);
            prop_assert!(packed == one);
            prop_assert_eq!(packed == other, one == other);
            for (key, item) in one.as_object().into_iter().flatten() {
                prop_assert!(packed[key.as_str()] == *item);
            }
        }
    }
}
