//! The form in which what is wanted and what is there are compared.

use recon_model::plan::FieldChange;
use recon_model::schema::{Field, Type};
use recon_model::{Found, Moved, Resource};
use serde_json::Value;

use crate::compare::changes;
use crate::decide::Planner;
use crate::invariants;

/// Two documents held against each other.
pub struct Compared {
    pub desired: Value,
    pub live: Value,
    /// Paths that are somebody else's.
    pub skip: Vec<String>,
    pub fields: Vec<FieldChange>,
}

impl Planner<'_> {
    /// Is there surely nothing to compare?
    pub fn reads_as_wanted(&self, resource: &Resource, found: &Found) -> bool {
        let (kind, live) = (resource.kind.kind(), &found.spec);
        let desired = || {
            let there = kind.inherits.map(|_| live.value());
            self.desired(resource, there.as_ref(), true)
        };
        let alike = match (kind.canonical, kind.canonical_of, kind.inherits) {
            (None, _, None) => self.known.alike(&kind.spec, &resource.spec, live),
            (Some(form), Some(fields), None) => {
                let of = |key: &str| fields.contains(&key);
                let said = fields.iter().filter_map(|field| {
                    Some((field.to_string(), self.known.document(resource.spec.get(field)?)))
                });
                let mut desired = Value::Object(said.collect());
                form(&mut desired);
                self.known.alike_in(&kind.spec, &resource.spec, live, |key| !of(key))
                    && self.known.alike_in(&kind.spec, &desired, live, of)
            }
            // what nobody declared may mean something in the canonical form
            _ => self.known.alike(&kind.spec, &desired(), live),
        };
        debug_assert!(
            !alike || self.compared(resource, found).fields.is_empty(),
            "{} reads as it is wanted, and differs",
            resource.address
        );
        alike
    }

    /// What is wanted and what is there, and every difference that counts.
    pub fn compared(&self, resource: &Resource, found: &Found) -> Compared {
        let kind = resource.kind.kind();
        let (desired, mut live) = self.comparable(resource, found);
        invariants::same_side(self.stack, self.there, resource, &desired, &mut live);
        let moved = kind.moved_by_others.map(|who| who(&desired)).unwrap_or_default();
        let mut skip = resource.settings.unmanaged.clone();
        // what others move matters once more when it comes under them, if anything is said of it
        let before = kind.moved_by_others.map(|who| who(&live)).unwrap_or_default();
        let theirs = |moved: &&Moved| {
            before.iter().any(|old| old.field == moved.field) || desired[moved.field].is_null()
        };
        skip.extend(moved.iter().filter(theirs).map(|moved| moved.field.to_string()));
        let fields = changes(&kind.spec, &desired, &live, &skip);
        Compared { desired, live, skip, fields }
    }

    /// What is wanted and what is there, in the form in which the two are compared.
    fn comparable(&self, resource: &Resource, found: &Found) -> (Value, Value) {
        let kind = resource.kind.kind();
        let mut live = found.spec.value();
        let mut desired = self.desired(resource, Some(&live), true);
        let Some(canonical) = kind.canonical else { return (desired, live) };
        if !changes(&kind.spec, &desired, &live, &[]).is_empty() {
            let declared = self.desired(resource, Some(&live), false);
            canonical(&mut live);
            silence(&kind.spec, &mut desired, &declared, &live);
        } else {
            // what AWS shows as the canonical form has it already
            debug_assert!(
                {
                    let mut live = live.clone();
                    canonical(&mut live);
                    changes(&kind.spec, &desired, &live, &[]).is_empty()
                },
                "{}: the canonical form of a canonical form is another one",
                resource.address
            );
        }
        (desired, live)
    }

    /// The desired document in the form in which it is compared.
    pub fn desired(&self, resource: &Resource, live: Option<&Value>, canonical: bool) -> Value {
        let mut desired = self.known.document(&resource.spec);
        if let Some(inherits) = resource.kind.kind().inherits {
            inherits(&mut desired, live);
        }
        if let Some(form) = resource.kind.kind().canonical.filter(|_| canonical) {
            form(&mut desired);
        }
        desired
    }
}

/// Takes out of the desired document what nobody declared and AWS does not
/// answer: a default that is in force without being said, or that comes into
/// force with another change.
fn silence(field: &Field, desired: &mut Value, declared: &Value, live: &Value) {
    let Some(map) = desired.as_object_mut() else { return };
    map.retain(|key, _| !declared[key].is_null() || !live[key].is_null());
    if let Type::Struct(structure) = &field.ty {
        for field in &structure.fields {
            let known_keys = matches!(&field.ty, Type::Pairs { item, .. } if item.unmanaged);
            if let Some(inner) = map.get_mut(&field.name)
                && (known_keys || matches!(field.ty, Type::Struct(_)))
            {
                silence(field, inner, &declared[&field.name], &live[&field.name]);
            }
        }
    }
}
