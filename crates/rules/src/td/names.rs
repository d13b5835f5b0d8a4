//! Names, and how much one definition holds.

use super::{all_containers, definitions, name};
use crate::marked;
use crate::rule::{By, Rule, Severity};
use crate::svc::containers;
use crate::svc::scale::is_name;

pub static TD_001: Rule = Rule {
    id: "TD-001",
    severity: Severity::Error,
    title: "a family name that ECS does not take",
    doc: "A family has up to 255 letters, digits, hyphens and underscores.",
    fix: "rename it",
    source: "AWS API: ecs RegisterTaskDefinition, family",
    bad: r#"
[ecs.task_definition.api]
family = "shop/api"
"#,
    good: r#"
[ecs.task_definition.api]
family = "shop-api"
"#,
    by: By::Check(|cx, out| {
        for definition in definitions(cx) {
            let at = definition.get("family");
            if let Some(family) = at.text().filter(|family| !is_name(family)) {
                out.at(&at, format!("`{family}` is no name for a family"))
                    .label("letters, digits, `-` and `_` only, 255 at most");
            }
        }
    }),
};

pub static TD_029: Rule = Rule {
    id: "TD-029",
    severity: Severity::Error,
    title: "containers without names of their own",
    doc: "Each container of a task definition has a name of its own: up to 255 letters, digits, hyphens and \
          underscores. Load balancers, AppSpec and dependencies call it by that.",
    fix: "rename it",
    source: "AWS API: ecs ContainerDefinition, name",
    bad: r#"
[[ecs.task_definition.worker.container_definitions]]
name   = "the worker"
image  = "worker:1.2.0"
memory = 256
"#,
    good: r#"
[[ecs.task_definition.worker.container_definitions]]
name   = "the-worker"
image  = "worker:1.2.0"
memory = 256
"#,
    by: By::Check(|cx, out| {
        for definition in definitions(cx) {
            let all: Vec<_> = containers(&definition).map(|container| container.get("name")).collect();
            for (i, at) in all.iter().enumerate() {
                let Some(own) = at.text() else { continue };
                if !is_name(&own) {
                    out.at(at, format!("`{own}` is no name for a container"))
                        .label("letters, digits, `-` and `_` only, 255 at most");
                }
                if let Some(first) = all[..i].iter().find(|other| other.is(&own)) {
                    out.at(at, format!("two containers are called `{own}`")).related(first, "the first one");
                }
            }
        }
    }),
};

/// AWS's limits of one task definition.
const CONTAINERS: usize = 10;
const BYTES: usize = 64 * 1024;

pub static TD_035: Rule = Rule {
    id: "TD-035",
    severity: Severity::Error,
    title: "a task definition that is too large",
    doc: "A task definition holds one to ten containers and is at most 64 KiB as JSON.",
    fix: "split it; move long environments to files or parameters",
    source: "AWS: ECS service quotas",
    bad: r#"
[ecs.task_definition.empty]
family                = "empty"
container_definitions = []
"#,
    good: r#"
[ecs.task_definition.small]
family                = "small"
container_definitions = [{ name = "small", image = "small:1", memory = 128 }]
"#,
    by: By::Check(|cx, out| {
        for definition in definitions(cx) {
            let list = definition.get("container_definitions");
            let count = list.items().count();
            if count == 0 || count > CONTAINERS {
                out.at(&list, format!("{count} containers, AWS takes 1 to {CONTAINERS}"));
            }
            let size = marked::value(definition.item().declared()).to_string().len();
            if size > BYTES {
                out.at(
                    &definition,
                    format!("{} is {size} bytes as JSON, AWS takes {BYTES}", definition.address()),
                );
            }
        }
        for (_, container) in all_containers(cx) {
            let ports = container.get("port_mappings");
            if ports.items().count() > 100 {
                out.at(&ports, format!("{} maps more than 100 ports", name(&container)));
            }
        }
    }),
};

pub static TD_045: Rule = Rule {
    id: "TD-045",
    severity: Severity::Error,
    title: "a container whose image is empty",
    doc: "\"Container.image should not be null or empty.\" Where a pipeline fills in the image, `initial_image` says what \
          runs before its first run.",
    fix: "image = \"…\"",
    source: "AWS API: ecs ContainerDefinition, image",
    bad: r#"
[[ecs.task_definition.worker.container_definitions]]
name                     = "worker"
image                    = ""
memory                   = 256
user                     = "1000"
readonly_root_filesystem = true
"#,
    good: r#"
[[ecs.task_definition.worker.container_definitions]]
name                     = "worker"
image                    = "worker:1.2.0"
memory                   = 256
user                     = "1000"
readonly_root_filesystem = true
"#,
    by: By::Check(|cx, out| {
        for definition in definitions(cx) {
            let images = containers(&definition).map(|container| container.get("image"));
            for at in images.chain([definition.get("initial_image")]).filter(|at| at.is("")) {
                out.at(&at, "an image has a name");
            }
        }
    }),
};
