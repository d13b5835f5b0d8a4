//! The stack as rules look at it: documents as they were declared, references followed.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

use recon_model::load::predicted_arn;
use recon_model::{Address, Document, KindId, Lookup, Reference, Resource, Role, Snapshot, Stack, Tree};

use crate::at::At;
use crate::index::Index;
use crate::marked;
use crate::place::Place;

/// One resource with its document.
#[derive(Debug)]
pub struct Item<'a> {
    pub resource: &'a Resource,
    canonical: OnceLock<Tree>,
}

impl<'a> Item<'a> {
    fn new(resource: &'a Resource) -> Self {
        Self { resource, canonical: OnceLock::new() }
    }

    /// As it was written.
    pub fn declared(&self) -> &'a Tree {
        &self.resource.spec
    }

    /// The form in which the kind compares documents: AWS's defaults filled in.
    pub fn canonical(&self) -> &Tree {
        let Some(form) = self.resource.kind.kind().canonical else { return self.declared() };
        self.canonical.get_or_init(|| {
            let mut value = marked::value(self.declared());
            form(&mut value);
            marked::tree(value)
        })
    }
}

/// What a rule may ask.
#[derive(Debug)]
pub struct Cx<'a> {
    pub stack: &'a Stack,
    /// What is there, where somebody has looked.
    pub snapshot: Option<&'a Snapshot>,
    items: Vec<Item<'a>>,
    by_kind: BTreeMap<KindId, Vec<usize>>,
    by_address: HashMap<&'a Address, usize>,
    by_name: BTreeMap<KindId, HashMap<String, usize>>,
    /// The files' task definitions, each after the number of its document.
    templates: BTreeMap<usize, Item<'a>>,
    /// Documents by who reads them, and for what.
    documents: BTreeMap<(&'a Address, Role), Vec<usize>>,
    /// Files from which task definitions of the stack are read.
    declared_files: BTreeSet<u32>,
    index: Index,
}

impl<'a> Cx<'a> {
    pub fn new(stack: &'a Stack) -> Self {
        let templates = stack.documents.iter().enumerate();
        let templates =
            templates.filter_map(|(i, document)| Some((i, Item::new(document.definition.as_ref()?))));
        let mut cx = Self {
            stack,
            snapshot: None,
            items: stack.resources.values().map(Item::new).collect(),
            by_kind: BTreeMap::new(),
            by_address: HashMap::with_capacity(stack.resources.len()),
            by_name: BTreeMap::new(),
            templates: templates.collect(),
            documents: BTreeMap::new(),
            declared_files: BTreeSet::new(),
            index: Index::default(),
        };
        for (i, resource) in stack.resources.values().enumerate() {
            cx.by_kind.entry(resource.kind).or_default().push(i);
            cx.by_address.insert(&resource.address, i);
            cx.by_name.entry(resource.kind).or_default().insert(resource.name(), i);
            if resource.kind == KindId::EcsTaskDefinition {
                cx.declared_files.insert(resource.span_of("family").file);
            }
        }
        for (i, document) in stack.documents.iter().enumerate() {
            cx.documents.entry((&document.owner, document.role)).or_default().push(i);
        }
        cx
    }

    /// The same with the account before its eyes.
    pub fn with(stack: &'a Stack, snapshot: &'a Snapshot) -> Self {
        Self { snapshot: Some(snapshot), ..Self::new(stack) }
    }

    /// Every resource of a kind.
    pub fn of(&self, kind: KindId) -> impl Iterator<Item = At<'_>> {
        let found = self.by_kind.get(&kind).map(Vec::as_slice).unwrap_or_default();
        found.iter().map(|i| At::root(self, &self.items[*i]))
    }

    /// The resource of a kind that stands at that place in [`Cx::of`].
    pub(crate) fn nth(&self, kind: KindId, n: usize) -> Option<At<'_>> {
        Some(At::root(self, &self.items[*self.by_kind.get(&kind)?.get(n)?]))
    }

    pub(crate) fn index(&self) -> &Index {
        &self.index
    }

    /// Every resource.
    pub fn all(&self) -> impl Iterator<Item = At<'_>> {
        self.items.iter().map(|item| At::root(self, item))
    }

    pub fn resource(&self, address: &Address) -> Option<At<'_>> {
        self.by_address.get(address).map(|i| At::root(self, &self.items[*i]))
    }

    /// The resource of that kind which has this name in AWS.
    pub fn named(&self, kind: KindId, name: &str) -> Option<At<'_>> {
        self.by_name.get(&kind)?.get(name).map(|i| At::root(self, &self.items[*i]))
    }

    /// The files of the source that are read for this.
    pub fn documents(&self, role: Role) -> impl Iterator<Item = Place<'_>> {
        self.stack.documents.iter().filter(move |document| document.role == role).filter_map(Place::root)
    }

    /// The file that is read for this at that place or within it.
    pub fn document(&self, at: &At<'_>, role: Role) -> Option<Place<'_>> {
        self.find(at, role).and_then(|(_, document)| Place::root(document))
    }

    /// The task definition in the file that an action registers.
    pub fn template(&self, action: &At<'_>) -> Option<At<'_>> {
        let (i, _) = self.find(action, Role::TaskDefinition)?;
        self.templates.get(&i).map(|item| At::root(self, item))
    }

    /// The task definitions in files that no task definition of the stack is read from.
    pub fn templates(&self) -> impl Iterator<Item = At<'_>> {
        let own = self.templates.values().map(|item| At::root(self, item));
        own.filter(|template| !self.is_declared(template.span().file))
    }

    /// Is a task definition of the stack read from that file?
    pub fn is_declared(&self, file: u32) -> bool {
        self.declared_files.contains(&file)
    }

    fn find(&self, at: &At<'_>, role: Role) -> Option<(usize, &'a Document)> {
        let within = |document: &Document| {
            let rest = document.at.strip_prefix(at.path());
            rest.is_some_and(|rest| at.path().is_empty() || rest.is_empty() || rest.starts_with(['.', '[']))
        };
        let own = self.documents.get(&(at.address(), role)).into_iter().flatten();
        own.map(|i| (*i, &self.stack.documents[*i])).find(|(_, document)| within(document))
    }

    pub fn lookup(&self, address: &Address) -> Option<&'a Lookup> {
        self.stack.lookups.get(address)
    }

    /// What is known of a reference before any call: names, the ARNs of roles.
    pub fn known(&self, reference: &Reference) -> Option<String> {
        if reference.target.is_lookup() {
            let field = if reference.attribute == "id" { "id" } else { return None };
            return self.lookup(&reference.target)?.spec.get(field)?.as_str().map(str::to_string);
        }
        let resource = self.stack.resources.get(&reference.target)?;
        let identity = resource.kind.kind().identity.last().copied().unwrap_or("name");
        match reference.attribute.as_str() {
            "arn" => predicted_arn(resource, &self.stack.home),
            name if name == "name" || name == identity => {
                resource.spec.get(identity)?.as_str().map(str::to_string)
            }
            _ => None,
        }
    }
}
