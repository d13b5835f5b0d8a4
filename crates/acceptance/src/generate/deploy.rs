//! Log groups, roles, and CodeDeploy.

use serde_json::{Value, json};

use super::choices::Choices;
use super::drawing::{Drawing, Drawn, named};

pub(super) fn log_group(name: &str, choices: &mut Choices<'_>) -> Option<Drawn> {
    let mut spec = json!({"name": format!("/ecs/{name}")});
    choices.field(&mut spec, "retention_in_days", &[1, 7, 30]);
    choices.field(&mut spec, "log_group_class", &["STANDARD", "INFREQUENT_ACCESS"]);
    choices.tags(&mut spec);
    named(name, spec)
}

/// Roles that do for every purpose: which is taken for what is left to chance.
pub(super) fn role(name: &str, choices: &mut Choices<'_>) -> Option<Drawn> {
    let services = ["codedeploy.amazonaws.com", "ecs.amazonaws.com", "ecs-tasks.amazonaws.com"];
    let allow = |who: Value, action: Value| json!({"Effect": "Allow", "Principal": {"Service": who}, "Action": action});
    let mut more = services.to_vec();
    more.push("lambda.amazonaws.com");
    let mut spec = json!({"name": format!("role-{name}")});
    spec["trust"] = choices.of(&[
        json!({"services": services}),
        json!({"services": more}),
        json!({"Version": "2012-10-17", "Statement": [allow(json!(services), json!("sts:AssumeRole"))]}),
        json!({"Version": "2012-10-17", "Statement": [
            allow(json!(services[0]), json!("sts:AssumeRole")),
            allow(json!(services[1..]), json!(["sts:AssumeRole", "sts:TagSession"])),
        ]}),
    ]);
    let some = json!(["AWSCodeDeployRoleForECS"]);
    spec["managed"] =
        choices.of(&[some, json!(["AWSCodeDeployRoleForECS", "AmazonECSTaskExecutionRolePolicy"])]);
    let read = |resource: Value| json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": resource});
    let policy = |statement: Value| json!({"Version": "2012-10-17", "Statement": statement});
    choices.field(
        &mut spec,
        "inline",
        &[
            json!({"read": policy(read(json!("*")))}),
            json!({"read": policy(json!([read(json!(["*"]))]))}),
            json!({"other": policy(read(json!("arn:aws:s3:::bucket/*"))), "read": policy(read(json!("*")))}),
        ],
    );
    choices.field(&mut spec, "path", &["/", "/app/"]);
    choices.field(&mut spec, "description", &["", "one", "another"]);
    choices.field(&mut spec, "max_session_duration", &[3600, 7200]);
    choices.field(&mut spec, "permissions_boundary", &["AdministratorAccess"]);
    choices.tags(&mut spec);
    named(name, spec)
}

pub(super) fn application(name: &str, choices: &mut Choices<'_>) -> Option<Drawn> {
    let mut spec = json!({"name": format!("app-{name}")});
    choices.field(&mut spec, "compute_platform", &["ECS"]);
    choices.tags(&mut spec);
    named(name, spec)
}

pub(super) fn config(name: &str, choices: &mut Choices<'_>) -> Option<Drawn> {
    let mut spec = json!({"name": format!("config-{name}")});
    let canary = |percent| json!({"type": "TimeBasedCanary", "time_based_canary": {"canary_percentage": percent, "canary_interval": 5}});
    let linear = json!({"type": "TimeBasedLinear", "time_based_linear": {"linear_percentage": 20, "linear_interval": 1}});
    choices.field(
        &mut spec,
        "traffic_routing_config",
        &[json!({"type": "AllAtOnce"}), canary(10), canary(20), linear],
    );
    named(name, spec)
}

pub(super) fn group(drawing: &mut Drawing, name: &str, choices: &mut Choices<'_>) -> Option<Drawn> {
    let application = choices.among(&drawing.labels("codedeploy.application"))?;
    let role = choices.among(&drawing.labels("iam.role"))?;
    let identity = format!("{application}/dg-{name}");
    if drawing.taken("codedeploy.deployment_group", &identity) {
        return None;
    }
    let own =
        |at: &usize| drawing.services[*at].controller == "CODE_DEPLOY" && !drawing.services[*at].claimed;
    let services: Vec<usize> = (0..drawing.services.len()).filter(own).collect();
    let at = choices.among(&services)?;
    let service = &drawing.services[at];
    let blue = service.group.clone()?;
    let listener = drawing.listeners.iter().find(|listener| listener.groups.contains(&blue))?;
    let greens: Vec<String> = drawing
        .groups
        .iter()
        .filter(|group| group.balancer.as_ref() == Some(&listener.balancer) && group.label != blue)
        .map(|group| group.label.clone())
        .collect();
    let green = choices.among(&greens)?;
    let mut pair =
        json!({"target_groups": [blue, green], "prod_traffic_route": {"listeners": [listener.label]}});
    let tests: Vec<String> = drawing
        .listeners
        .iter()
        .filter(|other| other.balancer == listener.balancer && other.label != listener.label)
        .map(|other| other.label.clone())
        .collect();
    if let Some(test) = choices.maybe(&tests) {
        pair["test_traffic_route"] = json!({"listeners": [test]});
    }
    let mut spec = json!({
        "application": application, "name": format!("dg-{name}"), "service_role": role,
        "ecs_services": [{"cluster": service.cluster, "service": service.label}],
        "load_balancer_info": {"target_group_pair_info_list": [pair]},
    });
    let mut configs: Vec<String> = vec!["CodeDeployDefault.ECSAllAtOnce".into()];
    if !listener.network {
        configs.push("CodeDeployDefault.ECSCanary10Percent5Minutes".into());
        let own = drawing.labels("codedeploy.deployment_config");
        configs.extend(own.iter().chain(&own).cloned());
    }
    choices.field(&mut spec, "deployment_config", &configs);
    behaviour(&mut spec, choices);
    choices.tags(&mut spec);
    drawing.services[at].claimed = true;
    Some(Drawn { identity, spec })
}

fn behaviour(spec: &mut Value, choices: &mut Choices<'_>) {
    let rollback = |events: Value| json!({"enabled": true, "events": events});
    choices.field(
        spec,
        "auto_rollback_configuration",
        &[
            rollback(json!(["DEPLOYMENT_FAILURE"])),
            rollback(json!(["DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_FAILURE"])),
        ],
    );
    // alarms of somebody else's
    let outside = |name: &&str| json!({"name": {"name": name}});
    let alarms =
        |names: &[&str]| json!({"enabled": true, "alarms": names.iter().map(outside).collect::<Vec<_>>()});
    choices.field(spec, "alarm_configuration", &[alarms(&["high"]), alarms(&["low", "high"])]);
    let terminate = |minutes| {
        json!({
            "terminate_blue_instances_on_deployment_success":
                {"action": "TERMINATE", "termination_wait_time_in_minutes": minutes},
        })
    };
    let stop = json!({"deployment_ready_option": {"action_on_timeout": "STOP_DEPLOYMENT", "wait_time_in_minutes": 10}});
    choices.field(spec, "blue_green_deployment_configuration", &[terminate(5), terminate(0), stop]);
}
