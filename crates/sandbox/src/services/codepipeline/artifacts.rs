//! What flows from action to action, and the buckets it flows through.

use std::collections::BTreeSet;

use serde_json::Value;

use super::rules::{in_action, structure};
use crate::form::{items, text};
use crate::refusal::Refusal;

/// Every artifact is made once, and before it is used: in an earlier stage, or
/// in the same stage at a lower run order.
pub(super) fn check(declared: &Value) -> Result<(), Refusal> {
    let mut made = BTreeSet::new();
    for stage in items(declared, "stages") {
        let mut actions: Vec<&Value> = items(stage, "actions").iter().collect();
        actions.sort_by_key(|action| run_order(action));
        for together in actions.chunk_by(|a, b| run_order(a) == run_order(b)) {
            for action in together {
                uses_what_is_made(action, &made)?;
            }
            for action in together {
                makes_what_is_new(action, &mut made)?;
            }
        }
    }
    Ok(())
}

fn run_order(action: &Value) -> u64 {
    action["runOrder"].as_u64().unwrap_or(1)
}

fn uses_what_is_made(action: &Value, made: &BTreeSet<&str>) -> Result<(), Refusal> {
    let used = items(action, "inputArtifacts").iter().map(|artifact| text(artifact, "name"));
    match used.into_iter().find(|name| !made.contains(name)) {
        Some(name) => Err(in_action(format!(
            "Input Artifact Bundle {name} in action {} is not declared as Output Artifact Bundle in any of \
             the preceding actions",
            text(action, "name")
        ))),
        None => Ok(()),
    }
}

fn makes_what_is_new<'a>(action: &'a Value, made: &mut BTreeSet<&'a str>) -> Result<(), Refusal> {
    let outputs = items(action, "outputArtifacts").iter().map(|artifact| text(artifact, "name"));
    match outputs.into_iter().find(|name| !made.insert(name)) {
        Some(name) => Err(in_action(format!(
            "Output Artifact Bundle name must be unique within the pipeline. {name} has been used more than \
             once."
        ))),
        None => Ok(()),
    }
}

/// One store for all, or one for each region in which the pipeline acts.
pub(super) fn check_stores(region: &str, declared: &Value) -> Result<(), Refusal> {
    let stores = match (declared["artifactStore"].is_null(), declared["artifactStores"].as_object()) {
        (false, None) => None,
        (true, Some(stores)) => Some(stores),
        _ => {
            return Err(structure(
                "Pipeline should have exactly one of 'pipeline.artifactStore' and 'pipeline.artifactStores'",
            ));
        }
    };
    let actions = items(declared, "stages").iter().flat_map(|stage| items(stage, "actions"));
    let elsewhere = actions.filter_map(|action| action["region"].as_str());
    let covered = |wanted: &str| match stores {
        Some(stores) => stores.contains_key(wanted),
        None => wanted == region,
    };
    match std::iter::once(region).chain(elsewhere).find(|wanted| !covered(wanted)) {
        Some(missing) => Err(structure(format!(
            "Your pipeline must have an artifact store, such as an artifact bucket, for each region where you \
             have an action. The following region is missing in 'pipeline.artifactStores': {missing}."
        ))),
        None => Ok(()),
    }
}
