//! `elb.listener_rule`: facts in AWS's API reference, CreateRule.

use serde_json::{Map, Value, json};

use crate::elb::actions;
use crate::kind::{Kind, to};

pub(crate) fn kind() -> Kind {
    let kind = Kind::new(
        "elb.listener_rule",
        "elbv2",
        "CreateRuleInput",
        "What a listener does with the requests that meet its conditions.",
    );
    actions::fields(kind, "actions")
        .cfn("AWS::ElasticLoadBalancingV2::ListenerRule")
        .rename("listener_arn", "listener")
        .refers("listener", to(&["elb.listener"], "arn"))
        .identity(&["listener", "priority"])
        // a priority of a listener is given once
        .delete_first()
        .create_only(&["listener"])
        .matched_by("conditions", "field")
        .matched_by("transforms", "type")
        .canonical(canonical)
}

/// AWS answers a condition's values in two places; the newer one stays.
fn canonical(spec: &mut Value) {
    actions::canonical(spec, "actions");
    for condition in spec["conditions"].as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut)
    {
        let config = match condition.get("field").and_then(Value::as_str) {
            Some("host-header") => "host_header_config",
            Some("path-pattern") => "path_pattern_config",
            _ => continue,
        };
        move_into(condition, config, "values");
        move_into(condition, config, "regex_values");
    }
}

fn move_into(condition: &mut Map<String, Value>, config: &str, member: &str) {
    let Some(values) = condition.remove(member).filter(|v| v.as_array().is_some_and(|v| !v.is_empty()))
    else {
        return;
    };
    let config = condition.entry(config).or_insert_with(|| json!({}));
    if let Some(config) = config.as_object_mut() {
        config.entry(member).or_insert(values);
    }
}
