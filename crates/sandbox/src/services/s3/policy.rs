//! What S3 refuses of a bucket policy.

use serde_json::Value;

use crate::context::Context;
use crate::refusal::Refusal;

pub(super) fn check(cx: &Context<'_>, bucket: &str, policy: &str, blocked: bool) -> Result<(), Refusal> {
    let document: Value = serde_json::from_str(policy)
        .ok()
        .filter(Value::is_object)
        .ok_or_else(|| malformed("Policies must be valid JSON and the first byte must be '{'"))?;
    match document["Version"].as_str() {
        None | Some("2012-10-17" | "2008-10-17") => {}
        Some(_) => return Err(malformed("The policy must contain a valid version string")),
    }
    let statements = one_or_many(&document["Statement"]);
    if statements.is_empty() {
        return Err(malformed("Missing required field Statement"));
    }
    for statement in &statements {
        check_statement(cx, bucket, statement)?;
    }
    if blocked && statements.iter().any(|statement| is_public(statement)) {
        return Err(Refusal::new(
            403,
            "AccessDenied",
            "User is not authorized to perform: s3:PutBucketPolicy because public policies are prevented by \
             the BlockPublicPolicy setting in S3 Block Public Access.",
        ));
    }
    Ok(())
}

fn check_statement(cx: &Context<'_>, bucket: &str, statement: &Value) -> Result<(), Refusal> {
    if !["Allow", "Deny"].contains(&statement["Effect"].as_str().unwrap_or_default()) {
        return Err(malformed("Missing required field Effect"));
    }
    for (member, opposite) in [("Principal", "NotPrincipal"), ("Action", "NotAction")] {
        if statement[member].is_null() && statement[opposite].is_null() {
            return Err(malformed(&format!("Missing required field {member}")));
        }
    }
    let mut actions = texts(&statement["Action"]).into_iter();
    if actions.any(|action| action != "*" && !action.starts_with("s3:")) {
        return Err(malformed("Policy has invalid action"));
    }
    let arn = format!("arn:aws:s3:::{bucket}");
    let inside = |resource: &str| {
        resource.strip_prefix(&arn).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '*']))
    };
    let resources = [texts(&statement["Resource"]), texts(&statement["NotResource"])].concat();
    if resources.is_empty() {
        return Err(malformed("Missing required field Resource"));
    }
    if !resources.iter().all(|resource| inside(resource)) {
        return Err(malformed("Policy has invalid resource"));
    }
    match texts(&statement["Principal"]["AWS"]).iter().all(|principal| exists(cx, principal)) {
        true => Ok(()),
        false => Err(malformed("Invalid principal in policy")),
    }
}

/// S3 looks roles up when a policy names them; of other accounts the sandbox knows nothing.
fn exists(cx: &Context<'_>, principal: &str) -> bool {
    let own_role = format!("arn:aws:iam::{}:role/", cx.account);
    !principal.starts_with(&own_role) || cx.global.iam.role(principal).is_some()
}

/// Allowed to anybody, and no condition narrows it.
fn is_public(statement: &Value) -> bool {
    let principal = &statement["Principal"];
    let anybody = principal == "*" || texts(&principal["AWS"]).contains(&"*");
    anybody && statement["Effect"] == "Allow" && statement["Condition"].is_null()
}

fn one_or_many(value: &Value) -> Vec<&Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items.iter().collect(),
        one => vec![one],
    }
}

fn texts(value: &Value) -> Vec<&str> {
    one_or_many(value).into_iter().filter_map(Value::as_str).collect()
}

fn malformed(message: &str) -> Refusal {
    Refusal::bad("MalformedPolicy", message)
}
