//! The form in which what is wanted and what is there are compared.

use std::borrow::Cow;

use recon_model::schema::{Field, Type};
use recon_model::{Found, Resource};
use serde_json::Value;

use crate::compare::changes;
use crate::decide::Planner;

impl Planner<'_> {
    /// What is wanted and what is there, in the form in which the two are compared.
    pub fn comparable<'f>(&self, resource: &Resource, found: &'f Found) -> (Value, Cow<'f, Value>) {
        let kind = resource.kind.kind();
        let mut desired = self.desired(resource, Some(&found.spec), true);
        let mut live = Cow::Borrowed(&found.spec);
        let Some(canonical) = kind.canonical else { return (desired, live) };
        let differ = |live: &Value| !changes(&kind.spec, &desired, live, &[]).is_empty();
        if differ(&live) {
            canonical(live.to_mut());
            silence(&kind.spec, &mut desired, &self.desired(resource, Some(&found.spec), false), &live);
        } else {
            // what AWS shows as the canonical form has it already
            debug_assert!(
                {
                    let mut live = found.spec.clone();
                    canonical(&mut live);
                    !differ(&live)
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
