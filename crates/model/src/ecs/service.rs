//! `ecs.service`: facts in AWS's API reference, CreateService and UpdateService,
//! and the developer guide's page "Update Amazon ECS service parameters".

use serde_json::{Map, Value, json};

use crate::kind::{Kind, Moved, Reason, to};
use crate::schema::{Field, RefTo, Type};
use crate::targets::{ALARM, KMS_KEY, NAMESPACE, ROLE, SECURITY_GROUP, SUBNET};

const TARGET_GROUP: RefTo = to(&["elb.target_group"], "arn");
const RULE: RefTo = to(&["elb.listener_rule", "elb.listener"], "arn");

pub(crate) fn kind() -> Kind {
    let kind = Kind::new(
        "ecs.service",
        "ecs",
        "CreateServiceRequest",
        "Keeps a number of copies of a task running, behind a load balancer or not.",
    );
    load_balancing(deployments(kind))
        .cfn("AWS::ECS::Service")
        .rename("service_name", "name")
        .identity(&["cluster", "name"])
        .exports(&["arn", "name", "resource_id"])
        .leave_out(&[("client_token", "recon sends its own, so that a repeated call makes one service")])
        .refers("role", ROLE)
        .refers("cluster", to(&["ecs.cluster"], "name").holding())
        .required(&["cluster"])
        .refers("task_definition", to(&["ecs.task_definition"], "arn"))
        // DescribeServices does not answer with them
        .write_only(&["gateway_connectors", "monitoring"])
        .create_only(&["cluster", "name", "scheduling_strategy", "role"])
        .default("scheduling_strategy", "REPLICA")
        .unmanaged(&["launch_type", "role", "desired_count", "capacity_provider_strategy"])
        .unmanaged(&["service_connect_configuration.namespace"])
        .default("health_check_grace_period_seconds", 0)
        .default("propagate_tags", "NONE")
        .default("enable_ecs_managed_tags", false)
        .default("enable_execute_command", false)
        .default("network_configuration.awsvpc_configuration.assign_public_ip", "DISABLED")
        .refers("network_configuration.awsvpc_configuration.subnets", SUBNET)
        .refers("network_configuration.awsvpc_configuration.security_groups", SECURITY_GROUP)
        .unmanaged(&["network_configuration.awsvpc_configuration.security_groups"])
        .matched_by("capacity_provider_strategy", "capacity_provider")
        .default("capacity_provider_strategy.weight", 0)
        .default("capacity_provider_strategy.base", 0)
        .sequence(&["placement_strategy"])
        .normal("platform_version", platform)
        .matched_by("volume_configurations", "name")
        .matched_by("service_connect_configuration.services", "port_name")
        .refers("service_connect_configuration.namespace", NAMESPACE)
        .refers("service_connect_configuration.services.tls.kms_key", KMS_KEY)
        .rename("service_connect_configuration.services.tls.role_arn", "role")
        .refers("service_connect_configuration.services.tls.role", ROLE)
        .rename("volume_configurations.managed_ebs_volume.kms_key_id", "kms_key")
        .refers("volume_configurations.managed_ebs_volume.kms_key", KMS_KEY)
        .rename("volume_configurations.managed_ebs_volume.role_arn", "role")
        .refers("volume_configurations.managed_ebs_volume.role", ROLE)
        .rename("vpc_lattice_configurations.role_arn", "role")
        .refers("vpc_lattice_configurations.role", ROLE)
        .canonical(canonical)
        .inherits(count)
        .moved_by_others(moved_by_others)
        .forces(forces)
}

fn deployments(kind: Kind) -> Kind {
    kind.shorthand("deployment_controller", "type")
        .default("deployment_controller.type", "ECS")
        .add(controller_change())
        .default("deployment_configuration.maximum_percent", 200)
        .default("deployment_configuration.minimum_healthy_percent", 100)
        .default("deployment_configuration.deployment_circuit_breaker.enable", false)
        .default("deployment_configuration.deployment_circuit_breaker.rollback", false)
        .unmanaged(&[
            "deployment_configuration.deployment_circuit_breaker.reset_on_healthy_task",
            "deployment_configuration.deployment_circuit_breaker.threshold_configuration",
            "deployment_configuration.early_success_criteria.healthy_percent",
            "deployment_configuration.early_success_criteria.source_service_revision_cleanup",
        ])
        .default("deployment_configuration.strategy", "ROLLING")
        .default("deployment_configuration.bake_time_in_minutes", 0)
        .refers("deployment_configuration.alarms.alarm_names", ALARM)
        .default("deployment_configuration.alarms.enable", false)
        .default("deployment_configuration.alarms.rollback", false)
        .default("deployment_configuration.early_success_criteria.enable", false)
        .rename("deployment_configuration.lifecycle_hooks.role_arn", "role")
        .refers("deployment_configuration.lifecycle_hooks.role", ROLE)
}

fn load_balancing(kind: Kind) -> Kind {
    kind.rename("load_balancers.target_group_arn", "target_group")
        .refers("load_balancers.target_group", TARGET_GROUP)
        .rename("load_balancers.advanced_configuration.alternate_target_group_arn", "alternate_target_group")
        .refers("load_balancers.advanced_configuration.alternate_target_group", TARGET_GROUP)
        .refers("load_balancers.advanced_configuration.production_listener_rule", RULE)
        .refers("load_balancers.advanced_configuration.test_listener_rule", RULE)
        .rename("load_balancers.advanced_configuration.role_arn", "role")
        .refers("load_balancers.advanced_configuration.role", ROLE)
}

/// recon's own: may a change of controller that today's UpdateService allows be
/// made in place?
fn controller_change() -> Field {
    let allowed = vec!["replace".to_string(), "in_place".to_string()];
    let mut field = Field::new("controller_change", "", Type::Text { allowed });
    field.doc = "How another deployment controller comes about: `replace` (default), or `in_place` where \
                 UpdateService allows the change."
        .into();
    field
}

/// `LATEST` on Linux is 1.4.0 (developer guide, "Fargate Linux platform versions").
fn platform(value: &Value) -> Value {
    match value.as_str() {
        Some("LATEST" | "1.4.0" | "") | None => Value::Null,
        Some(_) => value.clone(),
    }
}

fn controller(spec: &Value) -> &str {
    spec["deployment_controller"]["type"].as_str().unwrap_or("ECS")
}

/// Defaults that hang on the controller, and on other fields.
fn canonical(spec: &mut Value) {
    let rolling = controller(spec) == "ECS";
    let daemon = spec["scheduling_strategy"] == "DAEMON";
    let Some(map) = spec.as_object_mut() else { return };
    if daemon {
        let configuration = map.entry("deployment_configuration").or_insert_with(|| json!({}));
        if let Some(configuration) = configuration.as_object_mut() {
            configuration.entry("maximum_percent").or_insert_with(|| json!(100));
            configuration.entry("minimum_healthy_percent").or_insert_with(|| json!(0));
        }
    }
    if let Some(configuration) = map.get_mut("deployment_configuration").and_then(Value::as_object_mut) {
        steps(configuration);
    }
    if rolling {
        let most = map.get("deployment_configuration").and_then(|c| c["maximum_percent"].as_i64());
        let spreads = !daemon && most.is_none_or(|most| most > 100);
        let usual = if spreads { "ENABLED" } else { "DISABLED" };
        map.entry("availability_zone_rebalancing").or_insert_with(|| json!(usual));
    } else {
        // only the ECS controller reads these; what stands there means nothing
        map.remove("availability_zone_rebalancing");
        if let Some(configuration) = map.get_mut("deployment_configuration").and_then(Value::as_object_mut) {
            configuration.retain(|key, _| key == "maximum_percent" || key == "minimum_healthy_percent");
        }
    }
    capacity(map);
    for connected in map
        .get_mut("service_connect_configuration")
        .and_then(|connect| connect["services"].as_array_mut())
        .into_iter()
        .flatten()
        .filter_map(Value::as_object_mut)
    {
        let port = connected.get("port_name").cloned().unwrap_or_default();
        connected.entry("discovery_name").or_insert(port);
    }
}

/// Either a launch type or a strategy: saying one says that the other is not there.
fn capacity(map: &mut Map<String, Value>) {
    let by_strategy = map
        .get("capacity_provider_strategy")
        .is_some_and(|strategy| strategy.as_array().is_some_and(|items| !items.is_empty()));
    if by_strategy {
        map.remove("launch_type");
    } else if map.contains_key("launch_type") {
        map.insert("capacity_provider_strategy".into(), json!([]));
    }
}

/// The two strategies that move traffic in steps have defaults for them; for
/// every other strategy steps mean nothing.
fn steps(configuration: &mut Map<String, Value>) {
    let strategy = configuration.get("strategy").cloned().unwrap_or_default();
    let defaults = [
        ("LINEAR", "linear_configuration", json!({"step_percent": 10.0, "step_bake_time_in_minutes": 6})),
        ("CANARY", "canary_configuration", json!({"canary_percent": 5.0, "canary_bake_time_in_minutes": 10})),
    ];
    for (name, part, defaults) in defaults {
        if strategy != name {
            configuration.remove(part);
            continue;
        }
        let part = configuration.entry(part).or_insert_with(|| json!({}));
        for (field, value) in defaults.as_object().into_iter().flatten() {
            if let Some(part) = part.as_object_mut() {
                part.entry(field).or_insert_with(|| value.clone());
            }
        }
    }
}

/// Where the TOML leaves the count to somebody else, a replacement goes on with it.
fn count(desired: &mut Value, live: Option<&Value>) {
    let there = live.map_or(&Value::Null, |live| &live["desired_count"]);
    if desired["desired_count"].is_null() && !there.is_null() && desired["scheduling_strategy"] != "DAEMON" {
        desired["desired_count"] = there.clone();
    }
}

/// DescribeServices shows these of the PRIMARY task set, which is not recon's.
fn moved_by_others(spec: &Value) -> Vec<Moved> {
    let by = match controller(spec) {
        "CODE_DEPLOY" => "CodeDeploy",
        "EXTERNAL" => "whoever makes its task sets",
        _ => return Vec::new(),
    };
    ["task_definition", "load_balancers", "network_configuration", "platform_version"]
        .map(|field| Moved { field, by })
        .to_vec()
}

/// What UpdateService takes only from services of the ECS controller.
const ROLLING_ONLY: &[&str] = &[
    "service_registries",
    "service_connect_configuration",
    "volume_configurations",
    "vpc_lattice_configurations",
    "capacity_provider_strategy",
    "enable_execute_command",
    "gateway_connectors",
    "monitoring",
];

fn forces(field: &str, desired: &Value, live: &Value) -> Option<Reason> {
    let (from, to) = (controller(live), controller(desired));
    if field == "deployment_controller" {
        let possible = matches!(
            (from, to),
            ("CODE_DEPLOY", "ECS" | "EXTERNAL") | ("ECS", "EXTERNAL") | ("EXTERNAL", "ECS")
        );
        let asked = desired["controller_change"] == "in_place";
        let hint = match (possible, asked) {
            (true, true) => return None,
            (true, false) => "; `controller_change = \"in_place\"` would change it in place",
            (false, true) => "; AWS knows no change in place between these two",
            (false, false) => "",
        };
        return Some(Reason {
            code: "SVC-001",
            text: format!(
                "the deployment controller of a service cannot change from {from} to {to}, so the service is replaced{hint}"
            ),
        });
    }
    if field == "launch_type" {
        // an empty strategy gives the launch type back
        let by_strategy =
            live["capacity_provider_strategy"].as_array().is_some_and(|items| !items.is_empty());
        return (!by_strategy).then(|| Reason {
            code: "CREATE_ONLY",
            text: "launch_type cannot change on an existing ecs.service".into(),
        });
    }
    (from != "ECS" && from == to && ROLLING_ONLY.contains(&field)).then(|| Reason {
        code: "SVC-008",
        text: format!(
            "{field} cannot change on a service of the {from} controller, so the service is replaced"
        ),
    })
}
