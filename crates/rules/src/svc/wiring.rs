//! What a service names and needs beside its containers.

use recon_model::KindId::EcsService;

use super::{containers, controller, task_definition};
use crate::rule::{By, Rule, Severity};

pub static SVC_037: Rule = Rule {
    id: "SVC-037",
    severity: Severity::Error,
    title: "a Service Connect port that there is not",
    doc: "\"The portName must match the name of one of the portMappings from all the containers in the task \
          definition of this Amazon ECS service.\"",
    fix: "name the port mapping: port_mappings = [{ name = \"http\", container_port = 8080 }]",
    source: "AWS API: ecs ServiceConnectService, portName",
    bad: r#"
[ecs.service.worker]
name            = "worker"
cluster         = "main"
task_definition = "worker"
desired_count   = 1
service_connect_configuration = { enabled = true, namespace = { name = "shop" }, services = [{ port_name = "http" }] }
"#,
    good: r#"
[ecs.service.worker]
name            = "worker"
cluster         = "main"
task_definition = "worker"
desired_count   = 1
service_connect_configuration = { enabled = true, namespace = { name = "shop" } }
"#,
    by: By::Check(|cx, out| {
        for service in cx.of(EcsService) {
            let Some(definition) = task_definition(&service) else { continue };
            let ports =
                || containers(&definition).flat_map(|container| container.get("port_mappings").items());
            for connected in service.get("service_connect_configuration.services").items() {
                let at = connected.get("port_name");
                let Some(name) = at.text() else { continue };
                if !ports().any(|port| port.get("name").is(&name)) {
                    out.at(&at, format!("no port mapping of {} is named `{name}`", definition.address()))
                        .related(&definition.get("container_definitions"), "the containers");
                }
            }
        }
    }),
};

pub static SVC_038: Rule = Rule {
    id: "SVC-038",
    severity: Severity::Error,
    title: "a load balancer role where the service-linked role is needed",
    doc: "`role` is from the time before service-linked roles: it goes with a load balancer, and not with awsvpc \
          tasks, several target groups, service discovery or an EXTERNAL controller.",
    fix: "remove role: AWS uses its service-linked role",
    source: "AWS API: ecs CreateService, role",
    bad: r#"
[ecs.service.api]
role = "task"
"#,
    good: r#"
[ecs.service.api]
load_balancers = [{ target_group = "blue", container_name = "api", container_port = 8080 }]
"#,
    by: By::Check(|cx, out| {
        for service in cx.of(EcsService) {
            let at = service.get("role");
            if !at.exists() {
                continue;
            }
            let awsvpc = task_definition(&service).is_some_and(|d| d.get("network_mode").is("awsvpc"));
            let balancers = service.get("load_balancers").items().count();
            let why = match () {
                () if awsvpc => "its tasks have network mode awsvpc",
                () if balancers == 0 => "it has no load balancer",
                () if balancers > 1 => "it has several load balancers",
                () if !service.get("service_registries").is_empty() => "it uses service discovery",
                () if controller(&service) == "EXTERNAL" => "its controller is EXTERNAL",
                () => continue,
            };
            out.at(&at, format!("the service takes no role: {why}"));
        }
    }),
};
