//! How traffic reaches a service's containers.

use recon_model::KindId::EcsService;
use recon_model::load::nearest;

use super::{container, containers, controller, task_definition};
use crate::at::At;
use crate::cx::Cx;
use crate::lb::routes::routes;
use crate::rule::{By, Rule, Severity};

pub static SVC_014: Rule = Rule {
    id: "SVC-014",
    severity: Severity::Error,
    title: "a load balancer for a container that there is not",
    doc: "\"The container NAME does not exist in the task definition.\": the name is that of a container in the \
          service's task definition, not of the service, the image or the repository.",
    fix: "name a container of the task definition",
    source: "AWS API: ecs LoadBalancer, containerName",
    bad: r#"
[ecs.service.api]
load_balancers = [{ target_group = "blue", container_name = "api-server", container_port = 8080 }]
"#,
    good: r#"
[ecs.service.api]
load_balancers = [{ target_group = "blue", container_name = "api", container_port = 8080 }]
"#,
    by: By::Check(|cx, out| {
        for service in cx.of(EcsService) {
            let Some(definition) = task_definition(&service) else { continue };
            for balancer in service.get("load_balancers").items() {
                let at = balancer.get("container_name");
                let Some(name) = at.text().filter(|name| container(&definition, name).is_none()) else {
                    continue;
                };
                let known: Vec<_> = containers(&definition).filter_map(|c| c.get("name").text()).collect();
                let found = out.at(&at, format!("{} has no container `{name}`", definition.address()));
                found.label("not a container of the task definition");
                found.fix(match nearest(&name, known.iter().map(|name| &**name)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("its containers: {}", known.join(", ")),
                });
                found.related(&definition.get("container_definitions"), "the containers");
            }
        }
    }),
};

pub static SVC_015: Rule = Rule {
    id: "SVC-015",
    severity: Severity::Error,
    title: "a load balancer for a port that its container does not open",
    doc: "The port must be a containerPort among the container's port mappings. The target group's own port does \
          not matter: ECS registers each task under its container port.",
    fix: "name a port that the container maps, or map this one",
    source: "AWS API: ecs LoadBalancer, containerPort",
    bad: r#"
[ecs.service.api]
load_balancers = [{ target_group = "blue", container_name = "api", container_port = 80 }]
"#,
    good: r#"
[ecs.service.api]
load_balancers = [{ target_group = "blue", container_name = "api", container_port = 8080 }]
"#,
    by: By::Check(|cx, out| {
        for service in cx.of(EcsService) {
            let Some(definition) = task_definition(&service) else { continue };
            for balancer in service.get("load_balancers").items() {
                let at = balancer.get("container_port");
                let name = balancer.get("container_name").text();
                let (Some(port), Some(container)) =
                    (at.int(), name.and_then(|name| container(&definition, &name)))
                else {
                    continue;
                };
                let mappings = container.get("port_mappings");
                let ports: Vec<i64> =
                    mappings.items().filter_map(|m| m.get("container_port").int()).collect();
                // a range is resolved when the task starts
                let ranges = mappings.items().any(|mapping| mapping.get("container_port_range").exists());
                if !ports.contains(&port) && !ranges {
                    let list: Vec<String> = ports.iter().map(ToString::to_string).collect();
                    out.at(&at, format!("the container does not open port {port}"))
                        .label(if list.is_empty() {
                            "it maps no port".into()
                        } else {
                            format!("it opens {}", list.join(", "))
                        })
                        .related(
                            &if mappings.exists() { mappings } else { container },
                            "the container's ports",
                        );
                }
            }
        }
    }),
};

pub static SVC_040: Rule = Rule {
    id: "SVC-040",
    severity: Severity::Error,
    title: "a load balancer entry without one of its parts",
    doc: "An entry says which container's port takes the traffic, and from where: container_name, container_port and a \
          target group (or the name of a classic load balancer). AWS's model calls none of them required, and the service \
          is refused: \"The container  does not exist in the task definition\".",
    fix: "{ target_group = \"…\", container_name = \"…\", container_port = … }",
    source: "AWS API: ecs LoadBalancer",
    bad: r#"
[ecs.service.api]
load_balancers = [{ target_group = "blue", container_port = 8080 }]
"#,
    good: r#"
[ecs.service.api]
load_balancers = [{ target_group = "blue", container_name = "api", container_port = 8080 }]
"#,
    by: By::Check(|cx, out| {
        for balancer in cx.of(EcsService).flat_map(|service| service.get("load_balancers").items()) {
            let from = ["target_group", "load_balancer_name"];
            if from.iter().all(|field| !balancer.get(field).exists()) {
                out.at(&balancer, "the entry names no target group").label("traffic from nowhere");
            }
            for field in ["container_name", "container_port"] {
                if !balancer.get(field).exists() {
                    out.at(&balancer, format!("the entry has no {field}")).label("traffic to nowhere");
                }
            }
        }
    }),
};

pub static SVC_016: Rule = Rule {
    id: "SVC-016",
    severity: Severity::Error,
    title: "a target group that no listener forwards to",
    doc: "ECS refuses a target group without a load balancer: \"The target group with targetGroupArn … does not \
          have an associated load balancer.\" A target group has one as soon as a listener or a rule forwards to it.",
    fix: "forward to it from a listener or a rule",
    source: "AWS: ECS answers so to CreateService",
    bad: r#"
[elb.target_group.spare]
name        = "spare"
vpc         = "main"
target_type = "ip"
protocol    = "HTTP"
port        = 8080

[ecs.service.web]
name            = "web"
cluster         = "main"
task_definition = "api"
desired_count   = 1
launch_type     = "FARGATE"
load_balancers  = [{ target_group = "spare", container_name = "api", container_port = 8080 }]
health_check_grace_period_seconds = 60
network_configuration.awsvpc_configuration = { subnets = "private", security_groups = "tasks" }
"#,
    good: r#"
[ecs.service.web]
name            = "web"
cluster         = "main"
task_definition = "api"
desired_count   = 1
launch_type     = "FARGATE"
depends_on      = ["elb.listener.test"]
load_balancers  = [{ target_group = "green", container_name = "api", container_port = 8080 }]
health_check_grace_period_seconds = 60
network_configuration.awsvpc_configuration = { subnets = "private", security_groups = "tasks" }
"#,
    by: By::Check(|cx, out| {
        let routes = routes(cx);
        for (at, group) in used_groups(cx) {
            if !routes.contains_key(group.address()) {
                out.at(&at, format!("no listener or rule forwards to {}", group.address()))
                    .label("without a load balancer")
                    .related(&group, "the target group");
            }
        }
    }),
};

/// Every target group of the stack that a service names, with the place.
fn used_groups<'c>(cx: &'c Cx<'c>) -> impl Iterator<Item = (At<'c>, At<'c>)> {
    let named = cx.of(EcsService).flat_map(|service| service.get("load_balancers").items());
    let places = named.flat_map(|balancer| {
        [balancer.get("target_group"), balancer.get("advanced_configuration.alternate_target_group")]
    });
    places.filter_map(|at| at.target().map(|group| (at, group)))
}

pub static SVC_023: Rule = Rule {
    id: "SVC-023",
    severity: Severity::Error,
    title: "a health check grace period without a health check",
    doc: "The grace period is the time for which health checks are ignored; without a load balancer, VPC Lattice or \
          a health check of a container there is none to ignore. It is 0 to 2,147,483,647 seconds.",
    fix: "remove health_check_grace_period_seconds",
    source: "AWS API: ecs UpdateService, healthCheckGracePeriodSeconds",
    bad: r#"
[ecs.service.worker]
name                              = "worker"
cluster                           = "main"
task_definition                   = "worker"
desired_count                     = 1
health_check_grace_period_seconds = 60
"#,
    good: r#"
[ecs.service.worker]
name            = "worker"
cluster         = "main"
task_definition = "worker"
desired_count   = 1
"#,
    by: By::Check(|cx, out| {
        for service in cx.of(EcsService) {
            let at = service.get("health_check_grace_period_seconds");
            let Some(seconds) = at.int().filter(|_| at.exists()) else { continue };
            if !(0..=i64::from(i32::MAX)).contains(&seconds) {
                out.at(&at, format!("{seconds} seconds, AWS takes 0 to {}", i32::MAX));
                continue;
            }
            let balanced = !service.get("load_balancers").is_empty()
                || !service.get("vpc_lattice_configurations").is_empty()
                || controller(&service) == "EXTERNAL";
            // a definition outside the stack may have a health check
            let checked = task_definition(&service)
                .is_none_or(|definition| containers(&definition).any(|c| c.get("health_check").exists()));
            if seconds > 0 && !balanced && !checked {
                out.at(&at, "there is no health check for this grace period to wait for");
            }
        }
    }),
};

pub static SVC_026: Rule = Rule {
    id: "SVC-026",
    severity: Severity::Warning,
    title: "a grace period shorter than the container's start",
    doc: "The container's own health check waits for start_period; the load balancer's does not. A task that is \
          still starting when the grace period ends is stopped as unhealthy, and the next one as well.",
    fix: "make health_check_grace_period_seconds at least as long as start_period",
    source: "AWS API: ecs UpdateService, healthCheckGracePeriodSeconds",
    bad: r#"
[ecs.service.api]
health_check_grace_period_seconds = 20
"#,
    good: r#"
[ecs.service.api]
health_check_grace_period_seconds = 60
"#,
    by: By::Check(|cx, out| {
        for service in cx.of(EcsService).filter(|service| !service.get("load_balancers").is_empty()) {
            let Some(definition) = task_definition(&service) else { continue };
            let grace = service.get("health_check_grace_period_seconds");
            let slowest = containers(&definition)
                .map(|container| container.get("health_check.start_period"))
                .max_by_key(|start| start.int().unwrap_or_default());
            let Some(start) = slowest else { continue };
            let (Some(has), Some(needs)) = (grace.int(), start.int()) else { continue };
            if has < needs {
                out.at(&grace, format!("the grace period is {has} s, a container takes {needs} s to start"))
                    .related(&start, "the time to start");
            }
        }
    }),
};
