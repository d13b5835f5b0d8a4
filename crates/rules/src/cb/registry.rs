//! Where builds push their image to.

use recon_model::KindId::EcrRepository;
use recon_model::Role;
use recon_model::load::nearest;

use super::commands::{commands, uses};
use super::{plain, projects};
use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

/// Names under which build specifications know the repository.
const REPOSITORY: &[&str] =
    &["IMAGE_REPO_NAME", "ECR_REPOSITORY", "ECR_REPOSITORY_NAME", "REPOSITORY_NAME", "REPO_NAME"];

/// Names under which they know the tag.
const TAG: &[&str] = &["IMAGE_TAG", "DOCKER_TAG", "ECR_IMAGE_TAG"];

/// The repository that a project's variables name, with the place.
fn repository<'c>(project: &At<'c>) -> Option<At<'c>> {
    REPOSITORY.iter().find_map(|name| plain(project, name))
}

pub static CB_014: Rule = Rule {
    id: "CB-014",
    severity: Severity::Warning,
    title: "a push to a repository that the stack does not have",
    doc: "ECR makes no repository at a push: \"name unknown: The repository with name 'X' does not exist in the \
          registry\". A stack without any repository of its own pushes elsewhere, and is left alone.",
    fix: "value = \"${ecr.repository.….name}\"; if it is shared, say so: allow = [{ rule = \"CB-014\", reason = \"…\" }]",
    source: "AWS: ECR user guide, pushing an image (the repository must exist before)",
    bad: r#"
[codebuild.project.api.environment]
environment_variables = [{ name = "IMAGE_REPO_NAME", value = "apo" }]
"#,
    good: r#"
[codebuild.project.api.environment]
environment_variables = [{ name = "IMAGE_REPO_NAME", value = "api" }]
"#,
    by: By::Check(|cx, out| {
        let own: Vec<_> =
            cx.of(EcrRepository).filter_map(|repository| repository.get("name").text()).collect();
        for at in projects(cx).filter_map(|project| repository(&project)) {
            let Some(name) = at.text() else { continue };
            if own.is_empty() || own.contains(&name) {
                continue;
            }
            let found = out.at(&at, format!("the stack has no repository `{name}`"));
            if let Some(near) = nearest(&name, own.iter().map(|own| &**own)) {
                found.fix(format!("did you mean `{near}`?"));
            }
        }
    }),
};

pub static CB_015: Rule = Rule {
    id: "CB-015",
    severity: Severity::Warning,
    title: "one tag for every image",
    doc: "With a constant tag there is no image to roll back to; and a repository of immutable tags refuses the second \
          push: \"The image tag 'latest' already exists … and cannot be overwritten because the repository is \
          immutable\". As the last resort of a tag that has the commit in it, a constant is right.",
    fix: "tag by $CODEBUILD_RESOLVED_SOURCE_VERSION in the build specification",
    source: "AWS API: ecr PutImage, ImageTagAlreadyExistsException",
    bad: r#"
[codebuild.project.api.environment]
environment_variables = [{ name = "IMAGE_REPO_NAME", value = "api" }, { name = "IMAGE_TAG", value = "latest" }]
# file: buildspec.yml
version: 0.2
phases:
  build:
    commands: [docker build -t $IMAGE_REPO_NAME:$IMAGE_TAG .]
artifacts:
  files: [appspec.yaml, taskdef.json, imageDetail.json]
"#,
    good: r#"
[codebuild.project.api.environment]
environment_variables = [{ name = "IMAGE_REPO_NAME", value = "api" }, { name = "IMAGE_TAG", value = "latest" }]
# file: buildspec.yml
version: 0.2
phases:
  build:
    commands: ["docker build -t $IMAGE_REPO_NAME:${CODEBUILD_RESOLVED_SOURCE_VERSION:-$IMAGE_TAG} ."]
artifacts:
  files: [appspec.yaml, taskdef.json, imageDetail.json]
"#,
    by: By::Check(constant_tag),
};

/// The variable that gives every image of a project one tag, with its name.
fn constant<'c>(project: &At<'c>) -> Option<(&'static str, At<'c>)> {
    let (name, at) = TAG.iter().find_map(|name| Some((*name, plain(project, name)?)))?;
    (at.text().is_some_and(|tag| !tag.is_empty()) && !is_last_resort(project, name)).then_some((name, at))
}

/// Does the build use it only where something else is not set?
fn is_last_resort(project: &At<'_>, name: &str) -> bool {
    let Some(spec) = project.cx.document(project, Role::BuildSpec) else { return false };
    commands(&spec).iter().all(|step| uses(&step.text).iter().all(|used| used.name != name || used.fallback))
}

/// Does a build of the stack push one constant tag into that repository?
pub(crate) fn constant_tag_into(pushed: &At<'_>) -> bool {
    let name = pushed.get("name").text();
    projects(pushed.cx).any(|project| {
        constant(&project).is_some() && repository(&project).is_some_and(|at| at.text() == name)
    })
}

fn constant_tag(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for project in projects(cx) {
        let Some((name, at)) = constant(&project) else { continue };
        let found = out.at(&at, format!("every build makes `{}`", at.text().unwrap_or_default()));
        found.label(format!("{name} never changes"));
        let named = repository(&project).and_then(|at| at.text());
        let immutable = named
            .and_then(|name| cx.named(EcrRepository, &name))
            .map(|repository| repository.get("image_tag_mutability"))
            .filter(|mutability| mutability.is("IMMUTABLE"));
        if let Some(immutable) = immutable {
            found.related(&immutable, "the second push is refused");
            // whether the build uses the variable stands in its specification alone
            if cx.document(&project, Role::BuildSpec).is_some() {
                found.severity(Severity::Error);
            }
        }
    }
}
