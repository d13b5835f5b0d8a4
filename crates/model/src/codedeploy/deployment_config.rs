//! `codedeploy.deployment_config`: facts in AWS's API reference,
//! CreateDeploymentConfig. AWS has no call that changes one.

use serde_json::{Value, json};

use crate::kind::Kind;

pub(crate) fn kind() -> Kind {
    Kind::new(
        "codedeploy.deployment_config",
        "codedeploy",
        "CreateDeploymentConfigInput",
        "How traffic moves from the old tasks to the new ones.",
    )
    .cfn("AWS::CodeDeploy::DeploymentConfig")
    .rename("deployment_config_name", "name")
    .exports(&["name"])
    .untagged()
    .create_only(&[
        "name",
        "minimum_healthy_hosts",
        "traffic_routing_config",
        "compute_platform",
        "zonal_config",
    ])
    .default("compute_platform", "ECS")
    .canonical(canonical)
}

fn canonical(spec: &mut Value) {
    if matches!(spec["compute_platform"].as_str(), None | Some("ECS"))
        && let Some(map) = spec.as_object_mut()
    {
        map.entry("traffic_routing_config").or_insert_with(|| json!({"type": "AllAtOnce"}));
        // means nothing on ECS, though some answers carry it
        map.remove("minimum_healthy_hosts");
    }
}
