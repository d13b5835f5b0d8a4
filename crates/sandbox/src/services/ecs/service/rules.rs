//! What AWS refuses in a service's settings.

use serde_json::Value;

use super::super::cluster::check_strategy;
use super::super::document::{flag, has, int, list, text, texts};
use super::super::refuse::{self, unless};
use super::settings::{is_fargate, mixes_providers, providers};
use super::{deployment_rules, load_balancer, network};
use crate::context::Context;
use crate::refusal::Refusal;

/// The settings by themselves, with AWS's defaults in them already.
pub fn check(cx: &Context<'_>, cluster: &str, settings: &Value) -> Result<(), Refusal> {
    let external = text(&settings["deploymentController"], "type") == "EXTERNAL";
    unless(external || has(settings, "taskDefinition"), || {
        refuse::parameter("TaskDefinition can not be blank.")
    })?;
    check_counts(settings)?;
    check_capacity(cx, cluster, settings)?;
    deployment_rules::check(settings)
}

/// The settings with what they name: all that a deployment of them needs.
pub fn check_deployable(cx: &Context<'_>, cluster: &str, settings: &Value) -> Result<(), Refusal> {
    if !has(settings, "taskDefinition") {
        return Ok(());
    }
    let definition = definition(cx, text(settings, "taskDefinition"))?;
    check_platform(settings, definition)?;
    network::check(cx, settings, definition)?;
    load_balancer::check_all(cx, settings, definition)?;
    check_grace_period(settings, definition)?;
    check_volumes(settings, definition)?;
    check_service_connect(cx, cluster, settings, definition)
}

/// The settings of a task set; answers the ARN of its task definition.
pub fn check_task_set(cx: &Context<'_>, cluster: &str, settings: &Value) -> Result<String, Refusal> {
    check_capacity(cx, cluster, settings)?;
    let definition = definition(cx, text(settings, "taskDefinition"))?;
    check_platform(settings, definition)?;
    network::check(cx, settings, definition)?;
    load_balancer::check_all(cx, settings, definition)?;
    Ok(text(definition, "taskDefinitionArn").to_string())
}

/// The task definition, which must be ACTIVE.
pub fn definition<'a>(cx: &'a Context<'_>, name: &str) -> Result<&'a Value, Refusal> {
    let known = cx.here.ecs.task_definition(name);
    let definition = known.ok_or_else(|| refuse::client("TaskDefinition not found."))?;
    unless(text(definition, "status") == "ACTIVE", || refuse::client("TaskDefinition is inactive"))?;
    Ok(definition)
}

fn check_counts(settings: &Value) -> Result<(), Refusal> {
    unless(int(settings, "desiredCount") >= 0, || refuse::parameter("Desired count must not be negative."))?;
    unless(int(settings, "healthCheckGracePeriodSeconds") >= 0, || {
        refuse::parameter("The health check grace period must be between 0 and 2,147,483,647 seconds.")
    })?;
    unless(list(settings, "serviceRegistries").len() <= 1, || {
        refuse::parameter("Multiple service registries for each service are not supported.")
    })?;
    unless(list(settings, "placementConstraints").len() <= 10, || {
        refuse::parameter("placementConstraints can have at most 10 items.")
    })?;
    unless(list(settings, "placementStrategy").len() <= 5, || {
        refuse::parameter("placementStrategy can have at most 5 items.")
    })
}

fn check_capacity(cx: &Context<'_>, cluster: &str, settings: &Value) -> Result<(), Refusal> {
    let strategy = list(settings, "capacityProviderStrategy");
    unless(strategy.is_empty() || !has(settings, "launchType"), || {
        refuse::parameter(
            "Specifying both a launch type and capacity provider strategy is not supported. Remove one and \
             try again.",
        )
    })?;
    check_strategy(strategy, &providers(cx, cluster))?;
    unless(!mixes_providers(settings), || {
        refuse::parameter(
            "A capacity provider strategy cannot contain both Fargate and other capacity providers.",
        )
    })?;
    let fargate = is_fargate(settings);
    let daemon = text(settings, "schedulingStrategy") == "DAEMON";
    unless(!(fargate && daemon), || {
        refuse::parameter("The daemon scheduling strategy is not supported for the FARGATE launch type.")
    })?;
    unless(!daemon || list(settings, "placementStrategy").is_empty(), || {
        refuse::parameter("Placement strategies are not supported with the DAEMON scheduling strategy.")
    })?;
    for (key, what) in [("placementConstraints", "constraints"), ("placementStrategy", "strategies")] {
        unless(!fargate || list(settings, key).is_empty(), || {
            refuse::parameter(format!("Placement {what} are not supported with FARGATE launch type."))
        })?;
    }
    unless(fargate || !has(settings, "platformVersion"), || {
        refuse::parameter("The platform version must be null when specifying an EC2 launch type.")
    })
}

/// Can the launch type, in that platform version, run the task definition?
pub fn check_platform(settings: &Value, definition: &Value) -> Result<(), Refusal> {
    let launch = if is_fargate(settings) { "FARGATE" } else { text(settings, "launchType") };
    let able = texts(definition, "compatibilities").any(|name| name == launch);
    unless(able || ["", "MANAGED_INSTANCES"].contains(&launch), || {
        refuse::parameter(format!("Task definition does not support launch_type {launch}."))
    })?;
    if launch != "FARGATE" {
        return Ok(());
    }
    let windows = text(&definition["runtimePlatform"], "operatingSystemFamily").starts_with("WINDOWS");
    let known: &[&str] = if windows { &["", "LATEST", "1.0.0"] } else { &["", "LATEST", "1.4.0", "1.3.0"] };
    let version = text(settings, "platformVersion");
    unless(known.contains(&version), || {
        Refusal::bad("PlatformUnknownException", "The specified platform version does not exist.")
    })?;
    unless(version != "1.3.0" || !needs_new_platform(definition), || {
        Refusal::bad(
            "PlatformTaskDefinitionIncompatibilityException",
            "One or more of the requested capabilities are not supported on this platform version.",
        )
    })
}

fn needs_new_platform(definition: &Value) -> bool {
    let cpu = text(definition, "cpu").parse::<i64>().unwrap_or_default();
    has(definition, "ephemeralStorage")
        || has(definition, "pidMode")
        || cpu >= 8192
        || list(definition, "volumes").iter().any(|volume| has(volume, "efsVolumeConfiguration"))
        || list(definition, "containerDefinitions").iter().any(|container| {
            !list(container, "environmentFiles").is_empty()
                || !list(&container["linuxParameters"]["capabilities"], "add").is_empty()
        })
}

fn check_grace_period(settings: &Value, definition: &Value) -> Result<(), Refusal> {
    let checked = !list(settings, "loadBalancers").is_empty()
        || !list(settings, "vpcLatticeConfigurations").is_empty()
        || list(definition, "containerDefinitions").iter().any(|container| has(container, "healthCheck"));
    unless(checked || int(settings, "healthCheckGracePeriodSeconds") == 0, || {
        refuse::parameter(
            "Health check grace period is only valid for services configured to use load balancers",
        )
    })
}

fn check_volumes(settings: &Value, definition: &Value) -> Result<(), Refusal> {
    for volume in list(settings, "volumeConfigurations") {
        let name = text(volume, "name");
        let known = list(definition, "volumes").iter().find(|known| text(known, "name") == name);
        unless(known.is_some_and(|known| flag(known, "configuredAtLaunch")), || {
            refuse::parameter(format!(
                "The volume {name} is not configured at launch in the task definition of the service."
            ))
        })?;
    }
    Ok(())
}

fn check_service_connect(
    cx: &Context<'_>,
    cluster: &str,
    settings: &Value,
    definition: &Value,
) -> Result<(), Refusal> {
    let connect = &settings["serviceConnectConfiguration"];
    if !flag(connect, "enabled") {
        return Ok(());
    }
    let default =
        cx.here.ecs.cluster(cluster).map(|cluster| text(&cluster["serviceConnectDefaults"], "namespace"));
    let namespace = connect["namespace"].as_str().or(default).unwrap_or_default();
    unless(!namespace.is_empty(), || {
        refuse::parameter(
            "A namespace must be specified for Service Connect: the cluster has no default one.",
        )
    })?;
    let given = has(connect, "namespace");
    unless(!given || cx.here.servicediscovery.namespace(namespace).is_some(), || {
        Refusal::bad("NamespaceNotFoundException", "The specified namespace was not found.")
    })?;
    let mappings = || {
        let containers = list(definition, "containerDefinitions").iter();
        containers.flat_map(|container| list(container, "portMappings"))
    };
    for service in list(connect, "services") {
        let name = text(service, "portName");
        unless(mappings().any(|port| text(port, "name") == name), || {
            refuse::parameter(format!("The portName {name} does not exist in the task definition."))
        })?;
    }
    Ok(())
}
