//! Alarms, automatic rollback and triggers.

use serde_json::Value;

use crate::context::Context;
use crate::form::{items, text};
use crate::refusal::Refusal;

const MOST: usize = 10;

pub(super) fn check(cx: &Context<'_>, group: &Value) -> Result<(), Refusal> {
    rollback(&group["autoRollbackConfiguration"])?;
    alarms(&group["alarmConfiguration"])?;
    triggers(cx, group)
}

fn rollback(config: &Value) -> Result<(), Refusal> {
    if config["enabled"] == true && items(config, "events").is_empty() {
        return Err(Refusal::bad(
            "InvalidAutoRollbackConfigException",
            "Deployment Groups need to have at least one event specified when auto rollback is enabled",
        ));
    }
    Ok(())
}

fn alarms(config: &Value) -> Result<(), Refusal> {
    let alarms = items(config, "alarms");
    if alarms.len() > MOST {
        return Err(Refusal::bad(
            "AlarmsLimitExceededException",
            format!("A deployment group cannot contain more than {MOST} alarms"),
        ));
    }
    if config["enabled"] == true && alarms.is_empty() {
        return Err(Refusal::bad(
            "InvalidAlarmConfigException",
            "At least one alarm must be specified when alarms are enabled",
        ));
    }
    Ok(())
}

fn triggers(cx: &Context<'_>, group: &Value) -> Result<(), Refusal> {
    let triggers = items(group, "triggerConfigurations");
    if triggers.len() > MOST {
        return Err(Refusal::bad(
            "TriggerTargetsLimitExceededException",
            format!("A deployment group cannot contain more than {MOST} TriggerTargets"),
        ));
    }
    let invalid = |message: String| Err(Refusal::bad("InvalidTriggerConfigException", message));
    for (i, trigger) in triggers.iter().enumerate() {
        let topic = text(trigger, "triggerTargetArn");
        if !is_topic(cx, topic) {
            return invalid(format!("Topic ARN {topic} is not valid"));
        }
        if items(trigger, "triggerEvents").is_empty() {
            return invalid("At least one trigger event must be specified".into());
        }
        if triggers[..i].iter().any(|other| other["triggerName"] == trigger["triggerName"]) {
            return invalid(format!("The trigger name {} is used twice", trigger["triggerName"]));
        }
    }
    Ok(())
}

/// A topic of this region; whether another account has it, CodeDeploy cannot see.
fn is_topic(cx: &Context<'_>, arn: &str) -> bool {
    let Some(rest) = arn.strip_prefix(&format!("arn:aws:sns:{}:", cx.region)) else { return false };
    !rest.starts_with(cx.account) || cx.here.sns.topic(arn).is_some()
}
