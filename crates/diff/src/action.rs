//! What happens to one resource, given what was found.

use recon_model::plan::{Action, Because, Because1, FieldChange, ReplaceOrder};
use recon_model::schema::{Field, RefTo, Type};
use recon_model::{Found, KindId, Looked, Reference, Resource};
use serde_json::Value;

use crate::bonds::Slot;
use crate::comparable::Compared;
use crate::compare::plain;
use crate::decide::Planner;
use crate::leaves::{each_leaf, leaf, leaves};

impl Planner<'_> {
    /// The action, and what changes by it.
    pub fn action(&self, slot: &Slot<'_>) -> (Action, Vec<FieldChange>) {
        let Slot { resource, found, unreadable } = *slot;
        let blocked = |because: Because| (Action::Blocked(Because1::one(because)), Vec::new());
        if self.wanted.as_ref().is_some_and(|wanted| !wanted.contains(&resource.address)) {
            return (Action::Keep, Vec::new());
        }
        if let Some(reason) = unreadable {
            return blocked(Because::new("UNREADABLE", format!("it cannot be read: {reason}")));
        }
        if let Some(because) = self.missing_lookup(resource) {
            return blocked(because);
        }
        if let Some(because) = self.insights.blocked.get(&resource.address) {
            return blocked(because.clone());
        }
        let Some(found) = found else {
            if let Some(because) = self.blocked_need(resource) {
                return blocked(because);
            }
            let desired = self.desired(resource, None, false);
            let because = vec![Because::new("ABSENT", "it is not in the account yet")];
            return (Action::Create(because), leaves(&resource.kind.kind().spec, &desired));
        };
        if let Some(because) = self.not_ours(resource, found) {
            return blocked(because);
        }
        self.existing(resource, found)
    }

    /// Only whose it is changes; what it should be is for the next plan.
    pub fn adoption(&self, slot: &Slot<'_>) -> Action {
        let Slot { resource, found, unreadable } = *slot;
        let blocked = |code: &str, text: String| Action::Blocked(Because1::one(Because::new(code, text)));
        match (unreadable, found) {
            (Some(reason), _) => blocked("UNREADABLE", format!("it cannot be read: {reason}")),
            (_, None) => {
                let text =
                    format!("there is no {} in the account: `recon apply` creates it", resource.name());
                blocked("NOTHING_THERE", text)
            }
            (_, Some(found)) => match &found.owner {
                Some(owner) if owner.stack == self.stack.name => Action::Keep,
                Some(_) => self
                    .not_ours(resource, found)
                    .map_or(Action::Keep, |because| Action::Blocked(Because1::one(because))),
                None => Action::Adopt(vec![Because::new("ADOPT", "the stack takes it over as it is")]),
            },
        }
    }

    /// Somebody else's, or nobody's and not to be adopted.
    fn not_ours(&self, resource: &Resource, found: &Found) -> Option<Because> {
        match &found.owner {
            Some(owner) if owner.stack == self.stack.name => None,
            Some(owner) => Some(Because::new(
                "OWNED_BY_OTHER",
                format!(
                    "it belongs to the stack `{}` as {}, and the stack `{}` claims it too: give one of them another name",
                    owner.stack, owner.address, self.stack.name
                ),
            )),
            None if resource.settings.adopt => None,
            None => Some(Because::new(
                "NOT_OWNED",
                format!(
                    "it exists and no stack owns it: take it over with `recon adopt {}` or `adopt = true`, or \
                     choose another name",
                    resource.address
                ),
            )),
        }
    }

    fn existing(&self, resource: &Resource, found: &Found) -> (Action, Vec<FieldChange>) {
        let insight = self.insights.replace.get(&resource.address);
        let asked = self.options.replace.contains(&resource.address);
        if !self.known.replaces && insight.is_none() && !asked && self.reads_as_wanted(resource, found) {
            return self.in_place(resource, found, Vec::new(), Vec::new());
        }
        let Compared { desired, live, skip, mut fields } = self.compared(resource, found);
        let mut replace = self.forced(resource, &desired, &live, &mut fields);
        let mut update = Vec::new();
        self.cascades(resource, found, &skip, &mut replace, &mut update);
        replace.extend(insight.cloned());
        if asked {
            replace.push(Because::new("FORCED", "--replace asks for it"));
        }
        let adopting = found.owner.is_none();
        match Because1::of(replace) {
            Some(_) if adopting => {
                let text = "taking it over would replace it: bring the TOML to what is there, or choose another name";
                (Action::Blocked(Because1::one(Because::new("ADOPT_REPLACES", text))), fields)
            }
            Some(because) if resource.settings.prevent_destroy => (self.prevented(&because), fields),
            Some(because) => {
                if let Some(guard) = guard(Some(resource), found) {
                    let more = because.iter().cloned().collect();
                    return (Action::Blocked(Because1 { first: guard, more }), fields);
                }
                let order = self.replace_order(resource, &desired, &live);
                if let Some(refusal) = self.no_create_first(resource, order) {
                    let more = because.iter().cloned().collect();
                    return (Action::Blocked(Because1 { first: refusal, more }), fields);
                }
                self.unless_needs_blocked(resource, Action::Replace(because, order), fields)
            }
            None => self.in_place(resource, found, fields, update),
        }
    }

    fn in_place(
        &self,
        resource: &Resource,
        found: &Found,
        fields: Vec<FieldChange>,
        mut because: Vec<Because>,
    ) -> (Action, Vec<FieldChange>) {
        let Some(owner) = &found.owner else {
            because.push(Because::new("ADOPT", "the stack takes it over"));
            return self.unless_needs_blocked(resource, Action::Adopt(because), fields);
        };
        if resource.address != *owner.address {
            let text = format!("it was {} before", owner.address);
            because.push(Because::new("MOVED", text));
        }
        if fields.is_empty() && because.is_empty() {
            return (Action::Keep, fields);
        }
        if !fields.is_empty() && because.is_empty() {
            because.push(Because::new("CHANGED", "it differs from what is declared"));
        }
        self.unless_needs_blocked(resource, Action::Update(because), fields)
    }

    fn unless_needs_blocked(
        &self,
        resource: &Resource,
        action: Action,
        fields: Vec<FieldChange>,
    ) -> (Action, Vec<FieldChange>) {
        match self.blocked_need(resource) {
            Some(because) => (Action::Blocked(Because1::one(because)), fields),
            None => (action, fields),
        }
    }

    pub fn prevented(&self, because: &Because1) -> Action {
        let text =
            format!("`prevent_destroy` forbids its end, which this would need: {}", because.first.text);
        Action::Blocked(Because1::one(Because::new("PREVENT_DESTROY", text)))
    }

    /// Something stands on it for good that `prevent_destroy` guards: a listener on
    /// its load balancer, a service in its cluster.
    pub fn carries_prevented(&self, kind: &str, parent: &Found) -> Option<Because> {
        let guarded = self.stack.resources.values().filter(|resource| resource.settings.prevent_destroy);
        for resource in guarded {
            let Some(found) = self.there.found.get(&resource.address) else { continue };
            let fields = resource.kind.kind().fields().fields.iter().filter(|f| f.create_only.is_some());
            for field in fields {
                let to = reference_of(field).filter(|to| to.kinds.contains(&kind));
                let parents = to.map(|to| parent.export(to.attribute));
                if parents.is_some_and(|name| name.is_some() && name == found.spec[&field.name].as_str()) {
                    let text =
                        format!("`prevent_destroy` of {} forbids it: that stands on it", resource.address);
                    return Some(Because::new("PREVENT_DESTROY", text));
                }
            }
        }
        None
    }

    /// How much stays as it is of a document that differs; what that is, where the plan is to be full.
    pub fn unchanged(
        &self,
        resource: &Resource,
        found: &Found,
        fields: &[FieldChange],
    ) -> (usize, Vec<FieldChange>) {
        let (mut count, mut same) = (0, Vec::new());
        if fields.is_empty() {
            return (count, same);
        }
        let touched = |path: &str| {
            fields.iter().any(|change| {
                path.strip_prefix(&change.path)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
            })
        };
        let desired = self.desired(resource, Some(&found.spec.value()), true);
        each_leaf(&resource.kind.kind().spec, &desired, &mut |path, field, value| {
            if !touched(path) {
                count += 1;
                same.extend(self.options.full.then(|| leaf(path, field, value)));
            }
        });
        (count, same)
    }

    /// Changes that no call can make in place.
    fn forced(
        &self,
        resource: &Resource,
        desired: &Value,
        live: &Value,
        fields: &mut [FieldChange],
    ) -> Vec<Because> {
        let kind = resource.kind.kind();
        let mut reasons = Vec::new();
        for change in fields.iter_mut() {
            let path = plain(&change.path);
            let root = path.split('.').next().unwrap_or_default();
            let decided = kind.forces.and_then(|forces| forces(root, desired, live)).map(Because::from);
            let create_only = || {
                let code = kind.fields().field(root)?.create_only?;
                Some(Because::new(code, format!("{root} cannot change on an existing {}", kind.name)))
            };
            if let Some(because) = decided.or_else(create_only) {
                change.forces = Some(because.code.clone());
                reasons.push(because.of(change));
            }
        }
        reasons
    }

    /// What follows from the replacement of what it refers to.
    fn cascades(
        &self,
        resource: &Resource,
        found: &Found,
        moved: &[String],
        replace: &mut Vec<Because>,
        update: &mut Vec<Because>,
    ) {
        if !self.known.replaces {
            return;
        }
        let kind = resource.kind.kind();
        for (path, reference) in resource.spec.references() {
            let Some(Action::Replace(_, order)) = self.known.action(&reference.target) else { continue };
            let root = plain(&path).split('.').next().unwrap_or_default().to_string();
            let field = kind.spec.at(&plain(&path));
            let to = field.and_then(reference_of);
            let same_name = *order == ReplaceOrder::DeleteFirst;
            let target = &reference.target;
            let renewed = KindId::named(&target.kind)
                .is_some_and(|id| id.kind().renewed.contains(&reference.attribute.as_str()));
            let nothing_follows = (to.is_some_and(|to| to.stable) && same_name)
                // whoever moves the field brings the next one along
                || (renewed && moved.contains(&root))
                || (to.is_none() && self.reads_the_same(kind.fields().field(&root), reference));
            if nothing_follows {
                continue;
            }
            let create_only = kind.fields().field(&root).is_some_and(|field| field.create_only.is_some());
            let reason = if create_only {
                Some(format!("it is made in {target}, which is replaced"))
            } else if moved.contains(&root) && !found.spec[&root].is_null() {
                Some(format!("{target} is replaced, and {root} cannot be changed here"))
            } else {
                None
            };
            match reason {
                Some(text) => replace.push(cascade(&root, text)),
                None => update
                    .push(cascade(&root, format!("{target} is replaced, so it is bound to the new one"))),
            }
        }
        replace.dedup();
        update.dedup();
    }

    /// A text with a name in it, which stays the name of what is replaced. A
    /// policy may mean the one that is there, whatever it is called.
    fn reads_the_same(&self, field: Option<&Field>, reference: &Reference) -> bool {
        let found = self.there.found.get(&reference.target);
        let there = found.and_then(|found| found.export(&reference.attribute));
        let value = self.known.value(reference);
        !field.is_some_and(has_document)
            && there.is_some()
            && value.as_deref().and_then(Value::as_str) == there
    }

    fn missing_lookup(&self, resource: &Resource) -> Option<Because> {
        if self.looked_up {
            return None;
        }
        let needs = self.there.needs.get(&resource.address).iter();
        needs.filter(|need| need.is_lookup()).find_map(|need| match self.snapshot.lookups.get(need) {
            Some(Looked::Up(_)) => None,
            Some(Looked::Failed(why)) => Some(Because::new("LOOKUP", format!("{need} finds nothing: {why}"))),
            None => Some(Because::new("LOOKUP", format!("{need} was not read"))),
        })
    }

    fn blocked_need(&self, resource: &Resource) -> Option<Because> {
        self.there.needs.get(&resource.address).iter().find_map(|need| match self.known.action(need) {
            Some(Action::Blocked(_)) => {
                Some(Because::new("BLOCKED_NEED", format!("it needs {need}, which is blocked")))
            }
            _ => None,
        })
    }
}

/// Why its end would lose what nobody allowed to be lost.
pub fn guard(declared: Option<&Resource>, found: &Found) -> Option<Because> {
    let holds = found.holds.as_ref().filter(|_| !found.forced(declared))?;
    let how = match declared {
        Some(_) => "`force_delete = true` would allow it",
        None => "to allow it, declare it again with `force_delete = true`, apply, and take it out then",
    };
    Some(Because::new("HOLDS", format!("it must end and still holds {holds}: {how}")))
}

fn cascade(field: &str, text: String) -> Because {
    let mut because = Because::new("CASCADE", text);
    because.field = Some(field.to_string());
    because
}

fn has_document(field: &Field) -> bool {
    match &field.ty {
        Type::Document(_) => true,
        Type::Map(item) | Type::List { item, .. } => has_document(item),
        _ => false,
    }
}

/// Where a field (or each of its items) points.
fn reference_of(field: &Field) -> Option<&RefTo> {
    match &field.ty {
        Type::List { item, .. } => item.reference.as_ref().or(field.reference.as_ref()),
        _ => field.reference.as_ref(),
    }
}
