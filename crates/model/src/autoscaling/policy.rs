//! `autoscaling.policy`: facts in AWS's API reference of Application Auto
//! Scaling, PutScalingPolicy.

use serde_json::{Value, json};

use crate::autoscaling::target;
use crate::kind::{Kind, to};

pub(crate) fn kind() -> Kind {
    let kind = Kind::new(
        "autoscaling.policy",
        "application-autoscaling",
        "PutScalingPolicyRequest",
        "When a target is scaled, and by how much.",
    )
    .cfn("AWS::ApplicationAutoScaling::ScalingPolicy")
    .rename("policy_name", "name")
    .rename("resource_id", "target")
    .refers("target", to(&["autoscaling.target"], "resource_id"))
    .doc("target", "The target that it scales.")
    .identity(&["service_namespace", "scalable_dimension", "target", "name"])
    .exports(&["arn", "name"])
    .untagged()
    .create_only(&["name", "service_namespace", "scalable_dimension", "target"])
    .optional(&["service_namespace", "scalable_dimension"])
    .default("service_namespace", "ecs")
    .default("scalable_dimension", "ecs:service:DesiredCount");
    predictive(tracking(stepping(kind))).canonical(canonical)
}

fn stepping(kind: Kind) -> Kind {
    kind.default("step_scaling_policy_configuration.metric_aggregation_type", "Average")
        .unmanaged(&["step_scaling_policy_configuration.cooldown"])
}

fn tracking(kind: Kind) -> Kind {
    let at = |path: &str| format!("target_tracking_scaling_policy_configuration.{path}");
    kind.default(&at("disable_scale_in"), false)
        .unmanaged(&[&at("scale_out_cooldown"), &at("scale_in_cooldown")])
        .pairs(&at("customized_metric_specification.dimensions"), "Name", "Value")
        .matched_by(&at("customized_metric_specification.metrics"), "id")
        .default(&at("customized_metric_specification.metrics.return_data"), true)
        .pairs(&at("customized_metric_specification.metrics.metric_stat.metric.dimensions"), "Name", "Value")
}

fn predictive(kind: Kind) -> Kind {
    let at = |path: &str| format!("predictive_scaling_policy_configuration.{path}");
    let kind = kind
        .default(&at("mode"), "ForecastOnly")
        .default(&at("max_capacity_breach_behavior"), "HonorMaxCapacity")
        .unmanaged(&[&at("scheduling_buffer_time")]);
    ["scaling", "load", "capacity"].iter().fold(kind, |kind, what| {
        let queries =
            at(&format!("metric_specifications.customized_{what}_metric_specification.metric_data_queries"));
        kind.matched_by(&queries, "id").default(&format!("{queries}.return_data"), true).pairs(
            &format!("{queries}.metric_stat.metric.dimensions"),
            "Name",
            "Value",
        )
    })
}

fn canonical(spec: &mut Value) {
    target::canonical(spec);
    let Some(map) = spec.as_object_mut() else { return };
    let by_configuration = if map.contains_key("target_tracking_scaling_policy_configuration") {
        "TargetTrackingScaling"
    } else if map.contains_key("predictive_scaling_policy_configuration") {
        "PredictiveScaling"
    } else {
        "StepScaling"
    };
    map.entry("policy_type").or_insert_with(|| json!(by_configuration));
}
