//! The merged tree as a [`Stack`].

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::allow::allow;
use super::files::Files;
use super::literals;
use super::node::{Entry, Node, NodeValue};
use super::problem::{Problem, nearest};
use super::source::Span;
use super::typed::{Spelling, Typing};
use super::{Options, documents, marked, moves, names, outputs, scaled};
use crate::ecs::task_definition::is_placeholder;
use crate::graph;
use crate::schema::Home;
use crate::secrets::Secrets;
use crate::stack::{Lookup, Order, Resource, Settings, Stack};
use crate::tree::{Map, Tree};
use crate::{Address, KindId, lookups};

/// Keys of a resource that are recon's and not AWS's.
const SETTINGS: &[&str] =
    &["adopt", "prevent_destroy", "unmanaged", "replace", "name_prefix", "depends_on", "allow"];

/// The keys that are recon's in a resource of that kind.
pub fn own_keys(kind: KindId) -> Vec<&'static str> {
    let own = match kind {
        KindId::EcsTaskDefinition => Some("file"),
        KindId::CodepipelinePipeline | KindId::CodebuildProject => Some("files"),
        _ => None,
    };
    SETTINGS.iter().copied().chain(own).collect()
}

/// Tables of the top level that hold no resources.
const RESERVED: &[&str] = &["stack", "variables", "lookup", "outputs", "moved"];

/// The resources are taken out of the tree, so that nothing is held twice.
pub fn build(
    root: &mut Node,
    secrets: &Secrets,
    options: &Options,
    files: &mut Files,
    problems: &mut Vec<Problem>,
) -> Option<Stack> {
    let (name, home, tags) = header(root, options, problems)?;
    let found = addresses(root, problems);
    make_ready(&found);
    let declared: BTreeSet<Address> = found.iter().map(|(address, _)| address.clone()).collect();
    let mut stack = Stack {
        name,
        home,
        resources: BTreeMap::new(),
        lookups: BTreeMap::new(),
        outputs: BTreeMap::new(),
        moved: moves::read(root, &declared, problems),
        sources: Default::default(),
        documents: Vec::new(),
        secrets: secrets.clone(),
    };
    for (address, entry) in found {
        let mut typing = Typing {
            stack: &stack.name,
            home: &stack.home,
            declared: &declared,
            files,
            problems,
            spelling: Spelling::Snake,
            spans: BTreeMap::new(),
        };
        match KindId::named(&address.kind) {
            Some(kind) => {
                let resource = resource(&mut typing, address.clone(), kind, &entry, &tags);
                stack.resources.insert(address, resource);
            }
            None => {
                if let Some(fields) = lookups::fields(&address.kind) {
                    let spec = typing.structure(fields, &entry.node, "", &[]);
                    typing.missing(fields, &spec, entry.key, "", &address.to_string());
                    stack.lookups.insert(address.clone(), Lookup { address, spec, span: entry.key });
                }
            }
        }
    }
    stack.outputs = outputs::read(root, &stack, problems);
    stack.documents = documents::read(&stack, &declared, files);
    literals::refer(&mut stack);
    scaled::leave_alone(&mut stack);
    marked::wait_for_holders(&mut stack);
    marked::check(&stack, problems);
    check(&stack, problems);
    Some(stack)
}

/// Builds what is known of the kinds that are declared, all of them at once: of a
/// small stack's reading it is most.
fn make_ready(found: &[(Address, Entry)]) {
    let kinds: BTreeSet<KindId> =
        found.iter().filter_map(|(address, _)| KindId::named(&address.kind)).collect();
    kinds.into_iter().collect::<Vec<_>>().par_iter().for_each(|kind| {
        kind.kind();
    });
}

/// `[stack]`: name, region, account, tags.
fn header(root: &Node, options: &Options, problems: &mut Vec<Problem>) -> Option<(String, Home, Map)> {
    let Some(stack) = root.get("stack") else {
        problems.push(
            Problem::nowhere("no file has a [stack] table").help("add [stack] with name, region and account"),
        );
        return None;
    };
    let valid = ["name", "region", "account", "tags"];
    for (key, entry) in stack.as_map().into_iter().flatten().filter(|(key, _)| !valid.contains(&key.as_str()))
    {
        problems.push(Problem::new(entry.key, format!("unknown field `{key}`")).nearest(key, valid));
    }
    let text = |key: &str| stack.get(key).and_then(Node::as_text).map(str::to_string);
    let Some(name) = text("name").filter(|name| !name.is_empty()) else {
        problems.push(
            Problem::new(stack.span, "[stack] needs a `name`")
                .help("it marks what belongs to the stack: name = \"shop-prod\""),
        );
        return None;
    };
    let Some(region) = text("region").or_else(|| options.region.clone()) else {
        problems.push(
            Problem::new(stack.span, "[stack] names no region")
                .help("add region = \"eu-central-1\", or set AWS_REGION"),
        );
        return None;
    };
    if !is_region(&region) {
        // it becomes part of the host's name that requests with credentials go to
        problems.push(
            Problem::new(
                stack.get("region").map_or(stack.span, |node| node.span),
                "this is no region's name",
            )
            .help("such as region = \"eu-central-1\": small letters, digits and `-`"),
        );
        return None;
    }
    let account = text("account").or_else(|| options.account.clone()).unwrap_or_default();
    if let Some(node) = stack.get("account")
        && (account.len() != 12 || !account.chars().all(|c| c.is_ascii_digit()))
    {
        problems.push(
            Problem::new(node.span, "an account is a text of twelve digits")
                .help("quote it, and keep leading zeros: account = \"012345678901\""),
        );
    }
    let mut tags = Map::new();
    for (key, entry) in stack.get("tags").and_then(Node::as_map).into_iter().flatten() {
        match entry.node.as_text() {
            Some(text) => {
                tags.insert(key.clone(), Tree::text(text));
            }
            None => problems.push(Problem::new(entry.node.span, format!("tag `{key}` must be a text"))),
        }
    }
    Some((name, Home { partition: partition(&region).into(), region, account }, tags))
}

/// One label of a host's name, and nothing that would end it.
fn is_region(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    text.len() <= 40 && text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(plain)
}

/// AWS's partition of a region (AWS page "AWS regions and partitions").
pub fn partition(region: &str) -> &'static str {
    match region.split('-').next() {
        Some("cn") => "aws-cn",
        Some("us") if region.starts_with("us-gov-") => "aws-us-gov",
        Some("us") if region.starts_with("us-isob-") => "aws-iso-b",
        Some("us") if region.starts_with("us-iso-") => "aws-iso",
        Some("eusc") => "aws-eusc",
        _ => "aws",
    }
}

/// Every `[family.kind.label]` and `[lookup.kind.label]`.
fn addresses(root: &mut Node, problems: &mut Vec<Problem>) -> Vec<(Address, Entry)> {
    let mut found = Vec::new();
    let families: BTreeSet<&str> = KindId::ALL.iter().filter_map(|id| id.name().split('.').next()).collect();
    for (family, entry) in root.as_map_mut().into_iter().flatten() {
        let lookup = family == "lookup";
        if !lookup && RESERVED.contains(&family.as_str()) {
            continue;
        }
        if !lookup && !families.contains(family.as_str()) {
            let valid = families.iter().copied().chain(RESERVED.iter().copied());
            problems
                .push(Problem::new(entry.key, format!("unknown table `{family}`")).nearest(family, valid));
            continue;
        }
        for (kind, entry) in entry.node.as_map_mut().into_iter().flatten() {
            let name = format!("{family}.{kind}");
            let known =
                if lookup { lookups::fields(&name).is_some() } else { KindId::named(&name).is_some() };
            if !known {
                let names = KindId::ALL.iter().map(|id| id.name()).chain(lookups::NAMES.iter().copied());
                let near = nearest(&name, names);
                let problem = Problem::new(entry.key, format!("there is no kind `{name}`"));
                let kinds = KindId::ALL.iter().map(|id| id.name()).chain(lookups::NAMES.iter().copied());
                let family: Vec<&str> = kinds.filter(|n| n.starts_with(&format!("{family}."))).collect();
                problems.push(match near {
                    Some(near) => problem.help(format!("did you mean `{near}`?")),
                    None => problem.help(format!("kinds of this family: {}", family.join(", "))),
                });
                continue;
            }
            let Some(labels) = entry.node.as_map_mut() else {
                problems.push(
                    Problem::new(entry.key, format!("`{name}` needs a label"))
                        .help(format!("write [{name}.something]")),
                );
                continue;
            };
            for (label, entry) in std::mem::take(labels) {
                if entry.node.as_map().is_none() {
                    problems.push(Problem::new(entry.key, format!("`{name}.{label}` must be a table")).help(
                        format!("a resource has a label of its own: [{name}.something] with `{label}` in it"),
                    ));
                } else if label.contains(['.', '/', ' ']) || label.is_empty() {
                    problems.push(Problem::new(entry.key, "a label is made of letters, digits, `-` and `_`"));
                } else {
                    found.push((Address::new(&name, &label), entry));
                }
            }
        }
    }
    found
}

fn resource(typing: &mut Typing<'_>, address: Address, kind: KindId, entry: &Entry, tags: &Map) -> Resource {
    let fields = kind.kind().fields();
    let takes_file = kind == KindId::EcsTaskDefinition;
    let mut spec = Map::new();
    let named = entry.node.get("file").filter(|_| takes_file);
    let document = named.map(|named| typing.files.json(named, typing.problems));
    if let Some(Some(document)) = &document {
        typing.spelling = Spelling::Aws;
        spec = into_map(typing.structure(fields, document, "", &[]));
        typing.spelling = Spelling::Snake;
    }
    // what the TOML says lies on top of the file
    spec.extend(into_map(typing.structure(fields, &entry.node, "", &own_keys(kind))));
    if let Some(made) = entry.node.get("password_file")
        && let Some(text) = made.as_text()
        && let Err(problem) = typing.files.to_be_made(text, made.span)
    {
        typing.problems.push(problem);
    }
    let tree = Tree::Map(spec);
    let prefix = names::prefix(&entry.node, kind, typing.problems);
    let mut tree = tree;
    if let (Some(prefix), Tree::Map(spec)) = (&prefix, &mut tree) {
        let name = crate::names::generated(typing.stack, &address, prefix, "");
        spec.insert("name".into(), Tree::text(name));
    }
    if document != Some(None) {
        typing.missing(fields, &tree, entry.key, "", &address.to_string());
    }
    let mut spec = into_map(tree);
    if let Some(field) = fields.field("tags")
        && !tags.is_empty()
        && let Tree::Map(own) =
            spec.entry(field.name.as_str().into()).or_insert_with(|| Tree::Map(Map::new()))
    {
        for (key, value) in tags {
            own.entry(key.clone()).or_insert_with(|| value.clone());
        }
    }
    let mut settings = settings(typing, &entry.node, kind);
    settings.name_prefix = prefix;
    Resource { address, kind, spec: Tree::Map(spec), settings, span: entry.key, spans: typing.written() }
}

fn into_map(tree: Tree) -> Map {
    if let Tree::Map(map) = tree { map } else { Map::new() }
}

fn settings(typing: &mut Typing<'_>, node: &Node, kind: KindId) -> Settings {
    let spec = &kind.kind().spec;
    let mut settings = Settings::default();
    let mut flag = |key: &str| match node.get(key).map(|n| (n, &n.value)) {
        None => false,
        Some((_, NodeValue::Bool(flag))) => *flag,
        Some((n, _)) => {
            typing.problems.push(Problem::new(n.span, format!("`{key}` is true or false")));
            false
        }
    };
    settings.adopt = flag("adopt");
    settings.prevent_destroy = flag("prevent_destroy");
    for (text, span) in texts(typing, node, "unmanaged") {
        match spec.at(&text) {
            Some(_) => settings.unmanaged.push(text),
            None => {
                let names: Vec<&str> = spec
                    .ty
                    .structure()
                    .into_iter()
                    .flat_map(|s| &s.fields)
                    .map(|f| f.name.as_str())
                    .collect();
                typing.problems.push(
                    Problem::new(span, format!("there is no field `{text}` to leave alone"))
                        .nearest(&text, names),
                );
            }
        }
    }
    for (text, span) in texts(typing, node, "depends_on") {
        match text.parse::<Address>() {
            Ok(address) if typing.declared.contains(&address) => settings.depends_on.push(address),
            _ => typing.problems.push(Problem::new(span, format!("there is no {text} in this stack"))),
        }
    }
    settings.allow = allow(node, typing.problems);
    if let Some(folder) = node.get("files").filter(|_| own_keys(kind).contains(&"files")) {
        settings.files = documents::folder(folder, typing.files, typing.problems);
    }
    if let Some(wanted) = node.get("replace") {
        match wanted.as_text() {
            Some("delete_first") => settings.replace = Some(Order::DeleteFirst),
            Some("create_first") => settings.replace = Some(Order::CreateFirst),
            _ => typing
                .problems
                .push(Problem::new(wanted.span, "`replace` is \"delete_first\" or \"create_first\"")),
        }
    }
    settings
}

fn texts(typing: &mut Typing<'_>, node: &Node, key: &str) -> Vec<(String, Span)> {
    let Some(list) = node.get(key) else { return Vec::new() };
    match &list.value {
        NodeValue::List(items) if items.iter().all(|item| item.as_text().is_some()) => {
            items.iter().filter_map(|item| Some((item.as_text()?.to_string(), item.span))).collect()
        }
        _ => {
            typing.problems.push(Problem::new(list.span, format!("`{key}` is a list of texts")));
            Vec::new()
        }
    }
}

/// What holds for the stack as a whole.
fn check(stack: &Stack, problems: &mut Vec<Problem>) {
    let mut seen: BTreeMap<(KindId, String), &Resource> = BTreeMap::new();
    for resource in stack.resources.values() {
        let identity = resource.identity();
        if let Some(first) = seen.insert((resource.kind, identity.clone()), resource) {
            problems.push(
                Problem::new(
                    resource.span,
                    format!("{} and {} are one resource in AWS: {identity}", first.address, resource.address),
                )
                .label("the same identity")
                .related(first.span, "declared here first")
                .help("give one of them another name"),
            );
        }
    }
    for resource in stack.resources.values().filter(|resource| resource.kind == KindId::EcsTaskDefinition) {
        initial_image(resource, problems);
    }
    if let Some(cycle) = graph::cycle(stack) {
        let first = stack.resources.get(&cycle[0]);
        let names: Vec<String> = cycle.iter().map(ToString::to_string).collect();
        let span = first.map(|resource| resource.span).unwrap_or_default();
        problems.push(
            Problem::new(span, format!("these resources wait for each other: {}", names.join(" → ")))
                .label("part of a cycle")
                .help("break the circle: name one of them by { arn = \"…\" }, or drop a depends_on"),
        );
    }
}

/// A placeholder needs something to stand for before the pipeline's first run.
fn initial_image(resource: &Resource, problems: &mut Vec<Problem>) {
    let Some(Tree::List(containers)) = resource.spec.get("container_definitions") else { return };
    for (at, container) in containers.iter().enumerate() {
        let image = container.get("image").and_then(Tree::as_str).unwrap_or_default();
        if is_placeholder(image) && resource.spec.get("initial_image").is_none() {
            let span = resource.span_of(&format!("container_definitions[{at}].image"));
            problems.push(
                Problem::new(
                    span,
                    format!("`{image}` is the pipeline's to fill in, and nothing says with what to begin"),
                )
                .label("a placeholder")
                .help(format!("add initial_image = \"…\" to [{}]", resource.address))
                .related(resource.span, "the task definition"),
            );
        }
    }
}
