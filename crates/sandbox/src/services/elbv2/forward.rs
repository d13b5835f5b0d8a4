//! Forward actions: one target group or several with weights.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::form::{has, items, text, texts};
use crate::refusal::Refusal;

use super::action::Place;
use super::arn::Kind;
use super::refuse;

/// How many target groups one action may forward to.
const MOST: usize = 5;

/// Every target group that a list of actions forwards to.
pub(super) fn targets(actions: &Value) -> impl Iterator<Item = &str> {
    actions
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|action| items(&action["ForwardConfig"], "TargetGroups"))
        .map(|group| text(group, "TargetGroupArn"))
}

/// The forward configuration of an action, whichever of its two forms it has.
pub(super) fn complete(place: &Place<'_>, given: &Value) -> Result<Value, Refusal> {
    let groups = groups(given)?;
    let mut protocols = BTreeSet::new();
    for group in &groups {
        protocols.insert(check_group(place, text(group, "TargetGroupArn"))?);
    }
    if protocols.len() > 1 {
        return Err(refuse::action("All target groups of a forward action must have the same protocol"));
    }
    let stickiness = stickiness(&given["ForwardConfig"]["TargetGroupStickinessConfig"])?;
    Ok(json!({"TargetGroups": groups, "TargetGroupStickinessConfig": stickiness}))
}

fn groups(given: &Value) -> Result<Vec<Value>, Refusal> {
    let single = given["TargetGroupArn"].as_str();
    let mut list = items(&given["ForwardConfig"], "TargetGroups").to_vec();
    if let Some(arn) = single {
        let same = matches!(list.as_slice(), [] | [_]) && list.iter().all(|g| g["TargetGroupArn"] == arn);
        if !same {
            return Err(refuse::action(
                "TargetGroupArn and ForwardConfig must name the same single target group",
            ));
        }
        if list.is_empty() {
            list.push(json!({"TargetGroupArn": arn}));
        }
    }
    let unique: BTreeSet<&str> = list.iter().map(|group| text(group, "TargetGroupArn")).collect();
    if list.is_empty() || list.len() > MOST || unique.len() < list.len() {
        return Err(refuse::action(format!(
            "A forward action must have between 1 and {MOST} different target groups"
        )));
    }
    for group in &mut list {
        let weight = group["Weight"].as_i64().unwrap_or(1);
        if !(0..=999).contains(&weight) {
            return Err(refuse::invalid(format!("Weight '{weight}' must be between 0 and 999")));
        }
        group["Weight"] = json!(weight);
    }
    Ok(list)
}

fn stickiness(given: &Value) -> Result<Value, Refusal> {
    let enabled = given["Enabled"].as_bool().unwrap_or(false);
    let mut config = json!({"Enabled": enabled});
    if has(given, "DurationSeconds") {
        let seconds = given["DurationSeconds"].as_i64().unwrap_or_default();
        if !(1..=604_800).contains(&seconds) {
            return Err(refuse::action(format!(
                "Target group stickiness duration '{seconds}' must be between 1 and 604800 seconds"
            )));
        }
        config["DurationSeconds"] = json!(seconds);
    } else if enabled {
        return Err(refuse::action("Target group stickiness duration must be specified when it is enabled"));
    }
    Ok(config)
}

/// Can the place forward to that group? Answers the group's protocol.
fn check_group<'a>(place: &Place<'a>, arn: &str) -> Result<&'a str, Refusal> {
    let group = &place.state.find(Kind::TargetGroup, arn)?.document;
    let protocol = text(group, "Protocol");
    let target = text(group, "TargetType");
    if !compatible(place, target, protocol) {
        let what = if target == "lambda" { "lambda" } else { protocol };
        return Err(refuse::protocols(format!(
            "The listener protocol '{}' is not compatible with the target group '{arn}' of protocol '{what}'",
            place.protocol
        )));
    }
    if texts(group, "LoadBalancerArns").iter().any(|owner| *owner != place.load_balancer) {
        return Err(Refusal::bad(
            "TargetGroupAssociationLimit",
            format!(
                "The following target groups cannot be associated with more than one load balancer: {arn}"
            ),
        ));
    }
    Ok(protocol)
}

fn compatible(place: &Place<'_>, target: &str, protocol: &str) -> bool {
    let allowed: &[&str] = match place.protocol {
        "TCP" => &["TCP", "TCP_UDP", "TCP_QUIC"],
        "TLS" => &["TLS", "TCP"],
        "UDP" => &["UDP", "TCP_UDP"],
        "QUIC" => &["QUIC", "TCP_QUIC"],
        same @ ("TCP_UDP" | "TCP_QUIC") => return same == protocol && target != "alb",
        _ => return target == "lambda" || (target != "alb" && ["HTTP", "HTTPS"].contains(&protocol)),
    };
    place.network && target != "lambda" && allowed.contains(&protocol)
}
