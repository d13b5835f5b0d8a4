//! The account as a stack of its own: what was found, as if it were declared.

use std::collections::{BTreeMap, BTreeSet};

use recon_model::plan::Plan;
use recon_model::schema::{Field, Type};
use recon_model::{Address, Found, KindId, Map, Resource, Settings, Snapshot, Stack, Tree};
use serde_json::Value;

use crate::matched::matched;

/// Everything of the stack's that is there: what is declared, with the account's
/// value where the plan says that it differs; and what is declared no more. `ids`
/// says what stands for an id of the account's network.
pub fn observed(stack: &Stack, snapshot: &Snapshot, plan: &Plan, ids: &BTreeMap<String, String>) -> Stack {
    let matched = matched(stack, snapshot);
    let mut found: BTreeMap<Address, &Found> = matched.declared;
    found.extend(matched.leftovers.into_iter().map(|(address, orphan)| (address, &orphan.found)));
    found.retain(|_, found| found.owner.as_ref().is_some_and(|owner| owner.stack == stack.name));
    let mut resources = BTreeMap::new();
    for (address, live) in &found {
        let Some(kind) = KindId::named(&address.kind) else { continue };
        let walk = Walk { found: &found, own: address, ids };
        let live = walk.tree(&kind.kind().spec, &live.spec.value()).unwrap_or_else(nothing);
        let declared = stack.resources.get(address);
        let spec = declared.map_or_else(|| live.clone(), |declared| overlaid(declared, &live, plan));
        let mut settings = Settings::default();
        let needs = declared.map(|declared| declared.settings.depends_on.clone()).unwrap_or_default();
        settings.depends_on = needs.into_iter().filter(|need| found.contains_key(need)).collect();
        let (span, spans) = Default::default();
        resources.insert(
            address.clone(),
            Resource { address: address.clone(), kind, spec, settings, span, spans },
        );
    }
    let mut copy = Stack { resources, moved: Vec::new(), outputs: BTreeMap::new(), ..stack.clone() };
    routes_first(&mut copy);
    copy
}

fn nothing() -> Tree {
    Tree::Map(Map::new())
}

/// The declared document, with what is there in the fields that the plan changes.
fn overlaid(declared: &Resource, live: &Tree, plan: &Plan) -> Tree {
    let Tree::Map(mut spec) = declared.spec.clone() else { return live.clone() };
    let step = plan.step(&declared.address);
    let changed = step.into_iter().flat_map(|step| step.fields.iter().map(|change| change.path.as_str()));
    let because = step.into_iter().flat_map(|step| step.action.because());
    let caused = because.filter_map(|because| because.field.as_deref());
    // whoever counts them has counted them here
    let counted = (declared.kind == KindId::EcsService).then_some("desired_count");
    for path in changed.chain(caused).chain(counted) {
        let root = path.split(['.', '[']).next().unwrap_or_default();
        match live.get(root) {
            Some(value) => spec.insert(root.into(), value.clone()),
            None => spec.remove(root),
        };
    }
    Tree::Map(spec)
}

/// A target group has a load balancer once something forwards to it.
fn routes_first(stack: &mut Stack) {
    let groups = |resource: &Resource| -> BTreeSet<Address> {
        resource.needs().into_iter().filter(|need| need.kind == "elb.target_group").cloned().collect()
    };
    let routes: Vec<(Address, BTreeSet<Address>)> = stack
        .resources
        .values()
        .filter(|resource| matches!(resource.kind, KindId::ElbListener | KindId::ElbListenerRule))
        .map(|resource| (resource.address.clone(), groups(resource)))
        .collect();
    for service in stack.resources.values_mut().filter(|resource| resource.kind == KindId::EcsService) {
        let behind = groups(service);
        let before = routes.iter().filter(|(_, groups)| !groups.is_disjoint(&behind));
        service.settings.depends_on.extend(before.map(|(route, _)| route.clone()));
    }
}

struct Walk<'a> {
    found: &'a BTreeMap<Address, &'a Found>,
    own: &'a Address,
    ids: &'a BTreeMap<String, String>,
}

impl Walk<'_> {
    /// `None` for what says nothing: AWS takes no empty lists where it answers with them.
    fn tree(&self, field: &Field, value: &Value) -> Option<Tree> {
        match (&field.ty, value) {
            (_, Value::Null) => None,
            (Type::Struct(structure), Value::Object(map)) => {
                let inner = |field: &Field| {
                    Some((field.name.as_str().into(), self.tree(field, map.get(&field.name)?)?))
                };
                let map: Map = structure.fields.iter().filter_map(inner).collect();
                (!map.is_empty()).then_some(Tree::Map(map))
            }
            (Type::Map(_) | Type::Pairs { .. }, Value::Object(map)) => {
                let inner = |(key, value): (&String, &Value)| {
                    Some((key.into(), self.tree(field.entry(key)?, value)?))
                };
                let map: Map = map.iter().filter_map(inner).collect();
                (!map.is_empty()).then_some(Tree::Map(map))
            }
            (Type::List { item, .. }, Value::Array(items)) => {
                let items: Vec<Tree> = items.iter().filter_map(|value| self.tree(item, value)).collect();
                (!items.is_empty()).then_some(Tree::List(items))
            }
            (_, Value::String(text)) if text.is_empty() => None,
            (_, Value::String(text)) => Some(self.text(field, text)),
            _ => Some(Tree::from(value.clone())),
        }
    }

    fn text(&self, field: &Field, text: &str) -> Tree {
        if let Some(id) = self.ids.get(text) {
            return Tree::text(id.clone());
        }
        let to = field.reference.as_ref();
        let named = to.and_then(|to| {
            let mut all = self.found.iter().filter(|(address, _)| to.kinds.contains(&address.kind.as_str()));
            all.find(|(address, live)| *address != self.own && live.export(to.attribute) == Some(text))
                .map(|(address, _)| Tree::reference(address.clone(), to.attribute))
        });
        named.unwrap_or_else(|| Tree::text(text))
    }
}
