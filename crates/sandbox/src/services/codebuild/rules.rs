//! What CodeBuild refuses of a project as a whole.

use serde_json::{Value, json};

use super::super::ec2;
use super::{artifacts, environment, invalid, source};
use crate::context::Context;
use crate::form::{items, text, texts};
use crate::refusal::Refusal;
use crate::tags;

/// The project as it would be, and the request that would make it so.
pub(super) fn check(cx: &Context<'_>, project: &Value, input: &Value) -> Result<(), Refusal> {
    source::check(cx, project)?;
    artifacts::check(project)?;
    environment::check(project)?;
    check_cache(project)?;
    check_logs(project)?;
    check_limits(project)?;
    check_tags(input)?;
    if input["badgeEnabled"] == json!(true) && text(&project["source"], "type") == "CODEPIPELINE" {
        return Err(invalid("Build badges are not supported for CodePipeline source"));
    }
    for role in [&project["serviceRole"], &project["buildBatchConfig"]["serviceRole"]] {
        check_role(cx, role)?;
    }
    check_vpc(cx, project)
}

fn check_role(cx: &Context<'_>, role: &Value) -> Result<(), Refusal> {
    match role.as_str() {
        Some(arn) if !cx.global.iam.trusts(arn, "codebuild.amazonaws.com") => {
            Err(invalid(format!("CodeBuild is not authorized to perform: sts:AssumeRole on {arn}")))
        }
        _ => Ok(()),
    }
}

fn check_cache(project: &Value) -> Result<(), Refusal> {
    let cache = &project["cache"];
    let modes = texts(cache, "modes");
    match text(cache, "type") {
        "S3" if text(cache, "location").is_empty() => Err(invalid("Invalid cache: location is required")),
        "LOCAL" if modes.is_empty() => Err(invalid("Invalid cache: modes are required for cache type LOCAL")),
        "LOCAL"
            if modes.contains(&"LOCAL_DOCKER_LAYER_CACHE")
                && project["environment"]["privilegedMode"] != json!(true) =>
        {
            Err(invalid("Invalid cache: LOCAL_DOCKER_LAYER_CACHE requires privileged mode"))
        }
        _ => Ok(()),
    }
}

fn check_logs(project: &Value) -> Result<(), Refusal> {
    let s3 = &project["logsConfig"]["s3Logs"];
    if text(s3, "status") == "ENABLED" && text(s3, "location").is_empty() {
        return Err(invalid("Invalid logs config: location is required for S3 logs"));
    }
    let watch = &project["logsConfig"]["cloudWatchLogs"];
    if !text(watch, "streamName").is_empty() && text(watch, "groupName").is_empty() {
        return Err(invalid("Invalid logs config: group name is required with a stream name"));
    }
    Ok(())
}

fn check_limits(project: &Value) -> Result<(), Refusal> {
    let outside = |member: &str, low: i64, high: i64| {
        project[member].as_i64().is_some_and(|value| !(low..=high).contains(&value))
    };
    for (member, low, high) in [
        ("timeoutInMinutes", 5, 2160),
        ("queuedTimeoutInMinutes", 5, 480),
        ("concurrentBuildLimit", 1, i64::MAX),
        ("autoRetryLimit", 0, 10),
    ] {
        if outside(member, low, high) {
            return Err(invalid(format!("Invalid {member}: {} is out of range", project[member])));
        }
    }
    Ok(())
}

fn check_tags(input: &Value) -> Result<(), Refusal> {
    let tags = tags::parse(&input["tags"]);
    if tags.keys().any(|key| key.is_empty() || key.starts_with("aws:")) {
        return Err(invalid("Invalid tags: a key is not empty and does not begin with aws:"));
    }
    if tags.len() < items(input, "tags").len() {
        return Err(invalid("Invalid tags: a key is given twice"));
    }
    Ok(())
}

fn check_vpc(cx: &Context<'_>, project: &Value) -> Result<(), Refusal> {
    let vpc = &project["vpcConfig"];
    if vpc.is_null() {
        return Ok(());
    }
    let (id, subnets, groups) = (text(vpc, "vpcId"), texts(vpc, "subnets"), texts(vpc, "securityGroupIds"));
    if id.is_empty() || subnets.is_empty() || groups.is_empty() {
        return Err(invalid("Invalid vpc config: vpcId, subnets and securityGroupIds are all required"));
    }
    if !cx.global.iam.role_allows(text(project, "serviceRole"), "ec2:DescribeSecurityGroups") {
        return Err(invalid("Not authorized to perform DescribeSecurityGroups"));
    }
    let unknown =
        |what: &str, id: &str| Err(invalid(format!("Invalid vpc config: the {what} {id} does not exist")));
    if ec2::vpc(cx.region, id).is_none() {
        return unknown("VPC", id);
    }
    let elsewhere = |found: Option<Value>| found.is_none_or(|found| text(&found, "VpcId") != id);
    if let Some(subnet) = subnets.into_iter().find(|subnet| elsewhere(ec2::subnet(cx.region, subnet))) {
        return unknown("subnet", subnet);
    }
    match groups.into_iter().find(|group| elsewhere(ec2::security_group(cx.region, group))) {
        Some(group) => unknown("security group", group),
        None => Ok(()),
    }
}
