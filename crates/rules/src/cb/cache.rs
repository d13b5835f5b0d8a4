//! What builds keep for the next one.

use super::buildspec::specs;
use super::projects;
use crate::rule::{By, Rule, Severity};

pub static CB_018: Rule = Rule {
    id: "CB-018",
    severity: Severity::Warning,
    title: "paths to keep for a project that keeps none",
    doc: "The build specification's cache says which paths are kept, the project's cache whether and where: with NO_CACHE \
          (AWS's default), or a LOCAL cache without LOCAL_CUSTOM_CACHE, the paths are ignored.",
    fix: "cache = { type = \"LOCAL\", modes = [\"LOCAL_CUSTOM_CACHE\"] }, or of type S3",
    source: "AWS: CodeBuild user guide, build specification reference, cache; AWS API: codebuild ProjectCache",
    bad: r#"
[codebuild.project.api]
cache = "NO_CACHE"
# file: buildspec.yml
version: 0.2
phases:
  build:
    commands: [make]
cache:
  paths: [/root/.cache/**/*]
artifacts:
  files: [appspec.yaml, taskdef.json, imageDetail.json]
"#,
    good: r#"
[codebuild.project.api]
cache = { type = "LOCAL", modes = ["LOCAL_CUSTOM_CACHE"] }
# file: buildspec.yml
version: 0.2
phases:
  build:
    commands: [make]
cache:
  paths: [/root/.cache/**/*]
artifacts:
  files: [appspec.yaml, taskdef.json, imageDetail.json]
"#,
    by: By::Check(|cx, out| {
        for (project, spec) in specs(cx) {
            let (paths, cache) = (spec.get("cache").get("paths"), project.get("cache"));
            let kind = cache.get("type");
            let custom = cache.get("modes").items().any(|mode| mode.is("LOCAL_CUSTOM_CACHE"));
            let why = match () {
                () if kind.is("LOCAL") && !custom => "its local cache is not for paths",
                () if kind.text().is_none_or(|kind| kind == "NO_CACHE") => "it has no cache",
                () => continue,
            };
            if paths.exists() && kind.known() {
                let place = if cache.exists() { &cache } else { &project };
                out.at(place, format!("paths are to be kept for {}, but {why}", project.address()))
                    .related(&spec.get("cache"), "the paths");
            }
        }
    }),
};

pub static CB_019: Rule = Rule {
    id: "CB-019",
    severity: Severity::Warning,
    title: "a cache that does nothing",
    doc: "A LOCAL cache keeps what its modes name, an S3 cache needs a place, and LOCAL_DOCKER_LAYER_CACHE \
          \"is only available if you choose Linux\" and privileged mode: without it there is no Docker to cache for.",
    fix: "privileged_mode = true, modes for LOCAL, a location for S3",
    source: "AWS API: codebuild ProjectCache, modes and location",
    bad: r#"
[codebuild.project.api]
cache       = { type = "LOCAL", modes = ["LOCAL_DOCKER_LAYER_CACHE"] }
environment = { privileged_mode = false }
"#,
    good: r#"
[codebuild.project.api]
cache = { type = "LOCAL", modes = ["LOCAL_DOCKER_LAYER_CACHE"] }
"#,
    by: By::Check(|cx, out| {
        for project in projects(cx) {
            let (cache, environment) = (project.get("cache"), project.get("environment"));
            let kind = cache.get("type");
            if kind.is("LOCAL") && cache.get("modes").is_empty() {
                out.at(&kind, "a local cache keeps what its modes name, and there is none")
                    .severity(Severity::Error)
                    .fix("modes = [\"LOCAL_CUSTOM_CACHE\"]");
            }
            if kind.is("S3") && !cache.get("location").exists() {
                out.at(&kind, "a cache of type S3 needs a location")
                    .severity(Severity::Error)
                    .fix("location = \"BUCKET/PREFIX\"");
            }
            let layers = cache.get("modes").items().find(|mode| mode.is("LOCAL_DOCKER_LAYER_CACHE"));
            let privileged = environment.get("privileged_mode");
            if let Some(layers) = layers.filter(|_| !privileged.flag() && privileged.known()) {
                out.at(&layers, "Docker's layers are cached in privileged mode only")
                    .related(if privileged.exists() { &privileged } else { &environment }, "not privileged");
            }
            let windows = environment.get("type").text().is_some_and(|kind| kind.starts_with("WINDOWS"));
            if let Some(layers) =
                cache.get("modes").items().find(|mode| mode.is("LOCAL_DOCKER_LAYER_CACHE") && windows)
            {
                out.at(&layers, "Docker's layers are cached on Linux only").severity(Severity::Error);
            }
        }
    }),
};
