//! How a service is scheduled, and how much it takes.

use recon_model::KindId::EcsService;

use super::on_fargate;
use crate::rule::{By, Rule, Severity};

/// `(field, most)`, as CreateService documents them.
const MOST: &[(&str, usize)] = &[
    ("capacity_provider_strategy", 20),
    ("placement_constraints", 10),
    ("placement_strategy", 5),
    ("service_registries", 1),
];

pub static SVC_032: Rule = Rule {
    id: "SVC-032",
    severity: Severity::Error,
    title: "DAEMON scheduling on Fargate",
    doc: "A daemon runs once on every container instance, and Fargate has none: \"Tasks using the Fargate launch \
          type don't support the DAEMON scheduling strategy\". Nor has a daemon a desired count or a placement \
          strategy.",
    fix: "scheduling_strategy = \"REPLICA\"",
    source: "AWS API: ecs CreateService, schedulingStrategy",
    bad: r#"
[ecs.service.worker]
name                = "worker"
cluster             = "main"
task_definition     = "worker"
launch_type         = "EC2"
scheduling_strategy = "DAEMON"
desired_count       = 1
"#,
    good: r#"
[ecs.service.worker]
name                = "worker"
cluster             = "main"
task_definition     = "worker"
launch_type         = "EC2"
scheduling_strategy = "DAEMON"
"#,
    by: By::Check(|cx, out| {
        for service in cx.of(EcsService) {
            let strategy = service.get("scheduling_strategy");
            if !strategy.is("DAEMON") {
                continue;
            }
            if on_fargate(&service) {
                out.at(&strategy, "Fargate has no DAEMON scheduling");
            }
            for field in ["desired_count", "placement_strategy"] {
                let at = service.get(field);
                if at.exists() {
                    out.at(&at, format!("a DAEMON service has no {field}: it runs once on every instance"))
                        .fix(format!("remove {field}"));
                }
            }
        }
    }),
};

pub static SVC_039: Rule = Rule {
    id: "SVC-039",
    severity: Severity::Error,
    title: "more entries than a service takes",
    doc: "A service has at most 20 capacity providers, 10 placement constraints, 5 placement strategies and one \
          service registry.",
    fix: "remove some",
    source: "AWS API: ecs CreateService",
    bad: r#"
[ecs.service.worker]
name               = "worker"
cluster            = "main"
task_definition    = "worker"
desired_count      = 1
service_registries = [{ registry_arn = "arn:aws:servicediscovery:eu-central-1:123456789012:service/srv-1" }, { registry_arn = "arn:aws:servicediscovery:eu-central-1:123456789012:service/srv-2" }]
"#,
    good: r#"
[ecs.service.worker]
name               = "worker"
cluster            = "main"
task_definition    = "worker"
desired_count      = 1
service_registries = [{ registry_arn = "arn:aws:servicediscovery:eu-central-1:123456789012:service/srv-1" }]
"#,
    by: By::Check(|cx, out| {
        for service in cx.of(EcsService) {
            for (field, most) in MOST {
                let at = service.get(field);
                let count = at.items().count();
                if count > *most {
                    out.at(&at, format!("{field} has {count} entries, AWS takes {most}"));
                }
            }
        }
    }),
};
