//! Sizes that Fargate has.

use super::on_fargate;
use crate::at::At;
use crate::rule::{By, Rule, Severity};

/// CPU units: `1024` or `1 vCPU`.
pub(super) fn cpu(at: &At<'_>) -> Option<i64> {
    units(&at.text()?, "vcpu")
}

/// MiB: `2048` or `2 GB`.
pub(super) fn memory(at: &At<'_>) -> Option<i64> {
    units(&at.text()?, "gb")
}

fn units(text: &str, unit: &str) -> Option<i64> {
    let lower = text.trim().to_ascii_lowercase();
    let Some(number) = lower.strip_suffix(unit) else { return lower.parse().ok() };
    let units = (number.trim().parse::<f64>().ok()? * 1024.0).round();
    // no honest size is larger, and the cast is exact below it
    (0.0..1e9).contains(&units).then_some(units as i64)
}

/// Every size of task: CPU units with the memory that goes with them.
fn sizes() -> Vec<(i64, Vec<i64>)> {
    let steps = |from: i64, to: i64, step: usize| (from..=to).step_by(step).collect();
    vec![
        (256, vec![512, 1024, 2048]),
        (512, steps(1024, 4096, 1024)),
        (1024, steps(2048, 8192, 1024)),
        (2048, steps(4096, 16_384, 1024)),
        (4096, steps(8192, 30_720, 1024)),
        (8192, steps(16_384, 61_440, 4096)),
        (16_384, steps(32_768, 122_880, 8192)),
        (32_768, vec![61_440, 122_880, 249_856]),
    ]
}

/// The smallest size that has at least both.
fn nearest(cpu: i64, memory: i64) -> Option<(i64, i64)> {
    let fits = |(units, sizes): (i64, Vec<i64>)| {
        let memory = sizes.into_iter().find(|size| *size >= memory)?;
        (units >= cpu).then_some((units, memory))
    };
    sizes().into_iter().find_map(fits)
}

pub static TD_002: Rule = Rule {
    id: "TD-002",
    severity: Severity::Error,
    title: "a size that Fargate does not have",
    doc: "Fargate has certain sizes only; any other pair is \"No Fargate configuration exists for given values.\"\n\n\
          | cpu | memory in MiB |\n|---|---|\n\
          | 256 | 512, 1024, 2048 |\n| 512 | 1024 to 4096 by 1024 |\n| 1024 | 2048 to 8192 by 1024 |\n\
          | 2048 | 4096 to 16384 by 1024 |\n| 4096 | 8192 to 30720 by 1024 |\n| 8192 | 16384 to 61440 by 4096 |\n\
          | 16384 | 32768 to 122880 by 8192 |\n| 32768 | 61440, 122880, 249856 |",
    fix: "take a pair from the table",
    source: "AWS API: ecs RegisterTaskDefinition, memory; cfn-lint for 32 vCPU",
    bad: r#"
[ecs.task_definition.api]
cpu    = "512"
memory = "8192"
"#,
    good: r#"
[ecs.task_definition.api]
cpu    = "1 vCPU"
memory = "8 GB"
"#,
    by: By::Check(|cx, out| {
        for definition in on_fargate(cx) {
            let (cpu_at, memory_at) = (definition.get("cpu"), definition.get("memory"));
            let (Some(cpu), Some(memory)) = (cpu(&cpu_at), memory(&memory_at)) else { continue };
            if sizes().iter().any(|(units, sizes)| *units == cpu && sizes.contains(&memory)) {
                continue;
            }
            let found =
                out.at(&memory_at, format!("Fargate has no task of {cpu} CPU units and {memory} MiB"));
            found.label("no such pair").related(&cpu_at, "the CPU units");
            if let Some((cpu, memory)) = nearest(cpu, memory) {
                found.fix(format!("the next larger one: cpu = \"{cpu}\", memory = \"{memory}\""));
            }
        }
    }),
};

pub static TD_003: Rule = Rule {
    id: "TD-003",
    severity: Severity::Error,
    title: "a Fargate task without a size",
    doc: "\"Fargate requires that 'cpu' be defined at the task level\", and 'memory' as well: the sizes of the \
          containers do not make one.",
    fix: "cpu = \"256\" and memory = \"512\", or more",
    source: "AWS API: ecs RegisterTaskDefinition, cpu and memory",
    bad: r#"
[ecs.task_definition.small]
family                   = "small"
network_mode             = "awsvpc"
requires_compatibilities = ["FARGATE"]
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
            for field in ["cpu", "memory"] {
                if !definition.get(field).exists() {
                    out.at(
                        &definition,
                        format!("{} runs on Fargate and has no `{field}`", definition.address()),
                    )
                    .label(format!("needs `{field}`"));
                }
            }
        }
    }),
};

pub static TD_005: Rule = Rule {
    id: "TD-005",
    severity: Severity::Error,
    title: "ephemeral storage outside AWS's limits",
    doc: "Every Fargate task has 20 GiB; ephemeral_storage makes it 21 to 200. The 20 itself cannot be asked for.",
    fix: "21 to 200, or leave ephemeral_storage out",
    source: "AWS API: ecs EphemeralStorage",
    bad: r#"
[ecs.task_definition.api]
ephemeral_storage = { size_in_gib = 20 }
"#,
    good: r#"
[ecs.task_definition.api]
ephemeral_storage = { size_in_gib = 21 }
"#,
    by: By::Check(|cx, out| {
        for definition in super::definitions(cx) {
            let at = definition.get("ephemeral_storage.size_in_gib");
            if let Some(size) = at.int().filter(|size| !(21..=200).contains(size)) {
                out.at(&at, format!("{size} GiB, AWS takes 21 to 200"));
            }
        }
    }),
};

pub static TD_032: Rule = Rule {
    id: "TD-032",
    severity: Severity::Error,
    title: "a Windows task that Fargate does not run",
    doc: "Windows on Fargate needs at least one vCPU and an X86_64 processor.",
    fix: "cpu = \"1024\" or more, cpu_architecture = \"X86_64\"",
    source: "AWS API: ecs RegisterTaskDefinition, memory; measured by cdk-preflight (ecs-fargate-windows-cpu-under-1vcpu)",
    bad: r#"
[ecs.task_definition.api]
runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }

[ecs.service.api]
platform_version = "1.0.0"
"#,
    good: r#"
[ecs.task_definition.api]
cpu              = "1024"
memory           = "2048"
runtime_platform = { operating_system_family = "WINDOWS_SERVER_2022_CORE" }

[ecs.service.api]
platform_version = "1.0.0"
"#,
    by: By::Check(|cx, out| {
        for definition in on_fargate(cx) {
            let system = definition.get("runtime_platform.operating_system_family");
            if !system.text().is_some_and(|name| name.starts_with("WINDOWS")) {
                continue;
            }
            let units = definition.get("cpu");
            if cpu(&units).is_some_and(|units| units < 1024) {
                out.at(&units, "Windows on Fargate needs one vCPU").related(&system, "Windows");
            }
            let processor = definition.get("runtime_platform.cpu_architecture");
            if processor.is("ARM64") {
                out.at(&processor, "Windows on Fargate runs on X86_64").related(&system, "Windows");
            }
        }
    }),
};

pub static TD_044: Rule = Rule {
    id: "TD-044",
    severity: Severity::Error,
    title: "a size of a task that is no number",
    doc: "`cpu` is a number of CPU units or of vCPU (`1024`, `1 vCPU`), `memory` one of MiB or of GB (`2048`, `2 GB`): \
          \"Invalid 'memory' setting for task.\"",
    fix: "cpu = \"1024\" or \"1 vCPU\", memory = \"2048\" or \"2 GB\"",
    source: "AWS API: ecs RegisterTaskDefinition, cpu and memory",
    bad: r#"
[ecs.task_definition.api]
memory = "2 gigabytes"
"#,
    good: r#"
[ecs.task_definition.api]
memory = "2 GB"
"#,
    by: By::Check(|cx, out| {
        for definition in cx.of(recon_model::KindId::EcsTaskDefinition) {
            for (field, number) in [("cpu", cpu as fn(&At<'_>) -> Option<i64>), ("memory", memory)] {
                let at = definition.get(field);
                if let Some(text) = at.text().filter(|_| number(&at).is_none_or(|number| number <= 0)) {
                    let shown: String = text.chars().take(40).collect();
                    out.at(&at, format!("{field}: `{shown}` is no size"));
                }
            }
        }
    }),
};
