//! What the deploy action of a pipeline does.

use recon_model::KindId::{
    CodedeployApplication, CodedeployDeploymentConfig, CodedeployDeploymentGroup, EcsService,
};

use super::arn::{Thing, by_name, text};
use super::need::{Need, demand};
use super::pipeline::{Acting, of_provider};
use crate::at::At;
use crate::rule::{By, Rule, Severity};
use crate::svc::task_definition;

pub const TASKS: &str = "ecs-tasks.amazonaws.com";

pub static IAM_014: Rule = Rule {
    id: "IAM-014",
    severity: Severity::Error,
    title: "a pipeline role that may not deploy",
    doc: "CodeDeployToECS registers the task definition itself before it calls CodeDeploy: beside the calls of \
          CodeDeploy the role needs ecs:RegisterTaskDefinition on `*` and iam:PassRole on the task's roles. The \
          managed policy AWSCodeDeployDeployerAccess has neither. An ECS action updates the service.",
    fix: "add the statement to the pipeline's role",
    source: "AWS: CodePipeline user guide, manage the CodePipeline service role; AWS managed policy \
             AWSCodeDeployDeployerAccess",
    bad: r#"
[iam.role.pipeline]
managed = ["AWSCodeDeployDeployerAccess"]

[iam.role.pipeline.inline.pipeline]
Version = "2012-10-17"

[[iam.role.pipeline.inline.pipeline.Statement]]
Effect    = "Allow"
NotAction = ["codedeploy:*", "ecs:*", "iam:*"]
Resource  = "*"
"#,
    good: r#"
[iam.role.pipeline]
managed = ["AWSCodeDeployDeployerAccess"]
"#,
    by: By::Check(|cx, out| {
        let by_code_deploy = of_provider(cx, "CodeDeployToECS").flat_map(|acting| code_deploy(&acting));
        let by_ecs = of_provider(cx, "ECS").flat_map(|acting| rolling(&acting));
        demand(by_code_deploy.chain(by_ecs), out);
    }),
};

fn code_deploy<'c>(acting: &Acting<'c>) -> Vec<Need<'c>> {
    let mut needs = Vec::new();
    let group_at = acting.action.says("DeploymentGroupName");
    let group = acting.action.target("DeploymentGroupName", CodedeployDeploymentGroup);
    let application = Thing::named(&acting.action.says("ApplicationName"), CodedeployApplication);
    let names = || Some((text(&acting.action.says("ApplicationName"))?, text(&group_at)?));
    let group_thing = match &group {
        Some(group) => Some(Thing::of(group)),
        None => names().map(|(application, name)| {
            let home = &acting.at().cx.stack.home;
            let name = format!("{application}/{name}");
            Thing::literal(by_name(CodedeployDeploymentGroup, home, &name))
        }),
    };
    if let Some(thing) = group_thing {
        let calls = ["codedeploy:CreateDeployment", "codedeploy:GetDeployment"];
        needs.push(acting.need("deploys", &calls, thing));
    }
    if let Some(thing) = application {
        let calls = [
            "codedeploy:GetApplication",
            "codedeploy:GetApplicationRevision",
            "codedeploy:RegisterApplicationRevision",
        ];
        needs.push(acting.need("deploys", &calls, thing));
    }
    if let Some(thing) = group.as_ref().and_then(|group| config(group)) {
        needs.push(acting.need("deploys", &["codedeploy:GetDeploymentConfig"], thing));
    }
    needs.push(registers(acting));
    let service = group.and_then(|group| group.get("ecs_services").items().next()?.get("service").target());
    // the file that it registers, or else what the service runs
    let definition = acting.at().cx.template(acting.at());
    let definition = definition.or_else(|| service.and_then(|service| task_definition(&service)));
    if let Some(definition) = definition {
        needs.extend(passes(&acting.role, acting.at(), &definition, "registers its task definition"));
    }
    needs.into_iter().map(|need| need.named("deploy")).collect()
}

fn config(group: &At<'_>) -> Option<Thing> {
    Thing::named(&group.get("deployment_config"), CodedeployDeploymentConfig)
}

/// AWS judges it on `*`, of late also on the family.
fn registers<'c>(acting: &Acting<'c>) -> Need<'c> {
    let call = "ecs:RegisterTaskDefinition";
    acting.need("registers the task definition", &[call], Thing::any("task definition"))
}

/// The roles of a task are passed by whoever registers it.
pub fn passes<'c>(role: &At<'c>, place: &At<'_>, definition: &At<'_>, why: &str) -> Vec<Need<'c>> {
    let roles = ["task_role", "execution_role"].into_iter().filter_map(|field| {
        let at = definition.get(field);
        let outside = || text(&at).filter(|arn| arn.starts_with("arn:")).map(Thing::literal);
        at.target().map(|own| Thing::of(&own)).or_else(outside)
    });
    let why = format!("{} {why}", place.address());
    roles.map(|passed| Need::pass(role, place, &why, passed, TASKS).named("deploy")).collect()
}

fn rolling<'c>(acting: &Acting<'c>) -> Vec<Need<'c>> {
    let (cluster, service) = (acting.action.says("ClusterName"), acting.action.says("ServiceName"));
    let mut needs = vec![
        registers(acting),
        acting.need("watches the tasks", &["ecs:DescribeTasks", "ecs:ListTasks"], Thing::any("tasks")),
        acting.need(
            "reads the task definition",
            &["ecs:DescribeTaskDefinition"],
            Thing::any("task definition"),
        ),
    ];
    let calls = ["ecs:DescribeServices", "ecs:UpdateService"];
    let target = acting.action.target("ServiceName", EcsService);
    if let Some(target) = &target {
        needs.push(acting.need("updates the service", &calls, Thing::of(target)));
    } else if let (Some(cluster), Some(service)) = (text(&cluster), text(&service)) {
        let home = &acting.at().cx.stack.home;
        let arn = by_name(EcsService, home, &format!("{cluster}/{service}"));
        needs.push(acting.need("updates the service", &calls, Thing::literal(arn)));
    }
    if let Some(definition) = target.and_then(|service| task_definition(&service)) {
        needs.extend(passes(&acting.role, acting.at(), &definition, "registers its task definition"));
    }
    needs.into_iter().map(|need| need.named("deploy")).collect()
}
