//! Clusters, task definitions and services.

use serde_json::{Value, json};

use super::choices::Choices;
use super::drawing::{Drawing, Drawn, named};
use super::elb::Listener;

pub(super) struct Service {
    pub label: String,
    pub cluster: String,
    pub controller: &'static str,
    /// The target group behind it.
    pub group: Option<String>,
    /// A deployment group has it already.
    pub claimed: bool,
}

pub(super) fn cluster(name: &str, choices: &mut Choices<'_>) -> Option<Drawn> {
    let mut spec = json!({"name": format!("cluster-{name}")});
    let insights = ["disabled", "enabled", "enhanced"].map(|value| json!({"containerInsights": value}));
    choices.field(&mut spec, "settings", &insights);
    let both = json!(["FARGATE", "FARGATE_SPOT"]);
    choices.field(&mut spec, "capacity_providers", &[json!(["FARGATE"]), both]);
    if choices.flag() && !spec["capacity_providers"].is_null() {
        spec["default_capacity_provider_strategy"] = json!([{"capacity_provider": "FARGATE", "weight": 1}]);
    }
    let exec =
        ["DEFAULT", "NONE"].map(|logging| json!({"execute_command_configuration": {"logging": logging}}));
    choices.field(&mut spec, "configuration", &exec);
    choices.tags(&mut spec);
    named(name, spec)
}

pub(super) fn task_definition(drawing: &Drawing, name: &str, choices: &mut Choices<'_>) -> Option<Drawn> {
    let (cpu, memory) = choices.of(&[("256", "512"), (".25 vCPU", "0.5 GB"), ("512", "1024")]);
    let mut spec = json!({
        "family": format!("td-{name}"), "cpu": cpu, "memory": memory,
        "network_mode": "awsvpc", "requires_compatibilities": ["FARGATE"],
    });
    let roles = drawing.labels("iam.role");
    for field in ["execution_role", "task_role"] {
        choices.field(&mut spec, field, &roles);
    }
    let port = choices.of(&[8080, 9090]);
    let mut app = json!({"name": "app", "image": choices.of(&["nginx:1", "nginx:2"])});
    app["port_mappings"] = choices.of(&[
        json!([{"container_port": port}]),
        json!([{"container_port": port, "host_port": port, "protocol": "tcp", "name": "http"}]),
    ]);
    let both = json!({"TZ": "Asia/Seoul", "MODE": "b"});
    choices.field(&mut app, "environment", &[json!({"MODE": "a"}), both]);
    choices.field(&mut app, "essential", &[true]);
    let groups = drawing.labels("logs.log_group");
    let group = choices.among(&groups).filter(|_| !spec["execution_role"].is_null());
    if let Some(group) = group {
        let options = json!({
            "awslogs-group": format!("${{logs.log_group.{group}.name}}"),
            "awslogs-region": "ap-northeast-2", "awslogs-stream-prefix": "app",
        });
        app["log_configuration"] = json!({"log_driver": "awslogs", "options": options});
    }
    let check = |interval| json!({"command": ["CMD-SHELL", "true"], "interval": interval});
    choices.field(&mut app, "health_check", &[json!({"command": ["CMD", "true"]}), check(30), check(10)]);
    let mut containers = vec![app];
    if choices.flag() {
        containers.push(json!({"name": "proxy", "image": "envoy:1", "essential": false}));
    }
    spec["container_definitions"] = json!(containers);
    choices.field(
        &mut spec,
        "volumes",
        &[json!([{"name": "data"}]), json!([{"name": "data"}, {"name": "tmp"}])],
    );
    choices.tags(&mut spec);
    named(name, spec)
}

pub(super) fn service(
    drawing: &mut Drawing,
    label: &str,
    name: &str,
    choices: &mut Choices<'_>,
) -> Option<Drawn> {
    let cluster = choices.among(&drawing.labels("ecs.cluster"))?;
    let definition = choices.among(&drawing.labels("ecs.task_definition"));
    let name = format!("svc-{name}");
    let identity = format!("{cluster}/{name}");
    if drawing.taken("ecs.service", &identity) {
        return None;
    }
    let attached: Vec<String> =
        drawing.groups.iter().filter(|group| group.attached).map(|group| group.label.clone()).collect();
    let group = choices.maybe(&attached);
    let wanted = choices.of(&["ECS", "CODE_DEPLOY", "ECS", "CODE_DEPLOY", "EXTERNAL"]);
    let mut spec = json!({"name": name, "cluster": cluster});
    choices.field(&mut spec, "desired_count", &[0, 1, 2]);
    let controller = match (wanted, &definition, &group) {
        (_, None, _) | ("EXTERNAL", ..) => "EXTERNAL",
        ("CODE_DEPLOY", _, Some(_)) => "CODE_DEPLOY",
        _ => "ECS",
    };
    let group = group.filter(|_| controller != "EXTERNAL");
    if controller != "ECS" || choices.flag() {
        spec["deployment_controller"] = json!(controller);
    }
    if controller != "EXTERNAL" {
        let definition = definition.expect("without one the service is EXTERNAL");
        runs(drawing, &mut spec, &definition, group.as_deref(), choices);
        if controller == "ECS" {
            strategy(drawing, &mut spec, group.as_deref(), choices);
        }
    }
    choices.tags(&mut spec);
    let label = label.to_string();
    drawing.services.push(Service { label, cluster, controller, group, claimed: false });
    Some(Drawn { identity, spec })
}

/// What its tasks are and where they run.
fn runs(
    drawing: &Drawing,
    spec: &mut Value,
    definition: &str,
    group: Option<&str>,
    choices: &mut Choices<'_>,
) {
    spec["task_definition"] = json!(definition);
    let vpc = choices.of(&[
        json!({"subnets": "public"}),
        json!({"subnets": "public", "security_groups": "default"}),
        json!({"subnets": "all", "security_groups": "default", "assign_public_ip": "ENABLED"}),
    ]);
    spec["network_configuration"] = json!({"awsvpc_configuration": vpc});
    let cluster = drawing.get("ecs.cluster", spec["cluster"].as_str().unwrap_or_default());
    let providers = cluster.map(|cluster| cluster["capacity_providers"].clone()).unwrap_or_default();
    let providers: Vec<Value> = providers.as_array().cloned().unwrap_or_default();
    match choices.maybe(&providers) {
        Some(provider) => {
            spec["capacity_provider_strategy"] = json!([{"capacity_provider": provider, "weight": 1}]);
        }
        None => spec["launch_type"] = json!("FARGATE"),
    }
    choices.field(spec, "platform_version", &["LATEST", "1.4.0"]);
    choices.field(spec, "enable_execute_command", &[true, false]);
    choices.field(spec, "propagate_tags", &["SERVICE", "NONE"]);
    let grace = choices.maybe(&[0, 60]);
    if let Some(group) = group {
        let definition = drawing.get("ecs.task_definition", definition).expect("it was chosen among them");
        let port = &definition["container_definitions"][0]["port_mappings"][0]["container_port"];
        spec["load_balancers"] =
            json!([{"target_group": group, "container_name": "app", "container_port": port}]);
        if let Some(grace) = grace {
            spec["health_check_grace_period_seconds"] = json!(grace);
        }
    }
}

/// How ECS itself deploys it.
fn strategy(drawing: &Drawing, spec: &mut Value, group: Option<&str>, choices: &mut Choices<'_>) {
    let rolling = |breaker: bool| json!({"deployment_circuit_breaker": {"enable": breaker, "rollback": breaker}, "maximum_percent": 150});
    let moved = choices.of(&[
        Value::Null,
        rolling(true),
        rolling(false),
        json!({"strategy": "BLUE_GREEN"}),
        json!({"strategy": "BLUE_GREEN", "bake_time_in_minutes": 1}),
        json!({"strategy": "CANARY", "canary_configuration": {"canary_percent": 10.0}}),
        json!({"strategy": "LINEAR", "linear_configuration": {"step_percent": 25.0}}),
    ]);
    let roles = drawing.labels("iam.role");
    let role = choices.among(&roles);
    let moves = moved["strategy"].is_string();
    let behind = group.and_then(|group| other_group(drawing, group));
    match (moves, behind, role) {
        (false, ..) => {}
        (true, Some((listener, other)), Some(role))
            if moved["strategy"] == "BLUE_GREEN" || !listener.network =>
        {
            spec["load_balancers"][0]["advanced_configuration"] = json!({
                "alternate_target_group": other, "role": role, "production_listener_rule": listener.label,
            });
        }
        _ => return,
    }
    if !moved.is_null() {
        spec["deployment_configuration"] = moved;
    }
}

/// A listener through which the group is reached, and another group that its load balancer knows.
fn other_group<'a>(drawing: &'a Drawing, group: &str) -> Option<(&'a Listener, String)> {
    let listener =
        drawing.listeners.iter().find(|listener| listener.groups.iter().any(|own| own == group))?;
    let fits = |other: &&super::elb::Group| {
        other.attached
            && other.label != group
            && other.balancer.as_deref() == Some(listener.balancer.as_str())
    };
    drawing.groups.iter().find(fits).map(|other| (listener, other.label.clone()))
}
