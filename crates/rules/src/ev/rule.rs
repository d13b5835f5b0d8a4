//! Rules as such.

use super::events;
use crate::rule::{By, Rule, Severity};

pub static EV_001: Rule = Rule {
    id: "EV-001",
    severity: Severity::Error,
    title: "a name that EventBridge does not take",
    doc: "Rules and their targets have names of 1 to 64 letters, digits, dots, hyphens and underscores.",
    fix: "rename it",
    source: "AWS API: events PutRule, Name; PutTargets, Target, Id",
    bad: r#"
[events.rule.push]
name = "a push to main"
"#,
    good: r#"
[events.rule.push]
name = "push-to-main"
"#,
    by: By::Model(&[("events.rule", "name"), ("events.rule", "targets.id")]),
};

pub static EV_002: Rule = Rule {
    id: "EV-002",
    severity: Severity::Error,
    title: "a rule that nothing sets off",
    doc: "\"Parameter(s) EventPattern or ScheduleExpression must be specified\": a rule waits for events, for the clock, or \
          for both.",
    fix: "event_pattern = { source = [\"aws.codecommit\"], … } or schedule_expression = \"rate(1 day)\"",
    source: "AWS API: events PutRule",
    bad: r#"
[events.rule.nightly]
name    = "nightly"
targets = [{ id = "pipeline", target = "codepipeline.pipeline.api", role = "start" }]
"#,
    good: r#"
[events.rule.nightly]
name                = "nightly"
schedule_expression = "cron(0 3 * * ? *)"
targets             = [{ id = "pipeline", target = "codepipeline.pipeline.api", role = "start" }]
"#,
    by: By::Check(|cx, out| {
        for rule in events(cx) {
            let (pattern, schedule) = (rule.get("event_pattern"), rule.get("schedule_expression"));
            if pattern.is_empty() && !schedule.exists() {
                out.at(&rule, format!("{} waits for no event and no time", rule.address()));
            }
            let bus = rule.get("event_bus_name");
            if schedule.exists() && bus.text().is_some_and(|bus| bus != "default") {
                out.at(&schedule, "only the default bus has a clock")
                    .fix("remove event_bus_name")
                    .related(&bus, "another bus");
            }
        }
    }),
};

pub static EV_014: Rule = Rule {
    id: "EV-014",
    severity: Severity::Error,
    title: "a schedule that EventBridge does not read",
    doc: "`rate(5 minutes)`, with the singular for one (`rate(1 minute)`), or `cron(0 3 * * ? *)` of six fields, one of \
          day-of-month and day-of-week a question mark.",
    fix: "rate(N minutes|hours|days), or cron of six fields",
    source: "AWS: EventBridge user guide, rate expressions and cron expressions",
    bad: r#"
[events.rule.nightly]
name                = "nightly"
schedule_expression = "cron(0 3 * * *)"
"#,
    good: r#"
[events.rule.nightly]
name                = "nightly"
schedule_expression = "cron(0 3 * * ? *)"
targets             = [{ id = "pipeline", target = "codepipeline.pipeline.api", role = "start" }]
"#,
    by: By::Check(|cx, out| {
        for at in events(cx).map(|rule| rule.get("schedule_expression")).filter(|at| at.exists()) {
            if let Some(problem) = at.text().as_deref().and_then(schedule_problem) {
                out.at(&at, problem);
            }
        }
    }),
};

/// What is wrong with a schedule.
fn schedule_problem(text: &str) -> Option<&'static str> {
    let inside = |name: &str| text.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')');
    if let Some(rate) = inside("rate") {
        return rate_problem(rate);
    }
    let Some(cron) = inside("cron") else { return Some("a schedule is rate(…) or cron(…)") };
    let fields: Vec<&str> = cron.split_whitespace().collect();
    match fields[..] {
        [_, _, day, _, weekday, _] if (day == "?") == (weekday == "?") => {
            Some("one of day-of-month and day-of-week must be `?`, and not both")
        }
        [_, _, _, _, _, _] => None,
        _ => Some("cron has six fields: minutes, hours, day, month, day of the week, year"),
    }
}

fn rate_problem(rate: &str) -> Option<&'static str> {
    let Some((number, unit)) = rate.split_once(' ') else { return Some("a rate is a number and a unit") };
    match (number.parse::<u32>(), unit) {
        (Ok(1), "minute" | "hour" | "day") => None,
        (Ok(1), "minutes" | "hours" | "days") => Some("one of them is singular: rate(1 minute)"),
        (Ok(2..), "minutes" | "hours" | "days") => None,
        (Ok(2..), "minute" | "hour" | "day") => Some("several of them are plural: rate(5 minutes)"),
        _ => Some("a rate is a whole number above zero, and minutes, hours or days"),
    }
}
