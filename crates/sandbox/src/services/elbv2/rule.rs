//! Listener rules.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::context::Context;
use crate::form::{has, items, text, texts};
use crate::refusal::Refusal;

use super::action::{self, Place};
use super::arn::{Kind, listener_of, rule_under};
use super::{Held, State, condition, page, refuse, tagging};

/// The rule that every listener has: its default actions once more.
pub(super) fn default(arn: &str, actions: &Value) -> Held {
    let document = json!({
        "RuleArn": arn,
        "Priority": "default",
        "Conditions": [],
        "Actions": actions,
        "IsDefault": true,
    });
    Held { document, ..Held::default() }
}

pub(super) fn create(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let listener_arn = text(input, "ListenerArn");
    let state = &cx.here.elbv2;
    let listener = &state.find(Kind::Listener, listener_arn)?.document;
    let place = Place::of(state, listener)?;
    if place.network {
        // a dual-stack one could have rules, but no load balancer is dual-stack here
        return Err(Refusal::bad(
            "UnsupportedProtocol",
            "Rules are not supported for listeners of a Network Load Balancer that is not dual-stack",
        ));
    }
    let conditions = condition::complete(&input["Conditions"])?;
    let actions = action::complete(&place, &input["Actions"])?;
    let tags = tagging::given(input)?;
    let priority = input["Priority"].to_string();
    let mut siblings = state.rules.iter().filter(|(arn, _)| listener_of(arn) == listener_arn);
    if siblings.any(|(_, held)| held.document["Priority"] == priority) {
        return Err(in_use(&priority));
    }
    let arn = rule_under(listener_arn, &cx.ids.hex(16));
    let mut document = json!({
        "RuleArn": arn,
        "Priority": priority,
        "Conditions": conditions,
        "Actions": actions,
        "IsDefault": false,
    });
    if has(input, "Transforms") {
        document["Transforms"] = transforms(input)?;
    }
    let answer = json!({"Rules": [document]});
    cx.here.elbv2.rules.insert(arn, Held { document, tags, ..Held::default() });
    Ok(answer)
}

fn in_use(priority: &str) -> Refusal {
    Refusal::bad("PriorityInUse", format!("Priority '{priority}' is currently in use"))
}

fn transforms(input: &Value) -> Result<Value, Refusal> {
    let list = items(input, "Transforms");
    for (kind, config) in
        [("host-header-rewrite", "HostHeaderRewriteConfig"), ("url-rewrite", "UrlRewriteConfig")]
    {
        let of_kind: Vec<&Value> = list.iter().filter(|transform| transform["Type"] == kind).collect();
        if of_kind.len() > 1 {
            return Err(refuse::invalid(format!("A rule can only have one transform of type '{kind}'")));
        }
        if of_kind.iter().any(|transform| !has(&transform[config], "Rewrites")) {
            return Err(refuse::invalid(format!("A transform of type '{kind}' needs '{config}'")));
        }
    }
    Ok(input["Transforms"].clone())
}

/// In the order in which a listener tries them, the default rule last.
pub(super) fn describe(state: &State, input: &Value) -> Result<Value, Refusal> {
    let words = "Listener rule ARNs and a listener ARN";
    match page::one_of(input, &["ListenerArn", "RuleArns"], words)? {
        None => Err(refuse::invalid("You must specify either listener rule ARNs or a listener ARN")),
        Some("ListenerArn") => {
            let listener = text(input, "ListenerArn");
            state.find(Kind::Listener, listener)?;
            let mut list: Vec<Value> = state
                .rules
                .iter()
                .filter(|(arn, _)| listener_of(arn) == listener)
                .map(|(_, held)| held.document.clone())
                .collect();
            list.sort_by_key(|rule| text(rule, "Priority").parse().unwrap_or(u32::MAX));
            page::page("Rules", list, input)
        }
        Some(member) => Ok(json!({"Rules": page::by_arn(state, Kind::Rule, &texts(input, member))?})),
    }
}

fn not_default(held: &Held, verb: &str) -> Result<(), Refusal> {
    if held.document["IsDefault"] == true {
        let arn = text(&held.document, "RuleArn");
        return Err(refuse::not_permitted(format!("Default rule '{arn}' cannot be {verb}")));
    }
    Ok(())
}

pub(super) fn modify(state: &mut State, input: &Value) -> Result<Value, Refusal> {
    let arn = text(input, "RuleArn");
    let held = state.find(Kind::Rule, arn)?;
    not_default(held, "modified")?;
    let reset = input["ResetTransforms"] == true;
    if reset && has(input, "Transforms") {
        return Err(refuse::invalid("Transforms and ResetTransforms cannot be specified together"));
    }
    if !reset && !["Conditions", "Actions", "Transforms"].iter().any(|member| has(input, member)) {
        return Err(refuse::invalid("Either conditions, actions or transforms must be specified"));
    }
    let mut document = held.document.clone();
    if has(input, "Conditions") {
        document["Conditions"] = condition::complete(&input["Conditions"])?;
    }
    if has(input, "Actions") {
        let listener = &state.find(Kind::Listener, &listener_of(arn))?.document;
        document["Actions"] = action::complete(&Place::of(state, listener)?, &input["Actions"])?;
    }
    if has(input, "Transforms") {
        document["Transforms"] = transforms(input)?;
    }
    if let Some(members) = document.as_object_mut().filter(|_| reset) {
        members.remove("Transforms");
    }
    let held = state.find_mut(Kind::Rule, arn)?;
    held.document = document;
    Ok(json!({"Rules": [held.document]}))
}

pub(super) fn delete(state: &mut State, input: &Value) -> Result<Value, Refusal> {
    let arn = text(input, "RuleArn");
    not_default(state.find(Kind::Rule, arn)?, "deleted")?;
    state.rules.remove(arn);
    Ok(json!({}))
}

/// All at once, so that two rules can swap their priorities.
pub(super) fn set_priorities(state: &mut State, input: &Value) -> Result<Value, Refusal> {
    let mut wanted = BTreeMap::new();
    for pair in items(input, "RulePriorities") {
        let arn = text(pair, "RuleArn");
        not_default(state.find(Kind::Rule, arn)?, "given a priority")?;
        if !has(pair, "Priority") {
            return Err(refuse::invalid(format!("A priority must be specified for the rule '{arn}'")));
        }
        if wanted.insert(arn.to_string(), pair["Priority"].to_string()).is_some() {
            return Err(refuse::invalid(format!("Rule '{arn}' was specified more than once")));
        }
    }
    if wanted.is_empty() {
        return Err(refuse::invalid("At least one rule priority must be specified"));
    }
    let mut taken = BTreeMap::new();
    for (arn, held) in &state.rules {
        let priority = wanted.get(arn).map_or(text(&held.document, "Priority"), String::as_str);
        if taken.insert((listener_of(arn), priority), arn).is_some() {
            return Err(in_use(priority));
        }
    }
    let mut changed = Vec::new();
    for (arn, priority) in wanted {
        let held = state.find_mut(Kind::Rule, &arn)?;
        held.document["Priority"] = json!(priority);
        changed.push(held.document.clone());
    }
    Ok(json!({"Rules": changed}))
}
