//! Copies of `desired/` in memory, and the account as it would answer.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use recon_diff::{Options, plan};
use recon_model::load::{self, load};
use recon_model::plan::Plan;
use recon_model::schema::{Field, Type};
use recon_model::{
    Address, Found, Live, Looked, Owner, Part, Reference, Resource, Scalar, Snapshot, Stack, Tree,
};
use serde_json::{Value, json};

/// What an estate is planned against.
#[derive(Clone, Copy)]
pub enum Against {
    /// It is there as declared.
    Itself,
    /// A tag of one resource in a hundred is another one.
    FewTags,
    /// A tag of every resource is another one.
    OtherTags,
    Nothing,
}

/// CPU time of a plan and of what is written of it, by resources.
pub fn growth(written: impl Fn(&Plan) -> usize) {
    for copies in [33, 333, 3333] {
        let estate = Estate::of(copies);
        for (against, text) in [
            (Against::Itself, "unchanged"),
            (Against::FewTags, "one in a hundred updated"),
            (Against::OtherTags, "every one updated"),
            (Against::Nothing, "from nothing"),
        ] {
            let begun = on_cpu();
            let plan = estate.planned(against);
            let planned = on_cpu();
            let bytes = written(&plan);
            let seconds = |from: u64, to: u64| (to - from) as f64 / 1e9;
            println!(
                "{} resources, {text}: {:.3} s of CPU, {:.3} of them to write {bytes} bytes",
                estate.stack.resources.len(),
                seconds(begun, on_cpu()),
                seconds(planned, on_cpu()),
            );
        }
    }
}

/// Nanoseconds that this thread has been on a core, which others cannot lengthen.
fn on_cpu() -> u64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().unwrap().parse().unwrap()
}

pub struct Estate {
    pub stack: Stack,
    as_declared: Snapshot,
    few_tags: Snapshot,
    other_tags: Snapshot,
    nothing: Snapshot,
}

impl Estate {
    pub fn of(copies: usize) -> Self {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../desired"));
        let one =
            load(folder, &load::Options::default()).unwrap_or_else(|failed| panic!("{:#?}", failed.problems));
        let resources = (0..copies).flat_map(|n| one.resources.values().map(move |resource| (n, resource)));
        let resources = resources.map(|(n, resource)| numbered(&one, resource, n));
        let resources = resources.map(|resource| (resource.address.clone(), resource)).collect();
        let stack = Stack { resources, outputs: BTreeMap::new(), ..one };
        let as_declared = found(&stack);
        let (few_tags, other_tags) = (tagged(&as_declared, 100), tagged(&as_declared, 1));
        let nothing = Snapshot { lookups: as_declared.lookups.clone(), ..absent(&stack) };
        Self { stack, as_declared, few_tags, other_tags, nothing }
    }

    /// Its plan against that.
    pub fn planned(&self, against: Against) -> Plan {
        let snapshot = match against {
            Against::Itself => &self.as_declared,
            Against::FewTags => &self.few_tags,
            Against::OtherTags => &self.other_tags,
            Against::Nothing => &self.nothing,
        };
        let plan = plan(&self.stack, snapshot, &Options::default());
        match against {
            Against::Itself => {
                assert!(plan.is_empty(), "{:#?}", plan.steps.iter().find(|s| s.action.changes()))
            }
            _ => assert!(!plan.is_empty()),
        }
        plan
    }
}

/// Each so-manieth resource has another tag.
fn tagged(as_declared: &Snapshot, each: usize) -> Snapshot {
    let mut tagged = as_declared.clone();
    for live in tagged.live.values_mut().step_by(each) {
        if let Live::Present(found) = live
            && !found.spec["tags"].is_null()
        {
            found.spec["tags"]["Team"] = json!("another").into();
        }
    }
    tagged
}

fn absent(stack: &Stack) -> Snapshot {
    let live = stack.resources.keys().map(|address| (address.clone(), Live::Absent)).collect();
    Snapshot { live, ..Snapshot::default() }
}

/// One of the copies: its label and name have a number, and what it points at has the same one.
fn numbered(one: &Stack, resource: &Resource, n: usize) -> Resource {
    let mut copy = resource.clone();
    copy.address = with_number(&resource.address, n);
    copy.settings.depends_on = copy.settings.depends_on.iter().map(|need| with_number(need, n)).collect();
    copy.spec = pointing(one, &resource.spec, n);
    let own = resource.kind.kind().identity.last().copied().unwrap_or("name");
    if let Tree::Map(spec) = &mut copy.spec
        && let Some(Tree::Scalar(Scalar::Text(name))) = spec.get_mut(own)
    {
        *name = format!("{name}-{n}").into();
    }
    copy
}

fn with_number(address: &Address, n: usize) -> Address {
    Address::new(&address.kind, &format!("{}-{n}", address.label))
}

fn pointing(one: &Stack, tree: &Tree, n: usize) -> Tree {
    match tree {
        Tree::Scalar(scalar) => Tree::Scalar(scalar.clone()),
        Tree::List(items) => Tree::List(items.iter().map(|item| pointing(one, item, n)).collect()),
        Tree::Map(map) => {
            Tree::Map(map.iter().map(|(key, tree)| (key.clone(), pointing(one, tree, n))).collect())
        }
        Tree::Template(parts) => Tree::Template(parts.iter().map(|part| part_of(one, part, n)).collect()),
    }
}

fn part_of(one: &Stack, part: &Part, n: usize) -> Part {
    match part {
        Part::Ref(reference) if one.resources.contains_key(&reference.target) => {
            let target = with_number(&reference.target, n);
            Part::Ref(Reference { target, attribute: reference.attribute.clone() })
        }
        other => other.clone(),
    }
}

/// The account as it is when all is as declared.
fn found(stack: &Stack) -> Snapshot {
    let lookups = stack.lookups.keys().map(|address| {
        let ids = if address.kind == "lookup.vpc" { json!("vpc-1") } else { json!(["id-1", "id-2"]) };
        (address.clone(), Looked::Up(ids))
    });
    let lookups: BTreeMap<Address, Looked> = lookups.collect();
    let value = |reference: &Reference| match lookups.get(&reference.target) {
        Some(Looked::Up(value)) => Some(value.clone()),
        _ => Some(stack.declared(reference).unwrap_or_else(|| made_up(reference))),
    };
    let mut attributes: BTreeMap<&Address, Vec<&Reference>> = BTreeMap::new();
    for resource in stack.resources.values() {
        for (_, reference) in resource.spec.references() {
            attributes.entry(&reference.target).or_default().push(reference);
        }
    }
    let live = stack.resources.values().map(|resource| {
        let own = ["arn", "name"]
            .map(|attribute| Reference { target: resource.address.clone(), attribute: attribute.into() });
        let asked = attributes.get(&resource.address).into_iter().flatten().copied().chain(&own);
        let exports = asked.map(|reference| {
            let text = value(reference).unwrap();
            (reference.attribute.to_string(), text.as_str().map_or_else(|| text.to_string(), str::to_string))
        });
        let owner = Owner { stack: stack.name.clone(), address: resource.address.to_string() };
        let mut spec = resource.spec.fill(&|reference| value(reference).ok_or(())).unwrap();
        if let Some(form) = resource.kind.kind().canonical {
            form(&mut spec);
        }
        fill_in(&resource.kind.kind().spec, &mut spec);
        let found =
            Found { spec: spec.into(), exports: exports.collect(), owner: Some(owner), ..Found::default() };
        (resource.address.clone(), Live::Present(Box::new(found)))
    });
    let live = live.collect();
    Snapshot { live, lookups, ..Snapshot::default() }
}

/// What AWS answers although nobody said it.
fn fill_in(field: &Field, live: &mut Value) {
    match (&field.ty, live) {
        (Type::Struct(structure), Value::Object(map)) => {
            for field in &structure.fields {
                match (&field.default, map.get_mut(&field.name)) {
                    (_, Some(inner)) => fill_in(field, inner),
                    (Some(default), None) => {
                        map.insert(field.name.clone(), default.clone());
                    }
                    (None, None) => {}
                }
            }
        }
        (Type::List { item, .. }, Value::Array(items)) => {
            items.iter_mut().for_each(|inner| fill_in(item, inner));
        }
        _ => {}
    }
}

fn made_up(reference: &Reference) -> Value {
    json!(format!("{}/{}", reference.target, reference.attribute))
}
