//! Who may assume a role.

use std::collections::BTreeMap;

use recon_iam::{Access, Asked, Caller, Context, Principal, Truth, evaluate};
use recon_model::KindId::{
    CodebuildProject, CodedeployDeploymentGroup, CodepipelinePipeline, EcsService, EcsTaskDefinition,
    EventsRule,
};

use super::arn::{arn, unknown};
use super::grants::read;
use super::register::TASKS;
use super::tell::listed;
use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

/// A role that a service assumes for this stack, and where that is said.
struct Use<'c> {
    role: At<'c>,
    place: At<'c>,
    service: &'static str,
}

/// Every place that gives a role to a service, and to which.
pub fn places<'c>(cx: &'c Cx<'c>) -> Vec<(At<'c>, &'static str)> {
    let mut places: Vec<(At<'c>, &'static str)> = Vec::new();
    for project in cx.of(CodebuildProject) {
        places.push((project.get("service_role"), "codebuild.amazonaws.com"));
    }
    for pipeline in cx.of(CodepipelinePipeline) {
        places.push((pipeline.get("role"), "codepipeline.amazonaws.com"));
    }
    for group in cx.of(CodedeployDeploymentGroup) {
        places.push((group.get("service_role"), "codedeploy.amazonaws.com"));
    }
    for definition in cx.of(EcsTaskDefinition) {
        places.extend(["task_role", "execution_role"].map(|field| (definition.get(field), TASKS)));
    }
    for service in cx.of(EcsService) {
        let balancers = service.get("load_balancers").items().map(|b| b.get("advanced_configuration.role"));
        let volumes = service.get("volume_configurations").items().map(|v| v.get("managed_ebs_volume.role"));
        places.extend(balancers.chain(volumes).map(|at| (at, "ecs.amazonaws.com")));
    }
    for rule in cx.of(EventsRule) {
        let targets = rule.get("targets").items().map(|target| target.get("role"));
        places.extend(targets.map(|at| (at, EVENTS)));
    }
    places.retain(|(at, _)| at.exists());
    places
}

const EVENTS: &str = "events.amazonaws.com";

/// The same with the roles, where the stack has them.
fn uses<'c>(cx: &'c Cx<'c>) -> Vec<Use<'c>> {
    let role = |(place, service): (At<'c>, &'static str)| Some(Use { role: place.target()?, place, service });
    places(cx).into_iter().filter_map(role).collect()
}

pub static IAM_004: Rule = Rule {
    id: "IAM-004",
    severity: Severity::Error,
    title: "a role that the service may not assume",
    doc: "A service acts as the role that it is given, if the role's trust policy names it: codebuild, codepipeline, \
          codedeploy, ecs-tasks (task and execution roles) or ecs (infrastructure roles) at amazonaws.com.",
    fix: "name the service in the role's trust",
    source: "AWS: user guides of CodeBuild, CodePipeline, CodeDeploy and ECS on their service roles",
    bad: r#"
[iam.role.build]
trust = { services = ["codedeploy.amazonaws.com"] }
"#,
    good: r#"
[iam.role.build]
trust = { services = ["codebuild.amazonaws.com"] }
"#,
    by: By::Check(|cx, out| {
        // EV-005 speaks of those of event rules
        for used in uses(cx).iter().filter(|used| used.service != EVENTS) {
            demand(&used.role, &used.place, used.service, out);
        }
    }),
};

/// Reports a role whose trust does not let the service.
pub fn demand(role: &At<'_>, place: &At<'_>, service: &str, out: &mut Sink<'_>) {
    let policy = read(&role.canonical().get("trust"));
    let home = &role.cx.stack.home;
    let short = service.split('.').next().unwrap_or(service);
    let from = if short == "ecs-tasks" { "ecs" } else { short };
    let mut context = Context::new().with("aws:SecureTransport", "true").without("sts:ExternalId");
    if !home.account.is_empty() {
        let source =
            format!("arn:{}:{from}:{}:{}:{}", home.partition, home.region, home.account, unknown("source"));
        context = context.with("aws:SourceAccount", &*home.account).with("aws:SourceArn", source);
    }
    let access = Access { resource: Some(&policy), resource_decides: true, ..Access::default() };
    // services were once trusted region by region
    let regional = service.replacen(short, &format!("{short}.{}", home.region), 1);
    let names = [service, &regional].map(|name| {
        let asked = Asked {
            caller: Caller::Service(name.to_string()),
            action: "sts:AssumeRole".into(),
            resource: arn(role),
            context: context.clone(),
        };
        evaluate(&access, &asked).allowed
    });
    if Truth::any(names) != Truth::No {
        return;
    }
    let mut services = trusted(role).into_iter().map(|(_, name)| name).collect::<Vec<_>>();
    services.push(service.to_string());
    let list = services.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    out.at(&role.get("trust"), format!("{service} may not assume {}", role.address()))
        .fix(format!("trust = {{ services = [{list}] }}"))
        .related(place, "assumed for this");
}

/// The services that a role trusts, and where each stands.
fn trusted<'c>(role: &At<'c>) -> Vec<(At<'c>, String)> {
    let trust = role.get("trust");
    let mut lists = vec![trust.get("services")];
    lists.extend(super::grants::statements(&trust).iter().map(|own| own.get("Principal.Service")));
    let mut found = Vec::new();
    for list in lists {
        let items: Vec<_> = list.items().collect();
        let places = if items.is_empty() { vec![list] } else { items };
        found.extend(places.into_iter().filter_map(|at| Some((at.clone(), at.text()?.into_owned()))));
    }
    found
}

pub static IAM_005: Rule = Rule {
    id: "IAM-005",
    severity: Severity::Warning,
    title: "a role that trusts a service which does not use it",
    doc: "Nothing in the stack has this service act as the role: the trust is wider than it needs to be. \
          (CodeDeploy's role needs codedeploy.amazonaws.com only, though it is about ECS.)",
    fix: "take the service out of the trust",
    source: "AWS: CodeDeploy user guide, create a service role; IAM user guide, grant least privilege",
    bad: r#"
[iam.role.codedeploy]
trust = { services = ["codedeploy.amazonaws.com", "ecs.amazonaws.com"] }
"#,
    good: r#"
[iam.role.codedeploy]
trust = { services = ["codedeploy.amazonaws.com"] }
"#,
    by: By::Check(|cx, out| {
        let mut used: BTreeMap<recon_model::Address, Vec<&'static str>> = BTreeMap::new();
        for own in uses(cx) {
            used.entry(own.role.address().clone()).or_default().push(own.service);
        }
        for (address, services) in &used {
            let Some(role) = cx.resource(address) else { continue };
            for (at, name) in trusted(&role) {
                let home = &cx.stack.home;
                let plain = name.replacen(&format!(".{}.", home.region), ".", 1);
                if !services.contains(&&*plain) {
                    let by = listed(
                        &services
                            .iter()
                            .collect::<std::collections::BTreeSet<_>>()
                            .into_iter()
                            .collect::<Vec<_>>(),
                    );
                    out.at(&at, format!("{name} does not act as {address} here, only {by} does"));
                }
            }
        }
    }),
};

pub static IAM_028: Rule = Rule {
    id: "IAM-028",
    severity: Severity::Warning,
    title: "a role that everybody may assume",
    doc: "A trust policy whose principal is `*`, without a condition, lets every account and service of AWS act as the \
          role.",
    fix: "name who may: trust = { services = [\"…\"] }",
    source: "AWS: IAM user guide, AWS JSON policy elements: Principal",
    bad: r#"
[iam.role.other]
name = "other"

[iam.role.other.trust]
Version   = "2012-10-17"
Statement = [{ Effect = "Allow", Principal = "*", Action = "sts:AssumeRole" }]
"#,
    good: r#"
[iam.role.other]
name = "other"

[iam.role.other.trust]
Version   = "2012-10-17"
Statement = [{ Effect = "Allow", Principal = { Service = "ecs-tasks.amazonaws.com" }, Action = "sts:AssumeRole" }]
"#,
    by: By::Check(|cx, out| {
        for role in cx.of(recon_model::KindId::IamRole) {
            let trust = role.get("trust");
            let places = super::grants::statements(&trust);
            for own in read(&trust).statements {
                let open = own.principals.as_ref().is_some_and(|principals| {
                    let all = |p: &Principal| matches!(p, Principal::Everybody | Principal::EveryArn);
                    principals.not || principals.list.iter().any(all)
                });
                let allows = own.effect == recon_iam::Effect::Allow && own.conditions.is_empty();
                if let Some(at) = places.get(own.index).filter(|_| open && allows) {
                    out.at(&at.get("Principal"), format!("everybody may act as {}", role.address()));
                }
            }
        }
    }),
};
