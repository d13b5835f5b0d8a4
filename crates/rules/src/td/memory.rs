//! What containers take of their task.

use super::size::{cpu, memory};
use super::{all_containers, definitions, name};
use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;
use crate::svc::containers;

pub static TD_006: Rule = Rule {
    id: "TD-006",
    severity: Severity::Error,
    title: "containers with more CPU than their task",
    doc: "The CPU units reserved by all containers must not exceed the task's.",
    fix: "lower the containers' cpu, or raise the task's",
    source: "AWS API: ecs ContainerDefinition, cpu",
    bad: r#"
[[ecs.task_definition.worker.container_definitions]]
name   = "worker"
image  = "worker:1.2.0"
memory = 256
cpu    = 512

[ecs.task_definition.worker]
cpu = "256"
"#,
    good: r#"
[[ecs.task_definition.worker.container_definitions]]
name   = "worker"
image  = "worker:1.2.0"
memory = 256
cpu    = 256

[ecs.task_definition.worker]
cpu = "256"
"#,
    by: By::Check(|cx, out| {
        for definition in definitions(cx) {
            let at = definition.get("cpu");
            let Some(whole) = cpu(&at) else { continue };
            let sum: i64 = containers(&definition).filter_map(|container| container.get("cpu").int()).sum();
            if sum > whole {
                out.at(&at, format!("the containers reserve {sum} CPU units, the task has {whole}"))
                    .related(&definition.get("container_definitions"), "the containers");
            }
        }
    }),
};

pub static TD_007: Rule = Rule {
    id: "TD-007",
    severity: Severity::Error,
    title: "containers with more memory than their task",
    doc: "No container's memory, nor the memory reserved by all of them, may exceed the task's.",
    fix: "lower the containers' memory, or raise the task's",
    source: "AWS API: ecs ContainerDefinition, memory",
    bad: r#"
[[ecs.task_definition.worker.container_definitions]]
name   = "worker"
image  = "worker:1.2.0"
memory = 1024

[ecs.task_definition.worker]
memory = "512"
"#,
    good: r#"
[[ecs.task_definition.worker.container_definitions]]
name   = "worker"
image  = "worker:1.2.0"
memory = 512

[ecs.task_definition.worker]
memory = "512"
"#,
    by: By::Check(more_memory),
};

fn more_memory(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for definition in definitions(cx) {
        let at = definition.get("memory");
        let Some(whole) = memory(&at) else { continue };
        let mut sum = 0;
        let mut told = false;
        for container in containers(&definition) {
            let (hard, soft) = (container.get("memory"), container.get("memory_reservation"));
            sum += soft.int().or(hard.int()).unwrap_or_default();
            if let Some(own) = hard.int().filter(|own| *own > whole) {
                told = true;
                out.at(&hard, format!("{} takes {own} MiB, its task has {whole}", name(&container)))
                    .related(&at, "the task's memory");
            }
        }
        if sum > whole && !told {
            out.at(&at, format!("the containers reserve {sum} MiB, the task has {whole}"))
                .related(&definition.get("container_definitions"), "the containers");
        }
    }
}

pub static TD_008: Rule = Rule {
    id: "TD-008",
    severity: Severity::Error,
    title: "a reservation that is not below the limit",
    doc: "\"If you specify both, memory must be greater than memoryReservation\": the one is where the container is \
          killed, the other what is kept for it. AWS refuses a greater reservation; an equal one says nothing that \
          `memory` alone does not say, and leaves no room.",
    fix: "remove memory_reservation, or lower it",
    source: "AWS API: ecs ContainerDefinition, memory",
    bad: r#"
[[ecs.task_definition.worker.container_definitions]]
name               = "worker"
image              = "worker:1.2.0"
memory             = 256
memory_reservation = 512
"#,
    good: r#"
[[ecs.task_definition.worker.container_definitions]]
name               = "worker"
image              = "worker:1.2.0"
memory             = 512
memory_reservation = 256
"#,
    by: By::Check(|cx, out| {
        for (_, container) in all_containers(cx) {
            let (hard, soft) = (container.get("memory"), container.get("memory_reservation"));
            let (Some(most), Some(reserved)) = (hard.int(), soft.int()) else { continue };
            if reserved >= most {
                let words =
                    format!("{} reserves {reserved} MiB of the {most} that it may take", name(&container));
                let found = out.at(&soft, words);
                found.related(&hard, "the limit");
                if reserved == most {
                    found.severity(Severity::Warning);
                }
            }
        }
    }),
};

pub static TD_038: Rule = Rule {
    id: "TD-038",
    severity: Severity::Error,
    title: "a container without memory",
    doc: "Where the task has no memory of its own, every container needs `memory` or `memory_reservation`: \"At least \
          one of 'memory' or 'memoryReservation' must be specified.\" Docker keeps at least 6 MiB for each.",
    fix: "memory = 256",
    source: "AWS API: ecs ContainerDefinition, memory and memoryReservation",
    bad: r#"
[ecs.task_definition.other]
family                = "other"
container_definitions = [{ name = "other", image = "other:1" }]
"#,
    good: r#"
[ecs.task_definition.other]
family                = "other"
container_definitions = [{ name = "other", image = "other:1", memory = 64 }]
"#,
    by: By::Check(|cx, out| {
        for (definition, container) in all_containers(cx) {
            let parts = ["memory", "memory_reservation"].map(|field| container.get(field));
            if !parts.iter().any(At::exists) && !definition.get("memory").exists() {
                out.at(&container, format!("{} has neither memory nor memory_reservation", name(&container)));
            }
            for part in &parts {
                if let Some(size) = part.int().filter(|size| *size < 6) {
                    out.at(part, format!("{size} MiB are too little: Docker keeps 6"));
                }
            }
        }
    }),
};
