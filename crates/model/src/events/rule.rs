//! `events.rule`: facts in AWS's API reference, PutRule and PutTargets.

use serde_json::{Value, json};

use crate::kind::{Kind, to};
use crate::schema::{DocumentForm, RefTo};
use crate::targets::{ROLE, SECURITY_GROUP, SUBNET};

/// What an event may start. All of these ARNs are made of names.
const TARGET: RefTo =
    to(&["codepipeline.pipeline", "codebuild.project", "sns.topic", "ecs.cluster", "logs.log_group"], "arn")
        .by_name();

pub(crate) fn kind() -> Kind {
    let kind = Kind::new(
        "events.rule",
        "events",
        "PutRuleRequest",
        "Which events start what: the change detection of a pipeline's source.",
    )
    .cfn("AWS::Events::Rule")
    .identity(&["event_bus_name", "name"])
    .exports(&["arn", "name"])
    .create_only(&["name", "event_bus_name"])
    .default("event_bus_name", "default")
    .default("state", "ENABLED")
    .document("event_pattern", DocumentForm::Pattern)
    .rename("role_arn", "role")
    .refers("role", ROLE)
    .take("PutTargetsRequest", "Targets", "targets")
    .doc("targets", "What the rule starts, each with an id of its own.")
    .matched_by("targets", "id")
    .canonical(canonical);
    targets(kind)
}

fn targets(kind: Kind) -> Kind {
    let at = |path: &str| format!("targets.{path}");
    let network = at("ecs_parameters.network_configuration.awsvpc_configuration");
    kind.rename(&at("arn"), "target")
        .refers(&at("target"), TARGET)
        .rename(&at("role_arn"), "role")
        .refers(&at("role"), ROLE)
        .document(&at("input"), DocumentForm::Json)
        .shorthand(&at("dead_letter_config"), "arn")
        .default(&at("retry_policy.maximum_retry_attempts"), 185)
        .default(&at("retry_policy.maximum_event_age_in_seconds"), 86_400)
        .rename(&at("ecs_parameters.task_definition_arn"), "task_definition")
        .refers(&at("ecs_parameters.task_definition"), to(&["ecs.task_definition"], "arn"))
        .default(&at("ecs_parameters.task_count"), 1)
        .refers(&format!("{network}.subnets"), SUBNET)
        .refers(&format!("{network}.security_groups"), SECURITY_GROUP)
        .default(&format!("{network}.assign_public_ip"), "DISABLED")
        .default(&at("ecs_parameters.capacity_provider_strategy.weight"), 0)
        .default(&at("ecs_parameters.capacity_provider_strategy.base"), 0)
        .sequence(&[
            &at("ecs_parameters.placement_strategy"),
            &at("http_parameters.path_parameter_values"),
            &at("redshift_data_parameters.sqls"),
        ])
}

fn canonical(spec: &mut Value) {
    if let Some(map) = spec.as_object_mut() {
        map.entry("event_bus_name").or_insert_with(|| json!("default"));
        map.entry("state").or_insert_with(|| json!("ENABLED"));
    }
}
