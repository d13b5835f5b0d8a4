//! A build that clones the source's repository by itself.

use recon_model::KindId::CodecommitRepository;

use crate::iam::arn::Thing;
use crate::iam::need::{Need, demand};
use crate::pipe::by;
use crate::rule::{By, Rule, Severity};

pub static PL_027: Rule = Rule {
    id: "PL-027",
    severity: Severity::Error,
    title: "a build that may not clone what it is told to",
    doc: "With OutputArtifactFormat CODEBUILD_CLONE_REF the build clones the repository itself, as the project's role: \
          that needs codecommit:GitPull, or the use of the connection. (What the pipeline's role needs for it is \
          IAM-012's.)",
    fix: "add the statement to the project's role, or OutputArtifactFormat = \"CODE_ZIP\"",
    source: "AWS: CodePipeline user guide, action reference CodeCommit; troubleshooting",
    bad: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false", OutputArtifactFormat = "CODEBUILD_CLONE_REF" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], output_artifacts = ["BuildArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
]
"#,
    good: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false", OutputArtifactFormat = "CODEBUILD_CLONE_REF" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], output_artifacts = ["BuildArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
]

[iam.role.build.inline.source]
Version   = "2012-10-17"
Statement = [{ Effect = "Allow", Action = "codecommit:GitPull", Resource = "${codecommit.repository.app.arn}" }]

[iam.role.pipeline.inline.clone]
Version   = "2012-10-17"
Statement = [{ Effect = "Allow", Action = "codecommit:GetRepository", Resource = "${codecommit.repository.app.arn}" }]
"#,
    by: By::Check(|cx, out| {
        let mut needs = Vec::new();
        for build in by(cx, "CodeBuild") {
            let Some(role) = build.project().and_then(|project| project.get("service_role").target()) else {
                continue;
            };
            for source in build.inputs().iter().filter_map(|input| build.producer(&input.text()?)) {
                let format = source.says("OutputArtifactFormat");
                if !source.is("CodeCommit") || !format.is("CODEBUILD_CLONE_REF") {
                    continue;
                }
                if let Some(repository) = Thing::named(&source.says("RepositoryName"), CodecommitRepository) {
                    let why = "the build clones the repository";
                    needs.push(
                        Need::new(&role, &format, why, &["codecommit:GitPull"], repository).named("source"),
                    );
                }
            }
        }
        demand(needs, out);
    }),
};
