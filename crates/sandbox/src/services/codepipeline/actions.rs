//! Action types, and what CodePipeline refuses of a single action.

use serde_json::Value;

use super::rules::in_action;
use crate::form::{items, text};
use crate::refusal::Refusal;

/// An action type: what it takes and gives, and the configuration it cannot do without.
struct ActionType {
    category: &'static str,
    owner: &'static str,
    provider: &'static str,
    inputs: (usize, usize),
    outputs: (usize, usize),
    required: &'static [&'static str],
    v2_only: bool,
}

const fn aws(
    category: &'static str,
    provider: &'static str,
    inputs: (usize, usize),
    outputs: (usize, usize),
    required: &'static [&'static str],
) -> ActionType {
    ActionType { category, owner: "AWS", provider, inputs, outputs, required, v2_only: false }
}

/// The same, but the type is none for V1 pipelines.
const fn v2(category: &'static str, provider: &'static str) -> ActionType {
    ActionType { v2_only: true, ..aws(category, provider, ANY, ANY, &[]) }
}

const fn third_party(
    category: &'static str,
    provider: &'static str,
    outputs: (usize, usize),
    required: &'static [&'static str],
) -> ActionType {
    ActionType { owner: "ThirdParty", ..aws(category, provider, ANY, outputs, required) }
}

const NONE: (usize, usize) = (0, 0);
const ONE: (usize, usize) = (1, 1);
/// AWS bounds it too, but the bound is not documented well enough to refuse by it.
const ANY: (usize, usize) = (0, usize::MAX);

const CODE_DEPLOY_TO_ECS: &[&str] =
    &["ApplicationName", "DeploymentGroupName", "TaskDefinitionTemplateArtifact", "AppSpecTemplateArtifact"];

const TYPES: &[ActionType] = &[
    aws("Source", "CodeCommit", NONE, ONE, &["RepositoryName", "BranchName"]),
    aws(
        "Source",
        "CodeStarSourceConnection",
        NONE,
        ONE,
        &["ConnectionArn", "FullRepositoryId", "BranchName"],
    ),
    aws("Source", "ECR", NONE, ONE, &["RepositoryName"]),
    aws("Source", "S3", NONE, ONE, &["S3Bucket", "S3ObjectKey"]),
    third_party("Source", "GitHub", ONE, &["Owner", "Repo", "Branch", "OAuthToken"]),
    aws("Build", "CodeBuild", (1, 5), (0, 5), &["ProjectName"]),
    aws("Test", "CodeBuild", (1, 5), (0, 5), &["ProjectName"]),
    aws("Test", "DeviceFarm", ANY, ANY, &[]),
    v2("Build", "ECRBuildAndPublish"),
    v2("Build", "Commands"),
    v2("Compute", "Commands"),
    aws("Deploy", "AppConfig", ANY, ANY, &[]),
    aws("Deploy", "CloudFormation", ANY, ANY, &["ActionMode", "StackName"]),
    aws("Deploy", "CloudFormationStackInstances", ANY, ANY, &[]),
    aws("Deploy", "CloudFormationStackSet", ANY, ANY, &[]),
    aws("Deploy", "CodeDeploy", ONE, NONE, &["ApplicationName", "DeploymentGroupName"]),
    aws("Deploy", "CodeDeployToECS", (1, 5), NONE, CODE_DEPLOY_TO_ECS),
    aws("Deploy", "EC2", ANY, ANY, &[]),
    aws("Deploy", "ECS", ONE, NONE, &["ClusterName", "ServiceName"]),
    v2("Deploy", "EKS"),
    aws("Deploy", "ElasticBeanstalk", ANY, ANY, &["ApplicationName", "EnvironmentName"]),
    aws("Deploy", "Lambda", ANY, ANY, &[]),
    aws("Deploy", "OpsWorks", ANY, ANY, &[]),
    aws("Deploy", "S3", ONE, NONE, &["BucketName", "Extract"]),
    aws("Deploy", "ServiceCatalog", ANY, ANY, &[]),
    third_party("Deploy", "AlexaSkillsKit", ANY, &[]),
    aws("Approval", "Manual", NONE, NONE, &[]),
    aws("Invoke", "CodePipeline", ANY, ANY, &["PipelineName"]),
    aws("Invoke", "InspectorScan", ANY, ANY, &[]),
    aws("Invoke", "Lambda", ANY, ANY, &["FunctionName"]),
    aws("Invoke", "StepFunctions", ANY, ANY, &["StateMachineArn"]),
];

pub(super) fn check(region: &str, declared: &Value, action: &Value) -> Result<(), Refusal> {
    let name = text(action, "name");
    let kind = available(region, action)?;
    if kind.v2_only && text(declared, "pipelineType") != "V2" {
        return Err(in_action(format!("{} Action can only be used with V2 pipelines.", kind.provider)));
    }
    let inputs = items(action, "inputArtifacts").len();
    count(name, "input", inputs, kind.inputs)?;
    count(name, "output", items(action, "outputArtifacts").len(), kind.outputs)?;
    // CodeBuild asks which of several artifacts holds the buildspec
    let primary = (kind.provider == "CodeBuild" && inputs > 1).then_some("PrimarySource");
    match kind.required.iter().copied().chain(primary).find(|key| action["configuration"][*key].is_null()) {
        Some(key) => Err(in_action(format!(
            "Action configuration for action '{name}' is missing required configuration '{key}'"
        ))),
        None => Ok(()),
    }
}

fn available(region: &str, action: &Value) -> Result<&'static ActionType, Refusal> {
    let id = &action["actionTypeId"];
    let (category, provider) = (text(id, "category"), text(id, "provider"));
    let (owner, version) = (text(id, "owner"), text(id, "version"));
    TYPES
        .iter()
        .find(|kind| (kind.category, kind.provider, kind.owner) == (category, provider, owner))
        .filter(|_| version == "1")
        .ok_or_else(|| {
            in_action(format!(
                "ActionType (Category: '{category}', Provider: '{provider}', Owner: '{owner}', Version: \
                 '{version}') in action '{}' is not available in region '{region}'",
                text(action, "name")
            ))
        })
}

fn count(action: &str, side: &str, actual: usize, (least, most): (usize, usize)) -> Result<(), Refusal> {
    let (word, bound) = match actual {
        few if few < least => ("less than the minimum", least),
        many if many > most => ("more than the maximum", most),
        _ => return Ok(()),
    };
    Err(in_action(format!(
        "Action {action} declares {actual} {side} artifacts which is {word} count ({bound})"
    )))
}
