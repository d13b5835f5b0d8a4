//! `codedeploy.deployment_group`: facts in AWS's API reference,
//! CreateDeploymentGroup and UpdateDeploymentGroup.

use serde_json::{Value, json};

use crate::kind::{Kind, to};
use crate::schema::{Home, RefTo};
use crate::targets::{ALARM, ROLE, TOPIC};

const LISTENER: RefTo = to(&["elb.listener"], "arn");
const TARGET_GROUP: RefTo = to(&["elb.target_group"], "name");
const CONFIG: RefTo = to(&["codedeploy.deployment_config"], "name").holding().or(predefined);

pub(crate) fn kind() -> Kind {
    let kind = Kind::new(
        "codedeploy.deployment_group",
        "codedeploy",
        "CreateDeploymentGroupInput",
        "Where and how CodeDeploy deploys: the service, the pair of target groups, the listeners.",
    );
    traffic(kind)
        .cfn("AWS::CodeDeploy::DeploymentGroup")
        .rename("application_name", "application")
        .refers("application", to(&["codedeploy.application"], "name"))
        .rename("deployment_group_name", "name")
        .identity(&["application", "name"])
        .exports(&["arn", "name"])
        .create_only(&["application", "name"])
        // a service belongs to one deployment group
        .delete_first()
        .leave_out(NOT_ECS)
        .rename("deployment_config_name", "deployment_config")
        .refers("deployment_config", CONFIG)
        .default("deployment_config", "CodeDeployDefault.ECSAllAtOnce")
        .rename("service_role_arn", "service_role")
        .refers("service_role", ROLE)
        .rename("ecs_services.cluster_name", "cluster")
        .refers("ecs_services.cluster", to(&["ecs.cluster"], "name"))
        .rename("ecs_services.service_name", "service")
        .refers("ecs_services.service", to(&["ecs.service"], "name"))
        .matched_by("trigger_configurations", "trigger_name")
        .rename("trigger_configurations.trigger_target_arn", "trigger_target")
        .refers("trigger_configurations.trigger_target", TOPIC)
        .default("deployment_style.deployment_type", "BLUE_GREEN")
        .default("deployment_style.deployment_option", "WITH_TRAFFIC_CONTROL")
        .canonical(canonical)
}

/// Members of the EC2 and on-premises half of CodeDeploy.
const NOT_ECS: &[(&str, &str)] = &[
    ("ec2_tag_filters", "for the Server platform"),
    ("on_premises_instance_tag_filters", "for the Server platform"),
    ("auto_scaling_groups", "for the Server platform"),
    ("ec2_tag_set", "for the Server platform"),
    ("on_premises_tag_set", "for the Server platform"),
    ("ec2_deployment_options", "for the Server platform"),
    ("termination_hook_enabled", "for the Server platform"),
    ("outdated_instances_strategy", "for the Server platform; AWS answers UPDATE for ECS as well"),
];

fn traffic(kind: Kind) -> Kind {
    let pair = "load_balancer_info.target_group_pair_info_list";
    let at = |path: &str| format!("{pair}.{path}");
    kind.shorthand(&at("target_groups"), "name")
        .refers(&at("target_groups.name"), TARGET_GROUP)
        .rename(&at("prod_traffic_route.listener_arns"), "listeners")
        .refers(&at("prod_traffic_route.listeners"), LISTENER)
        .rename(&at("test_traffic_route.listener_arns"), "listeners")
        .refers(&at("test_traffic_route.listeners"), LISTENER)
        .shorthand("alarm_configuration.alarms", "name")
        .refers("alarm_configuration.alarms.name", ALARM)
        .matched_by("alarm_configuration.alarms", "name")
        .default("auto_rollback_configuration.enabled", false)
        .default("alarm_configuration.enabled", false)
        .default("alarm_configuration.ignore_poll_alarm_failure", false)
        .default("blue_green_deployment_configuration.deployment_ready_option.action_on_timeout", "CONTINUE_DEPLOYMENT")
        .default("blue_green_deployment_configuration.deployment_ready_option.wait_time_in_minutes", 0)
        .default("blue_green_deployment_configuration.terminate_blue_instances_on_deployment_success.action", "TERMINATE")
        .default("blue_green_deployment_configuration.terminate_blue_instances_on_deployment_success.termination_wait_time_in_minutes", 0)
        .unmanaged(&["blue_green_deployment_configuration.green_fleet_provisioning_option"])
}

fn predefined(text: &str, _: &Home) -> Option<String> {
    // a misspelt one too: rule CD-002 names the nearest
    text.starts_with("CodeDeployDefault").then(|| text.to_string())
}

/// What an ECS group must have, and AWS does not fill in.
fn canonical(spec: &mut Value) {
    let Some(map) = spec.as_object_mut() else { return };
    for field in ["deployment_style", "blue_green_deployment_configuration"] {
        map.entry(field).or_insert_with(|| json!({}));
    }
}
