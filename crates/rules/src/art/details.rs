//! The files by which a build says which image it made.

use super::deploys;
use super::made::section;
use crate::cb::buildspec::specs;
use crate::cb::commands::{Command, commands};
use crate::cx::Cx;
use crate::pipe::Action;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

/// A file, and the members that it has to have.
const FILES: [(&str, &[&str]); 2] =
    [("imageDetail.json", &["ImageURI"]), ("imagedefinitions.json", &["name", "imageUri"])];

pub static ART_028: Rule = Rule {
    id: "ART-028",
    severity: Severity::Error,
    title: "an image file without the member that the deployment reads",
    doc: "imageDetail.json is {\"ImageURI\":\"…\"}, imagedefinitions.json is [{\"name\":\"…\",\"imageUri\":\"…\"}]. The \
          spelling differs between the two, and counts.",
    fix: "spell the members as the file has them",
    source: "AWS: CodePipeline user guide, image definitions file reference",
    bad: r#"
[codebuild.project.api]
description = "it writes imageUri where ImageURI is read"
# file: buildspec.yml
version: 0.2
phases:
  post_build:
    commands:
      - printf '{"imageUri":"%s"}' api > imageDetail.json
artifacts:
  files: [appspec.yaml, taskdef.json, imageDetail.json]
"#,
    good: r#"
[codebuild.project.api]
description = "it writes what is read"
# file: buildspec.yml
version: 0.2
phases:
  post_build:
    commands:
      - printf '{"ImageURI":"%s"}' api > imageDetail.json
artifacts:
  files: [appspec.yaml, taskdef.json, imageDetail.json]
"#,
    by: By::Check(|cx, out| {
        for (_, spec) in specs(cx) {
            for command in commands(&spec) {
                for (file, members) in FILES {
                    if !command.text.contains(file)
                        || !command.text.contains('{')
                        || !command.text.contains('>')
                    {
                        continue;
                    }
                    if let Some(member) = members.iter().find(|member| !command.text.contains(**member)) {
                        out.within(&command.at, format!("{file} is written without `{member}`"))
                            .fix(format!("{file} has the member \"{member}\", spelled so"));
                    }
                }
            }
        }
    }),
};

pub static ART_029: Rule = Rule {
    id: "ART-029",
    severity: Severity::Warning,
    title: "an image file that no command writes",
    doc: "The build pushes an image and lists imageDetail.json among its artifacts, and none of its commands makes \
          that file: the deploy action will not find it.",
    fix: "printf '{\"ImageURI\":\"%s\"}' $IMAGE > imageDetail.json, after the push",
    source: "AWS: CodePipeline user guide, image definitions file reference",
    bad: r#"
[codebuild.project.api]
description = "it forgets to say which image it made"
# file: buildspec.yml
version: 0.2
phases:
  build:
    commands: [docker build -t api ., docker push api]
artifacts:
  files: [appspec.yaml, taskdef.json, imageDetail.json]
"#,
    good: r#"
[codebuild.project.api]
description = "it says which image it made"
# file: buildspec.yml
version: 0.2
phases:
  build:
    commands:
      - docker build -t api .
      - docker push api
      - printf '{"ImageURI":"%s"}' api > imageDetail.json
artifacts:
  files: [appspec.yaml, taskdef.json, imageDetail.json]
"#,
    by: By::Check(unwritten),
};

fn unwritten(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for action in deploys(cx) {
        for n in super::IMAGES {
            let at = action.says(&format!("Image{n}ArtifactName"));
            if let Some(artifact) = at.text() {
                judge(&action, &artifact, out);
            }
        }
    }
}

fn judge(action: &Action<'_>, artifact: &str, out: &mut Sink<'_>) {
    let Some(producer) = action.meant_producer(artifact) else { return };
    let Some(section) = section(&producer, artifact) else { return };
    let listed = section
        .files()
        .into_iter()
        .find(|entry| entry.text().is_some_and(|t| t.ends_with("imageDetail.json")));
    let (Some(listed), Some(project)) = (listed, producer.project()) else { return };
    let Some(spec) = action.at.cx.document(&project, recon_model::Role::BuildSpec) else { return };
    let commands = commands(&spec);
    let pushes = commands.iter().any(|command| command.runs("docker", &["push"]));
    if pushes && !commands.iter().any(may_write) {
        out.within(&listed, "no command of this build writes imageDetail.json")
            .related(&action.at, "the action that reads it");
    }
}

/// Programs that do what a file of the repository says.
const RUNNERS: [&str; 12] =
    ["make", "just", "task", "npm", "npx", "yarn", "pnpm", "python", "python3", "bash", "sh", "node"];

/// Could this command write it?
fn may_write(command: &Command<'_>) -> bool {
    let text = &command.text;
    let wrapper = |word: &str| word.ends_with("gradlew") || word.ends_with("mvnw");
    let script = |word: &str| {
        let program = word.rsplit('/').next().unwrap_or(word);
        (word.starts_with("./") && !wrapper(word)) || word.ends_with(".sh") || RUNNERS.contains(&program)
    };
    text.contains("imageDetail") || text.split([' ', '\n', ';', '&', '|', '(', '`']).any(script)
}
