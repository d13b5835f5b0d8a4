//! The files that the deploy action looks for in its artifacts.

use recon_model::Role;

use super::made::{Made, made};
use super::{IMAGES, deploys};
use crate::finding::Finding;
use crate::pipe::Action;
use crate::place::Place;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static ART_001: Rule = Rule {
    id: "ART-001",
    severity: Severity::Error,
    title: "a task definition that is not in the artifact",
    doc: "The deploy action reads the file of TaskDefinitionTemplatePath (taskdef.json where nothing is said) from \
          TaskDefinitionTemplateArtifact, and the buildspec does not put it there: \"Exception while trying to read \
          the task definition artifact file from: BuildArtifact\".",
    fix: "list the file under artifacts.files in the buildspec",
    source: "AWS: CodePipeline user guide, action reference CodeDeployToECS; troubleshooting",
    bad: r#"
[codebuild.project.api]
description = "its artifact lacks the task definition"
# file: buildspec.yml
version: 0.2
phases: { build: { commands: [make] } }
artifacts:
  files: [appspec.yaml, imageDetail.json]
"#,
    good: r#"
[codebuild.project.api]
description = "its artifact has all that the deployment reads"
# file: buildspec.yml
version: 0.2
phases: { build: { commands: [make] } }
artifacts:
  files: ["appspec.*", "*.json"]
"#,
    by: By::Check(|cx, out| {
        for action in deploys(cx) {
            judge(&action, &TASK_DEFINITION, Wanted::Absent, out);
        }
    }),
};

pub static ART_002: Rule = Rule {
    id: "ART-002",
    severity: Severity::Error,
    title: "an AppSpec that is not in the artifact",
    doc: "The deploy action reads the file of AppSpecTemplatePath (appspec.yaml where nothing is said) from \
          AppSpecTemplateArtifact, and the buildspec does not put it there. Often it is there as appspec.yml.",
    fix: "give the file and AppSpecTemplatePath one name, and list it under artifacts.files",
    source: "AWS: CodePipeline user guide, action reference CodeDeployToECS",
    bad: r#"
[codebuild.project.api]
description = "its artifact has appspec.yml, the action reads appspec.yaml"
# file: buildspec.yml
version: 0.2
phases: { build: { commands: [make] } }
artifacts:
  files: [appspec.yml, taskdef.json, imageDetail.json]
"#,
    good: r#"
[codebuild.project.api]
description = "its artifact has what the action reads"
# file: buildspec.yml
version: 0.2
phases: { build: { commands: [make] } }
artifacts:
  files: [appspec.yaml, taskdef.json, imageDetail.json]
"#,
    by: By::Check(|cx, out| {
        for action in deploys(cx) {
            judge(&action, &APPSPEC, Wanted::Absent, out);
        }
    }),
};

pub static ART_003: Rule = Rule {
    id: "ART-003",
    severity: Severity::Error,
    title: "an image artifact without imageDetail.json",
    doc: "The deploy action takes the image from the file imageDetail.json of Image1ArtifactName; no other name will \
          do: \"Exception while trying to read the image artifact file from: BuildArtifact\". An ECR source action \
          writes it by itself, a build has to.",
    fix: "let the build write {\"ImageURI\":\"…\"} to imageDetail.json, and list that under artifacts.files",
    source: "AWS: CodePipeline user guide, image definitions file reference",
    bad: r#"
[codebuild.project.api]
description = "nothing says which image it built"
# file: buildspec.yml
version: 0.2
phases: { build: { commands: [make] } }
artifacts:
  files: [appspec.yaml, taskdef.json]
"#,
    good: r#"
[codebuild.project.api]
description = "it says which image it built"
# file: buildspec.yml
version: 0.2
phases: { build: { commands: [make] } }
artifacts:
  files: [appspec.yaml, taskdef.json, imageDetail.json]
"#,
    by: By::Check(|cx, out| {
        for action in deploys(cx) {
            for n in IMAGES {
                image(&action, n, out);
            }
        }
    }),
};

pub static ART_023: Rule = Rule {
    id: "ART-023",
    severity: Severity::Error,
    title: "a file in another folder of the artifact than the action looks in",
    doc: "With `discard-paths: yes` every file lies in the root of the artifact; without it each keeps the folder that \
          artifacts.files names. The path in the action has to fit.",
    fix: "name the file as it lies in the artifact",
    source: "AWS: CodeBuild user guide, build specification reference, artifacts/discard-paths",
    bad: r#"
[codebuild.project.api]
description = "its files keep their folder"
# file: buildspec.yml
version: 0.2
phases: { build: { commands: [make] } }
artifacts:
  files: [appspec.yaml, deploy/taskdef.json, imageDetail.json]
"#,
    good: r#"
[codebuild.project.api]
description = "its files lose their folder"
# file: buildspec.yml
version: 0.2
phases: { build: { commands: [make] } }
artifacts:
  files: [appspec.yaml, deploy/taskdef.json, imageDetail.json]
  discard-paths: yes
"#,
    by: By::Check(|cx, out| {
        for action in deploys(cx) {
            for file in [&TASK_DEFINITION, &APPSPEC] {
                judge(&action, file, Wanted::Elsewhere, out);
            }
        }
    }),
};

/// A file by the keys that name it.
struct File {
    artifact: &'static str,
    path: &'static str,
    usual: &'static str,
    words: &'static str,
    role: Role,
}

const TASK_DEFINITION: File = File {
    artifact: "TaskDefinitionTemplateArtifact",
    path: "TaskDefinitionTemplatePath",
    usual: "taskdef.json",
    words: "the task definition",
    role: Role::TaskDefinition,
};

const APPSPEC: File = File {
    artifact: "AppSpecTemplateArtifact",
    path: "AppSpecTemplatePath",
    usual: "appspec.yaml",
    words: "the AppSpec",
    role: Role::AppSpec,
};

/// The same file in another folder is a mistake of its own.
#[derive(PartialEq)]
enum Wanted {
    Absent,
    Elsewhere,
}

fn judge(action: &Action<'_>, file: &File, wanted: Wanted, out: &mut Sink<'_>) {
    let path = action.says_or(file.path, file.usual);
    let Some(artifact) = action.says(file.artifact).text() else { return };
    let (list, instead) = match made(action, &artifact, &path) {
        Made::No { list, instead } => (list, instead),
        Made::Yes => return,
        Made::Unknown if wanted == Wanted::Elsewhere => return,
        Made::Unknown => return beside(action, file, &path, &artifact, out),
    };
    if instead.is_some() != (wanted == Wanted::Elsewhere) {
        return;
    }
    let message = match &instead {
        Some(there) => {
            format!("{} is looked for as `{path}`, and `{artifact}` has it as `{there}`", file.words)
        }
        None => format!("`{artifact}` has no file `{path}`, from which {} is read", file.words),
    };
    let near = list.and_then(|list| near(&list, &path));
    let finding = out.at(&action.place(file.path), message);
    finding.label("read here");
    match (instead, &near) {
        (Some(there), _) => finding.fix(format!("{} = \"{there}\"", file.path)),
        (None, Some(near)) => finding.fix(format!("the buildspec has `{near}`: give both one name")),
        (None, None) => finding,
    };
    related(finding, action, file.artifact, list);
}

/// A source's files are not known, but a file of another name that lies here says enough.
fn beside(action: &Action<'_>, file: &File, path: &str, artifact: &str, out: &mut Sink<'_>) {
    let is_source = action.producer(artifact).is_some_and(|producer| producer.is_source());
    let found = action.at.cx.document(&action.at, file.role).filter(|_| is_source);
    let Some(found) = found.filter(|found| found.document().path.as_deref() != Some(path)) else { return };
    out.at(&action.place(file.path), format!("there is no {path}, but there is {}", found.file()))
        .label("read here")
        .fix(format!("{} = \"{}\"", file.path, found.file()))
        .related(&found, "the file that is there");
}

fn image(action: &Action<'_>, n: u8, out: &mut Sink<'_>) {
    let at = action.says(&format!("Image{n}ArtifactName"));
    let Some(artifact) = at.text() else { return };
    let Made::No { list, instead } = made(action, &artifact, "imageDetail.json") else { return };
    let message = match instead {
        Some(there) => {
            format!("`{artifact}` has imageDetail.json as `{there}`, and only its root is looked in")
        }
        None => format!("`{artifact}` has no file imageDetail.json, from which the image is read"),
    };
    let finding = out.at(&at, message).label("read from here");
    if let Some(list) = list {
        finding.related(&list, "what the build puts there");
    }
}

/// The file of the list that was most likely meant.
fn near(list: &Place<'_>, path: &str) -> Option<String> {
    let entries: Vec<String> = list.items().filter_map(|entry| Some(entry.text()?.into_owned())).collect();
    recon_model::load::nearest(path, entries.iter().map(String::as_str)).map(str::to_string)
}

fn related(finding: &mut Finding, action: &Action<'_>, artifact: &str, list: Option<Place<'_>>) {
    match list {
        Some(list) => finding.related(&list, "what the build puts into the artifact"),
        None => finding.related(&action.place(artifact), "the artifact"),
    };
}
