//! What happens to each resource, and why.

use std::collections::{BTreeMap, BTreeSet};

use recon_model::plan::{
    Action, Because, Because1, Calls, FORMAT, FieldChange, Notice, Plan, ReplaceOrder, Step, Summary,
};
use recon_model::schema::{Field, RefTo, Type};
use recon_model::{
    Address, Found, Live, Looked, Order, Orphan, Replacement, Resource, Snapshot, Stack, graph,
};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::compare::{changes, plain};
use crate::leaves::leaves;
use crate::matched::{Matched, matched};
use crate::resolve::Known;
use crate::{invariants, sequence};

/// What the caller wants beside the stack.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Only these and what they need.
    pub targets: Vec<Address>,
    /// Replace these, whatever their fields say.
    pub replace: Vec<Address>,
    /// Plan the end of everything that the stack owns.
    pub destroy: bool,
}

/// What would be done to bring the stack about.
pub fn plan(stack: &Stack, snapshot: &Snapshot, options: &Options) -> Plan {
    let mut planner = Planner::new(stack, snapshot, options);
    if options.destroy {
        planner.destroy();
    } else {
        for address in graph::ordered(stack) {
            planner.decide(&stack.resources[&address]);
        }
        planner.orphans();
    }
    planner.finish()
}

struct Planner<'a> {
    stack: &'a Stack,
    snapshot: &'a Snapshot,
    options: &'a Options,
    known: Known<'a>,
    steps: BTreeMap<Address, Step>,
    /// Owned and declared no more, under the address of their step.
    leftovers: Vec<(Address, &'a Orphan)>,
    notices: Vec<Notice>,
    wanted: Option<BTreeSet<Address>>,
}

impl<'a> Planner<'a> {
    fn new(stack: &'a Stack, snapshot: &'a Snapshot, options: &'a Options) -> Self {
        let Matched { declared, leftovers } = matched(stack, snapshot);
        let known =
            Known { stack, snapshot, actions: BTreeMap::new(), renewing: BTreeSet::new(), found: declared };
        let wanted = (!options.targets.is_empty()).then(|| with_needs(stack, &options.targets));
        let mut planner = Self {
            stack,
            snapshot,
            options,
            known,
            steps: BTreeMap::new(),
            leftovers,
            notices: Vec::new(),
            wanted,
        };
        for part in &snapshot.blind {
            planner.notices.push(Notice {
                code: "BLIND".into(),
                address: None,
                text: format!("resources that are no longer declared may be overlooked: {part}"),
            });
        }
        planner
    }

    fn decide(&mut self, resource: &'a Resource) {
        let found = self.known.found.get(&resource.address).copied();
        let (action, fields) = self.action(resource, found);
        let renews = |fields: &[FieldChange]| fields.iter().any(|change| !change.path.starts_with("tags"));
        if matches!(action, Action::Update(_) | Action::Adopt(_)) && renews(&fields) {
            self.known.renewing.insert(resource.address.clone());
        }
        self.push(
            resource.address.clone(),
            resource.name(),
            action,
            fields,
            Some(self.stack.sources.place(resource.span)),
        );
    }

    fn push(
        &mut self,
        address: Address,
        name: String,
        action: Action,
        fields: Vec<FieldChange>,
        place: Option<String>,
    ) {
        self.known.actions.insert(address.clone(), action.clone());
        let step =
            Step { address: address.clone(), name, action, order: 0, fields, needs: Vec::new(), place };
        self.steps.insert(address, step);
    }

    fn action(&self, resource: &Resource, found: Option<&Found>) -> (Action, Vec<FieldChange>) {
        let blocked = |because: Because| (Action::Blocked(Because1::one(because)), Vec::new());
        if self.wanted.as_ref().is_some_and(|wanted| !wanted.contains(&resource.address)) {
            return (Action::Keep, Vec::new());
        }
        if let Some(Live::Unreadable(reason)) = self.snapshot.live.get(&resource.address) {
            return blocked(Because::new("UNREADABLE", format!("it cannot be read: {reason}")));
        }
        if let Some(because) = self.missing_lookup(resource) {
            return blocked(because);
        }
        let Some(found) = found else {
            if let Some(because) = self.blocked_need(resource) {
                return blocked(because);
            }
            let desired = self.desired(resource, false);
            let because = vec![Because::new("ABSENT", "it is not in the account yet")];
            return (Action::Create(because), leaves(&resource.kind.kind().spec, &desired));
        };
        if let Some(because) = self.not_ours(resource, found) {
            return blocked(because);
        }
        self.existing(resource, found)
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
                "it exists and no stack owns it: take it over with `adopt = true`, or choose another name",
            )),
        }
    }

    fn existing(&self, resource: &Resource, found: &Found) -> (Action, Vec<FieldChange>) {
        let kind = resource.kind.kind();
        let mut desired = self.desired(resource, true);
        let mut live = found.spec.clone();
        if let Some(canonical) = kind.canonical {
            canonical(&mut live);
            silence(&kind.spec, &mut desired, &self.desired(resource, false), &live);
        }
        invariants::same_side(self.stack, self.snapshot, resource, &desired, &mut live);
        let moved = kind.moved_by_others.map(|who| who(&desired)).unwrap_or_default();
        let mut skip = resource.settings.unmanaged.clone();
        // who moves a field only matters while the controller stays the same
        let same_owner = kind.moved_by_others.is_none_or(|who| who(&live) == moved);
        skip.extend(moved.iter().filter(|_| same_owner).map(|moved| moved.field.to_string()));
        let mut fields = changes(&kind.spec, &desired, &live, &skip);
        let mut replace = self.forced(resource, &desired, &live, &mut fields);
        let mut update = Vec::new();
        self.cascades(resource, found, &skip, &mut replace, &mut update);
        if self.options.replace.contains(&resource.address) {
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
                let order = self.replace_order(resource, &because, &desired, &live);
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
        if owner.address != resource.address.to_string() {
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

    fn prevented(&self, because: &Because1) -> Action {
        let text =
            format!("`prevent_destroy` forbids its end, which this would need: {}", because.first.text);
        Action::Blocked(Because1::one(Because::new("PREVENT_DESTROY", text)))
    }

    /// The desired document in the form in which it is compared.
    fn desired(&self, resource: &Resource, canonical: bool) -> Value {
        let mut desired = self.known.document(&resource.spec);
        if let Some(form) = resource.kind.kind().canonical.filter(|_| canonical) {
            form(&mut desired);
        }
        desired
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
        let kind = resource.kind.kind();
        for (path, reference) in resource.spec.references() {
            let Some(Action::Replace(_, order)) = self.known.actions.get(&reference.target) else { continue };
            let root = plain(&path).split('.').next().unwrap_or_default().to_string();
            let field = kind.spec.at(&plain(&path));
            let to = field.and_then(reference_of);
            let same_name = *order == ReplaceOrder::DeleteFirst;
            if to.is_some_and(|to| to.stable && same_name) {
                continue;
            }
            let target = &reference.target;
            let create_only = kind.fields().field(&root).is_some_and(|field| field.create_only.is_some());
            let reason = if create_only {
                Some(format!("it is made in {target}, which is replaced"))
            } else if to.is_some_and(|to| to.holds) && same_name {
                Some(format!("it must let go of {target} before that can be replaced"))
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

    fn replace_order(
        &self,
        resource: &Resource,
        because: &Because1,
        desired: &Value,
        live: &Value,
    ) -> ReplaceOrder {
        let kind = resource.kind.kind();
        let same_identity = kind.identity.iter().all(|field| desired[*field] == live[*field]);
        let must_let_go = because.iter().any(|because| because.code == "CASCADE") && same_identity;
        match resource.settings.replace {
            Some(Order::DeleteFirst) => ReplaceOrder::DeleteFirst,
            Some(Order::CreateFirst) if !same_identity => ReplaceOrder::CreateFirst,
            _ if same_identity || must_let_go || kind.replacement == Replacement::DeleteFirst => {
                ReplaceOrder::DeleteFirst
            }
            _ => ReplaceOrder::CreateFirst,
        }
    }

    fn missing_lookup(&self, resource: &Resource) -> Option<Because> {
        resource.needs().iter().filter(|need| need.is_lookup()).find_map(|need| {
            match self.snapshot.lookups.get(need) {
                Some(Looked::Up(_)) => None,
                Some(Looked::Failed(why)) => {
                    Some(Because::new("LOOKUP", format!("{need} finds nothing: {why}")))
                }
                None => Some(Because::new("LOOKUP", format!("{need} was not read"))),
            }
        })
    }

    fn blocked_need(&self, resource: &Resource) -> Option<Because> {
        resource.needs().iter().find_map(|need| match self.known.actions.get(need) {
            Some(Action::Blocked(_)) => {
                Some(Because::new("BLOCKED_NEED", format!("it needs {need}, which is blocked")))
            }
            _ => None,
        })
    }

    /// Owned and no longer declared.
    fn orphans(&mut self) {
        if self.wanted.is_some() {
            return;
        }
        for (address, orphan) in std::mem::take(&mut self.leftovers) {
            self.end(address, orphan, "REMOVED", "it is no longer declared");
        }
    }

    fn end(&mut self, address: Address, orphan: &Orphan, code: &str, text: &str) {
        let name = orphan.found.export("name").unwrap_or(&orphan.address.label).to_string();
        let because = Because1::one(Because::new(code, text));
        self.push(address, name, Action::Delete(because), Vec::new(), None);
    }

    /// Everything that the stack owns, declared or not.
    fn destroy(&mut self) {
        for resource in self.stack.resources.values() {
            if self.wanted.as_ref().is_some_and(|wanted| !wanted.contains(&resource.address)) {
                continue;
            }
            let place = Some(self.stack.sources.place(resource.span));
            let found = self.known.found.get(&resource.address).copied();
            let ours = found
                .and_then(|found| found.owner.as_ref())
                .is_some_and(|owner| owner.stack == self.stack.name);
            let action = match self.snapshot.live.get(&resource.address) {
                Some(Live::Unreadable(reason)) => Action::Blocked(Because1::one(Because::new(
                    "UNREADABLE",
                    format!("it cannot be read: {reason}"),
                ))),
                // absent, or not the stack's: it stays
                _ if !ours => continue,
                _ if resource.settings.prevent_destroy => {
                    self.prevented(&Because1::one(Because::new("DESTROY", "the whole stack is destroyed")))
                }
                _ => Action::Delete(Because1::one(Because::new("DESTROY", "the whole stack is destroyed"))),
            };
            self.push(resource.address.clone(), resource.name(), action, Vec::new(), place);
        }
        if self.wanted.is_none() {
            for (address, orphan) in std::mem::take(&mut self.leftovers) {
                self.end(address, orphan, "DESTROY", "the whole stack is destroyed");
            }
        }
    }

    fn finish(mut self) -> Plan {
        invariants::report(self.stack, self.snapshot, &mut self.notices);
        let mut steps: Vec<Step> = self.steps.into_values().collect();
        sequence::order(self.stack, self.snapshot, &mut steps);
        Plan {
            format: FORMAT,
            stack: self.stack.name.clone(),
            account: self.stack.home.account.clone(),
            region: self.stack.home.region.clone(),
            id: id(&steps),
            summary: Summary::of(&steps),
            steps,
            notices: self.notices,
            calls: Calls::default(),
        }
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

fn cascade(field: &str, text: String) -> Because {
    let mut because = Because::new("CASCADE", text);
    because.field = Some(field.to_string());
    because
}

/// Where a field (or each of its items) points.
fn reference_of(field: &Field) -> Option<&RefTo> {
    match &field.ty {
        Type::List { item, .. } => item.reference.as_ref().or(field.reference.as_ref()),
        _ => field.reference.as_ref(),
    }
}

/// The targets with all that they need.
fn with_needs(stack: &Stack, targets: &[Address]) -> BTreeSet<Address> {
    let mut wanted = BTreeSet::new();
    let mut todo: Vec<Address> = targets.to_vec();
    while let Some(address) = todo.pop() {
        if let Some(resource) = stack.resources.get(&address) {
            todo.extend(resource.needs().into_iter().filter(|need| !wanted.contains(need)));
        }
        wanted.insert(address);
    }
    wanted
}

/// Two plans that would do the same have one id.
fn id(steps: &[Step]) -> String {
    let changing: Vec<&Step> = steps.iter().filter(|step| step.action != Action::Keep).collect();
    let text = serde_json::to_string(&changing).unwrap_or_default();
    Sha256::digest(text).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}
