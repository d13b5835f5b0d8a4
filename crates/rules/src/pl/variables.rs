//! Variables that actions give to each other and to builds.

use serde_json::Value;

use crate::at::At;
use crate::cx::Cx;
use crate::pipe::{Action, actions, all, by};
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;
use crate::td::image::looks_secret;

pub static PL_021: Rule = Rule {
    id: "PL-021",
    severity: Severity::Error,
    title: "a variable that no action before gives out",
    doc: "`#{Namespace.Name}` is a variable of the action with that namespace, and that action has to run before. \
          `codepipeline` and `variables` are the pipeline's own.",
    fix: "give the action that makes it that namespace",
    source: "AWS: CodePipeline user guide, variables reference",
    bad: r##"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Look", actions = [{ name = "Look", provider = "Manual", configuration = { CustomData = "commit #{Source.CommitId}" } }] },
]
"##,
    good: r##"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", namespace = "Source", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Look", actions = [{ name = "Look", provider = "Manual", configuration = { CustomData = "commit #{Source.CommitId}" } }] },
]
"##,
    by: By::Check(|cx, out| {
        for action in all(cx) {
            for (_, at) in action.at.get("configuration").entries() {
                let Some(text) = at.text() else { continue };
                for (namespace, name) in used(&text) {
                    judge(&action, &at, namespace, name, out);
                }
            }
        }
    }),
};

fn judge(action: &Action<'_>, at: &At<'_>, namespace: &str, name: &str, out: &mut Sink<'_>) {
    let others = actions(&action.pipeline);
    let own = |other: &&Action<'_>| other.at.get("namespace").is(namespace);
    match namespace {
        "codepipeline" => {}
        "variables" => {
            let declared = action.pipeline.get("variables");
            if !declared.items().any(|variable| variable.get("name").is(name)) {
                let place = if declared.exists() { &declared } else { &action.pipeline };
                out.at(at, format!("the pipeline declares no variable `{name}`"))
                    .fix(format!("variables = [{{ name = \"{name}\", default_value = \"…\" }}]"))
                    .related(place, "the pipeline's variables");
            }
        }
        _ => match others.iter().find(own) {
            Some(other) if other.before(action) => {}
            Some(other) => {
                out.at(at, format!("`{namespace}` is the namespace of an action that does not run before"))
                    .related(&other.at.get("namespace"), "that action's");
            }
            None => {
                out.at(at, format!("no action has the namespace `{namespace}`"));
            }
        },
    }
}

/// The `#{namespace.name}` of a text.
fn used(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let inside = text.split("#{").skip(1).filter_map(|rest| Some(rest.split_once('}')?.0));
    inside.filter_map(|inside| inside.split_once('.'))
}

pub static PL_031: Rule = Rule {
    id: "PL-031",
    severity: Severity::Error,
    title: "variables of a build that are not the JSON they should be",
    doc: "EnvironmentVariables is a text with a JSON list in it: [{\"name\":\"…\",\"value\":\"…\",\"type\":\"PLAINTEXT\"}]. \
          `type` is PLAINTEXT, PARAMETER_STORE or SECRETS_MANAGER.",
    fix: "EnvironmentVariables = '[{\"name\":\"…\",\"value\":\"…\",\"type\":\"PLAINTEXT\"}]'",
    source: "AWS: CodePipeline user guide, action reference CodeBuild",
    bad: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}", EnvironmentVariables = "STAGE=prod" } }] },
]
"#,
    good: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}", EnvironmentVariables = '[{"name":"TARGET","value":"prod","type":"PLAINTEXT"}]' } }] },
]
"#,
    by: By::Check(|cx, out| {
        for at in by(cx, "CodeBuild").map(|action| action.says("EnvironmentVariables")) {
            if let Some(problem) = at.text().and_then(|text| wrong(&text)) {
                out.at(&at, problem);
            }
        }
    }),
};

/// What is wrong with a text of variables.
fn wrong(text: &str) -> Option<String> {
    let list = match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(list)) => list,
        Ok(_) => return Some("the variables are no JSON list".into()),
        Err(error) => return Some(format!("the variables are no JSON: {error}")),
    };
    list.iter().find_map(|variable| {
        let text = |key: &str| variable[key].as_str();
        let kind = text("type").unwrap_or("PLAINTEXT");
        match (text("name"), text("value")) {
            (None, _) => Some("a variable has no `name`".into()),
            (Some(name), None) => Some(format!("variable `{name}` has no `value` that is a text")),
            (Some(name), _) if !["PLAINTEXT", "PARAMETER_STORE", "SECRETS_MANAGER"].contains(&kind) => {
                Some(format!("variable `{name}` has type `{kind}`, which there is not"))
            }
            _ => None,
        }
    })
}

/// What an action gives to its build: name, value, type.
fn given(action: &Action<'_>) -> Vec<(String, String, String)> {
    let text = action.says("EnvironmentVariables").text().unwrap_or_default();
    let list: Vec<Value> = serde_json::from_str(&text).unwrap_or_default();
    let member = |variable: &Value, key: &str| variable[key].as_str().map(str::to_string);
    let one = |variable: &Value| {
        let kind = member(variable, "type").unwrap_or_else(|| "PLAINTEXT".into());
        Some((member(variable, "name")?, member(variable, "value")?, kind))
    };
    list.iter().filter_map(one).collect()
}

pub static PL_032: Rule = Rule {
    id: "PL-032",
    severity: Severity::Warning,
    title: "one variable with two values",
    doc: "A variable of the action wins over one of the project with the same name: who reads the project is misled.",
    fix: "keep one of them",
    source: "AWS: CodePipeline user guide, action reference CodeBuild",
    bad: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}", EnvironmentVariables = '[{"name":"STAGE","value":"prod"}]' } }] },
]
"#,
    good: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}", EnvironmentVariables = '[{"name":"TARGET","value":"prod"}]' } }] },
]
"#,
    by: By::Check(two_values),
};

fn two_values(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for action in by(cx, "CodeBuild") {
        let Some(project) = action.project() else { continue };
        for (name, value, _) in given(&action) {
            let variables = project.get("environment.environment_variables");
            let Some(own) = variables.items().find(|variable| variable.get("name").is(&name)) else {
                continue;
            };
            if own.get("value").text().is_some_and(|other| other != value) {
                out.at(
                    &action.says("EnvironmentVariables"),
                    format!("`{name}` has another value in the project"),
                )
                .related(&own.get("value"), "the project's, which does not count here");
            }
        }
    }
}

pub static PL_033: Rule = Rule {
    id: "PL-033",
    severity: Severity::Warning,
    title: "a secret in the clear, in a pipeline",
    doc: "Everybody who may read the pipeline reads the variables of its actions. PARAMETER_STORE and SECRETS_MANAGER \
          name where the value is.",
    fix: "\"type\":\"SECRETS_MANAGER\", and the secret's name as the value",
    source: "AWS: CodePipeline user guide, action reference CodeBuild, EnvironmentVariables",
    bad: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}", EnvironmentVariables = '[{"name":"NPM_TOKEN","value":"correct-horse"}]' } }] },
]
"#,
    good: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}", EnvironmentVariables = '[{"name":"TARGET","value":"prod"}]' } }] },
]
"#,
    by: By::Check(|cx, out| {
        for action in by(cx, "CodeBuild") {
            for (name, value, kind) in given(&action) {
                if kind == "PLAINTEXT" && !value.starts_with("#{") && looks_secret(&name, &value) {
                    out.at(
                        &action.says("EnvironmentVariables"),
                        format!("`{name}` looks like a secret, and stands here in the clear"),
                    );
                }
            }
        }
    }),
};
