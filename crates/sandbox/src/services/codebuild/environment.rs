//! The build environment: what AWS fills in, and what it refuses.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::invalid;
use crate::form::{default, items, text};
use crate::refusal::Refusal;

pub(super) fn fill_in(environment: &mut Value) {
    default(environment, "privilegedMode", json!(false));
    default(environment, "imagePullCredentialsType", json!("CODEBUILD"));
    default(environment, "environmentVariables", json!([]));
    let variables = environment["environmentVariables"].as_array_mut();
    variables.into_iter().flatten().for_each(|variable| default(variable, "type", json!("PLAINTEXT")));
}

pub(super) fn check(project: &Value) -> Result<(), Refusal> {
    let environment = &project["environment"];
    check_variables(environment)?;
    check_compute(environment)?;
    let (image, credentials) = (text(environment, "image"), text(environment, "imagePullCredentialsType"));
    if image.starts_with("aws/codebuild/") && credentials == "SERVICE_ROLE" {
        let message = "image pull credentials type must be CODEBUILD for an image of CodeBuild's own";
        return Err(invalid(format!("Invalid environment: {message}")));
    }
    if !environment["registryCredential"].is_null() && credentials != "SERVICE_ROLE" {
        let message = "a registry credential needs the image pull credentials type SERVICE_ROLE";
        return Err(invalid(format!("Invalid environment: {message}")));
    }
    Ok(())
}

fn check_variables(environment: &Value) -> Result<(), Refusal> {
    let mut names = BTreeSet::new();
    for variable in items(environment, "environmentVariables") {
        let name = text(variable, "name");
        if name.starts_with("CODEBUILD_") {
            let message = format!("{name}: names that begin with CODEBUILD_ are reserved");
            return Err(invalid(format!("Invalid environment variable: {message}")));
        }
        if !names.insert(name) {
            return Err(invalid(format!("Invalid environment variable: {name} is given twice")));
        }
    }
    Ok(())
}

fn check_compute(environment: &Value) -> Result<(), Refusal> {
    let (kind, compute) = (text(environment, "type"), text(environment, "computeType"));
    let lambda = kind.ends_with("_LAMBDA_CONTAINER");
    if lambda != compute.starts_with("BUILD_LAMBDA_") {
        return Err(invalid(format!("Invalid environment: compute type {compute} is not for {kind}")));
    }
    if lambda && environment["privilegedMode"] == json!(true) {
        return Err(invalid("Invalid environment: privileged mode is not supported on Lambda compute"));
    }
    if compute == "ATTRIBUTE_BASED_COMPUTE" && environment["computeConfiguration"].is_null() {
        let message = "compute type ATTRIBUTE_BASED_COMPUTE needs a compute configuration";
        return Err(invalid(format!("Invalid environment: {message}")));
    }
    Ok(())
}
