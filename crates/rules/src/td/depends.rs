//! Which containers there must be, and what waits for what.

use std::collections::BTreeSet;

use recon_model::load::nearest;

use super::definitions;
use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;
use crate::svc::{container, containers};

pub static TD_009: Rule = Rule {
    id: "TD-009",
    severity: Severity::Error,
    title: "a task without an essential container",
    doc: "\"All tasks must have at least one essential container\": the task ends when that one does. Where nothing is \
          said, a container is essential.",
    fix: "essential = true on one of them",
    source: "AWS API: ecs ContainerDefinition, essential",
    bad: r#"
[ecs.task_definition.other]
family                = "other"
container_definitions = [{ name = "other", image = "other:1", memory = 64, essential = false }]
"#,
    good: r#"
[ecs.task_definition.other]
family                = "other"
container_definitions = [{ name = "other", image = "other:1", memory = 64, essential = true }]
"#,
    by: By::Check(|cx, out| {
        for definition in definitions(cx) {
            let mut all = containers(&definition).peekable();
            if all.peek().is_some() && !all.any(|container| container.get("essential").flag()) {
                out.at(
                    &definition.get("container_definitions"),
                    format!("{} has no essential container", definition.address()),
                );
            }
        }
    }),
};

pub static TD_028: Rule = Rule {
    id: "TD-028",
    severity: Severity::Error,
    title: "a dependency that cannot be met",
    doc: "A container waits for another one of the same task definition, and not in a circle. \"A dependency container \
          with SUCCESS or COMPLETE condition cannot be an essential container\": when it ended, the task would.",
    fix: "name another container of the task; essential = false on one that is to end",
    source: "AWS API: ecs ContainerDependency; measured by cdk-preflight (ecs-dependson-complete-on-essential)",
    bad: r#"
[ecs.task_definition.other]
family = "other"
container_definitions = [
    { name = "migrate", image = "migrate:1", memory = 64 },
    { name = "other", image = "other:1", memory = 64, depends_on = [{ container_name = "migrate", condition = "SUCCESS" }] },
]
"#,
    good: r#"
[ecs.task_definition.other]
family = "other"
container_definitions = [
    { name = "migrate", image = "migrate:1", memory = 64, essential = false },
    { name = "other", image = "other:1", memory = 64, depends_on = [{ container_name = "migrate", condition = "SUCCESS" }] },
]
"#,
    by: By::Check(dependencies),
};

fn dependencies(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for definition in definitions(cx) {
        let known: Vec<_> = containers(&definition).filter_map(|c| c.get("name").text()).collect();
        for waiting in containers(&definition) {
            for dependency in waiting.get("depends_on").items() {
                let at = dependency.get("container_name");
                let Some(name) = at.text() else { continue };
                let Some(target) = container(&definition, &name) else {
                    let found = out.at(&at, format!("there is no container `{name}` to wait for"));
                    if let Some(near) = nearest(&name, known.iter().map(|name| &**name)) {
                        found.fix(format!("did you mean `{near}`?"));
                    }
                    continue;
                };
                let condition = dependency.get("condition");
                if condition.is_one_of(&["SUCCESS", "COMPLETE"]) && target.get("essential").flag() {
                    out.at(&condition, format!("`{name}` is essential: the task ends when it does"))
                        .related(&target, "essential");
                }
                if waits_for(&definition, &target, &waiting, &mut BTreeSet::new()) {
                    out.at(&at, format!("`{name}` waits for this container in turn"))
                        .related(&target, "waits too");
                }
            }
        }
    }
}

/// Does a container wait for another one, through whatever stands between?
fn waits_for(definition: &At<'_>, from: &At<'_>, to: &At<'_>, seen: &mut BTreeSet<String>) -> bool {
    if from.path() == to.path() {
        return true;
    }
    if !seen.insert(from.path().to_string()) {
        return false;
    }
    let names =
        from.get("depends_on").items().filter_map(|dependency| dependency.get("container_name").text());
    let mut next = names.filter_map(|name| container(definition, &name));
    next.any(|next| waits_for(definition, &next, to, seen))
}

pub static TD_040: Rule = Rule {
    id: "TD-040",
    severity: Severity::Error,
    title: "waiting for the health of a container without a check",
    doc: "The condition HEALTHY is met when the other container's health check passes: it must have one in the task \
          definition. The image's own does not count.",
    fix: "give that container a health_check, or wait for START",
    source: "AWS API: ecs ContainerDependency, condition",
    bad: r#"
[ecs.task_definition.other]
family = "other"
container_definitions = [
    { name = "proxy", image = "proxy:1", memory = 64 },
    { name = "other", image = "other:1", memory = 64, depends_on = [{ container_name = "proxy", condition = "HEALTHY" }] },
]
"#,
    good: r#"
[ecs.task_definition.other]
family = "other"
container_definitions = [
    { name = "proxy", image = "proxy:1", memory = 64 },
    { name = "other", image = "other:1", memory = 64, depends_on = [{ container_name = "proxy", condition = "START" }] },
]
"#,
    by: By::Check(|cx, out| {
        for definition in definitions(cx) {
            for dependency in containers(&definition).flat_map(|waiting| waiting.get("depends_on").items()) {
                let condition = dependency.get("condition");
                let target =
                    dependency.get("container_name").text().and_then(|name| container(&definition, &name));
                let Some(target) = target.filter(|_| condition.is("HEALTHY")) else { continue };
                if !target.get("health_check").exists() {
                    out.at(&condition, "the container that this waits for has no health check")
                        .related(&target, "without health_check");
                }
            }
        }
    }),
};
