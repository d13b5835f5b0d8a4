//! What Fargate does not have.

use super::{fargate_containers, name, on_fargate};
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static TD_004: Rule = Rule {
    id: "TD-004",
    severity: Severity::Error,
    title: "a Fargate task without a network interface",
    doc: "\"Fargate only supports network mode 'awsvpc'.\" Left out, the mode is bridge.",
    fix: "network_mode = \"awsvpc\"",
    source: "AWS API: ecs RegisterTaskDefinition, networkMode",
    bad: r#"
[ecs.task_definition.small]
family                   = "small"
requires_compatibilities = ["FARGATE"]
cpu                      = "256"
memory                   = "512"
container_definitions    = [{ name = "small", image = "small:1", log_configuration = { log_driver = "splunk" } }]
"#,
    good: r#"
[ecs.task_definition.small]
family                   = "small"
network_mode             = "awsvpc"
requires_compatibilities = ["FARGATE"]
cpu                      = "256"
memory                   = "512"
container_definitions    = [{ name = "small", image = "small:1", log_configuration = { log_driver = "splunk" } }]
"#,
    by: By::Check(|cx, out| {
        for definition in on_fargate(cx) {
            let mode = definition.get("network_mode");
            if let Some(own) = mode.text().filter(|mode| mode != "awsvpc") {
                let at = if mode.exists() { &mode } else { &definition };
                out.at(at, format!("Fargate runs tasks of network mode awsvpc only, here it is {own}"));
            }
        }
    }),
};

/// Members of a container that Fargate refuses.
const MEMBERS: &[&str] = &[
    "dns_search_domains",
    "dns_servers",
    "docker_security_options",
    "extra_hosts",
    "links",
    "linux_parameters.devices",
    "linux_parameters.shared_memory_size",
    "linux_parameters.tmpfs",
    "linux_parameters.max_swap",
    "linux_parameters.swappiness",
];

pub static TD_017: Rule = Rule {
    id: "TD-017",
    severity: Severity::Error,
    title: "something that Fargate does not have",
    doc: "On Fargate there is no host to reach into: no links, devices, swap, shared memory or tmpfs, no DNS servers, \
          extra hosts or security options of one's own, no privileged containers, GPUs, ipc_mode or placement \
          constraints, no pid_mode but `task`.",
    fix: "remove it, or run on EC2",
    source: "AWS: ECS developer guide, task definition considerations for Fargate; AWS API: ecs LinuxParameters",
    bad: r#"
[ecs.task_definition.small]
family                   = "small"
network_mode             = "awsvpc"
requires_compatibilities = ["FARGATE"]
cpu                      = "256"
memory                   = "512"
container_definitions    = [{ name = "small", image = "small:1", privileged = true, log_configuration = { log_driver = "splunk" } }]
"#,
    good: r#"
[ecs.task_definition.small]
family                   = "small"
network_mode             = "awsvpc"
requires_compatibilities = ["FARGATE"]
cpu                      = "256"
memory                   = "512"
container_definitions    = [{ name = "small", image = "small:1", privileged = false, log_configuration = { log_driver = "splunk" } }]
"#,
    by: By::Check(not_on_fargate),
};

fn not_on_fargate(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for definition in on_fargate(cx) {
        for field in ["ipc_mode", "placement_constraints"] {
            let at = definition.get(field);
            if at.exists() && !at.is_empty() {
                out.at(&at, format!("Fargate has no {field}"));
            }
        }
        let pid = definition.get("pid_mode");
        if pid.is("host") {
            out.at(&pid, "Fargate has no host to share processes with").fix("pid_mode = \"task\"");
        }
    }
    for (_, container) in fargate_containers(cx) {
        for field in MEMBERS {
            let at = container.get(field);
            if at.exists() && !at.is_empty() {
                let last = field.rsplit('.').next().unwrap_or(field);
                out.at(&at, format!("{} has {last}, which Fargate does not", name(&container)));
            }
        }
        for field in ["privileged", "disable_networking"] {
            let at = container.get(field);
            if at.flag() {
                out.at(&at, format!("{} is {field}, which Fargate does not allow", name(&container)));
            }
        }
        for need in container.get("resource_requirements").items() {
            let kind = need.get("type");
            if kind.is("GPU") {
                out.at(&kind, "Fargate has no GPU");
            }
        }
    }
}

pub static TD_018: Rule = Rule {
    id: "TD-018",
    severity: Severity::Error,
    title: "a capability that Fargate does not grant",
    doc: "\"Tasks launched on Fargate only support adding the SYS_PTRACE kernel capability.\"",
    fix: "remove it, or run on EC2",
    source: "AWS API: ecs KernelCapabilities, add",
    bad: r#"
[ecs.task_definition.small]
family                   = "small"
network_mode             = "awsvpc"
requires_compatibilities = ["FARGATE"]
cpu                      = "256"
memory                   = "512"
container_definitions    = [{ name = "small", image = "small:1", linux_parameters = { capabilities = { add = ["NET_ADMIN"] } }, log_configuration = { log_driver = "splunk" } }]
"#,
    good: r#"
[ecs.task_definition.small]
family                   = "small"
network_mode             = "awsvpc"
requires_compatibilities = ["FARGATE"]
cpu                      = "256"
memory                   = "512"
container_definitions    = [{ name = "small", image = "small:1", linux_parameters = { capabilities = { add = ["SYS_PTRACE"] } }, log_configuration = { log_driver = "splunk" } }]
"#,
    by: By::Check(|cx, out| {
        for (_, container) in fargate_containers(cx) {
            for at in container.get("linux_parameters.capabilities.add").items() {
                if let Some(capability) = at.text().filter(|capability| capability != "SYS_PTRACE") {
                    out.at(&at, format!("Fargate does not grant {capability}")).label("SYS_PTRACE only");
                }
            }
        }
    }),
};

pub static TD_036: Rule = Rule {
    id: "TD-036",
    severity: Severity::Error,
    title: "a start or stop that Fargate does not wait for",
    doc: "On Fargate start_timeout and stop_timeout are 2 to 120 seconds.",
    fix: "120 seconds at most",
    source: "AWS API: ecs ContainerDefinition, startTimeout and stopTimeout",
    bad: r#"
[ecs.task_definition.small]
family                   = "small"
network_mode             = "awsvpc"
requires_compatibilities = ["FARGATE"]
cpu                      = "256"
memory                   = "512"
container_definitions    = [{ name = "small", image = "small:1", stop_timeout = 300, log_configuration = { log_driver = "splunk" } }]
"#,
    good: r#"
[ecs.task_definition.small]
family                   = "small"
network_mode             = "awsvpc"
requires_compatibilities = ["FARGATE"]
cpu                      = "256"
memory                   = "512"
container_definitions    = [{ name = "small", image = "small:1", stop_timeout = 120, log_configuration = { log_driver = "splunk" } }]
"#,
    by: By::Check(|cx, out| {
        for (_, container) in fargate_containers(cx) {
            for field in ["start_timeout", "stop_timeout"] {
                let at = container.get(field);
                if let Some(seconds) = at.int().filter(|seconds| !(2..=120).contains(seconds)) {
                    out.at(&at, format!("{field} is {seconds} seconds, Fargate takes 2 to 120"));
                }
            }
        }
    }),
};
