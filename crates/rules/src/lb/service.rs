//! What services and their target groups ask of each other.

use std::borrow::Cow;

use recon_model::KindId::{CodedeployDeploymentGroup, EcsService};

use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;
use crate::svc::{container, task_definition};

/// A service's load balancer entry with the target group behind it.
struct Served<'c> {
    service: At<'c>,
    entry: At<'c>,
    /// Where the group is named.
    place: At<'c>,
    group: At<'c>,
}

/// Every target group of the stack that tasks of the stack serve, the second of
/// CodeDeploy's pair included.
fn served<'c>(cx: &'c Cx<'c>) -> Vec<Served<'c>> {
    let mut found = Vec::new();
    for service in cx.of(EcsService) {
        for entry in service.get("load_balancers").items() {
            let alternate = entry.get("advanced_configuration.alternate_target_group");
            for place in [entry.get("target_group"), alternate] {
                if let Some(group) = place.target() {
                    found.push(Served { service: service.clone(), entry: entry.clone(), place, group });
                }
            }
        }
    }
    for deployment in cx.of(CodedeployDeploymentGroup) {
        let named = deployment.get("ecs_services").items().find_map(|named| named.get("service").target());
        let Some(service) = named else { continue };
        let Some(entry) = service.get("load_balancers").items().next() else { continue };
        let pairs = deployment.get("load_balancer_info.target_group_pair_info_list").items();
        for place in pairs.flat_map(|pair| pair.get("target_groups").items()).map(|group| group.get("name")) {
            let Some(group) = place.target() else { continue };
            if !found.iter().any(|known| known.group.address() == group.address()) {
                found.push(Served { service: service.clone(), entry: entry.clone(), place, group });
            }
        }
    }
    found
}

pub static LB_003: Rule = Rule {
    id: "LB-003",
    severity: Severity::Error,
    title: "a target type that the tasks' network mode does not fit",
    doc: "Tasks of network mode awsvpc have addresses of their own and need target type ip; all others are reached \
          through their instance: \"The provided target group … has target type instance, which is incompatible \
          with the awsvpc network mode specified in the task definition.\"",
    fix: "target_type = \"ip\" for awsvpc, \"instance\" otherwise; a change replaces the target group",
    source: "AWS API: ecs CreateService, loadBalancers",
    bad: r#"
[elb.target_group.blue]
target_type = "instance"
"#,
    good: r#"
[elb.target_group.blue]
target_type = "ip"
"#,
    by: By::Check(|cx, out| {
        for Served { service, place, group, .. } in served(cx) {
            let Some(mode) = task_definition(&service).map(|definition| definition.get("network_mode"))
            else {
                continue;
            };
            let kind = group.get("target_type");
            let (Some(mode_name), Some(kind_name)) = (mode.text(), kind.text()) else { continue };
            if (mode_name == "awsvpc") != (kind_name == "ip") {
                let at = if kind.exists() { &kind } else { &group };
                out.at(at, format!("target type {kind_name} does not fit network mode {mode_name}"))
                    .related(&mode, "the network mode")
                    .related(&place, "used here");
            }
        }
    }),
};

pub static LB_020: Rule = Rule {
    id: "LB-020",
    severity: Severity::Warning,
    title: "a target group's port that is not the container's",
    doc: "ECS registers every task under its container port, so the target group's own port is not used: harmless, \
          but misleading, and wrong as soon as health_check_port repeats it.",
    fix: "give both target groups the container's port",
    source: "AWS API: elbv2 CreateTargetGroup, Port",
    bad: r#"
[elb.target_group.green]
port = 8081
"#,
    good: r#"
[elb.target_group.green]
port = 8080
"#,
    by: By::Check(|cx, out| {
        for Served { entry, group, .. } in served(cx) {
            let (own, wanted) = (group.get("port"), entry.get("container_port"));
            let (Some(port), Some(container)) = (own.int(), wanted.int()) else { continue };
            if port != container && group.get("target_type").is("ip") {
                out.at(&own, format!("port {port}, while the container listens on {container}"))
                    .label("not used: ECS registers the container's port")
                    .related(&wanted, "the container's port");
            }
            let check = group.get("health_check_port");
            if check.int().is_some_and(|check| check != container && check == port) {
                out.at(&check, format!("nothing listens on {port}: every check fails"))
                    .severity(Severity::Error);
            }
        }
    }),
};

pub static LB_022: Rule = Rule {
    id: "LB-022",
    severity: Severity::Warning,
    title: "two health checks that ask for different paths",
    doc: "The container's own health check and the target group's ask the same application; when one of the paths is \
          wrong, the one check passes and the other stops every task.",
    fix: "use one path in both",
    source: "AWS API: ecs HealthCheck; elbv2 CreateTargetGroup, HealthCheckPath",
    bad: r#"
[elb.target_group.blue]
health_check_path = "/api/v1/health-check"
"#,
    good: r#"
[elb.target_group.blue]
health_check_path = "/health"
"#,
    by: By::Check(different_paths),
};

fn different_paths(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for Served { service, entry, group, .. } in served(cx) {
        let name = entry.get("container_name").text();
        let found =
            task_definition(&service).zip(name).and_then(|(definition, name)| container(&definition, &name));
        let Some(container) = found else { continue };
        let check = container.get("health_check.command");
        let path = group.canonical().get("health_check_path");
        let words: Vec<Cow<'_, str>> = check.items().filter_map(|word| word.text()).collect();
        let asked = words.iter().find_map(|word| url_path(word));
        if let (Some(asked), Some(own)) = (asked, path.text())
            && asked != own
        {
            out.at(&path, format!("the load balancer asks for {own}, the container's own check for {asked}"))
                .related(&check, "the container's check");
        }
    }
}

/// The path of the first local address in a command.
fn url_path(words: &str) -> Option<&str> {
    let (_, rest) = words.split_once("http://").or_else(|| words.split_once("https://"))?;
    let end = rest.find(|c: char| c.is_whitespace() || "'\"|;&)>".contains(c)).unwrap_or(rest.len());
    let address = &rest[..end];
    let host = address.split(['/', ':']).next().unwrap_or_default();
    if !["localhost", "127.0.0.1", "0.0.0.0", "[::1]"].contains(&host) {
        return None;
    }
    let path = address.find('/').map_or("/", |at| &address[at..]);
    Some(path.split(['?', '#']).next().unwrap_or(path))
}

pub static LB_023: Rule = Rule {
    id: "LB-023",
    severity: Severity::Advice,
    title: "five minutes of draining",
    doc: "AWS waits deregistration_delay before it takes a task away, 300 seconds where nothing is said: every \
          deployment takes at least that long, though few applications have requests of that length.",
    fix: "attributes = { \"deregistration_delay.timeout_seconds\" = 30 }",
    source: "AWS API: elbv2 TargetGroupAttribute",
    bad: r#"
[elb.target_group.blue.attributes]
"deregistration_delay.timeout_seconds" = 300
"#,
    good: r#"
[elb.target_group.blue.attributes]
"deregistration_delay.timeout_seconds" = 30
"#,
    by: By::Check(|cx, out| {
        for Served { group, .. } in served(cx) {
            let at = group.canonical().get("attributes").key("deregistration_delay.timeout_seconds");
            if at.int().is_some_and(|seconds| seconds >= 300) {
                out.at(&at, format!("{} drains for five minutes at every deployment", group.address()));
            }
        }
    }),
};
