//! Triggers: the whole list at once, with everything that AWS wants of each.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::context::Context;
use crate::form::{default, given, items, text, texts};
use crate::refusal::Refusal;

/// AWS's own limit, on triggers of a repository and on branches of a trigger.
const LIMIT: usize = 10;

pub(super) fn put(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "repositoryName");
    cx.here.codecommit.of(name)?;
    let mut triggers = items(input, "triggers").to_vec();
    if triggers.len() > LIMIT {
        let message = format!("The maximum number of triggers for a repository is {LIMIT}");
        return Err(Refusal::bad("MaximumRepositoryTriggersExceededException", message));
    }
    let mut names = BTreeSet::new();
    for trigger in &mut triggers {
        check(cx, trigger)?;
        if !names.insert(text(trigger, "name").to_string()) {
            let message = format!("Trigger name {} is used twice", text(trigger, "name"));
            return Err(Refusal::bad("InvalidRepositoryTriggerNameException", message));
        }
        default(trigger, "branches", json!([]));
        *trigger = given(trigger.take());
    }
    let id = cx.ids.uuid();
    let repository = cx.here.codecommit.of_mut(name)?;
    repository.triggers = triggers;
    repository.configuration_id = id;
    Ok(json!({"configurationId": repository.configuration_id}))
}

pub(super) fn get(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let repository = cx.here.codecommit.of(text(input, "repositoryName"))?;
    Ok(json!({"configurationId": repository.configuration_id, "triggers": repository.triggers}))
}

fn check(cx: &Context<'_>, trigger: &Value) -> Result<(), Refusal> {
    let name = text(trigger, "name");
    let letters = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if name.is_empty() || name.len() > 100 || !name.chars().all(letters) {
        return Err(no("Name", format!("Trigger name {name:?} is not valid")));
    }
    check_destination(cx, text(trigger, "destinationArn"))?;
    let events = texts(trigger, "events");
    if events.is_empty() {
        let message = "At least one event is required for a trigger";
        return Err(Refusal::bad("RepositoryTriggerEventsListRequiredException", message));
    }
    if events.len() > 1 && events.contains(&"all") {
        return Err(no("Events", "The event all cannot be combined with other events".into()));
    }
    if texts(trigger, "branches").len() > LIMIT {
        let message = format!("The maximum number of branches for a trigger is {LIMIT}");
        return Err(Refusal::bad("MaximumBranchesExceededException", message));
    }
    if text(trigger, "customData").chars().count() > 1000 {
        return Err(no("CustomData", "Custom data is limited to 1000 characters".into()));
    }
    Ok(())
}

/// A topic must exist; a function is not the sandbox's to know.
fn check_destination(cx: &Context<'_>, arn: &str) -> Result<(), Refusal> {
    let parts: Vec<&str> = arn.split(':').collect();
    let [_, _, service @ ("sns" | "lambda"), region, ..] = parts[..] else {
        return Err(no("DestinationArn", format!("{arn} is neither a topic nor a function")));
    };
    if region != cx.region {
        return Err(no("Region", format!("{arn} is not in {}", cx.region)));
    }
    if service == "sns" && cx.here.sns.topic(arn).is_none() {
        return Err(no("DestinationArn", format!("{arn} does not exist")));
    }
    Ok(())
}

fn no(what: &str, message: String) -> Refusal {
    Refusal::bad(&format!("InvalidRepositoryTrigger{what}Exception"), message)
}
