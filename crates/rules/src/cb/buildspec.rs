//! What the build specification says, as such.

use recon_model::Role;
use recon_model::load::nearest;

use super::commands::PHASES;
use super::projects;
use crate::at::At;
use crate::cx::Cx;
use crate::place::Place;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

/// Every project whose build specification can be read, with it.
pub(crate) fn specs<'c>(cx: &'c Cx<'c>) -> impl Iterator<Item = (At<'c>, Place<'c>)> {
    projects(cx).filter_map(|project| {
        let spec = cx.document(&project, Role::BuildSpec)?;
        Some((project, spec))
    })
}

pub static CB_016: Rule = Rule {
    id: "CB-016",
    severity: Severity::Error,
    title: "a build specification that CodeBuild does not take",
    doc: "version is 0.1 or 0.2, phases are there and are install, pre_build, build and post_build, and artifacts name \
          their files. Anything else ends the build with YAML_FILE_ERROR before the first command.",
    fix: "version: 0.2, phases with commands, artifacts with files",
    source: "AWS: CodeBuild user guide, build specification reference",
    bad: r#"
[codebuild.project.api]
description = "its buildspec.yml has no phase of that name"
# file: buildspec.yml
version: 0.2
phases:
  pre-build:
    commands: [make]
artifacts:
  files: [appspec.yaml, taskdef.json, imageDetail.json]
"#,
    good: r#"
[codebuild.project.api]
description = "its buildspec.yml is as it should be"
# file: buildspec.yml
version: 0.2
phases:
  pre_build:
    commands: [make]
artifacts:
  files: [appspec.yaml, taskdef.json, imageDetail.json]
"#,
    by: By::Check(|cx, out| {
        for (_, spec) in specs(cx) {
            well_formed(&spec, out);
        }
    }),
};

fn well_formed(spec: &Place<'_>, out: &mut Sink<'_>) {
    let version = spec.get("version");
    match version.text() {
        None => drop(out.within(spec, "a build specification says its version").fix("version: 0.2")),
        Some(text) if !["0.1", "0.2"].contains(&&*text) => {
            out.within(&version, format!("there is no version {text}")).fix("version: 0.2");
        }
        Some(_) => {}
    }
    let phases = spec.get("phases");
    if !phases.exists() {
        out.within(spec, "a build specification has phases").fix("phases: { build: { commands: […] } }");
    }
    for (name, at) in phases.entries() {
        if !PHASES.contains(&name) {
            let found = out.within(&at, format!("there is no phase `{name}`"));
            found.fix(match nearest(name, PHASES.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the phases: {}", PHASES.join(", ")),
            });
        } else if !phases.get(name).get("commands").exists() && name != "install" {
            out.within(&at, format!("phase `{name}` has no commands")).fix("commands: […]");
        }
    }
    let artifacts = spec.get("artifacts");
    let named = ["files", "secondary-artifacts"].iter().any(|key| artifacts.get(key).exists());
    if artifacts.exists() && !named {
        out.within(&artifacts, "artifacts name their files").fix("files: […]");
    }
}

pub static CB_017: Rule = Rule {
    id: "CB-017",
    severity: Severity::Error,
    title: "a build specification under another name",
    doc: "CodeBuild reads the file that the project names, buildspec.yml in the root where it names none: \
          \"YAML_FILE_ERROR: stat …/buildspec.yml: no such file or directory\".",
    fix: "source = { buildspec = \"…\" }: the file's own name",
    source: "AWS API: codebuild ProjectSource, buildspec",
    bad: r#"
[codebuild.project.api]
source = { type = "CODEPIPELINE", buildspec = "buildspec-prod.yml" }
"#,
    good: r#"
[codebuild.project.api]
source = { type = "CODEPIPELINE", buildspec = "buildspec.yml" }
"#,
    by: By::Check(|cx, out| {
        for (project, spec) in specs(cx) {
            let at = project.get("source.buildspec");
            let named = at.text().filter(|name| !name.is_empty());
            let named = named.as_deref().unwrap_or("buildspec.yml");
            let Some(path) = spec.document().path.as_deref().filter(|path| *path != named) else { continue };
            let place = if at.exists() { at } else { project.get("source") };
            out.at(&place, format!("there is no {named}, but there is {path}"))
                .label("the build finds no specification")
                .fix(format!("source = {{ buildspec = \"{path}\" }}"))
                .related(&spec, "the file that is there");
        }
    }),
};
