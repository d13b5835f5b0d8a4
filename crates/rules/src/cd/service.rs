//! The application and the service that a group deploys.

use std::collections::BTreeMap;

use super::groups;
use crate::at::At;
use crate::rule::{By, Rule, Severity};
use crate::svc::controller;

pub static CD_006: Rule = Rule {
    id: "CD-006",
    severity: Severity::Error,
    title: "an application of another platform",
    doc: "A group with ECS services belongs to an application of the ECS platform: \"Should not specify ECS services \
          parameter for Server deployment group\". The platform is fixed at creation.",
    fix: "compute_platform = \"ECS\" (the default here)",
    source: "AWS: CodeDeploy answers so to CreateDeploymentGroup",
    bad: r#"
[codedeploy.application.api]
compute_platform = "Server"
"#,
    good: r#"
[codedeploy.application.api]
compute_platform = "ECS"
"#,
    by: By::Check(|cx, out| {
        for group in groups(cx) {
            let Some(application) = group.get("application").target() else { continue };
            let at = application.get("compute_platform");
            if let Some(platform) = at.text().filter(|platform| platform != "ECS") {
                out.at(
                    &at,
                    format!("{} is deployed to ECS, its application is for {platform}", group.address()),
                )
                .related(&group.get("application"), "the group");
            }
        }
    }),
};

pub static CD_020: Rule = Rule {
    id: "CD-020",
    severity: Severity::Error,
    title: "a service that there is not",
    doc: "The group names a cluster and a service of it. A label that the stack does not have is refused when the \
          stack is read, with the nearest name (AWS: InvalidECSServiceException).",
    fix: "name a service of the stack, or one outside as { name = \"…\" }",
    source: "AWS API: codedeploy ECSService",
    bad: r#"
[codedeploy.deployment_group.api]
ecs_services = [{ cluster = "main", service = "apo" }]
"#,
    good: r#"
[codedeploy.deployment_group.api]
ecs_services = [{ cluster = "main", service = "api" }]
"#,
    by: By::Reader,
};

pub static CD_021: Rule = Rule {
    id: "CD-021",
    severity: Severity::Error,
    title: "a service that CodeDeploy does not deploy",
    doc: "\"Deployment group's ECS service must be configured for a CODE_DEPLOY deployment controller.\" The controller \
          of a service cannot become CODE_DEPLOY later: the service would be replaced.",
    fix: "deployment_controller = \"CODE_DEPLOY\" in the service",
    source: "AWS: CodeDeploy answers so to CreateDeploymentGroup",
    bad: r#"
[ecs.service.api]
deployment_controller = "ECS"
"#,
    good: r#"
[ecs.service.api]
deployment_controller = "CODE_DEPLOY"
"#,
    by: By::Check(|cx, out| {
        for group in groups(cx) {
            for named in group.get("ecs_services").items() {
                let Some(service) = named.get("service").target() else { continue };
                let own = controller(&service);
                if own != "CODE_DEPLOY" && !own.is_empty() {
                    let at = service.get("deployment_controller");
                    let place = if at.exists() { &at } else { &service };
                    out.at(
                        place,
                        format!("{} deploys this service, its controller is {own}", group.address()),
                    )
                    .related(&named.get("service"), "deployed from here");
                }
                let cluster = (named.get("cluster").target(), service.get("cluster").target());
                // without a cluster AWS looks in the one called `default`
                if !named.get("cluster").exists()
                    && let Some(own) = cluster.1.as_ref().filter(|own| !own.get("name").is("default"))
                {
                    out.at(
                        &named,
                        format!("the service is in {}, and no cluster is named here", own.address()),
                    )
                    .fix(format!("cluster = \"{}\"", own.address().label))
                    .related(&service.get("cluster"), "the service's cluster");
                }
                if let (Some(named_in), Some(own)) = cluster
                    && named_in.address() != own.address()
                {
                    out.at(&named.get("cluster"), format!("the service is in {}, not here", own.address()))
                        .fix("name the service's own cluster")
                        .related(&service.get("cluster"), "the service's cluster");
                }
            }
        }
    }),
};

pub static CD_022: Rule = Rule {
    id: "CD-022",
    severity: Severity::Error,
    title: "a service in two deployment groups",
    doc: "A service belongs to one deployment group (ECSServiceMappingLimitExceededException).",
    fix: "keep one of the groups",
    source: "AWS: CodeDeploy user guide, limits",
    bad: r#"
[codedeploy.deployment_group.second]
application        = "api"
name               = "second"
service_role       = "codedeploy"
ecs_services       = [{ cluster = "main", service = "api" }]
load_balancer_info = { target_group_pair_info_list = [{ target_groups = ["blue", "green"], prod_traffic_route = { listeners = ["production"] } }] }
"#,
    good: r#"
[codedeploy.deployment_group.api]
ecs_services = [{ cluster = "main", service = "api" }]
"#,
    by: By::Check(|cx, out| {
        let mut seen: BTreeMap<String, At<'_>> = BTreeMap::new();
        for named in groups(cx).flat_map(|group| group.get("ecs_services").items()) {
            let at = named.get("service");
            let Some(service) = at.target() else { continue };
            match seen.get(&service.address().to_string()) {
                Some(first) => {
                    out.at(&at, format!("{} belongs to another deployment group already", service.address()))
                        .related(first, "the first group");
                }
                None => {
                    seen.insert(service.address().to_string(), at);
                }
            }
        }
    }),
};

pub static CD_031: Rule = Rule {
    id: "CD-031",
    severity: Severity::Error,
    title: "a deployment group that deploys nothing, or two things",
    doc: "\"For ECS deployment group, exactly one ECS service must be specified\", and it needs the role by which \
          CodeDeploy moves traffic.",
    fix: "ecs_services = [{ cluster = \"…\", service = \"…\" }]",
    source: "AWS: CodeDeploy answers so to CreateDeploymentGroup",
    bad: r#"
[codedeploy.deployment_group.api]
ecs_services = []
"#,
    good: r#"
[codedeploy.deployment_group.api]
ecs_services = [{ cluster = "main", service = "api" }]
"#,
    by: By::Check(|cx, out| {
        for group in groups(cx) {
            let list = group.get("ecs_services");
            let count = list.items().count();
            if count != 1 {
                let at = if list.exists() { &list } else { &group };
                out.at(at, format!("{} deploys {count} services, and must deploy one", group.address()));
            }
            for named in list.items().filter(|named| !named.get("service").exists()) {
                out.at(&named, "no service is named here").fix("service = \"…\"");
            }
        }
    }),
};
