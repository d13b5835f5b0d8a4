//! The pair of target groups and the listeners of an ECS deployment group.

use serde_json::Value;

use crate::context::Context;
use crate::form::{items, text};
use crate::refusal::Refusal;
use crate::services::codedeploy::{groups, refusals};

/// The traffic route (`prodTrafficRoute`, `testTrafficRoute`) and the ARN of each listener.
pub(in super::super) fn routes(group: &Value) -> impl Iterator<Item = (&'static str, &str)> {
    let pairs = items(&group["loadBalancerInfo"], "targetGroupPairInfoList");
    pairs.iter().flat_map(|pair| {
        ["prodTrafficRoute", "testTrafficRoute"].into_iter().flat_map(|route| {
            items(&pair[route], "listenerArns").iter().filter_map(move |arn| Some((route, arn.as_str()?)))
        })
    })
}

/// What can be seen from the group alone.
pub(super) fn check_shape(group: &Value) -> Result<(), Refusal> {
    let info = &group["loadBalancerInfo"];
    if info.as_object().is_none_or(serde_json::Map::is_empty) {
        return Err(refusals::load_balancer("For ECS deployment group, loadBalancerInfo must be specified"));
    }
    for (member, word) in [("elbInfoList", "elbInfo"), ("targetGroupInfoList", "targetGroupInfo")] {
        if !items(info, member).is_empty() {
            return Err(refusals::load_balancer(format!(
                "For ECS deployment group, loadBalancerInfo must not contain {word} list"
            )));
        }
    }
    let [pair] = items(info, "targetGroupPairInfoList") else {
        return Err(refusals::load_balancer(
            "For ECS deployment group, loadBalancerInfo must contain exactly one targetGroupPairInfo",
        ));
    };
    check_names(pair)?;
    if items(&pair["prodTrafficRoute"], "listenerArns").len() != 1 {
        return Err(refusals::routing("Exactly one listener must be specified for production traffic route"));
    }
    if items(&pair["testTrafficRoute"], "listenerArns").len() > 1 {
        return Err(refusals::routing("At most one listener can be specified for test traffic route"));
    }
    Ok(())
}

fn check_names(pair: &Value) -> Result<(), Refusal> {
    const LONGEST: usize = 32;
    let [one, other] = items(pair, "targetGroups") else {
        return Err(refusals::pair("A target group pair must contain exactly two target groups"));
    };
    if one["name"] == other["name"] {
        return Err(refusals::pair("The two target groups of a pair must be different"));
    }
    for name in [text(one, "name"), text(other, "name")] {
        if name.is_empty() {
            return Err(refusals::pair("Every target group of a pair must have a name"));
        }
        if name.len() > LONGEST {
            return Err(refusals::pair(format!(
                "The target group name {name} exceeds the maximum allowed length of {LONGEST} characters."
            )));
        }
    }
    Ok(())
}

/// What the group names must be there.
pub(super) fn check_parts(cx: &Context<'_>, group: &Value) -> Result<(), Refusal> {
    for name in groups::target_groups(group) {
        if cx.here.elbv2.target_group_named(name).is_none() {
            return Err(refusals::pair(format!("The target group {name} does not exist")));
        }
    }
    for (_, arn) in routes(group) {
        if cx.here.elbv2.listener(arn).is_none() {
            return Err(refusals::load_balancer(format!("The listener {arn} does not exist")));
        }
    }
    Ok(())
}
