//! Actions of a pipeline: types by their provider, and what AWS takes where
//! nothing is said (user guide, "Action structure reference").

use serde_json::{Map, Value, json};

/// A type of action, by the provider that names it.
struct Provided {
    provider: &'static str,
    category: &'static str,
    owner: &'static str,
    /// Keys of its configuration that mean the same as silence.
    silent: &'static [(&'static str, &'static str)],
}

const fn aws(
    provider: &'static str,
    category: &'static str,
    silent: &'static [(&'static str, &'static str)],
) -> Provided {
    Provided { provider, category, owner: "AWS", silent }
}

/// The category is that of the first row; in the first stage a source comes first.
const PROVIDERS: &[Provided] = &[
    aws("CodeCommit", "Source", &[("PollForSourceChanges", "true"), ("OutputArtifactFormat", "CODE_ZIP")]),
    aws(
        "CodeStarSourceConnection",
        "Source",
        &[("DetectChanges", "true"), ("OutputArtifactFormat", "CODE_ZIP")],
    ),
    Provided {
        provider: "GitHub",
        category: "Source",
        owner: "ThirdParty",
        silent: &[("PollForSourceChanges", "true")],
    },
    aws("S3", "Deploy", &[]),
    aws("S3", "Source", &[("PollForSourceChanges", "true")]),
    aws("ECR", "Source", &[("ImageTag", "latest")]),
    aws("CodeBuild", "Build", &[("BatchEnabled", "false"), ("CombineArtifacts", "false")]),
    aws("ECRBuildAndPublish", "Build", &[]),
    aws("Commands", "Compute", &[]),
    aws("DeviceFarm", "Test", &[]),
    aws(
        "CodeDeployToECS",
        "Deploy",
        &[("TaskDefinitionTemplatePath", "taskdef.json"), ("AppSpecTemplatePath", "appspec.yaml")],
    ),
    aws("ECS", "Deploy", &[("FileName", "imagedefinitions.json"), ("DeploymentTimeout", "60")]),
    aws("CodeDeploy", "Deploy", &[]),
    aws("AppConfig", "Deploy", &[]),
    aws("CloudFormation", "Deploy", &[]),
    aws("CloudFormationStackInstances", "Deploy", &[]),
    aws("CloudFormationStackSet", "Deploy", &[]),
    aws("EC2", "Deploy", &[]),
    aws("EKS", "Deploy", &[]),
    aws("ElasticBeanstalk", "Deploy", &[]),
    aws("ServiceCatalog", "Deploy", &[]),
    Provided { provider: "AlexaSkillsKit", category: "Deploy", owner: "ThirdParty", silent: &[] },
    aws("Manual", "Approval", &[]),
    aws("Lambda", "Invoke", &[]),
    aws("StepFunctions", "Invoke", &[]),
    aws("CodePipeline", "Invoke", &[]),
    aws("InspectorScan", "Invoke", &[]),
];

/// Every provider that `provider = "…"` may name.
pub(super) fn providers() -> Vec<&'static str> {
    let mut names: Vec<&str> = PROVIDERS.iter().map(|provided| provided.provider).collect();
    names.dedup();
    names
}

/// One form for an action: its type spelled out, and no word that says nothing.
pub(super) fn canonical(action: &mut Map<String, Value>, first_stage: bool) {
    let short = action.remove("provider");
    let id = action.entry("action_type_id").or_insert_with(|| json!({}));
    let Some(id) = id.as_object_mut() else { return };
    if let Some(provider) = short {
        id.entry("provider").or_insert(provider);
    }
    let Some(provided) = provided(id, first_stage) else { return };
    id.entry("category").or_insert_with(|| json!(provided.category));
    id.entry("owner").or_insert_with(|| json!(provided.owner));
    id.entry("version").or_insert_with(|| json!("1"));
    if let Some(configuration) = action.get_mut("configuration").and_then(Value::as_object_mut) {
        configuration.retain(|key, value| {
            // TOML may say `true` where AWS has the text
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_string);
            !provided.silent.iter().any(|(silent, usual)| key == silent && text == *usual)
        });
        if let Some(variables) = configuration.get_mut("EnvironmentVariables") {
            *variables = sorted(variables);
        }
    }
}

fn provided(id: &Map<String, Value>, first_stage: bool) -> Option<&'static Provided> {
    let provider = id.get("provider")?.as_str()?;
    let mut types: Vec<&Provided> =
        PROVIDERS.iter().filter(|provided| provided.provider == provider).collect();
    types.sort_by_key(|provided| first_stage && provided.category != "Source");
    let category = id.get("category").and_then(Value::as_str);
    types.iter().find(|provided| category == Some(provided.category)).or(types.first()).copied()
}

/// The variables that an action gives to its build: JSON in a text, in no order.
fn sorted(variables: &Value) -> Value {
    let parsed = variables.as_str().and_then(|text| serde_json::from_str::<Vec<Value>>(text).ok());
    let Some(mut parsed) = parsed else { return variables.clone() };
    for variable in parsed.iter_mut().filter_map(Value::as_object_mut) {
        variable.entry("type").or_insert_with(|| json!("PLAINTEXT"));
    }
    parsed.sort_by_key(|variable| variable["name"].to_string());
    json!(Value::Array(parsed).to_string())
}
