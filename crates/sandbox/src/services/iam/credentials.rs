//! Service-specific credentials: user names and passwords for Git over HTTPS.

use serde_json::{Value, json};

use super::entity::without;
use super::{Kind, nothing, page, refusals};
use crate::context::Context;
use crate::form::text;
use crate::refusal::Refusal;

const PER_SERVICE: usize = 2;

pub(super) fn handle(cx: &mut Context<'_>, operation: &str, input: &Value) -> Result<Option<Value>, Refusal> {
    Ok(Some(match operation {
        "CreateServiceSpecificCredential" => create(cx, input)?,
        "ListServiceSpecificCredentials" => list(cx, input)?,
        "UpdateServiceSpecificCredential" => {
            find(cx, input)?["Status"] = input["Status"].clone();
            nothing()
        }
        "ResetServiceSpecificCredential" => {
            let password = password(cx);
            let mut shown = find(cx, input)?.clone();
            shown["ServicePassword"] = json!(password);
            json!({"ServiceSpecificCredential": shown})
        }
        "DeleteServiceSpecificCredential" => {
            find(cx, input)?;
            cx.global.iam.credentials.remove(text(input, "ServiceSpecificCredentialId"));
            nothing()
        }
        _ => return Ok(None),
    }))
}

/// Answers the password, which is not kept: AWS shows it this once too.
fn create(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    cx.global.iam.get(Kind::User, input)?;
    let (user, service) = (text(input, "UserName"), text(input, "ServiceName"));
    check_service(service)?;
    let has = |c: &&Value| text(c, "UserName") == user && text(c, "ServiceName") == service;
    let names: Vec<&str> =
        cx.global.iam.credentials.values().filter(has).map(|c| text(c, "ServiceUserName")).collect();
    if names.len() >= PER_SERVICE {
        return Err(refusals::quota("ServiceSpecificCredentialsPerUser", PER_SERVICE));
    }
    let first = format!("{user}-at-{}", cx.account);
    let name = if names.contains(&first.as_str()) { format!("{user}+1-at-{}", cx.account) } else { first };
    let id = format!("ACCA{}", cx.ids.upper(17));
    let mut credential = json!({
        "CreateDate": cx.timestamp(),
        "ServiceName": service,
        "ServiceUserName": name,
        "ServiceSpecificCredentialId": id,
        "UserName": user,
        "Status": "Active",
    });
    if let Some(days) = input["CredentialAgeDays"].as_f64() {
        credential["ExpirationDate"] = json!(cx.now.floor() + days * 86_400.0);
    }
    let mut shown = credential.clone();
    shown["ServicePassword"] = json!(password(cx));
    cx.global.iam.credentials.insert(id, credential);
    Ok(json!({"ServiceSpecificCredential": shown}))
}

fn list(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let user = input["UserName"].as_str();
    if user.is_some() {
        cx.global.iam.get(Kind::User, input)?;
    } else if input["AllUsers"] != true {
        return Err(Refusal::bad(
            "ValidationError",
            "Must specify userName when calling with non-User credentials",
        ));
    }
    let service = input["ServiceName"].as_str();
    let wanted = |c: &&Value| {
        user.is_none_or(|user| text(c, "UserName") == user)
            && service.is_none_or(|service| text(c, "ServiceName") == service)
    };
    let found = cx.global.iam.credentials.values().filter(wanted);
    page::answer(
        "ServiceSpecificCredentials",
        found.map(|c| without(c, &["ServicePassword"])).collect(),
        input,
    )
}

fn find<'a>(cx: &'a mut Context<'_>, input: &Value) -> Result<&'a mut Value, Refusal> {
    let id = text(input, "ServiceSpecificCredentialId");
    if input["UserName"].is_string() {
        cx.global.iam.get(Kind::User, input)?;
    }
    let owner = input["UserName"].as_str();
    let credential = cx.global.iam.credentials.get_mut(id);
    credential
        .filter(|c| owner.is_none_or(|owner| text(c, "UserName") == owner))
        .ok_or_else(|| refusals::no_such(format!("No such credential {id} exists")))
}

fn check_service(service: &str) -> Result<(), Refusal> {
    if ["codecommit.amazonaws.com", "cassandra.amazonaws.com"].contains(&service) {
        return Ok(());
    }
    let message = format!("{service} does not support service-specific credentials.");
    Err(Refusal::new(404, "NotSupportedService", message))
}

fn password(cx: &mut Context<'_>) -> String {
    format!("sandbox-{}=", cx.ids.hex(35))
}
