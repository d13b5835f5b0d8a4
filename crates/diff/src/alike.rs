//! What reads as it is wanted: most of an account, most of the time.
//!
//! Walks what is wanted and what is there side by side and makes no value of
//! either. A `true` is certain; a `false` only sends the two to the differ.

use std::borrow::Cow;

use itertools::EitherOrBoth::{Both, Left, Right};
use itertools::Itertools;
use recon_model::schema::{Field, Order, Struct, Type};
use recon_model::{Map, Packed, Part, Tree};
use serde_json::Value;

use crate::compare::{counts, is_empty};
use crate::resolve::Known;

/// A declared document, or the form in which it is compared.
pub trait Wanted: Sized {
    /// Of a map, in the order of the keys.
    fn entries(&self) -> Option<impl Iterator<Item = (&str, &Self)>>;
    fn items(&self) -> Option<&[Self]>;
    fn is_null(&self) -> bool;
    /// Is it without parts, and reads like that?
    fn reads(&self, known: &Known<'_>, live: &Packed) -> bool;
    /// How many of a list's items it stands for, if those read like what it stands for.
    fn spliced(&self, known: &Known<'_>, live: &[Packed]) -> Option<usize>;
}

impl Known<'_> {
    /// Has the differ surely nothing to say of these two?
    pub fn alike<W: Wanted>(&self, field: &Field, wanted: &W, live: &Packed) -> bool {
        self.alike_in(field, wanted, live, |_| true)
    }

    /// The same of some of a structure's fields.
    pub fn alike_in<W: Wanted>(
        &self,
        field: &Field,
        wanted: &W,
        live: &Packed,
        of: impl Fn(&str) -> bool,
    ) -> bool {
        match &field.ty {
            Type::Struct(structure) => match (wanted.entries(), live) {
                (Some(wanted), Packed::Map(live)) => {
                    let wanted = wanted.filter(|(key, _)| of(key));
                    self.structure(structure, wanted, entries(live).filter(|(key, _)| of(key)))
                }
                _ => false,
            },
            Type::Map(_) | Type::Pairs { .. } => match (wanted.entries(), live) {
                (Some(wanted), Packed::Map(live)) => self.map(field, wanted, live),
                _ => false,
            },
            Type::List { item, order } => match (wanted.items(), live) {
                (Some(wanted), Packed::List(live)) => self.list(item, order, wanted, live),
                _ => false,
            },
            _ => self.same(wanted, live),
        }
    }

    fn structure<'w, W: Wanted + 'w>(
        &self,
        structure: &Struct,
        wanted: impl Iterator<Item = (&'w str, &'w W)>,
        live: impl Iterator<Item = (&'w str, &'w Packed)>,
    ) -> bool {
        let compared = |key: &str| structure.field(key).filter(|field| counts(field) && !field.write_only);
        side_by_side(wanted, live, |key, wanted, live| match (wanted, live) {
            (Some(wanted), Some(live)) => {
                wanted.reads(self, live)
                    || compared(key).is_none_or(|field| {
                        if wanted.is_null() {
                            self.unsaid(field, live)
                        } else {
                            self.alike(field, wanted, live)
                        }
                    })
            }
            (None, Some(live)) => compared(key).is_none_or(|field| self.unsaid(field, live)),
            (wanted, None) => wanted.is_none_or(Wanted::is_null) || compared(key).is_none(),
        })
    }

    /// Is what nobody declared as AWS has it on its own?
    fn unsaid(&self, field: &Field, live: &Packed) -> bool {
        match (&field.ty, live) {
            _ if live.is_null() => true,
            _ if field.unmanaged => true,
            (Type::Struct(structure), Packed::Map(live)) => {
                self.structure(structure, nothing(), entries(live))
            }
            (Type::Map(_) | Type::Pairs { .. }, Packed::Map(live)) => self.map(field, nothing(), live),
            (Type::List { .. }, Packed::List(items)) => items.is_empty(),
            (Type::Bool | Type::Int | Type::Float | Type::Text { .. }, _) => match &field.default {
                Some(default) => live == default,
                None => is_empty(&live.value()),
            },
            _ => false,
        }
    }

    fn map<'w, W: Wanted + 'w>(
        &self,
        field: &Field,
        wanted: impl Iterator<Item = (&'w str, &'w W)>,
        live: &Map<Packed>,
    ) -> bool {
        side_by_side(wanted, entries(live), |key, wanted, live| match (wanted, live) {
            (Some(wanted), Some(live)) => {
                wanted.reads(self, live)
                    || field.entry(key).is_some_and(|item| self.alike(item, wanted, live))
            }
            (None, _) => field.entry(key).is_some_and(|item| item.unmanaged),
            (Some(_), None) => false,
        })
    }

    /// In the same order, whether that matters or not.
    fn list<W: Wanted>(&self, item: &Field, order: &Order, wanted: &[W], live: &[Packed]) -> bool {
        let structures = item.ty.structure().is_some();
        let mut rest = live;
        for wanted in wanted {
            let taken = wanted.spliced(self, rest).or_else(|| {
                let live = rest.first()?;
                let same = match order {
                    _ if !structures => self.same(wanted, live),
                    Order::By(key) => self.named(key, wanted, live) && self.alike(item, wanted, live),
                    Order::Sequence | Order::Set => self.alike(item, wanted, live),
                };
                same.then_some(1)
            });
            let Some(taken) = taken else { return false };
            rest = &rest[taken..];
        }
        rest.is_empty()
    }

    /// Do both say the name by which the differ matches them?
    fn named<W: Wanted>(&self, key: &str, wanted: &W, live: &Packed) -> bool {
        let mut entries = wanted.entries().into_iter().flatten();
        let name = entries.find(|(at, _)| *at == key).map(|(_, name)| name);
        name.zip(live.get(key)).is_some_and(|(name, live)| self.same(name, live))
    }

    /// The very same, key by key.
    fn same<W: Wanted>(&self, wanted: &W, live: &Packed) -> bool {
        match live {
            Packed::Map(live) => wanted.entries().is_some_and(|wanted| {
                side_by_side(wanted, entries(live), |_, wanted, live| {
                    wanted.zip(live).is_some_and(|(wanted, live)| self.same(wanted, live))
                })
            }),
            Packed::List(live) => wanted.items().is_some_and(|wanted| {
                wanted.len() == live.len()
                    && wanted.iter().zip(live).all(|(wanted, live)| self.same(wanted, live))
            }),
            _ => wanted.reads(self, live),
        }
    }
}

fn entries(map: &Map<Packed>) -> impl Iterator<Item = (&str, &Packed)> {
    map.iter().map(|(key, value)| (key.as_str(), value))
}

/// No entry at all.
fn nothing<'w>() -> impl Iterator<Item = (&'w str, &'w Tree)> {
    std::iter::empty()
}

/// Does that hold of every key of either?
fn side_by_side<'w, 'l, W: 'w>(
    wanted: impl Iterator<Item = (&'w str, &'w W)>,
    live: impl Iterator<Item = (&'l str, &'l Packed)>,
    holds: impl Fn(&str, Option<&'w W>, Option<&'l Packed>) -> bool,
) -> bool {
    wanted.merge_join_by(live, |(wanted, _), (live, _)| wanted.cmp(live)).all(|pair| match pair {
        Both((key, wanted), (_, live)) => holds(key, Some(wanted), Some(live)),
        Left((key, wanted)) => holds(key, Some(wanted), None),
        Right((key, live)) => holds(key, None, Some(live)),
    })
}

impl Wanted for Value {
    fn entries(&self) -> Option<impl Iterator<Item = (&str, &Self)>> {
        Some(self.as_object()?.iter().map(|(key, value)| (key.as_str(), value)))
    }

    fn items(&self) -> Option<&[Self]> {
        self.as_array().map(Vec::as_slice)
    }

    fn is_null(&self) -> bool {
        Value::is_null(self)
    }

    fn reads(&self, _: &Known<'_>, live: &Packed) -> bool {
        !self.is_array() && !self.is_object() && live == self
    }

    fn spliced(&self, _: &Known<'_>, _: &[Packed]) -> Option<usize> {
        None
    }
}

impl Wanted for Tree {
    fn entries(&self) -> Option<impl Iterator<Item = (&str, &Self)>> {
        Some(self.as_map()?.iter().map(|(key, tree)| (key.as_str(), tree)))
    }

    fn items(&self) -> Option<&[Self]> {
        if let Tree::List(items) = self { Some(items) } else { None }
    }

    fn is_null(&self) -> bool {
        false
    }

    fn reads(&self, known: &Known<'_>, live: &Packed) -> bool {
        match self {
            Tree::Scalar(scalar) => matches!(live, Packed::Scalar(live) if live == scalar),
            Tree::Template(parts) => template(known, parts, live),
            Tree::List(_) | Tree::Map(_) => false,
        }
    }

    fn spliced(&self, known: &Known<'_>, live: &[Packed]) -> Option<usize> {
        let Tree::Template(parts) = self else { return None };
        let [Part::Ref(reference)] = &parts[..] else { return None };
        let Cow::Borrowed(Value::Array(found)) = known.value(reference)? else { return None };
        let these = live.get(..found.len())?;
        these.iter().zip(found).all(|(live, found)| live == found).then_some(found.len())
    }
}

fn template(known: &Known<'_>, parts: &[Part], live: &Packed) -> bool {
    if let [Part::Ref(reference)] = parts {
        return known.value(reference).is_some_and(|value| match value.as_array().map(Vec::as_slice) {
            // one thing that a lookup found stands for itself
            Some([one]) => live == one,
            _ => *live == *value,
        });
    }
    let Some(mut rest) = live.as_str() else { return false };
    for part in parts {
        let after = match part {
            Part::Text(text) => rest.strip_prefix(text.as_str()),
            Part::Ref(to) => known.value(to).and_then(|value| rest.strip_prefix(value.as_str()?)),
        };
        let Some(after) = after else { return false };
        rest = after;
    }
    rest.is_empty()
}
