//! Cloud Map: namespaces, and the operations that make, change and remove them.

mod changes;
mod namespaces;
mod operations;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::context::Context;
use crate::form::{put, size, text};
use crate::page::page;
use crate::refusal::Refusal;
use crate::services::holdings::{Holdings, View, arns};
use crate::tags::{self, Tags};

pub use namespaces::Namespace;
pub use operations::Operation;

const TAGS: usize = 50;
/// Namespaces or services on one page, at most and unless told otherwise.
const PAGE: usize = 100;

/// What Cloud Map holds in one region.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct State {
    /// By id. A namespace is here once the operation that makes it is done.
    pub namespaces: BTreeMap<String, Namespace>,
    pub services: Vec<Service>,
    /// By id.
    pub operations: BTreeMap<String, Operation>,
}

/// A service in a namespace; recon reads them, others (ECS) make them.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct Service {
    /// Id of the namespace.
    pub namespace: String,
    /// As ListServices answers it.
    pub doc: Value,
}

impl State {
    /// The namespace of that name, id or ARN.
    pub fn namespace(&self, name_or_arn: &str) -> Option<&Value> {
        let id = id_of(name_or_arn);
        self.namespaces
            .get(id)
            .or_else(|| self.namespaces.values().find(|ns| ns.doc["Name"] == name_or_arn))
            .map(|ns| &ns.doc)
    }

    fn found(&self, id_or_arn: &str) -> Result<&Namespace, Refusal> {
        self.namespaces
            .get(id_of(id_or_arn))
            .ok_or_else(|| Refusal::bad("NamespaceNotFound", format!("Namespace {id_or_arn} doesn't exist.")))
    }

    fn count_services(&self, id: &str) -> usize {
        self.services.iter().filter(|service| service.namespace == id).count()
    }
}

impl State {
    fn settled(&self, now: f64) -> Self {
        let mut state = self.clone();
        state.settle(now);
        state
    }
}

impl Holdings for State {
    fn remains(&self, view: &View<'_>) -> Vec<String> {
        let now = self.settled(view.now);
        let services = now.services.iter().map(|service| &service.doc);
        arns(now.namespaces.values().map(|namespace| &namespace.doc).chain(services), "Arn")
    }

    fn tagged(&self, view: &View<'_>) -> Vec<(String, Tags)> {
        let pair = |held: &Namespace| (text(&held.doc, "Arn").to_string(), held.tags.clone());
        self.settled(view.now).namespaces.values().map(pair).collect()
    }
}

pub(crate) fn handle(cx: &mut Context<'_>, operation: &str, input: &Value) -> Result<Value, Refusal> {
    cx.here.servicediscovery.settle(cx.now);
    match operation {
        "CreateHttpNamespace" => changes::create_http(cx, input),
        "CreatePrivateDnsNamespace" => changes::create_private_dns(cx, input),
        "UpdateHttpNamespace" => changes::update(cx, input, "HTTP"),
        "UpdatePrivateDnsNamespace" => changes::update(cx, input, "DNS_PRIVATE"),
        "DeleteNamespace" => changes::delete(cx, input),
        "GetNamespace" => namespaces::get(cx, input),
        "ListNamespaces" => namespaces::list(cx, input),
        "GetOperation" => operations::get(cx, input),
        "ListServices" => list_services(cx, input),
        "TagResource" => tag(cx, input),
        "UntagResource" => untag(cx, input),
        "ListTagsForResource" => Ok(json!({"Tags": tags::upper(&by_arn(cx, input)?.tags)})),
        _ => Err(Refusal::unknown_operation("servicediscovery", operation)),
    }
}

fn list_services(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let filters: Vec<&Value> = input["Filters"].as_array().into_iter().flatten().collect();
    let services = cx.here.servicediscovery.services.iter().filter(|service| {
        filters.iter().all(|filter| {
            let wanted = filter["Values"][0].as_str().unwrap_or_default();
            match filter["Name"].as_str() {
                Some("NAMESPACE_ID") => service.namespace == id_of(wanted),
                _ => wanted == "SELF",
            }
        })
    });
    answer("Services", services.map(|service| service.doc.clone()).collect(), input)
}

fn tag(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let namespace = by_arn(cx, input)?;
    let mut tags = namespace.tags.clone();
    tags.extend(tags::parse(&input["Tags"]));
    enough_tags(&tags)?;
    namespace.tags = tags;
    Ok(json!({}))
}

fn untag(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let namespace = by_arn(cx, input)?;
    for key in input["TagKeys"].as_array().into_iter().flatten() {
        namespace.tags.remove(key.as_str().unwrap_or_default());
    }
    Ok(json!({}))
}

fn by_arn<'a>(cx: &'a mut Context<'_>, input: &Value) -> Result<&'a mut Namespace, Refusal> {
    let arn = text(input, "ResourceARN");
    let prefix = cx.arn("servicediscovery", "namespace/");
    arn.strip_prefix(&prefix)
        .and_then(|id| cx.here.servicediscovery.namespaces.get_mut(id))
        .ok_or_else(|| Refusal::bad("ResourceNotFoundException", format!("Resource not found: {arn}")))
}

fn enough_tags(tags: &Tags) -> Result<(), Refusal> {
    if tags.len() > TAGS {
        return Err(Refusal::bad("TooManyTagsException", "The resource may have at most 50 tags."));
    }
    match tags.keys().find(|key| key.starts_with("aws:")) {
        Some(key) => Err(invalid(format!("Tag key {key} uses the reserved prefix aws:"))),
        None => Ok(()),
    }
}

/// The page of a list that the input asks for.
fn answer(member: &str, all: Vec<Value>, input: &Value) -> Result<Value, Refusal> {
    let (list, next) = page(all, &input["NextToken"], size(input, "MaxResults", PAGE))
        .ok_or_else(|| invalid("NextToken is not valid"))?;
    let mut answer = json!({ member: list });
    put(&mut answer, "NextToken", json!(next));
    Ok(answer)
}

fn id_of(id_or_arn: &str) -> &str {
    id_or_arn.rsplit_once(":namespace/").map_or(id_or_arn, |(_, id)| id)
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::bad("InvalidInput", message)
}
