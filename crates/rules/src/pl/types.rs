//! What needs a pipeline of type V2, and what goes with its execution mode.

use crate::at::At;
use crate::pipe::{actions, pipelines};
use crate::rule::{By, Rule, Severity};

pub static PL_013: Rule = Rule {
    id: "PL-013",
    severity: Severity::Error,
    title: "a V1 pipeline with what only V2 has",
    doc: "Execution modes QUEUED and PARALLEL, variables, triggers and conditions of stages come with pipeline type V2: \
          \"Pipeline variable can only be used with V2 pipelines\". A pipeline that says nothing is V1.",
    fix: "pipeline_type = \"V2\"",
    source: "AWS: CodePipeline answers so to CreatePipeline; user guide, pipeline types",
    bad: r#"
[codepipeline.pipeline.api]
pipeline_type  = "V1"
execution_mode = "QUEUED"
"#,
    good: r#"
[codepipeline.pipeline.api]
pipeline_type  = "V2"
execution_mode = "QUEUED"
"#,
    by: By::Check(|cx, out| {
        for pipeline in pipelines(cx).filter(|pipeline| pipeline.get("pipeline_type").is("V1")) {
            let mut say = |at: &At<'_>, what: &str| {
                out.at(at, format!("{what} V2 pipelines only, this one is V1"))
                    .related(&pipeline.get("pipeline_type"), "the pipeline's type");
            };
            let mode = pipeline.get("execution_mode");
            if mode.is_one_of(&["QUEUED", "PARALLEL"]) {
                say(&mode, "this execution mode is for");
            }
            for (field, what) in [("variables", "variables are for"), ("triggers", "triggers are for")] {
                let at = pipeline.get(field);
                if !at.is_empty() {
                    say(&at, what);
                }
            }
            for stage in pipeline.get("stages").items() {
                for gate in ["before_entry", "on_success", "on_failure"] {
                    let at = stage.get(gate);
                    if !at.is_empty() {
                        say(&at, "what holds at a stage's ends is for");
                    }
                }
            }
        }
    }),
};

pub static PL_014: Rule = Rule {
    id: "PL-014",
    severity: Severity::Error,
    title: "a rollback in a PARALLEL pipeline",
    doc: "\"Failure conditions with rollback result type cannot be added to a PARALLEL pipeline.\"",
    fix: "execution_mode = \"QUEUED\", or another result",
    source: "AWS: CodePipeline answers so to CreatePipeline",
    bad: r#"
[codepipeline.pipeline.api]
execution_mode = "PARALLEL"
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", on_failure = "ROLLBACK", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
]
"#,
    good: r#"
[codepipeline.pipeline.api]
execution_mode = "QUEUED"
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", on_failure = "ROLLBACK", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
]
"#,
    by: By::Check(|cx, out| {
        for pipeline in pipelines(cx).filter(|pipeline| pipeline.get("execution_mode").is("PARALLEL")) {
            for failure in pipeline.get("stages").items().map(|stage| stage.get("on_failure")) {
                let conditions = failure.get("conditions").items().map(|condition| condition.get("result"));
                for at in
                    std::iter::once(failure.get("result")).chain(conditions).filter(|at| at.is("ROLLBACK"))
                {
                    out.at(&at, "a PARALLEL pipeline has nothing to roll back to")
                        .related(&pipeline.get("execution_mode"), "the execution mode");
                }
            }
        }
    }),
};

pub static PL_015: Rule = Rule {
    id: "PL-015",
    severity: Severity::Error,
    title: "a trigger for something else than a connection",
    doc: "\"Triggers for connections must reference a CodeStarSourceConnection action.\" A CodeCommit source is \
          started by an EventBridge rule instead.",
    fix: "remove the trigger, and declare an [events.rule] for the repository",
    source: "AWS: CodePipeline answers so to CreatePipeline",
    bad: r#"
[codepipeline.pipeline.api]
triggers = [{ provider_type = "CodeStarSourceConnection", git_configuration = { source_action_name = "Source", push = [{ branches = { includes = ["main"] } }] } }]
"#,
    good: r#"
[codepipeline.pipeline.api]
triggers = []
"#,
    by: By::Check(|cx, out| {
        for pipeline in pipelines(cx) {
            let all = actions(&pipeline);
            for trigger in pipeline.get("triggers").items() {
                let at = trigger.get("git_configuration.source_action_name");
                let Some(name) = at.text() else { continue };
                match all.iter().find(|action| action.is_source() && action.name() == name) {
                    Some(action) if action.is("CodeStarSourceConnection") => {}
                    Some(action) => {
                        let provider = action.provider();
                        out.at(
                            &at,
                            format!("`{name}` is a {provider} source, and triggers are for connections"),
                        )
                        .related(&action.at, "the source");
                    }
                    None => {
                        out.at(&at, format!("there is no source action `{name}`"))
                            .fix("name a source action of the pipeline");
                    }
                }
            }
        }
    }),
};
