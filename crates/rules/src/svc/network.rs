//! The network of a service's tasks.

use recon_model::KindId::EcsService;

use super::{controller, task_definition};
use crate::at::At;
use crate::cx::Cx;
use crate::network::{Vpc, vpc, vpcs};
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

const SUBNETS: &str = "network_configuration.awsvpc_configuration.subnets";
const GROUPS: &str = "network_configuration.awsvpc_configuration.security_groups";

pub static SVC_010: Rule = Rule {
    id: "SVC-010",
    severity: Severity::Error,
    title: "awsvpc tasks without subnets",
    doc: "A task of network mode awsvpc has a network interface of its own, and AWS must know in which subnets: \
          \"Network Configuration must be provided when networkMode 'awsvpc' is specified.\"",
    fix: "network_configuration = { awsvpc_configuration = { subnets = \"…\", security_groups = \"…\" } }",
    source: "AWS API: ecs CreateService, networkConfiguration",
    bad: r#"
[ecs.service.second]
name            = "second"
cluster         = "main"
task_definition = "api"
desired_count   = 1
launch_type     = "FARGATE"
"#,
    good: r#"
[ecs.service.second]
name            = "second"
cluster         = "main"
task_definition = "api"
desired_count   = 1
launch_type     = "FARGATE"
network_configuration.awsvpc_configuration = { subnets = "private", security_groups = "tasks" }
"#,
    by: By::Check(|cx, out| {
        for service in cx.of(EcsService) {
            let Some(definition) = task_definition(&service) else { continue };
            let mode = definition.get("network_mode");
            if mode.is("awsvpc") && service.get(SUBNETS).is_empty() && controller(&service) != "EXTERNAL" {
                out.at(
                    &service.get("network_configuration"),
                    format!("{} has no subnets", service.address()),
                )
                .label("its tasks have network interfaces of their own")
                .related(&mode, "network mode awsvpc");
            }
        }
    }),
};

pub static SVC_011: Rule = Rule {
    id: "SVC-011",
    severity: Severity::Error,
    title: "a network configuration for tasks without a network of their own",
    doc: "\"Network Configuration is not valid for the given networkMode of this task definition.\": only awsvpc \
          tasks have subnets and security groups; all others use their instance's.",
    fix: "remove network_configuration, or set network_mode = \"awsvpc\" in the task definition",
    source: "AWS API: ecs CreateService; measured by cdk-preflight (ecs-service-network-config-mode)",
    bad: r#"
[ecs.service.worker]
name            = "worker"
cluster         = "main"
task_definition = "worker"
desired_count   = 1
network_configuration.awsvpc_configuration = { subnets = "private" }
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
            let Some(definition) = task_definition(&service) else { continue };
            let mode = definition.get("network_mode");
            let network = service.get("network_configuration");
            if let Some(name) = mode.text().filter(|name| name != "awsvpc" && network.exists()) {
                out.at(&network, format!("tasks of network mode {name} have no network configuration"))
                    .related(
                        &if mode.exists() { mode.clone() } else { definition.clone() },
                        "the network mode",
                    );
            }
        }
    }),
};

pub static SVC_012: Rule = Rule {
    id: "SVC-012",
    severity: Severity::Error,
    title: "too many subnets or security groups",
    doc: "A service names at most 16 subnets and 5 security groups.",
    fix: "name fewer; two subnets in two zones are enough for most",
    source: "AWS API: ecs AwsVpcConfiguration",
    bad: r#"
[ecs.service.api.network_configuration.awsvpc_configuration]
security_groups = ["sg-00000001", "sg-00000002", "sg-00000003", "sg-00000004", "sg-00000005", "sg-00000006"]
"#,
    good: r#"
[ecs.service.api.network_configuration.awsvpc_configuration]
security_groups = ["sg-00000001", "sg-00000002", "sg-00000003", "sg-00000004", "sg-00000005"]
"#,
    by: By::Check(|cx, out| {
        for service in cx.of(EcsService) {
            for (path, most, what) in [(SUBNETS, 16, "subnets"), (GROUPS, 5, "security groups")] {
                let at = service.get(path);
                // a lookup may be several: never fewer than counted here
                let count = at.items().count();
                if count > most {
                    out.at(&at, format!("{count} {what}, AWS takes {most}"));
                }
            }
        }
    }),
};

pub static SVC_013: Rule = Rule {
    id: "SVC-013",
    severity: Severity::Error,
    title: "parts of one service in several VPCs",
    doc: "Subnets, security groups and the target group of a service lie in one VPC: \"All specified subnets must \
          be from the same VPC\". Where they are given by id alone, only the plan can tell.",
    fix: "look them all up in one VPC",
    source: "AWS API: ecs AwsVpcConfiguration",
    bad: r#"
[lookup.vpc.other]
name = "other"

[lookup.security_groups.tasks]
vpc   = "other"
names = ["tasks"]
"#,
    good: r#"
[lookup.security_groups.tasks]
vpc   = "main"
names = ["tasks"]
"#,
    by: By::Network(one_vpc),
};

fn one_vpc(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for service in cx.of(EcsService) {
        let mut parts = vpcs(&service.get(SUBNETS));
        parts.extend(vpcs(&service.get(GROUPS)));
        parts.extend(service.get("load_balancers").items().filter_map(|balancer| {
            let at = balancer.get("target_group");
            let own = vpc(&at.target()?.get("vpc"))?;
            Some((at, own))
        }));
        let Some((first, home)) = parts.first() else { continue };
        let others = parts.iter().filter(|(_, vpc): &&(At<'_>, Vpc)| vpc.differs(home, cx));
        for (at, _) in others {
            out.at(at, "this lies in another VPC than the service's subnets").related(first, "the first VPC");
        }
    }
}
