//! Deployment configs: AWS's predefined ones and the account's own.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::{Value, json};

use super::{State, lists, nothing, refusals};
use crate::context::Context;
use crate::form::text;
use crate::refusal::Refusal;

const RESERVED: &str = "CodeDeployDefault.";
/// No shift of traffic may take longer, in minutes.
const LONGEST: u64 = 2_880;

/// The config of that name, predefined or custom.
pub(super) fn find<'a>(state: &'a State, name: &str) -> Result<&'a Value, Refusal> {
    predefined().get(name).or_else(|| state.configs.get(name)).ok_or_else(|| refusals::no_config(name))
}

/// The config that a group gets when it names none.
pub(super) fn default_of(platform: &str) -> &'static str {
    match platform {
        "ECS" => "CodeDeployDefault.ECSAllAtOnce",
        "Lambda" => "CodeDeployDefault.LambdaAllAtOnce",
        _ => "CodeDeployDefault.OneAtATime",
    }
}

pub(super) fn create(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "deploymentConfigName");
    if name.starts_with(RESERVED) {
        return Err(Refusal::bad(
            "InvalidDeploymentConfigNameException",
            format!("Deployment configuration names that begin with {RESERVED} are reserved."),
        ));
    }
    if cx.here.codedeploy.configs.contains_key(name) {
        return Err(Refusal::bad(
            "DeploymentConfigAlreadyExistsException",
            format!("Deployment Configuration {name} already exists."),
        ));
    }
    let platform = input["computePlatform"].as_str().unwrap_or("Server");
    if platform == "Server" {
        check_server(input)?
    } else {
        check_shifting(platform, input)?
    }
    let id = cx.ids.uuid();
    let mut doc = json!({
        "deploymentConfigId": id,
        "deploymentConfigName": name,
        "createTime": cx.timestamp(),
        "computePlatform": platform,
    });
    for member in ["minimumHealthyHosts", "trafficRoutingConfig", "zonalConfig"] {
        if !input[member].is_null() {
            doc[member] = input[member].clone();
        }
    }
    cx.here.codedeploy.configs.insert(name.to_string(), doc);
    Ok(json!({"deploymentConfigId": id}))
}

fn check_server(input: &Value) -> Result<(), Refusal> {
    let hosts = &input["minimumHealthyHosts"];
    let value = hosts["value"].as_i64().unwrap_or(-1);
    let valid = match hosts["type"].as_str() {
        Some("FLEET_PERCENT") => (0..100).contains(&value),
        Some("HOST_COUNT") => value >= 0,
        _ => false,
    };
    if !valid {
        return Err(Refusal::bad(
            "InvalidMinimumHealthyHostValueException",
            "A Server deployment configuration needs minimumHealthyHosts with a type and a valid value.",
        ));
    }
    Ok(())
}

fn check_shifting(platform: &str, input: &Value) -> Result<(), Refusal> {
    if !input["minimumHealthyHosts"].is_null() {
        return Err(Refusal::bad(
            "InvalidMinimumHealthyHostValueException",
            format!("minimum healthy hosts should be null for {platform} deployment configuration"),
        ));
    }
    if !input["zonalConfig"].is_null() {
        return Err(Refusal::bad(
            "InvalidZonalDeploymentConfigurationException",
            format!("zonal configuration should be null for {platform} deployment configuration"),
        ));
    }
    let routing = &input["trafficRoutingConfig"];
    let (shape, percentage, interval) = match routing["type"].as_str() {
        Some("AllAtOnce") => return Ok(()),
        Some("TimeBasedCanary") => (&routing["timeBasedCanary"], "canaryPercentage", "canaryInterval"),
        Some("TimeBasedLinear") => (&routing["timeBasedLinear"], "linearPercentage", "linearInterval"),
        _ => return Err(refusals::routing("trafficRoutingConfig must be specified with a type.")),
    };
    let (Some(percent @ 1..=99), Some(minutes @ 1..)) =
        (shape[percentage].as_u64(), shape[interval].as_u64())
    else {
        return Err(refusals::routing(format!(
            "{percentage} must be between 1 and 99 and {interval} at least 1 minute."
        )));
    };
    let waits = if percentage == "canaryPercentage" { 1 } else { 100_u64.div_ceil(percent) - 1 };
    if waits.saturating_mul(minutes) > LONGEST {
        return Err(refusals::routing(format!("Traffic must be shifted within {LONGEST} minutes.")));
    }
    Ok(())
}

pub(super) fn get(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let config = find(&cx.here.codedeploy, text(input, "deploymentConfigName"))?;
    Ok(json!({"deploymentConfigInfo": config}))
}

pub(super) fn list(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let names = predefined().keys().chain(cx.here.codedeploy.configs.keys());
    lists::answer("deploymentConfigsList", names.map(|name| json!(name)).collect(), input)
}

pub(super) fn delete(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "deploymentConfigName");
    if predefined().contains_key(name) {
        return Err(Refusal::bad(
            "InvalidOperationException",
            "A predefined deployment configuration cannot be deleted.",
        ));
    }
    let state = &mut cx.here.codedeploy;
    if state.groups().any(|(_, _, group)| group.doc["deploymentConfigName"] == name) {
        return Err(Refusal::bad(
            "DeploymentConfigInUseException",
            format!("Deployment Configuration {name} is in use by a deployment group."),
        ));
    }
    state.configs.remove(name);
    Ok(nothing())
}

fn predefined() -> &'static BTreeMap<String, Value> {
    static TABLE: OnceLock<BTreeMap<String, Value>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = BTreeMap::new();
        let mut add = |name: &str, platform: &str, member: &str, value: Value| {
            let name = format!("{RESERVED}{name}");
            let doc = json!({
                "deploymentConfigId": format!("00000000-0000-0000-0000-{:012}", table.len() + 1),
                "deploymentConfigName": name,
                "computePlatform": platform,
                member: value,
            });
            table.insert(name, doc);
        };
        for (name, kind, value) in [
            ("OneAtATime", "FLEET_PERCENT", 99),
            ("HalfAtATime", "FLEET_PERCENT", 50),
            ("AllAtOnce", "HOST_COUNT", 0),
        ] {
            add(name, "Server", "minimumHealthyHosts", json!({"type": kind, "value": value}));
        }
        for (platform, minutes) in [("ECS", &[5, 15][..]), ("Lambda", &[5, 10, 15, 30][..])] {
            let name = format!("{platform}AllAtOnce");
            add(&name, platform, "trafficRoutingConfig", json!({"type": "AllAtOnce"}));
            for wait in minutes {
                let name = format!("{platform}Canary10Percent{wait}Minutes");
                add(&name, platform, "trafficRoutingConfig", canary(*wait));
            }
        }
        for (name, platform, wait) in [
            ("ECSLinear10PercentEvery1Minutes", "ECS", 1),
            ("ECSLinear10PercentEvery3Minutes", "ECS", 3),
            ("LambdaLinear10PercentEvery1Minute", "Lambda", 1),
            ("LambdaLinear10PercentEvery2Minutes", "Lambda", 2),
            ("LambdaLinear10PercentEvery3Minutes", "Lambda", 3),
            ("LambdaLinear10PercentEvery10Minutes", "Lambda", 10),
        ] {
            add(name, platform, "trafficRoutingConfig", linear(wait));
        }
        table
    })
}

fn canary(wait: u32) -> Value {
    json!({"type": "TimeBasedCanary", "timeBasedCanary": {"canaryPercentage": 10, "canaryInterval": wait}})
}

fn linear(wait: u32) -> Value {
    json!({"type": "TimeBasedLinear", "timeBasedLinear": {"linearPercentage": 10, "linearInterval": wait}})
}
