//! Files that cannot be read.

use recon_model::Document;
use recon_model::load::Problem;

use crate::cx::Cx;
use crate::finding::Finding;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static ART_025: Rule = Rule {
    id: "ART-025",
    severity: Severity::Error,
    title: "a file of the source that cannot be read",
    doc: "CodeBuild ends with YAML_FILE_ERROR, CodePipeline with \"Exception while trying to read the task definition \
          artifact file\", CodeDeploy with an InvalidRevisionException, when a file is not the YAML or JSON that it \
          should be.",
    fix: "write it as the label says",
    source: "AWS: CodeBuild user guide, build specification reference; CodePipeline user guide, troubleshooting",
    bad: r#"
[codebuild.project.api]
description = "its buildspec.yml is broken"
# file: buildspec.yml
version: 0.2
phases:
  build:
    commands: [make
"#,
    good: r#"
[codebuild.project.api]
description = "its buildspec.yml is whole"
# file: buildspec.yml
version: 0.2
phases:
  build:
    commands: [make]
artifacts:
  files: [appspec.yaml, taskdef.json, imageDetail.json]
"#,
    by: By::Check(|cx, out| {
        for document in cx.stack.documents.iter().filter(|document| document.root.is_none()) {
            say(document, out, |_| true);
        }
    }),
};

pub static ART_026: Rule = Rule {
    id: "ART-026",
    severity: Severity::Error,
    title: "a task definition in a file that AWS would not register",
    doc: "The deploy action registers what the file says. A value of the wrong kind or outside of AWS's list is \
          refused; a field that AWS's model does not have (a warning) is a slip of the finger, or came along with the \
          answer of describe-task-definition.",
    fix: "write it as RegisterTaskDefinition takes it",
    source: "AWS API: ecs RegisterTaskDefinition",
    bad: r#"
[codepipeline.pipeline.api]
execution_mode = "SUPERSEDED"
# file: taskdef.json
{
  "family": "api",
  "networkMode": "aws-vpc",
  "containerDefinitions": [{ "name": "api", "image": "<IMAGE>" }]
}
"#,
    good: r#"
[codepipeline.pipeline.api]
execution_mode = "SUPERSEDED"
"#,
    by: By::Check(registered),
};

fn registered(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for document in cx.stack.documents.iter().filter(|document| document.root.is_some()) {
        say(document, out, |problem| !problem.unknown);
        let declared = cx.is_declared(document.span.file);
        // what is read from the same file does not load with such a field
        for problem in document.problems.iter().filter(|problem| problem.unknown && !declared) {
            report(document, problem, out).severity(Severity::Warning);
        }
    }
}

fn say(document: &Document, out: &mut Sink<'_>, wanted: impl Fn(&Problem) -> bool) {
    for problem in document.problems.iter().filter(|problem| wanted(problem)) {
        report(document, problem, out);
    }
}

fn report<'o>(document: &Document, problem: &Problem, out: &'o mut Sink<'_>) -> &'o mut Finding {
    let span = problem.span.unwrap_or(document.span);
    let finding = out.add(Some(document.owner.clone()), span, problem.message.clone());
    finding.label(problem.label.clone()).related.clone_from(&problem.related);
    if let Some(help) = &problem.help {
        finding.fix(help.clone());
    }
    finding
}
