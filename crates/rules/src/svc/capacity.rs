//! Where a service's tasks run: launch type, capacity providers, Fargate's platform.

use recon_model::KindId::EcsService;

use super::{containers, on_fargate, task_definition};
use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static SVC_009: Rule = Rule {
    id: "SVC-009",
    severity: Severity::Error,
    title: "both a launch type and a capacity provider strategy",
    doc: "\"Specifying both a launch type and capacity provider strategy is not supported.\" The strategy already \
          says where tasks run.",
    fix: "keep one of the two",
    source: "AWS API: ecs CreateService, launchType and capacityProviderStrategy",
    bad: r#"
[ecs.service.api]
launch_type                = "FARGATE"
capacity_provider_strategy = [{ capacity_provider = "FARGATE_SPOT", weight = 1 }]
"#,
    good: r#"
[ecs.service.api]
launch_type                = "FARGATE"
capacity_provider_strategy = []
"#,
    by: By::Check(|cx, out| {
        for service in cx.of(EcsService) {
            let (launch, strategy) = (service.get("launch_type"), service.get("capacity_provider_strategy"));
            if launch.exists() && !strategy.is_empty() {
                out.at(&launch, "a service has a launch type or a capacity provider strategy, not both")
                    .related(&strategy, "the strategy");
            }
        }
    }),
};

pub static SVC_017: Rule = Rule {
    id: "SVC-017",
    severity: Severity::Error,
    title: "placement on Fargate",
    doc: "Fargate has no instances to choose between: placement constraints and strategies are for EC2.",
    fix: "remove it",
    source: "AWS API: ecs CreateService; measured by cdk-preflight (ecs-service-fargate-placement)",
    bad: r#"
[ecs.service.api]
placement_strategy = [{ type = "spread", field = "attribute:ecs.availability-zone" }]
"#,
    good: r#"
[ecs.service.api]
placement_strategy = []
"#,
    by: By::Check(|cx, out| {
        for service in cx.of(EcsService).filter(on_fargate) {
            for field in ["placement_constraints", "placement_strategy"] {
                let at = service.get(field);
                if !at.is_empty() {
                    out.at(&at, format!("{field} means nothing on Fargate, and is refused"));
                }
            }
        }
    }),
};

pub static SVC_018: Rule = Rule {
    id: "SVC-018",
    severity: Severity::Error,
    title: "a platform version on EC2",
    doc: "Platform versions are Fargate's: \"The platform version must be null when specifying an EC2 launch type\".",
    fix: "remove platform_version",
    source: "AWS API: ecs CreateService, platformVersion",
    bad: r#"
[ecs.service.worker]
name             = "worker"
cluster          = "main"
task_definition  = "worker"
desired_count    = 1
launch_type      = "EC2"
platform_version = "1.4.0"
"#,
    good: r#"
[ecs.service.worker]
name            = "worker"
cluster         = "main"
task_definition = "worker"
desired_count   = 1
launch_type     = "EC2"
"#,
    by: By::Check(|cx, out| {
        for service in cx.of(EcsService) {
            let version = service.get("platform_version");
            let launch = service.get("launch_type");
            if version.exists() && launch.is_one_of(&["EC2", "EXTERNAL"]) {
                out.at(&version, "a platform version is for Fargate only")
                    .related(&launch, "the launch type");
            } else if version.exists() && is_ec2_by_default(&service) {
                out.at(
                    &version,
                    "a platform version is for Fargate only, and a service without a launch type is on EC2",
                )
                .fix("launch_type = \"FARGATE\"");
            }
        }
    }),
};

pub static SVC_019: Rule = Rule {
    id: "SVC-019",
    severity: Severity::Error,
    title: "a platform version that there is not",
    doc: "Fargate runs LATEST, 1.4.0 and 1.3.0 on Linux, LATEST and 1.0.0 on Windows; older Linux ones are \
          retired. Anything else is a PlatformUnknownException.",
    fix: "platform_version = \"1.4.0\", or leave it out for LATEST",
    source: "AWS: ECS developer guide, Fargate Linux platform versions",
    bad: r#"
[ecs.service.api]
platform_version = "1.2.0"
"#,
    good: r#"
[ecs.service.api]
platform_version = "LATEST"
"#,
    by: By::Check(|cx, out| {
        for service in cx.of(EcsService).filter(on_fargate) {
            let at = service.get("platform_version");
            let Some(version) = at.text() else { continue };
            let windows = is_windows(&service);
            let known: &[&str] = match windows {
                Some(true) => &["LATEST", "1.0.0"],
                Some(false) => &["LATEST", "1.4.0", "1.3.0"],
                None => &["LATEST", "1.4.0", "1.3.0", "1.0.0"],
            };
            if !version.is_empty() && !known.contains(&&*version) {
                out.at(&at, format!("Fargate has no platform version {version}"))
                    .label(format!("there are: {}", known.join(", ")));
            }
        }
    }),
};

/// Neither the service nor its cluster says where its tasks run: AWS takes EC2.
fn is_ec2_by_default(service: &At<'_>) -> bool {
    let silent = |at: &At<'_>, field: &str| at.get(field).is_empty();
    let cluster = service.get("cluster").target();
    silent(service, "launch_type")
        && silent(service, "capacity_provider_strategy")
        && cluster.is_some_and(|cluster| silent(&cluster, "default_capacity_provider_strategy"))
}

/// Does it run on Windows? `None` where the task definition is not in the stack.
fn is_windows(service: &At<'_>) -> Option<bool> {
    let system = task_definition(service)?.get("runtime_platform.operating_system_family").text()?;
    Some(system.starts_with("WINDOWS"))
}

pub static SVC_020: Rule = Rule {
    id: "SVC-020",
    severity: Severity::Error,
    title: "a task definition that needs a newer platform version",
    doc: "Ephemeral storage, EFS volumes, a shared process namespace, SYS_PTRACE, 8 vCPU and more, and environment \
          files exist since platform version 1.4.0; on 1.3.0 the service ends in a \
          PlatformTaskDefinitionIncompatibilityException.",
    fix: "platform_version = \"1.4.0\"",
    source: "AWS API: ecs RegisterTaskDefinition; ECS developer guide, Fargate Linux platform versions",
    bad: r#"
[ecs.service.api]
platform_version = "1.3.0"

[ecs.task_definition.api]
ephemeral_storage = { size_in_gib = 30 }
"#,
    good: r#"
[ecs.service.api]
platform_version = "1.4.0"

[ecs.task_definition.api]
ephemeral_storage = { size_in_gib = 30 }
"#,
    by: By::Check(newer_platform),
};

fn newer_platform(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for service in cx.of(EcsService) {
        let version = service.get("platform_version");
        let Some(definition) = task_definition(&service).filter(|_| version.is_one_of(&["1.3.0"])) else {
            continue;
        };
        let volumes = definition.get("volumes").items().map(|v| v.get("efs_volume_configuration"));
        let parts = containers(&definition)
            .flat_map(|c| [c.get("environment_files"), c.get("linux_parameters.capabilities.add")]);
        let mut needs: Vec<At<'_>> = vec![definition.get("ephemeral_storage"), definition.get("pid_mode")];
        if definition.get("cpu").int().is_some_and(|cpu| cpu >= 8192) {
            needs.push(definition.get("cpu"));
        }
        needs.extend(volumes.chain(parts));
        for need in needs.iter().filter(|at| !at.is_empty()) {
            let last = need.path().rsplit('.').next().unwrap_or_default();
            out.at(&version, format!("{last} needs platform version 1.4.0")).related(need, "needs 1.4.0");
        }
    }
}

pub static SVC_035: Rule = Rule {
    id: "SVC-035",
    severity: Severity::Error,
    title: "a capacity provider that the cluster does not have",
    doc: "Only capacity providers that are associated with the cluster can stand in a service's strategy; \
          FARGATE and FARGATE_SPOT must be associated too.",
    fix: "add it to the cluster's capacity_providers",
    source: "AWS API: ecs CapacityProviderStrategyItem",
    bad: r#"
[ecs.service.worker]
name                       = "worker"
cluster                    = "main"
task_definition            = "worker"
desired_count              = 1
capacity_provider_strategy = [{ capacity_provider = "spot-fleet", weight = 1 }]
"#,
    good: r#"
[ecs.cluster.main]
capacity_providers = ["spot-fleet"]

[ecs.service.api]
launch_type = "FARGATE"

[ecs.service.worker]
name                       = "worker"
cluster                    = "main"
task_definition            = "worker"
desired_count              = 1
capacity_provider_strategy = [{ capacity_provider = "spot-fleet", weight = 1 }]
"#,
    by: By::Check(|cx, out| {
        for service in cx.of(EcsService) {
            let Some(cluster) = service.get("cluster").target() else { continue };
            let known: Vec<_> = cluster.get("capacity_providers").items().collect();
            for item in service.get("capacity_provider_strategy").items() {
                let at = item.get("capacity_provider");
                let Some(name) = at.text() else { continue };
                if known.iter().all(|known| known.known() && !known.is(&name)) {
                    out.at(&at, format!("{} has no capacity provider `{name}`", cluster.address()))
                        .related(&cluster.get("capacity_providers"), "the cluster's providers");
                }
            }
        }
    }),
};
