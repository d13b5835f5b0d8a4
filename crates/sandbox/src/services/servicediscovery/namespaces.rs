//! What a namespace is, and how it is read.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{State, answer, invalid};
use crate::context::Context;
use crate::form::text;
use crate::refusal::Refusal;
use crate::tags::Tags;

/// One namespace with everything that hangs on it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct Namespace {
    /// As GetNamespace answers it, but for the count of services.
    pub doc: Value,
    /// AWS takes it for a private DNS namespace and never shows it again.
    pub vpc: Option<String>,
    pub tags: Tags,
}

impl Namespace {
    /// An HTTP namespace of that name.
    pub fn http(id: &str, region: &str, account: &str, now: f64, name: &str) -> Self {
        let doc = json!({
            "Id": id,
            "Arn": format!("arn:aws:servicediscovery:{region}:{account}:namespace/{id}"),
            "ResourceOwner": account,
            "Name": name,
            "Type": "HTTP",
            "Properties": {"HttpProperties": {"HttpName": name}},
            "CreateDate": now.floor(),
        });
        Self { doc, ..Self::default() }
    }

    /// The same with a hosted zone in a VPC.
    pub(super) fn in_vpc(mut self, vpc: &str, zone: &str, ttl: &Value) -> Self {
        // 15 s is what Cloud Map writes into the zone's SOA record unless told otherwise
        let ttl = if ttl.is_null() { &json!(15) } else { ttl };
        self.doc["Type"] = json!("DNS_PRIVATE");
        self.doc["Properties"]["DnsProperties"] = json!({"HostedZoneId": zone, "SOA": {"TTL": ttl}});
        self.vpc = Some(vpc.to_string());
        self
    }
}

impl State {
    /// A finished HTTP namespace, as ECS makes one for a name that it does not know. Answers its ARN.
    pub fn add(&mut self, namespace: Namespace) -> String {
        let (id, arn) = (text(&namespace.doc, "Id").to_string(), text(&namespace.doc, "Arn").to_string());
        self.namespaces.insert(id, namespace);
        arn
    }
}

pub(super) fn get(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let state = &cx.here.servicediscovery;
    let mut doc = state.found(text(input, "Id"))?.doc.clone();
    doc["ServiceCount"] = json!(state.count_services(text(&doc, "Id")));
    Ok(json!({"Namespace": doc}))
}

pub(super) fn list(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let state = &cx.here.servicediscovery;
    let filters = input["Filters"].as_array().map(Vec::as_slice).unwrap_or_default();
    for filter in filters {
        check(filter)?;
    }
    let namespaces = state.namespaces.values().filter(|ns| filters.iter().all(|f| passes(f, &ns.doc)));
    let summaries = namespaces.map(|ns| {
        let mut doc = ns.doc.clone();
        doc["ServiceCount"] = json!(state.count_services(text(&doc, "Id")));
        if let Some(members) = doc.as_object_mut() {
            members.remove("CreatorRequestId");
        }
        doc
    });
    answer("Namespaces", summaries.collect(), input)
}

fn check(filter: &Value) -> Result<(), Refusal> {
    let condition = filter["Condition"].as_str().unwrap_or("EQ");
    if !["EQ", "BEGINS_WITH"].contains(&condition) {
        return Err(invalid(format!("Condition {condition} is not supported for {}", text(filter, "Name"))));
    }
    match filter["Values"].as_array().map(Vec::len) {
        Some(1) => Ok(()),
        _ => Err(invalid(format!("Condition {condition} takes exactly one value"))),
    }
}

fn passes(filter: &Value, doc: &Value) -> bool {
    let wanted = filter["Values"][0].as_str().unwrap_or_default();
    let actual = match text(filter, "Name") {
        "TYPE" => text(doc, "Type"),
        "NAME" => text(doc, "Name"),
        "HTTP_NAME" => text(&doc["Properties"]["HttpProperties"], "HttpName"),
        // the sandbox knows one account
        _ => "SELF",
    };
    match filter["Condition"].as_str() {
        Some("BEGINS_WITH") => actual.starts_with(wanted),
        _ => actual == wanted,
    }
}
