//! What somebody wants: the declared resources of one stack.

use std::collections::{BTreeMap, BTreeSet};

use litemap::LiteMap;
use serde_json::Value;

use crate::document::Document;
use crate::load::{Sources, Span, predicted_arn};
use crate::schema::Home;
use crate::secrets::Secrets;
use crate::tree::{Reference, Tree};
use crate::{Address, KindId};

/// A stack as its folder declares it.
#[derive(Debug, Clone)]
pub struct Stack {
    /// The name that marks what belongs to it, in the tag `recon:stack`.
    pub name: String,
    pub home: Home,
    pub resources: BTreeMap<Address, Resource>,
    pub lookups: BTreeMap<Address, Lookup>,
    pub outputs: BTreeMap<String, Tree>,
    /// Addresses that were renamed: from, to.
    pub moved: Vec<(Address, Address)>,
    pub sources: Sources,
    /// Files of the source repository that lie beside the TOML, too.
    pub documents: Vec<Document>,
    /// Values of variables that nobody may read.
    pub secrets: Secrets,
}

/// One declared resource.
#[derive(Debug, Clone)]
pub struct Resource {
    pub address: Address,
    pub kind: KindId,
    /// The document, with references to other resources in it.
    pub spec: Tree,
    pub settings: Settings,
    /// Where it is declared.
    pub span: Span,
    pub spans: Spans,
}

/// Where each path of a document was written.
pub type Spans = LiteMap<Box<str>, Span>;

/// What the stack says of a resource beside its document.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings {
    /// Take over a resource of that name that the stack does not own yet.
    pub adopt: bool,
    /// Refuse every deletion and replacement.
    pub prevent_destroy: bool,
    /// Fields that are somebody else's.
    pub unmanaged: Vec<String>,
    /// The name is this and a few letters that recon chooses, so that two of them
    /// can stand side by side; its tag says which one it is.
    pub name_prefix: Option<String>,
    /// Order of a replacement where the kind's own does not fit.
    pub replace: Option<Order>,
    /// Resources that must be there first, beside those that the document names.
    pub depends_on: Vec<Address>,
    /// Findings that somebody accepts here, in writing.
    pub allow: Vec<Allow>,
    /// The folder inside the stack's in which the source repository's files lie.
    pub files: Option<String>,
}

/// `allow = [{ rule = "LB-026", reason = "internal only" }]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allow {
    pub rule: String,
    /// Empty where none is given; a rule says so.
    pub reason: String,
    pub span: Span,
}

/// `replace = "delete_first"` or `"create_first"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    DeleteFirst,
    CreateFirst,
}

/// Something outside the stack that is only looked up.
#[derive(Debug, Clone)]
pub struct Lookup {
    pub address: Address,
    pub spec: Tree,
    pub span: Span,
}

impl Resource {
    /// The place of a path, or of the nearest thing around it.
    pub fn span_of(&self, path: &str) -> Span {
        let mut path = path;
        loop {
            if let Some(span) = self.spans.get(path) {
                return *span;
            }
            match path.rfind(['.', '[']) {
                Some(at) => path = &path[..at],
                None => return self.span,
            }
        }
    }

    /// What names it in AWS: the identity's fields, a reference by its target's label.
    pub fn identity(&self) -> String {
        let part = |field: &&str| match self.spec.get(field) {
            Some(Tree::Scalar(scalar)) => scalar.to_string(),
            Some(tree) => {
                tree.first_reference().map_or_else(|| "?".into(), |reference| reference.target.to_string())
            }
            None => "?".into(),
        };
        self.kind.kind().identity.iter().map(part).collect::<Vec<_>>().join("/")
    }

    /// The name that a person knows it by.
    pub fn name(&self) -> String {
        let field = self.kind.kind().identity.last().copied().unwrap_or("name");
        match self.spec.get(field) {
            Some(Tree::Scalar(scalar)) => scalar.to_string(),
            _ => self.address.label.to_string(),
        }
    }

    /// Everything that must be there before it: referred to or named.
    pub fn needs(&self) -> Vec<&Address> {
        let mut needs = Vec::new();
        self.for_each_need(&mut |need| needs.push(need));
        needs.sort();
        needs.dedup();
        needs
    }

    /// The same in no order, and as often as it is said.
    pub fn for_each_need<'a>(&'a self, visit: &mut impl FnMut(&'a Address)) {
        self.settings.depends_on.iter().for_each(&mut *visit);
        self.spec.for_each_reference(&mut |reference| visit(&reference.target));
    }
}

impl Stack {
    /// Those of a kind: addresses are in the order of their kinds.
    pub fn of_kind(&self, kind: KindId) -> impl Iterator<Item = &Resource> {
        let from = self.resources.range(Address::new(kind.name(), "")..);
        from.map(|(_, resource)| resource).take_while(move |resource| resource.kind == kind)
    }

    /// Does a service run tasks without an address of their own? They need a way out of the network.
    pub fn has_hidden_tasks(&self) -> bool {
        let services = self.resources.values().filter(|resource| resource.kind == KindId::EcsService);
        services.into_iter().any(|service| {
            let on_ec2 = service.spec.get("launch_type").and_then(Tree::as_str) == Some("EC2");
            let network = service.spec.get("network_configuration");
            let own = network.and_then(|network| network.get("awsvpc_configuration"));
            let public = own.and_then(|own| own.get("assign_public_ip")).and_then(Tree::as_str);
            own.is_some() && !on_ec2 && public != Some("ENABLED")
        })
    }

    /// These with all that they need, lookups included.
    pub fn with_needs(&self, addresses: &[Address]) -> BTreeSet<Address> {
        let mut all = BTreeSet::new();
        let mut todo: Vec<Address> = addresses.to_vec();
        while let Some(address) = todo.pop() {
            if let Some(resource) = self.resources.get(&address) {
                todo.extend(resource.needs().into_iter().filter(|need| !all.contains(*need)).cloned());
            }
            if let Some(lookup) = self.lookups.get(&address) {
                let needs = lookup.spec.references().into_iter().map(|(_, r)| r.target.clone());
                todo.extend(needs.filter(|need| !all.contains(need)));
            }
            all.insert(address);
        }
        all
    }

    /// What the TOML itself says of an attribute: names, and the ARNs of roles.
    pub fn declared(&self, reference: &Reference) -> Option<Value> {
        self.declared_of(self.resources.get(&reference.target)?, &reference.attribute)
    }

    /// The same of a resource at hand.
    pub fn declared_of(&self, resource: &Resource, attribute: &str) -> Option<Value> {
        let field = match attribute {
            "name" => resource.kind.kind().identity.last().copied().unwrap_or("name"),
            "arn" => return predicted_arn(resource, &self.home).map(Value::String),
            _ => return None,
        };
        match resource.spec.get(field)? {
            Tree::Scalar(scalar) => Some(scalar.value()),
            _ => None,
        }
    }
}
