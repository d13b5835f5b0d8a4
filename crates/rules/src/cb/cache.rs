//! What builds keep for the next one.

use super::projects;
use crate::rule::{By, Rule, Severity};

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
