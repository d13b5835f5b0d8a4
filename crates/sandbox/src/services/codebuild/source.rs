//! Sources: what AWS fills in, and what it refuses.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::invalid;
use crate::context::Context;
use crate::form::{default, items, text};
use crate::refusal::Refusal;

pub(super) fn fill_in(source: &mut Value) {
    default(source, "insecureSsl", json!(false));
}

pub(super) fn check(cx: &Context<'_>, project: &Value) -> Result<(), Refusal> {
    check_one(cx, &project["source"])?;
    let mut identifiers = BTreeSet::new();
    for source in items(project, "secondarySources") {
        let identifier = text(source, "sourceIdentifier");
        if text(source, "type") == "CODEPIPELINE" {
            return Err(invalid(
                "Invalid secondary source: type CODEPIPELINE is for the primary source only",
            ));
        }
        if identifier.is_empty() || !identifiers.insert(identifier) {
            return Err(invalid(
                "Invalid secondary source: each needs a source identifier that no other source has",
            ));
        }
        check_one(cx, source)?;
    }
    for version in items(project, "secondarySourceVersions") {
        let identifier = text(version, "sourceIdentifier");
        if !identifiers.contains(identifier) {
            let message = format!("no secondary source has the source identifier {identifier}");
            return Err(invalid(format!("Invalid secondary source version: {message}")));
        }
    }
    Ok(())
}

fn check_one(cx: &Context<'_>, source: &Value) -> Result<(), Refusal> {
    let (kind, location) = (text(source, "type"), text(source, "location"));
    match kind {
        "CODEPIPELINE" if !location.is_empty() => {
            return Err(invalid(
                "Invalid project source: location should be null for source type CODEPIPELINE",
            ));
        }
        "NO_SOURCE" if !location.is_empty() => {
            return Err(invalid("Invalid project source: location should be null for source type NO_SOURCE"));
        }
        "NO_SOURCE" if text(source, "buildspec").is_empty() => {
            return Err(invalid("Project source type NO_SOURCE requires a buildspec"));
        }
        "CODECOMMIT" => check_codecommit(cx, location)?,
        "CODEPIPELINE" | "NO_SOURCE" => {}
        _ if location.is_empty() => return Err(invalid("Project source location is required")),
        _ => {}
    }
    if matches!(kind, "S3" | "CODEPIPELINE" | "NO_SOURCE") && !source["gitSubmodulesConfig"].is_null() {
        let kind = if kind == "CODEPIPELINE" { "CodePipeline" } else { kind };
        return Err(invalid(format!("Git submodules config is not supported for {kind} source")));
    }
    let reports = ["GITHUB", "GITHUB_ENTERPRISE", "GITLAB", "GITLAB_SELF_MANAGED", "BITBUCKET"];
    if source["reportBuildStatus"] == json!(true) && !reports.contains(&kind) {
        return Err(invalid(format!("Reporting build status is not supported for source type {kind}")));
    }
    Ok(())
}

/// Whether the repository exists is not asked: a build would find out.
fn check_codecommit(cx: &Context<'_>, location: &str) -> Result<(), Refusal> {
    let prefix = format!("https://git-codecommit.{}.amazonaws.com/v1/repos/", cx.region);
    if location.strip_prefix(&prefix).is_none_or(str::is_empty) {
        return Err(invalid(format!("Invalid project source: location must be a valid URL {prefix}NAME")));
    }
    Ok(())
}
