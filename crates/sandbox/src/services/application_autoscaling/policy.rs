//! Scaling policies.

use serde_json::{Value, json};

use super::{IDENTITY, invalid, is_wanted, not_found, page};
use crate::context::Context;
use crate::form::{text, texts};
use crate::refusal::Refusal;

/// The configuration that goes with each type of policy.
const CONFIGURATIONS: [(&str, &str); 3] = [
    ("StepScaling", "StepScalingPolicyConfiguration"),
    ("TargetTrackingScaling", "TargetTrackingScalingPolicyConfiguration"),
    ("PredictiveScaling", "PredictiveScalingPolicyConfiguration"),
];

/// Makes a policy or replaces the one of that name.
pub fn put(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "PolicyName");
    let known = cx.here.application_autoscaling.target(input)?.policies.get(name).cloned();
    let kind = match (input["PolicyType"].as_str(), &known) {
        (Some(kind), _) => kind.to_string(),
        (None, Some(known)) => text(known, "PolicyType").to_string(),
        (None, None) => return Err(invalid("PolicyType is required when creating a scaling policy.")),
    };
    check(input, &kind, known.is_some())?;
    let mut policy = match known {
        Some(known) if known["PolicyType"] == kind.as_str() => known,
        _ => new(cx, input, &kind),
    };
    for (_, member) in CONFIGURATIONS {
        if !input[member].is_null() {
            policy[member] = input[member].clone();
        }
    }
    let tracking = &mut policy["TargetTrackingScalingPolicyConfiguration"];
    if tracking.is_object() && tracking["DisableScaleIn"].is_null() {
        tracking["DisableScaleIn"] = json!(false);
    }
    let policy = without_nulls(policy);
    let answer = json!({"PolicyARN": policy["PolicyARN"], "Alarms": policy["Alarms"]});
    cx.here.application_autoscaling.target(input)?.policies.insert(name.to_string(), policy);
    Ok(answer)
}

fn check(input: &Value, kind: &str, exists: bool) -> Result<(), Refusal> {
    for (name, member) in CONFIGURATIONS {
        let given = !input[member].is_null();
        if name != kind && given {
            return Err(invalid(format!("{member} cannot be specified for the policy type {kind}.")));
        }
        if name == kind && !given && !exists {
            return Err(invalid(format!("{member} is required for the policy type {kind}.")));
        }
    }
    let tracking = &input["TargetTrackingScalingPolicyConfiguration"];
    let predefined = !tracking["PredefinedMetricSpecification"].is_null();
    let customized = !tracking["CustomizedMetricSpecification"].is_null();
    if tracking.is_object() && customized == predefined {
        return Err(invalid("Exactly one of a predefined and a customized metric must be specified."));
    }
    let specification = &tracking["PredefinedMetricSpecification"];
    let per_target = text(specification, "PredefinedMetricType") == "ALBRequestCountPerTarget";
    if predefined && per_target == specification["ResourceLabel"].is_null() {
        return Err(invalid(
            "ResourceLabel must be specified for ALBRequestCountPerTarget and for no other metric.",
        ));
    }
    let step = &input["StepScalingPolicyConfiguration"];
    let empty = step["StepAdjustments"].as_array().is_none_or(Vec::is_empty);
    if step.is_object() && (step["AdjustmentType"].is_null() || empty) && !exists {
        return Err(invalid("AdjustmentType and at least one step adjustment are required."));
    }
    Ok(())
}

fn new(cx: &mut Context<'_>, input: &Value, kind: &str) -> Value {
    let (name, resource) = (text(input, "PolicyName"), text(input, "ResourceId"));
    let namespace = text(input, "ServiceNamespace");
    let id = cx.ids.uuid();
    let arn = cx
        .arn("autoscaling", &format!("scalingPolicy:{id}:resource/{namespace}/{resource}:policyName/{name}"));
    let mut policy = json!({
        "PolicyARN": arn, "PolicyName": name, "PolicyType": kind,
        "CreationTime": cx.timestamp(), "Alarms": [],
    });
    for member in IDENTITY {
        policy[member] = input[member].clone();
    }
    if kind == "TargetTrackingScaling" {
        let alarm = |level: &str, cx: &mut Context<'_>| {
            let name = format!("TargetTracking-{resource}-Alarm{level}-{}", cx.ids.uuid());
            json!({"AlarmARN": cx.arn("cloudwatch", &format!("alarm:{name}")), "AlarmName": name})
        };
        policy["Alarms"] = json!([alarm("High", cx), alarm("Low", cx)]);
    }
    policy
}

/// The members that AWS would show; reading an absent one leaves a null behind.
fn without_nulls(mut policy: Value) -> Value {
    if let Some(members) = policy.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
    policy
}

pub fn describe(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let names = texts(input, "PolicyNames");
    if names.len() > 50 {
        return Err(invalid("PolicyNames can have at most 50 items."));
    }
    let targets = cx.here.application_autoscaling.targets.values();
    let wanted = targets
        .flat_map(|target| target.policies.values())
        .filter(|policy| is_wanted(policy, input))
        .filter(|policy| names.is_empty() || names.contains(&text(policy, "PolicyName")));
    page(wanted.cloned().collect(), "ScalingPolicies", input)
}

pub fn delete(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "PolicyName");
    let removed = cx.here.application_autoscaling.target(input)?.policies.remove(name);
    removed.map(|_| json!({})).ok_or_else(|| not_found(format!("No scaling policy found: {name}")))
}
