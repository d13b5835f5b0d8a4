//! Target groups.

use serde_json::{Value, json};

use crate::context::Context;
use crate::form::{has, items, text, texts};
use crate::refusal::Refusal;
use crate::services::ec2;

use super::arn::Kind;
use super::{Held, State, health_check, load_balancer, page, refuse, tagging};

pub(super) fn create(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "Name");
    load_balancer::name_form(name, &format!("Target group name '{name}'"))?;
    let settings = settings(cx.region, input)?;
    let tags = tagging::given(input)?;
    if let Some(held) = cx.here.elbv2.named(Kind::TargetGroup, name) {
        if without_identity(&held.document) == settings && held.tags == tags {
            return Ok(json!({"TargetGroups": [held.document]}));
        }
        return Err(Refusal::bad(
            "DuplicateTargetGroupName",
            format!("A target group with the same name '{name}' exists, but with different settings"),
        ));
    }
    let id = cx.ids.hex(16);
    let arn = cx.arn("elasticloadbalancing", &format!("targetgroup/{name}/{id}"));
    let mut document = settings;
    document["TargetGroupArn"] = json!(arn);
    document["LoadBalancerArns"] = json!([]);
    let answer = json!({"TargetGroups": [document]});
    cx.here.elbv2.target_groups.insert(arn, Held { document, tags, ..Held::default() });
    Ok(answer)
}

/// Everything that the caller decides, with AWS's defaults filled in.
fn settings(region: &str, input: &Value) -> Result<Value, Refusal> {
    let target = input["TargetType"].as_str().unwrap_or("instance");
    let mut document = json!({
        "TargetGroupName": input["Name"],
        "TargetType": target,
        "IpAddressType": input["IpAddressType"].as_str().unwrap_or("ipv4"),
    });
    if target == "lambda" {
        no_network(input)?;
    } else {
        check_network(region, target, input)?;
        for member in ["Protocol", "Port", "VpcId"] {
            document[member] = input[member].clone();
        }
    }
    if let Some(version) = protocol_version(input)? {
        document["ProtocolVersion"] = json!(version);
    }
    if has(input, "TargetControlPort") {
        document["TargetControlPort"] = input["TargetControlPort"].clone();
    }
    let health = health_check::complete(&document, input)?;
    health_check::write(&mut document, health);
    Ok(document)
}

fn no_network(input: &Value) -> Result<(), Refusal> {
    match ["Protocol", "Port", "VpcId"].into_iter().find(|member| has(input, member)) {
        Some(member) => Err(refuse::invalid(format!(
            "{member} cannot be specified for target groups with target type 'lambda'"
        ))),
        None => Ok(()),
    }
}

fn check_network(region: &str, target: &str, input: &Value) -> Result<(), Refusal> {
    for (member, words) in [("Protocol", "A protocol"), ("Port", "A port"), ("VpcId", "A VPC ID")] {
        if !has(input, member) {
            return Err(refuse::invalid(format!("{words} must be specified")));
        }
    }
    let protocol = text(input, "Protocol");
    if protocol == "GENEVE" {
        return Err(refuse::invalid("the sandbox has no Gateway Load Balancers, hence no GENEVE"));
    }
    if target == "alb" && !["TCP", "TLS"].contains(&protocol) {
        return Err(refuse::configuration(format!(
            "Protocol '{protocol}' is not supported for target groups with target type 'alb'"
        )));
    }
    let vpc = text(input, "VpcId");
    if ec2::vpc(region, vpc).is_none() {
        return Err(refuse::invalid(format!("The VPC ID '{vpc}' is not found")));
    }
    Ok(())
}

fn protocol_version(input: &Value) -> Result<Option<&str>, Refusal> {
    let http = ["HTTP", "HTTPS"].contains(&text(input, "Protocol"));
    match input["ProtocolVersion"].as_str() {
        None => Ok(http.then_some("HTTP1")),
        Some(_) if !http => {
            Err(refuse::invalid("A protocol version can be specified only with the protocol HTTP or HTTPS"))
        }
        Some(version) if ["HTTP1", "HTTP2", "GRPC"].contains(&version) => Ok(Some(version)),
        Some(version) => {
            Err(refuse::invalid(format!("Protocol version '{version}' must be one of 'HTTP1, HTTP2, GRPC'")))
        }
    }
}

fn without_identity(document: &Value) -> Value {
    let mut settings = document.clone();
    if let Some(members) = settings.as_object_mut() {
        members.remove("TargetGroupArn");
        members.remove("LoadBalancerArns");
    }
    settings
}

pub(super) fn describe(state: &State, input: &Value) -> Result<Value, Refusal> {
    let words = "Target group names, target group ARNs, and a load balancer ARN";
    let kind = Kind::TargetGroup;
    let list = match page::one_of(input, &["LoadBalancerArn", "TargetGroupArns", "Names"], words)? {
        Some("Names") => page::by_name(state, kind, &texts(input, "Names"))?,
        Some("TargetGroupArns") => page::by_arn(state, kind, &texts(input, "TargetGroupArns"))?,
        owner => {
            let owner = owner.map(|member| text(input, member));
            if let Some(arn) = owner {
                state.find(Kind::LoadBalancer, arn)?;
            }
            let belongs = |held: &&Held| {
                owner.is_none_or(|arn| texts(&held.document, "LoadBalancerArns").contains(&arn))
            };
            let list =
                state.target_groups.values().filter(belongs).map(|held| held.document.clone()).collect();
            return page::page("TargetGroups", list, input);
        }
    };
    Ok(json!({"TargetGroups": list}))
}

pub(super) fn modify(state: &mut State, input: &Value) -> Result<Value, Refusal> {
    let held = state.find_mut(Kind::TargetGroup, text(input, "TargetGroupArn"))?;
    let wanted = health_check::overlay(&held.document, input);
    let health = health_check::complete(&held.document, &wanted)?;
    health_check::write(&mut held.document, health);
    Ok(json!({"TargetGroups": [held.document]}))
}

/// A target group that is not there is deleted already.
pub(super) fn delete(state: &mut State, input: &Value) -> Result<Value, Refusal> {
    let arn = text(input, "TargetGroupArn");
    Kind::TargetGroup.check(arn)?;
    if state.target_group(arn).is_some_and(|group| has(group, "LoadBalancerArns")) {
        return Err(Refusal::bad(
            "ResourceInUse",
            format!("Target group '{arn}' is currently in use by a listener or a rule"),
        ));
    }
    state.target_groups.remove(arn);
    Ok(json!({}))
}

/// No target is ever registered here; one that is asked for by name is told so.
pub(super) fn health(state: &State, input: &Value) -> Result<Value, Refusal> {
    let held = state.find(Kind::TargetGroup, text(input, "TargetGroupArn"))?;
    let unknown = |target: &Value| {
        let mut target = target.clone();
        if !has(&target, "Port") && has(&held.document, "Port") {
            target["Port"] = held.document["Port"].clone();
        }
        json!({
            "Target": target,
            "TargetHealth": {
                "State": "unused",
                "Reason": "Target.NotRegistered",
                "Description": "Target is not registered to the target group",
            },
        })
    };
    let list: Vec<Value> = items(input, "Targets").iter().map(unknown).collect();
    Ok(json!({"TargetHealthDescriptions": list}))
}
