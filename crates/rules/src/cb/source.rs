//! Where builds take their source from.

use recon_model::KindId::CodecommitRepository;

use super::{projects, sources};
use crate::at::At;
use crate::cx::Cx;
use crate::near::Names;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static CB_005: Rule = Rule {
    id: "CB-005",
    severity: Severity::Error,
    title: "half of a pipeline's project",
    doc: "A project that a pipeline runs takes its source from the pipeline and gives its artifacts to it; source and \
          artifacts are CODEPIPELINE both, or neither: \"Invalid artifacts: artifact type CODEPIPELINE should be used \
          with source type CODEPIPELINE\". (A pipeline's action overrides both types, so a project of its own source \
          works there as well.)",
    fix: "source = { type = \"CODEPIPELINE\" } and artifacts = \"CODEPIPELINE\"",
    source: "AWS: CodeBuild user guide, create a build project; CodePipeline user guide, CodeBuild action",
    bad: r#"
[codebuild.project.api]
artifacts = "NO_ARTIFACTS"
"#,
    good: r#"
[codebuild.project.api]
artifacts = "CODEPIPELINE"
"#,
    by: By::Check(halves),
};

fn halves(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for project in projects(cx) {
        let (source, artifacts) = (project.get("source.type"), project.get("artifacts.type"));
        let (Some(from), Some(to)) = (source.text(), artifacts.text()) else { continue };
        if (from == "CODEPIPELINE") != (to == "CODEPIPELINE") {
            out.at(&artifacts, format!("artifacts are {to}, the source is {from}"))
                .label("CODEPIPELINE goes with CODEPIPELINE")
                .related(&source, "the source");
        } else if from != "CODEPIPELINE"
            && let Some(action) = cx.actions_running(&project).first()
        {
            out.at(&source, format!("{} runs this project with its own source instead", action.address()))
                .severity(Severity::Advice)
                .related(&action.get("configuration.ProjectName"), "run from here");
        }
    }
}

pub static CB_006: Rule = Rule {
    id: "CB-006",
    severity: Severity::Error,
    title: "a source without a place, or with one that it does not take",
    doc: "A pipeline's source has no location, and neither has NO_SOURCE; every other type needs one. NO_SOURCE has no \
          file to read the build specification from: it stands in buildspec itself.",
    fix: "give location exactly where the type needs one",
    source: "AWS API: codebuild ProjectSource, location and buildspec",
    bad: r#"
[codebuild.project.api]
source = { type = "CODEPIPELINE", location = "https://git-codecommit.eu-central-1.amazonaws.com/v1/repos/app" }
"#,
    good: r#"
[codebuild.project.other]
name         = "other"
service_role = "build"
source       = { type = "CODECOMMIT", location = "https://git-codecommit.eu-central-1.amazonaws.com/v1/repos/app" }
artifacts    = "NO_ARTIFACTS"
environment  = { type = "LINUX_CONTAINER", compute_type = "BUILD_GENERAL1_SMALL", image = "aws/codebuild/amazonlinux-x86_64-standard:5.0", privileged_mode = true }
"#,
    by: By::Check(locations),
};

fn locations(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for source in projects(cx).flat_map(|project| sources(&project)) {
        let (kind, location) = (source.get("type"), source.get("location"));
        let Some(name) = kind.text() else { continue };
        let without = ["CODEPIPELINE", "NO_SOURCE"].contains(&&*name);
        if without && location.exists() {
            out.at(&location, format!("a source of type {name} has no location")).fix("remove location");
        } else if !without && !location.exists() {
            out.at(&kind, format!("a source of type {name} needs a location"))
                .fix("location = \"https://…\": where the source lies");
        }
        let inline = source.get("buildspec").text().is_some_and(|text| text.contains('\n'));
        if name == "NO_SOURCE" && !inline && source.path() == "source" && source.get("buildspec").known() {
            out.at(&kind, "without a source there is no file to read the build specification from")
                .fix("write the build specification itself into buildspec");
        }
    }
}

pub static CB_007: Rule = Rule {
    id: "CB-007",
    severity: Severity::Error,
    title: "a CodeCommit source that is none of its addresses",
    doc: "CodeBuild clones CodeCommit by HTTPS: https://git-codecommit.REGION.amazonaws.com/v1/repos/NAME.",
    fix: "location = \"${codecommit.repository.….clone_url_http}\"",
    source: "AWS API: codebuild ProjectSource, location",
    bad: r#"
[codebuild.project.other]
name         = "other"
service_role = "build"
source       = { type = "CODECOMMIT", location = "ssh://git-codecommit.eu-central-1.amazonaws.com/v1/repos/app" }
artifacts    = "NO_ARTIFACTS"
environment  = { type = "LINUX_CONTAINER", compute_type = "BUILD_GENERAL1_SMALL", image = "aws/codebuild/amazonlinux-x86_64-standard:5.0", privileged_mode = true }
"#,
    good: r#"
[codebuild.project.other]
name         = "other"
service_role = "build"
source       = { type = "CODECOMMIT", location = "${codecommit.repository.app.clone_url_http}" }
artifacts    = "NO_ARTIFACTS"
environment  = { type = "LINUX_CONTAINER", compute_type = "BUILD_GENERAL1_SMALL", image = "aws/codebuild/amazonlinux-x86_64-standard:5.0", privileged_mode = true }
"#,
    by: By::Check(codecommit),
};

fn codecommit(cx: &Cx<'_>, out: &mut Sink<'_>) {
    let own = Names::of(cx, CodecommitRepository);
    for source in projects(cx).flat_map(|project| sources(&project)) {
        let location = source.get("location");
        let Some(text) = location.text().filter(|_| source.get("type").is("CODECOMMIT")) else { continue };
        let Some(name) = repository(&text) else {
            out.at(&location, "this is no HTTPS address of a CodeCommit repository")
                .label("https://git-codecommit.REGION.amazonaws.com/v1/repos/NAME");
            continue;
        };
        misspelled(&location, name, &own, out);
    }
}

/// NAME of `https://git-codecommit.REGION.amazonaws.com/v1/repos/NAME`.
fn repository(address: &str) -> Option<&str> {
    let (host, name) = address.strip_prefix("https://git-codecommit.")?.split_once("/v1/repos/")?;
    (host.contains(".amazonaws.com") && !name.is_empty() && !name.contains('/')).then_some(name)
}

/// A repository may be outside the stack; one that is nearly the stack's is meant to be it.
fn misspelled(location: &At<'_>, name: &str, own: &Names<At<'_>>, out: &mut Sink<'_>) {
    if let Some((near, repository)) = own.meant_by(name).filter(|_| !own.has(name)) {
        out.at(location, format!("the stack has no repository `{name}`"))
            .fix(format!("did you mean `{near}`?"))
            .related(&repository.get("name"), "this one?");
    }
}

pub static CB_009: Rule = Rule {
    id: "CB-009",
    severity: Severity::Error,
    title: "a Git setting for a source that is not Git's",
    doc: "\"Git submodules config is not supported for CodePipeline source\", nor for S3; build status is reported to \
          GitHub, GitLab and Bitbucket alone; a clone depth is Git's as well.",
    fix: "remove it",
    source: "AWS API: codebuild ProjectSource; measured by cdk-preflight (codebuild source)",
    bad: r#"
[codebuild.project.api]
source = { type = "CODEPIPELINE", buildspec = "buildspec.yml", git_submodules_config = true }
"#,
    good: r#"
[codebuild.project.api]
source = { type = "CODEPIPELINE", buildspec = "buildspec.yml" }
"#,
    by: By::Check(|cx, out| {
        for source in projects(cx).flat_map(|project| sources(&project)) {
            let Some(kind) = source.get("type").text() else { continue };
            let files = ["S3", "CODEPIPELINE", "NO_SOURCE"].contains(&&*kind);
            let submodules = source.get("git_submodules_config.fetch_submodules");
            let depth = source.get("git_clone_depth");
            let status = source.get("report_build_status");
            if files && submodules.flag() {
                out.at(&submodules, format!("a source of type {kind} has no submodules"));
            }
            if files && depth.int().is_some_and(|depth| depth > 0) {
                out.at(&depth, format!("a source of type {kind} is not cloned")).severity(Severity::Warning);
            }
            if (files || kind == "CODECOMMIT") && status.flag() {
                out.at(&status, format!("a source of type {kind} takes no build status"));
            }
        }
    }),
};
