//! How large an artifact may be.

use super::deploys;
use super::made::section;
use crate::pipe::{Action, actions};
use crate::rule::{By, Rule, Severity};

pub static ART_018: Rule = Rule {
    id: "ART-018",
    severity: Severity::Warning,
    title: "an artifact that may be too large for the deploy action",
    doc: "An input artifact of CodeDeployToECS may not have more than 3 MB, zipped. All the files of a build, or a \
          repository with the code in it, soon do; AWS then says \"Exception while trying to read the task definition \
          artifact file\", as if the file were missing.",
    fix: "let the build emit the task definition, the AppSpec and imageDetail.json, and nothing else",
    source: "AWS: CodePipeline user guide, quotas; troubleshooting",
    bad: r#"
[codebuild.project.api]
description = "it emits all that there is"
# file: buildspec.yml
version: 0.2
phases: { build: { commands: [make] } }
artifacts:
  files: ["**/*"]
"#,
    good: r#"
[codebuild.project.api]
description = "it emits three small files"
# file: buildspec.yml
version: 0.2
phases: { build: { commands: [make] } }
artifacts:
  files: [appspec.yaml, taskdef.json, imageDetail.json]
"#,
    by: By::Check(|cx, out| {
        for action in deploys(cx) {
            for input in action.inputs() {
                let name = input.text().unwrap_or_default();
                let Some(producer) = action.producer(&name) else { continue };
                for entry in section(&producer, &name).into_iter().flat_map(|section| section.everything()) {
                    out.within(
                        &entry,
                        format!("all files go into `{name}`, and the deploy action takes 3 MB"),
                    )
                    .related(&input, "read by the deploy action");
                }
                if let Some(build) = builds(&action, &producer, &name) {
                    out.at(
                        &input,
                        format!("`{name}` is a whole repository, and the deploy action takes 3 MB"),
                    )
                    .fix("let the build hand on the few files that the deployment reads")
                    .related(&build.at, "the code in it is built here");
                }
            }
        }
    }),
};

/// The action that builds what is in a source's artifact: then there is code in it.
fn builds<'c>(action: &Action<'c>, producer: &Action<'c>, artifact: &str) -> Option<Action<'c>> {
    let repository = producer.is_source() && !producer.is("ECR");
    let takes =
        |other: &Action<'_>| other.is("CodeBuild") && other.inputs().iter().any(|input| input.is(artifact));
    actions(&action.pipeline).into_iter().find(|other| repository && takes(other))
}
