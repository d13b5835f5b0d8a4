//! A service replaced without a gap: the new one starts behind the second target
//! group of its pair, and the routes that forward to the first are turned over
//! when it is steady.

use std::collections::BTreeMap;

use recon_model::plan::{Action, ReplaceOrder, Step};
use recon_model::{Address, Found, KindId, Pair, Stack};
use serde_json::{Value, json};

use crate::timing::is_service;

/// Where the traffic of a service goes, and where it will go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bridge {
    /// The group that the old service stands behind.
    pub from: Address,
    /// The other one of the pair.
    pub to: Address,
    /// Listeners and rules that forward to the old service now.
    pub routes: Vec<Address>,
}

/// The bridge of a service that is made before its predecessor ends, where a
/// deployment group gives it a pair of target groups. Services of the ECS
/// controller need none: two of them share a target group.
pub fn bridge(stack: &Stack, found: &BTreeMap<Address, &Found>, step: &Step) -> Option<Bridge> {
    let creates_first = matches!(step.action, Action::Replace(_, ReplaceOrder::CreateFirst));
    let resource =
        stack.resources.get(&step.address).filter(|_| creates_first && is_service(&step.address))?;
    let old = found.get(&step.address)?;
    let from_arn = old.spec["load_balancers"].items().first()?["target_group"].as_str()?;
    let from = found
        .iter()
        .find(|(address, group)| address.kind == "elb.target_group" && group.export("arn") == Some(from_arn))
        .map(|(address, _)| address.clone())?;
    let pair = Pair::of(stack, resource)?;
    let to = pair.groups.iter().find(|group| **group != from)?.clone();
    let routes = found
        .iter()
        .filter(|(address, route)| pair.governs(stack, address) && forwards(address, route, from_arn))
        .map(|(address, _)| address.clone())
        .collect();
    Some(Bridge { from, to, routes })
}

/// Field of the actions of a listener or a rule.
pub fn actions_field(address: &Address) -> Option<&'static str> {
    match KindId::named(&address.kind)? {
        KindId::ElbListener => Some("default_actions"),
        KindId::ElbListenerRule => Some("actions"),
        _ => None,
    }
}

fn forwards(address: &Address, route: &Found, arn: &str) -> bool {
    let Some(field) = actions_field(address) else { return false };
    route.spec[field].items().iter().any(|action| *action != turned(&action.value(), arn, "", None))
}

/// The same actions, with the traffic to `from` on the way to `to`: by weight
/// (percent that `to` gets), or all of it and for good.
pub fn turn(actions: &Value, from: &str, to: &str, percent: Option<u64>) -> Value {
    actions.as_array().into_iter().flatten().map(|action| turned(action, from, to, percent)).collect()
}

fn turned(action: &Value, from: &str, to: &str, percent: Option<u64>) -> Value {
    let mut action = action.clone();
    let groups = action["forward_config"]["target_groups"].as_array().cloned().unwrap_or_default();
    let goes_to =
        |arn: &str| action["target_group"] == arn || groups.iter().any(|group| group["target_group"] == arn);
    if !goes_to(from) {
        return action;
    }
    let mut wanted: Vec<Value> = groups
        .iter()
        .filter(|group| group["target_group"] != from && group["target_group"] != to)
        .cloned()
        .collect();
    match percent {
        Some(percent) => {
            wanted.push(json!({"target_group": from, "weight": 100 - percent}));
            wanted.push(json!({"target_group": to, "weight": percent}));
        }
        None => wanted.push(json!({"target_group": to, "weight": 1})),
    }
    if percent.is_none()
        && wanted.len() == 1
        && action["forward_config"]["target_group_stickiness_config"].is_null()
    {
        action["target_group"] = json!(to);
        action["forward_config"] = Value::Null;
    } else {
        action["target_group"] = Value::Null;
        action["forward_config"]["target_groups"] = Value::Array(wanted);
    }
    action
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traffic_is_turned_over_by_weight_and_then_for_good() {
        let before = json!([{"type": "forward", "target_group": "blue"}]);
        let by_weight = turn(&before, "blue", "green", Some(0));
        assert_eq!(
            by_weight[0]["forward_config"]["target_groups"],
            json!([{"target_group": "blue", "weight": 100}, {"target_group": "green", "weight": 0}])
        );
        let after = turn(&by_weight, "blue", "green", None);
        assert_eq!(after[0]["target_group"], "green");
        assert!(after[0]["forward_config"].is_null());
        assert_eq!(turn(&before, "other", "green", None), before);
    }
}
