//! Good practice for containers, as checkov and Security Hub ask for it.

use super::{all_containers, name};
use crate::rule::{By, Rule, Severity};

pub static TD_042: Rule = Rule {
    id: "TD-042",
    severity: Severity::Advice,
    title: "a container that may write to its root",
    doc: "Whoever breaks into the application can put files beside it. With a read-only root it writes to volumes only.",
    fix: "readonly_root_filesystem = true",
    source: "checkov CKV_AWS_336; AWS Security Hub ECS.5",
    bad: r#"
[ecs.task_definition.other]
family                = "other"
container_definitions = [{ name = "other", image = "other:1", memory = 64 }]
"#,
    good: r#"
[ecs.task_definition.other]
family                = "other"
container_definitions = [{ name = "other", image = "other:1", memory = 64, readonly_root_filesystem = true }]
"#,
    by: By::Check(|cx, out| {
        for (_, container) in all_containers(cx) {
            let at = container.get("readonly_root_filesystem");
            if !at.flag() {
                let place = if at.exists() { &at } else { &container };
                out.at(place, format!("{} may write to its root", name(&container)));
            }
        }
    }),
};

pub static TD_043: Rule = Rule {
    id: "TD-043",
    severity: Severity::Advice,
    title: "a container that runs as root",
    doc: "Where neither the task definition nor the image names a user, the application is root in its container.",
    fix: "user = \"1000\"",
    source: "AWS API: ecs ContainerDefinition, user; cdk-nag and checkov alike",
    bad: r#"
[ecs.task_definition.other]
family                = "other"
container_definitions = [{ name = "other", image = "other:1", memory = 64, user = "root" }]
"#,
    good: r#"
[ecs.task_definition.other]
family                = "other"
container_definitions = [{ name = "other", image = "other:1", memory = 64, user = "1000:1000" }]
"#,
    by: By::Check(|cx, out| {
        for (_, container) in all_containers(cx) {
            let at = container.get("user");
            let root = at.text().is_none_or(|user| ["root", "0", "0:0", "root:root"].contains(&&*user));
            if root && at.known() {
                let place = if at.exists() { &at } else { &container };
                out.at(place, format!("{} runs as root unless its image says otherwise", name(&container)));
            }
        }
    }),
};
