//! Where containers log to.

use recon_model::KindId::LogsLogGroup;
use recon_model::load::nearest;

use super::{all_containers, fargate_containers, name};
use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static TD_019: Rule = Rule {
    id: "TD-019",
    severity: Severity::Error,
    title: "a log driver that Fargate does not have",
    doc: "On Fargate containers log through awslogs, splunk or awsfirelens.",
    fix: "log_driver = \"awslogs\"",
    source: "AWS: ECS developer guide, task definition considerations for Fargate; cfn-lint, Fargate properties",
    bad: r#"
[ecs.task_definition.small]
family                   = "small"
network_mode             = "awsvpc"
requires_compatibilities = ["FARGATE"]
cpu                      = "256"
memory                   = "512"
container_definitions    = [{ name = "small", image = "small:1", log_configuration = { log_driver = "json-file" } }]
"#,
    good: r#"
[ecs.task_definition.small]
family                   = "small"
network_mode             = "awsvpc"
requires_compatibilities = ["FARGATE"]
cpu                      = "256"
memory                   = "512"
container_definitions    = [{ name = "small", image = "small:1", log_configuration = { log_driver = "awsfirelens" } }]
"#,
    by: By::Check(|cx, out| {
        for (_, container) in fargate_containers(cx) {
            let at = container.get("log_configuration.log_driver");
            if let Some(driver) = at.text().filter(|d| !["awslogs", "splunk", "awsfirelens"].contains(&&**d))
            {
                out.at(&at, format!("Fargate has no log driver {driver}"))
                    .label("awslogs, splunk or awsfirelens");
            }
        }
    }),
};

pub static TD_020: Rule = Rule {
    id: "TD-020",
    severity: Severity::Error,
    title: "awslogs without its options",
    doc: "\"Log driver awslogs requires options: awslogs-group\", awslogs-region, and on Fargate also \
          awslogs-stream-prefix.",
    fix: "options = { awslogs-group = \"…\", awslogs-region = \"…\", awslogs-stream-prefix = \"…\" }",
    source: "AWS: ECS developer guide, awslogs log driver; measured by cdk-preflight (ecs-awslogs-missing-group)",
    bad: r#"
[ecs.task_definition.other]
family                = "other"
container_definitions = [{ name = "other", image = "other:1", memory = 64, log_configuration = { log_driver = "awslogs", options = { awslogs-region = "eu-central-1" } } }]
"#,
    good: r#"
[ecs.task_definition.other]
family                = "other"
container_definitions = [{ name = "other", image = "other:1", memory = 64, log_configuration = { log_driver = "awslogs", options = { awslogs-group = "/ecs/api", awslogs-region = "eu-central-1" } } }]
"#,
    by: By::Check(|cx, out| {
        let on_fargate: Vec<String> = fargate_containers(cx)
            .into_iter()
            .map(|(definition, _)| definition.address().to_string())
            .collect();
        for (definition, container) in all_containers(cx) {
            let logs = container.get("log_configuration");
            if !logs.get("log_driver").is("awslogs") {
                continue;
            }
            let options = logs.get("options");
            let mut needed = vec!["awslogs-group", "awslogs-region"];
            if on_fargate.contains(&definition.address().to_string()) {
                needed.push("awslogs-stream-prefix");
            }
            for option in needed {
                if options.key(option).value().is_none_or(|value| value.as_str() == Some("")) {
                    out.at(&options, format!("{}: awslogs needs {option}", name(&container)));
                }
            }
        }
    }),
};

/// Containers that log by awslogs, with their options.
fn awslogs<'c>(cx: &'c Cx<'c>) -> impl Iterator<Item = At<'c>> {
    all_containers(cx)
        .map(|(_, container)| container.get("log_configuration"))
        .filter(|logs| logs.get("log_driver").is("awslogs"))
        .map(|logs| logs.get("options"))
}

pub static TD_021: Rule = Rule {
    id: "TD-021",
    severity: Severity::Warning,
    title: "a log group that the stack does not have",
    doc: "awslogs does not create its group unless awslogs-create-group says so (and the execution role may): without \
          the group no task starts, with \"ResourceInitializationError … log group does not exist\".",
    fix: "declare it: [logs.log_group.…]",
    source: "AWS: ECS developer guide, awslogs log driver",
    bad: r#"
[logs.log_group.api]
name = "/ecs/the-api"
"#,
    good: r#"
[logs.log_group.api]
name = "/ecs/api"
"#,
    by: By::Check(known_group),
};

fn known_group(cx: &Cx<'_>, out: &mut Sink<'_>) {
    let known: Vec<_> = cx.of(LogsLogGroup).filter_map(|group| group.get("name").text()).collect();
    for options in awslogs(cx) {
        let at = options.key("awslogs-group");
        let Some(group) = at.text() else { continue };
        let there = options.key("awslogs-region").is(&cx.stack.home.region);
        if known.contains(&group) || options.key("awslogs-create-group").flag() || !there {
            continue;
        }
        let found = out.at(&at, format!("the stack has no log group `{group}`"));
        if let Some(near) = nearest(&group, known.iter().map(|name| &**name)) {
            found.fix(format!("did you mean `{near}`?"));
        }
    }
}

pub static TD_037: Rule = Rule {
    id: "TD-037",
    severity: Severity::Error,
    title: "logs into another region than the log group's",
    doc: "The stack makes the log group in its own region, and the container looks for it in the one that \
          awslogs-region names: no task starts.",
    fix: "awslogs-region = \"${stack.region}\"",
    source: "AWS: ECS developer guide, awslogs log driver",
    bad: r#"
[ecs.task_definition.other]
family                = "other"
container_definitions = [{ name = "other", image = "other:1", memory = 64, log_configuration = { log_driver = "awslogs", options = { awslogs-group = "/ecs/api", awslogs-region = "us-east-1" } } }]
"#,
    good: r#"
[ecs.task_definition.other]
family                = "other"
container_definitions = [{ name = "other", image = "other:1", memory = 64, log_configuration = { log_driver = "awslogs", options = { awslogs-group = "/ecs/api", awslogs-region = "eu-central-1" } } }]
"#,
    by: By::Check(|cx, out| {
        for options in awslogs(cx) {
            let (group, region) = (options.key("awslogs-group"), options.key("awslogs-region"));
            let own = group.text().and_then(|name| cx.named(LogsLogGroup, &name));
            let (Some(own), Some(name)) = (own, region.text()) else { continue };
            if name != cx.stack.home.region {
                out.at(
                    &region,
                    format!("{} is made in {}, not in {name}", own.address(), cx.stack.home.region),
                )
                .related(&own.get("name"), "the log group");
            }
        }
    }),
};

pub static TD_022: Rule = Rule {
    id: "TD-022",
    severity: Severity::Warning,
    title: "a Fargate container whose logs nobody sees",
    doc: "On Fargate there is no host to read a container's output from: without log_configuration it is lost, and \
          so is the reason why a task stopped.",
    fix: "log_configuration = { log_driver = \"awslogs\", options = { … } }",
    source: "AWS: ECS developer guide, awslogs log driver",
    bad: r#"
[ecs.task_definition.small]
family                   = "small"
network_mode             = "awsvpc"
requires_compatibilities = ["FARGATE"]
cpu                      = "256"
memory                   = "512"
container_definitions    = [{ name = "small", image = "small:1" }]
"#,
    good: r#"
[ecs.task_definition.small]
family                   = "small"
network_mode             = "awsvpc"
requires_compatibilities = ["FARGATE"]
cpu                      = "256"
memory                   = "512"
container_definitions    = [{ name = "small", image = "small:1", log_configuration = { log_driver = "awsfirelens" } }]
"#,
    by: By::Check(|cx, out| {
        for (_, container) in fargate_containers(cx) {
            if !container.get("log_configuration").exists() {
                out.at(&container, format!("the logs of {} go nowhere", name(&container)));
            }
        }
    }),
};
