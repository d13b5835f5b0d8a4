//! Users.

use serde_json::{Value, json};

use super::entity::{Entity, new_doc, path_of, rename, under_prefix, without};
use super::{Kind, attached, nothing, page, refusals, roles, tagging};
use crate::context::Context;
use crate::form::text;
use crate::refusal::Refusal;

pub(super) fn handle(cx: &mut Context<'_>, operation: &str, input: &Value) -> Result<Option<Value>, Refusal> {
    Ok(Some(match operation {
        "CreateUser" => create(cx, input)?,
        "GetUser" => get(cx, input)?,
        "UpdateUser" => update(cx, input)?,
        "DeleteUser" => delete(cx, input)?,
        "ListUsers" => list(cx, input)?,
        _ => return Ok(None),
    }))
}

fn create(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "UserName");
    cx.global.iam.name_is_free(Kind::User, name)?;
    let mut doc = new_doc(cx, Kind::User, name, path_of(input));
    tagging::add(&mut doc, &input["Tags"])?;
    if let Some(arn) = input["PermissionsBoundary"].as_str() {
        doc["PermissionsBoundary"] = attached::boundary(&cx.global.iam, arn)?;
    }
    let answer = json!({"User": doc});
    cx.global.iam.users.insert(name.to_string(), Entity { doc, ..Entity::default() });
    Ok(answer)
}

fn get(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    if input["UserName"].is_null() {
        return Err(Refusal::bad(
            "ValidationError",
            "Must specify userName when calling with non-User credentials",
        ));
    }
    Ok(json!({"User": cx.global.iam.get(Kind::User, input)?.doc}))
}

fn update(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let (old, new) = rename(cx, Kind::User, input)?;
    for credential in cx.global.iam.credentials.values_mut().filter(|c| text(c, "UserName") == old) {
        credential["UserName"] = json!(new);
    }
    Ok(nothing())
}

fn delete(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "UserName");
    let user = cx.global.iam.get(Kind::User, input)?;
    roles::check_bare(user)?;
    if !user.groups.is_empty() {
        return Err(refusals::conflict("Cannot delete entity, must remove users from group first."));
    }
    if cx.global.iam.credentials.values().any(|credential| text(credential, "UserName") == name) {
        return Err(refusals::conflict("Cannot delete entity, must remove referenced objects first."));
    }
    let gone = user.doc.clone();
    cx.global.iam.users.remove(name);
    roles::forget(cx, text(&gone, "Arn"), text(&gone, "UserId"));
    Ok(nothing())
}

fn list(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let users = cx.global.iam.users.values().map(|user| &user.doc).filter(|doc| under_prefix(doc, input));
    let shown = users.map(|doc| without(doc, &["Tags", "PermissionsBoundary"])).collect();
    page::answer("Users", shown, input)
}
