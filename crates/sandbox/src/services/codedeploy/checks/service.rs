//! The ECS service of a deployment group.

use serde_json::Value;

use crate::context::Context;
use crate::form::{items, text};
use crate::refusal::Refusal;
use crate::services::codedeploy::{last_part, refusals};

/// Cluster and service names that the group deploys.
pub(in super::super) fn ecs_services(group: &Value) -> impl Iterator<Item = (&str, &str)> {
    items(group, "ecsServices").iter().map(|service| {
        (
            last_part(service["clusterName"].as_str().unwrap_or("default")),
            last_part(text(service, "serviceName")),
        )
    })
}

pub(in super::super) fn check(cx: &Context<'_>, group: &Value) -> Result<(), Refusal> {
    let [_] = items(group, "ecsServices") else {
        return Err(refusals::ecs_service(
            "For ECS deployment group, exactly one ECS service must be specified",
        ));
    };
    for (cluster, service) in ecs_services(group) {
        readable(cx, group, cluster, service)?;
        deployable(cx, cluster, service)?;
        unclaimed(cx, group, cluster, service)?;
    }
    Ok(())
}

/// CodeDeploy looks the service up with the group's role.
fn readable(cx: &Context<'_>, group: &Value, cluster: &str, service: &str) -> Result<(), Refusal> {
    let role = text(group, "serviceRoleArn");
    if cx.global.iam.role_allows(role, "ecs:DescribeServices") {
        return Ok(());
    }
    Err(refusals::ecs_service(format!(
        "Could not load ECS service information for cluster: {cluster}, service: {service}. \
         Cause: User: arn:aws:sts::{account}:assumed-role/{name}/codedeploy-session \
         is not authorized to perform: ecs:DescribeServices",
        account = cx.account,
        name = last_part(role),
    )))
}

fn deployable(cx: &Context<'_>, cluster: &str, service: &str) -> Result<(), Refusal> {
    let Some(found) = cx.here.ecs.service(cluster, service) else {
        return Err(refusals::ecs_service(format!(
            "Could not load ECS service information for cluster: {cluster}, service: {service}. \
             Cause: the service does not exist"
        )));
    };
    if found["deploymentController"]["type"] != "CODE_DEPLOY" {
        return Err(refusals::ecs_service(
            "Deployment group's ECS service must be configured for a CODE_DEPLOY deployment controller.",
        ));
    }
    Ok(())
}

/// An ECS service belongs to one deployment group.
fn unclaimed(cx: &Context<'_>, group: &Value, cluster: &str, service: &str) -> Result<(), Refusal> {
    let own = (text(group, "applicationName"), text(group, "deploymentGroupName"));
    match cx.here.codedeploy.group_of_service(cluster, service) {
        Some((application, name)) if (application.as_str(), name.as_str()) != own => Err(Refusal::bad(
            "ECSServiceMappingLimitExceededException",
            format!(
                "The ECS service {service} of cluster {cluster} already belongs to the deployment group \
                 {name} of application {application}."
            ),
        )),
        _ => Ok(()),
    }
}
