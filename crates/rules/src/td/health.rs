//! Health checks of containers.

use super::{all_containers, name};
use crate::rule::{By, Rule, Severity};

/// `(field, least, most)`.
const LIMITS: &[(&str, i64, i64)] =
    &[("interval", 5, 300), ("timeout", 2, 60), ("retries", 1, 10), ("start_period", 0, 300)];

pub static TD_025: Rule = Rule {
    id: "TD-025",
    severity: Severity::Error,
    title: "a health check that ECS does not take",
    doc: "Interval 5 to 300 seconds, timeout 2 to 60, retries 1 to 10, start_period 0 to 300; the command begins with \
          CMD, CMD-SHELL or NONE and says something.",
    fix: "command = [\"CMD-SHELL\", \"curl -fsS http://127.0.0.1:8080/health || exit 1\"]",
    source: "AWS API: ecs HealthCheck",
    bad: r#"
[ecs.task_definition.other]
family                = "other"
container_definitions = [{ name = "other", image = "other:1", memory = 64, health_check = { command = ["curl -f http://localhost"], interval = 3 } }]
"#,
    good: r#"
[ecs.task_definition.other]
family                = "other"
container_definitions = [{ name = "other", image = "other:1", memory = 64, health_check = { command = ["CMD-SHELL", "curl -f http://localhost"], interval = 15 } }]
"#,
    by: By::Check(|cx, out| {
        for (_, container) in all_containers(cx) {
            let check = container.get("health_check");
            for (field, least, most) in LIMITS {
                let at = check.get(field);
                if let Some(number) = at.int().filter(|number| !(*least..=*most).contains(number)) {
                    out.at(&at, format!("{field} is {number}, AWS takes {least} to {most}"));
                }
            }
            if !check.exists() {
                continue;
            }
            let command = check.get("command");
            let first = command.items().next();
            let form = first.as_ref().is_some_and(|word| word.is_one_of(&["CMD", "CMD-SHELL", "NONE"]));
            let says = command.items().count() > 1 || first.as_ref().is_some_and(|word| word.is("NONE"));
            if command.known() && !form {
                out.at(&command, format!("the check of {} begins with CMD or CMD-SHELL", name(&container)));
            } else if !says {
                out.at(&command, format!("the check of {} says nothing", name(&container)));
            }
        }
    }),
};

pub static TD_026: Rule = Rule {
    id: "TD-026",
    severity: Severity::Warning,
    title: "a container's check that takes longer than its interval",
    doc: "The next check begins while the last one may still be running, and a slow application gets slower by its \
          checks.",
    fix: "timeout = 5",
    source: "AWS API: ecs HealthCheck, interval and timeout",
    bad: r#"
[ecs.task_definition.other]
family                = "other"
container_definitions = [{ name = "other", image = "other:1", memory = 64, health_check = { command = ["CMD", "/check"], interval = 10, timeout = 10 } }]
"#,
    good: r#"
[ecs.task_definition.other]
family                = "other"
container_definitions = [{ name = "other", image = "other:1", memory = 64, health_check = { command = ["CMD", "/check"], interval = 10, timeout = 5 } }]
"#,
    by: By::Check(|cx, out| {
        for (_, container) in all_containers(cx) {
            let check = container.get("health_check");
            let (interval, timeout) = (check.get("interval"), check.get("timeout"));
            let (Some(every), Some(takes)) = (interval.int(), timeout.int()) else { continue };
            if check.exists() && takes >= every {
                let at = if timeout.exists() { &timeout } else { &interval };
                out.at(at, format!("a check every {every} s may take {takes} s"))
                    .related(&interval, "the interval");
            }
        }
    }),
};

pub static TD_027: Rule = Rule {
    id: "TD-027",
    severity: Severity::Warning,
    title: "a check that no answer fails",
    doc: "curl without -f ends well whatever the server answers: a container that answers every request with a 500 \
          counts as healthy. (The image must hold curl at all.)",
    fix: "curl -fsS …",
    source: "AWS API: ecs HealthCheck, command (its example says curl -f)",
    bad: r#"
[ecs.task_definition.other]
family                = "other"
container_definitions = [{ name = "other", image = "other:1", memory = 64, health_check = { command = ["CMD-SHELL", "curl --location http://localhost:80/health || exit 1"] } }]
"#,
    good: r#"
[ecs.task_definition.other]
family                = "other"
container_definitions = [{ name = "other", image = "other:1", memory = 64, health_check = { command = ["CMD-SHELL", "curl --fail --location http://localhost:80/health || exit 1"] } }]
"#,
    by: By::Check(|cx, out| {
        for (_, container) in all_containers(cx) {
            let command = container.get("health_check.command");
            let words: Vec<_> = command.items().filter_map(|word| word.text()).collect();
            if never_fails(&words.join(" ")) {
                let at = command.items().find(|word| word.text().is_some_and(|word| word.contains("curl")));
                out.at(
                    &at.unwrap_or(command),
                    format!("the check of {} passes whatever is answered", name(&container)),
                )
                .label("curl without -f");
            }
        }
    }),
};

/// Is there a curl in the command that a bad status does not fail?
fn never_fails(command: &str) -> bool {
    let mut words = command.split_whitespace().skip_while(|word| !word.ends_with("curl")).skip(1).peekable();
    if words.peek().is_none() {
        return false;
    }
    let fails = |word: &str| {
        word.starts_with("--fail") || (word.starts_with('-') && !word.starts_with("--") && word.contains('f'))
    };
    !words.take_while(|word| !["||", "|", ";", "&&"].contains(word)).any(fails)
}
