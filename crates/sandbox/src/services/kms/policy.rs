//! Policies on resources: KMS's own, and what other services ask of theirs.

use serde_json::{Value, json};

use super::key::{changeable, own};
use crate::context::Context;
use crate::form::text;
use crate::refusal::Refusal;

pub(super) fn get(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    check_name(input, "NotFoundException")?;
    let key = own(cx, input)?;
    Ok(json!({"Policy": key.policy, "PolicyName": "default"}))
}

pub(super) fn put(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    check_name(input, "ValidationException")?;
    changeable(cx, input)?;
    let bypass = input["BypassPolicyLockoutSafetyCheck"] == json!(true);
    let policy = check(cx, text(input, "Policy"), bypass)?;
    changeable(cx, input)?.policy = policy;
    Ok(json!({}))
}

/// The policy of a key that was made without one: the account decides by IAM.
pub(super) fn of_account(cx: &Context<'_>) -> String {
    let root = format!("arn:aws:iam::{}:root", cx.account);
    pretty(&json!({
        "Version": "2012-10-17",
        "Id": "key-default-1",
        "Statement": [{
            "Sid": "Enable IAM User Permissions",
            "Effect": "Allow",
            "Principal": {"AWS": root},
            "Action": "kms:*",
            "Resource": "*",
        }],
    }))
}

/// The text as KMS keeps it, if KMS takes it.
pub(super) fn check(cx: &Context<'_>, policy: &str, bypass: bool) -> Result<String, Refusal> {
    let malformed = |message: &str| Refusal::bad("MalformedPolicyDocumentException", message);
    let document = parse(policy).ok_or_else(|| malformed("The policy is not a valid policy document."))?;
    if unknown_role(cx, &document).is_some() {
        return Err(malformed("Policy contains a statement with one or more invalid principals."));
    }
    if !bypass && !statements(&document).iter().any(|statement| lets_change(cx, statement)) {
        let message = "The new key policy will not allow you to update the key policy in the future.";
        return Err(malformed(message));
    }
    Ok(pretty(&document))
}

/// A policy document in form: JSON with at least one statement, each with an effect.
pub(crate) fn parse(policy: &str) -> Option<Value> {
    let document: Value = serde_json::from_str(policy).ok()?;
    let statements = statements(&document);
    let in_form = |s: &&Value| matches!(text(s, "Effect"), "Allow" | "Deny");
    let sound = !statements.is_empty() && statements.iter().all(in_form);
    (document.is_object() && sound).then_some(document)
}

/// The text that AWS gives back for a policy: the same JSON, not the same text.
pub(crate) fn pretty(document: &Value) -> String {
    format!("{document:#}")
}

/// A role of this account that the policy names as a principal and that does not exist.
pub(crate) fn unknown_role(cx: &Context<'_>, document: &Value) -> Option<String> {
    let roles = format!("arn:aws:iam::{}:role/", cx.account);
    statements(document)
        .iter()
        .flat_map(|statement| principals(statement))
        .find(|principal| principal.starts_with(&roles) && cx.global.iam.role(principal).is_none())
        .map(str::to_string)
}

fn lets_change(cx: &Context<'_>, statement: &Value) -> bool {
    let ours = format!("arn:aws:iam::{}:", cx.account);
    let somebody =
        principals(statement).iter().any(|p| *p == "*" || *p == cx.account || p.starts_with(&ours));
    let action = |action: &str| matches!(action, "*" | "kms:*" | "kms:Put*" | "kms:PutKeyPolicy");
    text(statement, "Effect") == "Allow"
        && somebody
        && one_or_many(&statement["Action"]).into_iter().any(action)
}

fn statements(document: &Value) -> Vec<&Value> {
    match &document["Statement"] {
        Value::Array(statements) => statements.iter().collect(),
        Value::Null => Vec::new(),
        one => vec![one],
    }
}

fn principals(statement: &Value) -> Vec<&str> {
    match &statement["Principal"] {
        Value::String(all) => vec![all],
        principal => one_or_many(&principal["AWS"]),
    }
}

fn one_or_many(value: &Value) -> Vec<&str> {
    match value {
        Value::String(one) => vec![one],
        Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn check_name(input: &Value, code: &str) -> Result<(), Refusal> {
    match input["PolicyName"].as_str() {
        None | Some("default") => Ok(()),
        Some(_) => Err(Refusal::bad(code, "No such policy exists")),
    }
}
