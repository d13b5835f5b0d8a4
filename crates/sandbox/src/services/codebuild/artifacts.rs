//! Artifacts: what AWS fills in, and what it refuses.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::invalid;
use crate::form::{default, items, text};
use crate::refusal::Refusal;

pub(super) fn fill_in(artifacts: &mut Value, project: &Value) {
    let kind = text(artifacts, "type").to_string();
    if kind == "NO_ARTIFACTS" {
        return;
    }
    default(artifacts, "name", project.clone());
    default(artifacts, "packaging", json!("NONE"));
    default(artifacts, "encryptionDisabled", json!(false));
    if kind == "S3" {
        default(artifacts, "namespaceType", json!("NONE"));
    }
}

pub(super) fn check(project: &Value) -> Result<(), Refusal> {
    let (source, primary) = (text(&project["source"], "type"), text(&project["artifacts"], "type"));
    for (this, that, what) in [(source, primary, "source"), (primary, source, "artifact")] {
        if this == "CODEPIPELINE" && that != "CODEPIPELINE" {
            let other = if what == "source" { "artifact" } else { "source" };
            return Err(invalid(format!(
                "Invalid artifacts: {what} type CODEPIPELINE should be used with {other} type CODEPIPELINE"
            )));
        }
    }
    check_one(&project["artifacts"])?;
    let mut identifiers = BTreeSet::new();
    for artifacts in items(project, "secondaryArtifacts") {
        let identifier = text(artifacts, "artifactIdentifier");
        if identifier.is_empty() || !identifiers.insert(identifier) {
            return Err(invalid(
                "Invalid secondary artifacts: each needs an artifact identifier that no other has",
            ));
        }
        check_one(artifacts)?;
    }
    Ok(())
}

fn check_one(artifacts: &Value) -> Result<(), Refusal> {
    let (kind, location) = (text(artifacts, "type"), text(artifacts, "location"));
    match kind {
        "S3" if location.is_empty() => Err(invalid("Invalid artifacts: location is required")),
        "S3" => Ok(()),
        _ if !location.is_empty() => {
            Err(invalid(format!("Invalid artifacts: artifact type {kind} should have null location")))
        }
        _ if artifacts["encryptionDisabled"] == json!(true) => {
            Err(invalid("Invalid artifacts: encryption can be disabled for artifact type S3 only"))
        }
        _ => Ok(()),
    }
}
