//! What actions name in their configuration.

use recon_model::KindId::{
    self, CodebuildProject, CodecommitRepository, CodedeployApplication, CodedeployDeploymentGroup,
    EcrRepository, EcsCluster, EcsService,
};
use recon_model::load::nearest;

use crate::cx::Cx;
use crate::pipe::{Action, all, by};
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;
use crate::svc::controller;

pub static PL_028: Rule = Rule {
    id: "PL-028",
    severity: Severity::Error,
    title: "an action that names what is almost in the stack",
    doc: "The action names a project, an application, a group, a repository, a cluster or a service that the stack does \
          not have, while it has one of nearly that name; or an application or group by the console's pattern \
          AppECS-CLUSTER-SERVICE and DgpECS-CLUSTER-SERVICE that fits none of its services. A name outside the stack \
          that resembles nothing in it is left to the plan.",
    fix: "refer to it: \"${codebuild.project.api.name}\"",
    source: "AWS: ECS developer guide, blue/green deployment with CodeDeploy (names that the console gives)",
    bad: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], configuration = { ProjectName = "apis" } }] },
]
"#,
    good: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], configuration = { ProjectName = "api" } }] },
]
"#,
    by: By::Check(named),
};

/// Provider, key, and what the key names.
const NAMES: &[(&str, &str, KindId)] = &[
    ("CodeCommit", "RepositoryName", CodecommitRepository),
    ("ECR", "RepositoryName", EcrRepository),
    ("CodeBuild", "ProjectName", CodebuildProject),
    ("CodeDeployToECS", "ApplicationName", CodedeployApplication),
    ("CodeDeployToECS", "DeploymentGroupName", CodedeployDeploymentGroup),
    ("CodeDeploy", "ApplicationName", CodedeployApplication),
    ("CodeDeploy", "DeploymentGroupName", CodedeployDeploymentGroup),
    ("ECS", "ClusterName", EcsCluster),
    ("ECS", "ServiceName", EcsService),
];

fn named(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for action in all(cx) {
        for (_, key, kind) in NAMES.iter().filter(|(provider, ..)| action.is(provider)) {
            judge(cx, &action, key, *kind, out);
        }
        group_of(&action, out);
    }
}

fn judge(cx: &Cx<'_>, action: &Action<'_>, key: &str, kind: KindId, out: &mut Sink<'_>) {
    let at = action.says(key);
    let Some(name) = at.text() else { return };
    if action.target(key, kind).is_some() {
        return;
    }
    let names: Vec<String> = cx.of(kind).map(|resource| resource.item().resource.name()).collect();
    let near = nearest(&name, names.iter().map(String::as_str));
    let by_console = match kind {
        CodedeployApplication => name.starts_with("AppECS-"),
        CodedeployDeploymentGroup => name.starts_with("DgpECS-"),
        _ => false,
    };
    if near.is_none() && (!by_console || names.is_empty()) {
        return;
    }
    let finding = out.at(&at, format!("there is no {} `{name}` in the stack", kind.name()));
    finding.label("not declared");
    match near {
        Some(near) => finding.fix(format!("did you mean `{near}`?")),
        None => finding.fix(format!("there are: {}", names.join(", "))),
    };
    for resource in cx.of(kind).take(3) {
        finding.related(&resource, "declared here");
    }
}

/// A group belongs to the application that the action names.
fn group_of(action: &Action<'_>, out: &mut Sink<'_>) {
    let group = action.target("DeploymentGroupName", CodedeployDeploymentGroup);
    let application = action.target("ApplicationName", CodedeployApplication);
    let own = group.as_ref().and_then(|group| group.get("application").target());
    if let (Some(group), Some(application), Some(own)) = (group, application, own)
        && own.address() != application.address()
    {
        let at = action.says("DeploymentGroupName");
        out.at(
            &at,
            format!("{} belongs to {}, and not to {}", group.address(), own.address(), application.address()),
        )
        .fix("name a group of that application")
        .related(&action.says("ApplicationName"), "the application");
    }
}

pub static PL_029: Rule = Rule {
    id: "PL-029",
    severity: Severity::Error,
    title: "a deploy action that does not fit the service's controller",
    doc: "The rolling action (ECS) updates the service itself, which a service of the CODE_DEPLOY controller refuses: \
          \"Unable to update task definition on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy \
          to trigger a new deployment.\" The blue/green action (CodeDeployToECS) needs just that controller.",
    fix: "provider = \"CodeDeployToECS\" for CODE_DEPLOY, provider = \"ECS\" for the ECS controller",
    source: "AWS API: ecs UpdateService; CodePipeline user guide, action reference ECS",
    bad: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Deploy", actions = [{ name = "Deploy", provider = "ECS", input_artifacts = ["SourceArtifact"], configuration = { ClusterName = "main", ServiceName = "${ecs.service.api.name}" } }] },
]
"#,
    good: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], output_artifacts = ["BuildArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
  { name = "Deploy", actions = [{ name = "Deploy", provider = "CodeDeployToECS", input_artifacts = ["BuildArtifact"], configuration = { ApplicationName = "${codedeploy.application.api.name}", DeploymentGroupName = "${codedeploy.deployment_group.api.name}", TaskDefinitionTemplateArtifact = "BuildArtifact", AppSpecTemplateArtifact = "BuildArtifact", Image1ArtifactName = "BuildArtifact", Image1ContainerName = "IMAGE1_NAME" } }] },
]
"#,
    by: By::Check(|cx, out| {
        for (provider, fits) in [("ECS", "ECS"), ("CodeDeployToECS", "CODE_DEPLOY")] {
            for action in by(cx, provider) {
                let Some(service) = action.service() else { continue };
                let own = controller(&service);
                if own == fits || own.is_empty() {
                    continue;
                }
                let at = service.get("deployment_controller");
                let key = if provider == "ECS" { "ServiceName" } else { "DeploymentGroupName" };
                out.at(
                    &action.place(key),
                    format!(
                        "{provider} deploys services of the {fits} controller, {}'s is {own}",
                        service.address()
                    ),
                )
                .related(if at.exists() { &at } else { &service }, "the service's controller");
            }
        }
    }),
};

pub static PL_030: Rule = Rule {
    id: "PL-030",
    severity: Severity::Error,
    title: "the deploy action for servers, with an application for ECS",
    doc: "The action CodeDeploy deploys to servers. An application of the ECS platform is deployed by CodeDeployToECS, \
          which reads the task definition and the AppSpec.",
    fix: "provider = \"CodeDeployToECS\"",
    source: "AWS: CodePipeline user guide, action references CodeDeploy and CodeDeployToECS",
    bad: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Deploy", actions = [{ name = "Deploy", provider = "CodeDeploy", input_artifacts = ["SourceArtifact"], configuration = { ApplicationName = "${codedeploy.application.api.name}", DeploymentGroupName = "${codedeploy.deployment_group.api.name}" } }] },
]
"#,
    good: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], output_artifacts = ["BuildArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
  { name = "Deploy", actions = [{ name = "Deploy", provider = "CodeDeployToECS", input_artifacts = ["BuildArtifact"], configuration = { ApplicationName = "${codedeploy.application.api.name}", DeploymentGroupName = "${codedeploy.deployment_group.api.name}", TaskDefinitionTemplateArtifact = "BuildArtifact", AppSpecTemplateArtifact = "BuildArtifact", Image1ArtifactName = "BuildArtifact", Image1ContainerName = "IMAGE1_NAME" } }] },
]
"#,
    by: By::Check(|cx, out| {
        for action in by(cx, "CodeDeploy") {
            let Some(application) = action.target("ApplicationName", CodedeployApplication) else { continue };
            if application.get("compute_platform").is("ECS") {
                out.at(
                    &action.at,
                    format!("{} is for ECS, and CodeDeploy deploys to servers", application.address()),
                )
                .related(&application, "the application");
            }
        }
    }),
};
