//! Actions of listeners and rules, in the form in which AWS gives them back.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::form::{has, items, text};
use crate::refusal::Refusal;

use super::{State, forward, refuse};

/// Where actions stand: what they may do depends on it.
pub(super) struct Place<'a> {
    pub(super) state: &'a State,
    pub(super) load_balancer: &'a str,
    pub(super) network: bool,
    pub(super) protocol: &'a str,
}

impl<'a> Place<'a> {
    /// The actions of that listener, or of a rule under it.
    pub(super) fn of(state: &'a State, listener: &'a Value) -> Result<Self, Refusal> {
        let owner = state.owner(listener)?;
        Ok(Self {
            state,
            load_balancer: text(listener, "LoadBalancerArn"),
            network: owner.document["Type"] == "network",
            protocol: text(listener, "Protocol"),
        })
    }
}

/// The member that configures each type of action.
const CONFIGS: [(&str, &str); 6] = [
    ("forward", "ForwardConfig"),
    ("redirect", "RedirectConfig"),
    ("fixed-response", "FixedResponseConfig"),
    ("authenticate-oidc", "AuthenticateOidcConfig"),
    ("authenticate-cognito", "AuthenticateCognitoConfig"),
    ("jwt-validation", "JwtValidationConfig"),
];
const ROUTING: [&str; 3] = ["forward", "redirect", "fixed-response"];

/// Checks a list of actions and fills in what AWS fills in.
pub(super) fn complete(place: &Place<'_>, given: &Value) -> Result<Value, Refusal> {
    let given = given.as_array().map_or(&[][..], Vec::as_slice);
    let mut list = ordered(given)?;
    let routing = |action: &Value| ROUTING.contains(&text(action, "Type"));
    let ends_well = list.last().is_some_and(routing) && list.iter().filter(|a| routing(a)).count() == 1;
    if !ends_well {
        return Err(refuse::action(
            "exactly one action of type forward, redirect or fixed-response must be specified, and it must \
             be the last one to be performed",
        ));
    }
    for action in &mut list {
        *action = one(place, action)?;
    }
    Ok(Value::Array(list))
}

fn ordered(given: &[Value]) -> Result<Vec<Value>, Refusal> {
    let mut list = given.to_vec();
    if let [only] = list.as_mut_slice() {
        if only["Order"].is_null() {
            only["Order"] = json!(1);
        }
        return Ok(list);
    }
    let orders: BTreeSet<u64> = list.iter().filter_map(|action| action["Order"].as_u64()).collect();
    if orders.len() < list.len() {
        return Err(refuse::invalid(
            "Every action must have an order of its own when several actions are specified",
        ));
    }
    list.sort_by_key(|action| action["Order"].as_u64());
    Ok(list)
}

fn one(place: &Place<'_>, given: &Value) -> Result<Value, Refusal> {
    let kind = text(given, "Type");
    check_members(kind, given)?;
    if place.network && kind != "forward" {
        return Err(refuse::action(format!(
            "Actions of type '{kind}' are not supported with a load balancer of type 'network'"
        )));
    }
    let mut action = json!({"Type": kind, "Order": given["Order"]});
    match kind {
        "forward" => {
            let config = forward::complete(place, given)?;
            if let [group] = items(&config, "TargetGroups") {
                action["TargetGroupArn"] = group["TargetGroupArn"].clone();
            }
            action["ForwardConfig"] = config;
        }
        "redirect" => action["RedirectConfig"] = redirect(place, &given["RedirectConfig"])?,
        "fixed-response" => action["FixedResponseConfig"] = fixed(&given["FixedResponseConfig"])?,
        _ => {
            let (_, member) = CONFIGS.iter().find(|(name, _)| *name == kind).copied().unwrap_or_default();
            action[member] = authentication(place, kind, &given[member])?;
        }
    }
    Ok(action)
}

/// Each type has its own members, and needs them.
fn check_members(kind: &str, given: &Value) -> Result<(), Refusal> {
    for (name, member) in CONFIGS {
        if name != kind && has(given, member) {
            return Err(refuse::action(format!(
                "For actions of type '{kind}', you cannot specify the following fields: '{member}'"
            )));
        }
        if name == kind && kind != "forward" && !has(given, member) {
            return Err(refuse::action(format!(
                "For actions of type '{kind}', you must specify the following fields: '{member}'"
            )));
        }
    }
    if kind != "forward" && has(given, "TargetGroupArn") {
        return Err(refuse::action(format!(
            "For actions of type '{kind}', you cannot specify the following fields: 'TargetGroupArn'"
        )));
    }
    Ok(())
}

fn redirect(place: &Place<'_>, given: &Value) -> Result<Value, Refusal> {
    const DEFAULTS: [(&str, &str); 5] = [
        ("Protocol", "#{protocol}"),
        ("Port", "#{port}"),
        ("Host", "#{host}"),
        ("Path", "/#{path}"),
        ("Query", "#{query}"),
    ];
    let mut config = json!({"StatusCode": given["StatusCode"]});
    let mut changes = false;
    for (member, default) in DEFAULTS {
        let value = given[member].as_str().unwrap_or(default);
        changes |= value != default;
        config[member] = json!(value);
    }
    if !changes {
        return Err(refuse::action("The redirect configuration is not valid because it creates a loop."));
    }
    if place.protocol == "HTTPS" && config["Protocol"] == "HTTP" {
        return Err(refuse::action("HTTPS cannot be redirected to HTTP"));
    }
    let port = text(&config, "Port");
    if port != "#{port}" && !port.parse::<u16>().is_ok_and(|number| number > 0) {
        return Err(refuse::action(format!("Port '{port}' must be #{{port}} or between 1 and 65535")));
    }
    if !text(&config, "Path").starts_with('/') {
        return Err(refuse::action(format!("Path '{}' must begin with '/'", text(&config, "Path"))));
    }
    Ok(config)
}

fn fixed(given: &Value) -> Result<Value, Refusal> {
    const TYPES: [&str; 5] =
        ["text/plain", "text/css", "text/html", "application/javascript", "application/json"];
    match given["ContentType"].as_str() {
        Some(kind) if !TYPES.contains(&kind) => {
            Err(refuse::action(format!("The ContentType '{kind}' must be one of '{}'", TYPES.join(", "))))
        }
        _ => Ok(given.clone()),
    }
}

/// A secret is taken and never given back.
fn authentication(place: &Place<'_>, kind: &str, given: &Value) -> Result<Value, Refusal> {
    if place.protocol != "HTTPS" {
        return Err(refuse::action(format!(
            "Actions of type '{kind}' are supported on HTTPS listeners only"
        )));
    }
    let mut config = given.clone();
    if let Some(members) = config.as_object_mut() {
        members.remove("ClientSecret");
        members.remove("UseExistingClientSecret");
        if kind != "jwt-validation" {
            for (member, default) in [
                ("SessionCookieName", json!("AWSELBAuthSessionCookie")),
                ("Scope", json!("openid")),
                ("SessionTimeout", json!(604_800)),
                ("OnUnauthenticatedRequest", json!("authenticate")),
            ] {
                members.entry(member).or_insert(default);
            }
        }
    }
    Ok(config)
}
