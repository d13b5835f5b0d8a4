//! Calls that change namespaces: each starts an operation.

use serde_json::Value;

use super::operations::{Change, Operation, duplicate, start};
use super::{Namespace, enough_tags, id_of, invalid};
use crate::context::Context;
use crate::form::text;
use crate::refusal::Refusal;
use crate::services::ec2;
use crate::tags;

/// How long an operation takes: with a hosted zone Route 53 has a say.
const HTTP_SECONDS: f64 = 2.0;
const DNS_SECONDS: f64 = 60.0;

pub(super) fn create_http(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    if let Some(known) = asked_before(cx, input) {
        return Ok(known);
    }
    name_is_free(cx, input, None)?;
    let namespace = described(new_namespace(cx, input), input)?;
    Ok(begin(cx, input, HTTP_SECONDS, namespace))
}

pub(super) fn create_private_dns(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    if let Some(known) = asked_before(cx, input) {
        return Ok(known);
    }
    let vpc = text(input, "Vpc");
    name_is_free(cx, input, Some(vpc))?;
    let zone = format!("Z{}", cx.ids.upper(20));
    let ttl = &input["Properties"]["DnsProperties"]["SOA"]["TTL"];
    let namespace = described(new_namespace(cx, input).in_vpc(vpc, &zone, ttl), input)?;
    if ec2::vpc(cx.region, vpc).is_some() {
        return Ok(begin(cx, input, DNS_SECONDS, namespace));
    }
    let change = Change::Fail {
        code: "CANNOT_CREATE_HOSTED_ZONE".to_string(),
        message: format!("The VPC {vpc} in region {} that you provided does not exist.", cx.region),
    };
    let id = text(&namespace.doc, "Id").to_string();
    Ok(start(cx, "CREATE_NAMESPACE", &id, HTTP_SECONDS, input, change))
}

pub(super) fn update(cx: &mut Context<'_>, input: &Value, kind: &str) -> Result<Value, Refusal> {
    let id = settled(cx, input)?;
    let actual = text(&cx.here.servicediscovery.found(&id)?.doc, "Type").to_string();
    if actual != kind {
        return Err(invalid(format!("Namespace {id} is of type {actual}, not {kind}")));
    }
    let change = Change::Update {
        description: input["Namespace"]["Description"].as_str().map(ToString::to_string),
        ttl: input["Namespace"]["Properties"]["DnsProperties"]["SOA"]["TTL"].as_u64(),
    };
    Ok(start(cx, "UPDATE_NAMESPACE", &id, HTTP_SECONDS, input, change))
}

pub(super) fn delete(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let id = settled(cx, input)?;
    let state = &cx.here.servicediscovery;
    if state.count_services(&id) > 0 {
        return Err(Refusal::bad("ResourceInUse", "Namespace has associated services; delete them first."));
    }
    let seconds = if state.found(&id)?.vpc.is_some() { DNS_SECONDS } else { HTTP_SECONDS };
    Ok(start(cx, "DELETE_NAMESPACE", &id, seconds, input, Change::Delete))
}

/// The id of a namespace that is there and has no operation under way.
fn settled(cx: &Context<'_>, input: &Value) -> Result<String, Refusal> {
    let state = &cx.here.servicediscovery;
    let id = id_of(text(&state.found(text(input, "Id"))?.doc, "Id")).to_string();
    state.under_way(&id).map_or(Ok(id), |operation| Err(duplicate(operation)))
}

fn begin(cx: &mut Context<'_>, input: &Value, seconds: f64, namespace: Namespace) -> Value {
    let id = text(&namespace.doc, "Id").to_string();
    start(cx, "CREATE_NAMESPACE", &id, seconds, input, Change::Create(namespace))
}

fn new_namespace(cx: &mut Context<'_>, input: &Value) -> Namespace {
    let id = format!("ns-{}", cx.ids.hex(16));
    Namespace::http(&id, cx.region, cx.account, cx.now, text(input, "Name"))
}

fn described(mut namespace: Namespace, input: &Value) -> Result<Namespace, Refusal> {
    for member in ["Description", "CreatorRequestId"] {
        if !input[member].is_null() {
            namespace.doc[member] = input[member].clone();
        }
    }
    namespace.tags = tags::parse(&input["Tags"]);
    enough_tags(&namespace.tags)?;
    Ok(namespace)
}

/// The answer to the very same request, as long as what it made is there or on its way.
fn asked_before(cx: &Context<'_>, input: &Value) -> Option<Value> {
    let state = &cx.here.servicediscovery;
    let alive = |op: &Operation| {
        op.change.is_some() || state.namespaces.contains_key(text(&op.doc["Targets"], "NAMESPACE"))
    };
    let same = |op: &&Operation| op.request == *input && alive(op);
    let known = state.operations.values().find(|op| !input["CreatorRequestId"].is_null() && same(op))?;
    Some(serde_json::json!({"OperationId": known.doc["Id"]}))
}

/// A name may be used once among HTTP namespaces and once in a VPC.
fn name_is_free(cx: &Context<'_>, input: &Value, vpc: Option<&str>) -> Result<(), Refusal> {
    let state = &cx.here.servicediscovery;
    let taken = |ns: &Namespace| ns.doc["Name"] == input["Name"] && ns.vpc.as_deref() == vpc;
    if let Some(namespace) = state.namespaces.values().find(|ns| taken(ns)) {
        let (name, id) = (text(input, "Name"), text(&namespace.doc, "Id"));
        return Err(Refusal::bad("NamespaceAlreadyExists", format!("Namespace {name} already exists: {id}")));
    }
    let coming = |op: &&Operation| matches!(&op.change, Some(Change::Create(ns)) if taken(ns));
    state.operations.values().find(coming).map_or(Ok(()), |operation| Err(duplicate(operation)))
}
