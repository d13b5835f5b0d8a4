//! AppSpec files of ECS deployments, as far as the sandbox reads them.

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::form::text;
use crate::refusal::Refusal;

/// The task definition that a revision of an ECS application deploys; `None`
/// when the AppSpec lies in a bucket.
pub(super) fn task_definition(revision: &Value) -> Result<Option<String>, Refusal> {
    let inline = match text(revision, "revisionType") {
        "AppSpecContent" => &revision["appSpecContent"],
        "String" => &revision["string"],
        "S3" if revision["s3Location"].is_object() => return Ok(None),
        _ => {
            return Err(invalid("For ECS deployment, revision type can be: S3, String, AppSpecContent"));
        }
    };
    let Some(content) = inline["content"].as_str() else {
        return Err(invalid("The AppSpec content must be specified"));
    };
    if inline["sha256"].as_str().is_some_and(|sum| !sum.eq_ignore_ascii_case(&sha256(content))) {
        return Err(invalid("The sha256 hash does not match the AppSpec content"));
    }
    match find(content) {
        Some(arn) => Ok(Some(arn)),
        None => Err(invalid("The AppSpec content names no TaskDefinition")),
    }
}

fn invalid(message: &str) -> Refusal {
    Refusal::bad("InvalidRevisionException", message)
}

fn sha256(content: &str) -> String {
    Sha256::digest(content.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `TaskDefinition` anywhere in the JSON, or on a line of its own in the YAML.
fn find(content: &str) -> Option<String> {
    let found = match serde_json::from_str::<Value>(content) {
        Ok(document) => find_in(&document),
        Err(_) => content.lines().find_map(|line| {
            let value = line.trim().trim_start_matches("- ").strip_prefix("TaskDefinition:")?;
            Some(value.trim().trim_matches(['"', '\'']).to_string())
        }),
    };
    found.filter(|name| !name.is_empty())
}

fn find_in(value: &Value) -> Option<String> {
    match value {
        Value::Object(members) => match members.get("TaskDefinition") {
            Some(found) => found.as_str().map(str::to_string),
            None => members.values().find_map(find_in),
        },
        Value::Array(items) => items.iter().find_map(find_in),
        _ => None,
    }
}
