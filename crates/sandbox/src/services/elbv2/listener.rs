//! Listeners.

use serde_json::{Value, json};

use crate::context::Context;
use crate::form::{has, text, texts};
use crate::refusal::Refusal;

use super::action::{self, Place};
use super::arn::{Kind, listener_of, listener_under, rule_under};
use super::{Held, State, page, refuse, rule, tagging, tls};

const ALB: [&str; 2] = ["HTTP", "HTTPS"];
const NLB: [&str; 6] = ["TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC"];

pub(super) fn create(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let balancer = text(input, "LoadBalancerArn");
    let owner = cx.here.elbv2.find(Kind::LoadBalancer, balancer)?;
    for (member, words) in [("Protocol", "A listener protocol"), ("Port", "A listener port")] {
        if !has(input, member) {
            return Err(refuse::invalid(format!("{words} must be specified")));
        }
    }
    let mut document =
        json!({"LoadBalancerArn": balancer, "Port": input["Port"], "Protocol": input["Protocol"]});
    check_protocol(&owner.document, text(input, "Protocol"))?;
    tls::write(&mut document, input, cx.account, cx.region)?;
    document["DefaultActions"] =
        action::complete(&Place::of(&cx.here.elbv2, &document)?, &input["DefaultActions"])?;
    let tags = tagging::given(input)?;
    if let Some(held) = on_port(&cx.here.elbv2, &document) {
        let mut settings = held.document.clone();
        if let Some(members) = settings.as_object_mut() {
            members.remove("ListenerArn");
        }
        if settings == document && held.tags == tags {
            return Ok(json!({"Listeners": [held.document]}));
        }
        return Err(duplicate(balancer));
    }
    let arn = listener_under(balancer, &cx.ids.hex(16));
    document["ListenerArn"] = json!(arn);
    let default = rule_under(&arn, &cx.ids.hex(16));
    let rule = rule::default(&default, &document["DefaultActions"]);
    let answer = json!({"Listeners": [document]});
    cx.here.elbv2.listeners.insert(arn, Held { document, tags, ..Held::default() });
    cx.here.elbv2.rules.insert(default, rule);
    Ok(answer)
}

fn check_protocol(balancer: &Value, protocol: &str) -> Result<(), Refusal> {
    let allowed: &[&str] = if balancer["Type"] == "network" { &NLB } else { &ALB };
    if allowed.contains(&protocol) {
        return Ok(());
    }
    Err(Refusal::bad(
        "UnsupportedProtocol",
        format!("Listener protocol '{protocol}' must be one of '{}'", allowed.join(", ")),
    ))
}

/// The other listener on the same port of the same load balancer.
fn on_port<'a>(state: &'a State, listener: &Value) -> Option<&'a Held> {
    state.listeners.values().find(|held| {
        held.document["LoadBalancerArn"] == listener["LoadBalancerArn"]
            && held.document["Port"] == listener["Port"]
            && held.document["ListenerArn"] != listener["ListenerArn"]
    })
}

fn duplicate(balancer: &str) -> Refusal {
    Refusal::bad(
        "DuplicateListener",
        format!("A listener already exists on this port for this load balancer '{balancer}'"),
    )
}

pub(super) fn describe(state: &State, input: &Value) -> Result<Value, Refusal> {
    let words = "Listener ARNs and a load balancer ARN";
    match page::one_of(input, &["LoadBalancerArn", "ListenerArns"], words)? {
        None => Err(refuse::invalid("You must specify either listener ARNs or a load balancer ARN")),
        Some("LoadBalancerArn") => {
            let balancer = text(input, "LoadBalancerArn");
            state.find(Kind::LoadBalancer, balancer)?;
            let mut list: Vec<Value> = state
                .listeners
                .values()
                .filter(|held| held.document["LoadBalancerArn"] == balancer)
                .map(|held| held.document.clone())
                .collect();
            list.sort_by_key(|listener| listener["Port"].as_u64());
            page::page("Listeners", list, input)
        }
        Some(member) => Ok(json!({"Listeners": page::by_arn(state, Kind::Listener, &texts(input, member))?})),
    }
}

pub(super) fn modify(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let arn = text(input, "ListenerArn");
    let state = &cx.here.elbv2;
    let mut document = state.find(Kind::Listener, arn)?.document.clone();
    for member in ["Port", "Protocol"] {
        if has(input, member) {
            document[member] = input[member].clone();
        }
    }
    check_protocol(&state.owner(&document)?.document, text(&document, "Protocol"))?;
    if on_port(state, &document).is_some() {
        return Err(duplicate(text(&document, "LoadBalancerArn")));
    }
    let still_encrypts = tls::encrypts(text(&document, "Protocol"));
    let wanted = tls_members(&mut document, input);
    tls::write(&mut document, &wanted, cx.account, cx.region)?;
    let actions = if has(input, "DefaultActions") { input } else { &document }["DefaultActions"].clone();
    document["DefaultActions"] = action::complete(&Place::of(state, &document)?, &actions)?;
    let state = &mut cx.here.elbv2;
    for (_, held) in state.rules.iter_mut().filter(|(rule, _)| listener_of(rule) == arn) {
        if held.document["IsDefault"] == true {
            held.document["Actions"] = document["DefaultActions"].clone();
        }
    }
    let held = state.find_mut(Kind::Listener, arn)?;
    if !still_encrypts {
        held.certificates.clear();
    }
    held.document = document;
    Ok(json!({"Listeners": [held.document]}))
}

/// Takes the TLS members out of the listener: those that the call gives, and
/// those that stay because the protocol that they belong to stays.
fn tls_members(document: &mut Value, input: &Value) -> Value {
    let protocol = text(document, "Protocol").to_string();
    let fits = |member: &str| match member {
        "AlpnPolicy" => protocol == "TLS",
        "MutualAuthentication" => protocol == "HTTPS",
        _ => tls::encrypts(&protocol),
    };
    let mut wanted = json!({});
    for member in tls::MEMBERS {
        let kept = document.as_object_mut().and_then(|members| members.remove(member));
        if has(input, member) {
            wanted[member] = input[member].clone();
        } else if let Some(kept) = kept.filter(|_| fits(member)) {
            wanted[member] = kept;
        }
    }
    wanted
}

pub(super) fn delete(state: &mut State, input: &Value) -> Result<Value, Refusal> {
    let arn = text(input, "ListenerArn");
    state.find(Kind::Listener, arn)?;
    state.listeners.remove(arn);
    state.rules.retain(|rule, _| listener_of(rule) != arn);
    Ok(json!({}))
}
