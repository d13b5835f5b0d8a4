//! Rollback, waits, alarms and triggers.

use super::groups;
use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static CD_023: Rule = Rule {
    id: "CD-023",
    severity: Severity::Error,
    title: "a rollback that nothing sets off",
    doc: "\"Deployment Groups need to have at least one event specified when auto rollback is enabled\"; alarms that are \
          enabled need an alarm.",
    fix: "events = [\"DEPLOYMENT_FAILURE\"]",
    source: "AWS: CodeDeploy answers so to CreateDeploymentGroup",
    bad: r#"
[codedeploy.deployment_group.api.auto_rollback_configuration]
enabled = true
events  = []
"#,
    good: r#"
[codedeploy.deployment_group.api.auto_rollback_configuration]
enabled = true
events  = ["DEPLOYMENT_FAILURE"]
"#,
    by: By::Check(|cx, out| {
        for group in groups(cx) {
            let rollback = group.get("auto_rollback_configuration");
            let events = rollback.get("events");
            if rollback.get("enabled").flag() && events.is_empty() {
                out.at(
                    if events.exists() { &events } else { &rollback },
                    "a rollback needs an event that sets it off",
                );
            }
            let alarms = group.get("alarm_configuration");
            if alarms.get("enabled").flag() && alarms.get("alarms").is_empty() {
                out.at(&alarms, "alarms are enabled, and there is none")
                    .fix("alarms = [\"…\"], or enabled = false");
            }
        }
    }),
};

const BLUE: &str = "blue_green_deployment_configuration.terminate_blue_instances_on_deployment_success";
const READY: &str = "blue_green_deployment_configuration.deployment_ready_option";

pub static CD_024: Rule = Rule {
    id: "CD-024",
    severity: Severity::Error,
    title: "old tasks kept longer than CodeDeploy waits",
    doc: "The wait before the old task set is ended is 0 to 2880 minutes, two days.",
    fix: "termination_wait_time_in_minutes = 60",
    source: "AWS API: codedeploy BlueInstanceTerminationOption",
    bad: r#"
[codedeploy.deployment_group.api.blue_green_deployment_configuration]
terminate_blue_instances_on_deployment_success = { action = "TERMINATE", termination_wait_time_in_minutes = 4320 }
"#,
    good: r#"
[codedeploy.deployment_group.api.blue_green_deployment_configuration]
terminate_blue_instances_on_deployment_success = { action = "TERMINATE", termination_wait_time_in_minutes = 2880 }
"#,
    by: By::Check(|cx, out| {
        for group in groups(cx) {
            let at = group.get(BLUE).get("termination_wait_time_in_minutes");
            if let Some(minutes) = at.int().filter(|minutes| !(0..=2880).contains(minutes)) {
                out.at(&at, format!("{minutes} minutes, CodeDeploy waits 0 to 2880"));
            }
        }
    }),
};

pub static CD_025: Rule = Rule {
    id: "CD-025",
    severity: Severity::Error,
    title: "a wait for nobody",
    doc: "wait_time_in_minutes is how long a deployment waits for a person to let traffic over, \"only for \
          STOP_DEPLOYMENT\"; with CONTINUE_DEPLOYMENT it goes on by itself.",
    fix: "action_on_timeout = \"STOP_DEPLOYMENT\", or no wait",
    source: "AWS API: codedeploy DeploymentReadyOption",
    bad: r#"
[codedeploy.deployment_group.api.blue_green_deployment_configuration]
deployment_ready_option = { action_on_timeout = "CONTINUE_DEPLOYMENT", wait_time_in_minutes = 30 }
"#,
    good: r#"
[codedeploy.deployment_group.api.blue_green_deployment_configuration]
deployment_ready_option = { action_on_timeout = "STOP_DEPLOYMENT", wait_time_in_minutes = 30 }
"#,
    by: By::Check(|cx, out| {
        for group in groups(cx) {
            let ready = group.get(READY);
            let wait = ready.get("wait_time_in_minutes");
            if wait.int().is_some_and(|minutes| minutes > 0)
                && ready.get("action_on_timeout").is("CONTINUE_DEPLOYMENT")
            {
                out.at(&wait, "the deployment goes on by itself: it waits for nobody")
                    .related(&ready.get("action_on_timeout"), "goes on");
            }
        }
    }),
};

pub static CD_027: Rule = Rule {
    id: "CD-027",
    severity: Severity::Error,
    title: "triggers or alarms that CodeDeploy does not take",
    doc: "A group has at most 10 triggers and 10 alarms; a trigger has a name of its own, at least one event and a \
          topic in the group's region: \"Topic ARN … is not valid\".",
    fix: "name a topic of this region, and at most ten",
    source: "AWS: CodeDeploy user guide, limits; CodeDeploy answers so to CreateDeploymentGroup",
    bad: r#"
[codedeploy.deployment_group.api]
trigger_configurations = [{ trigger_name = "news", trigger_target = { arn = "arn:aws:sns:us-east-1:123456789012:news" }, trigger_events = ["DeploymentFailure"] }]
"#,
    good: r#"
[codedeploy.deployment_group.api]
trigger_configurations = [{ trigger_name = "news", trigger_target = { arn = "arn:aws:sns:eu-central-1:123456789012:news" }, trigger_events = ["DeploymentFailure"] }]
"#,
    by: By::Check(triggers),
};

fn triggers(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for group in groups(cx) {
        for path in ["trigger_configurations", "alarm_configuration.alarms"] {
            let list = group.get(path);
            let count = list.items().count();
            if count > 10 {
                out.at(&list, format!("{count} entries, CodeDeploy takes 10"));
            }
        }
        let all: Vec<At<'_>> = group.get("trigger_configurations").items().collect();
        for (i, trigger) in all.iter().enumerate() {
            let at = trigger.get("trigger_target");
            let region = at.text().and_then(|arn| arn.split(':').nth(3).map(str::to_string));
            if let Some(region) = region.filter(|region| *region != cx.stack.home.region) {
                out.at(
                    &at,
                    format!("the topic is in {region}, the deployment group in {}", cx.stack.home.region),
                );
            }
            if trigger.get("trigger_events").is_empty() {
                out.at(trigger, "this trigger has no event").fix("trigger_events = [\"DeploymentFailure\"]");
            }
            let name = trigger.get("trigger_name");
            if let Some(first) =
                all[..i].iter().find(|other| other.get("trigger_name").value() == name.value())
            {
                out.at(&name, "two triggers of one name").fix("rename one").related(first, "the first one");
            }
        }
    }
}
