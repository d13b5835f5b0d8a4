//! Aliases: names that point at keys.

use serde_json::{Value, json};

use super::key::{changeable, marked, unknown};
use super::{Alias, Key};
use crate::context::Context;
use crate::form::text;
use crate::refusal::Refusal;

pub(super) fn create(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "AliasName");
    check_name(name)?;
    if cx.here.kms.aliases.contains_key(name) {
        let message = format!("An alias with the name {} already exists", cx.arn("kms", name));
        return Err(Refusal::bad("AlreadyExistsException", message));
    }
    let target = text(&target(cx, input)?.metadata, "KeyId").to_string();
    cx.here.kms.aliases.insert(name.to_string(), Alias { target, created: cx.now, updated: cx.now });
    Ok(json!({}))
}

/// The new key must be of the old one's kind.
pub(super) fn update(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "AliasName");
    check_name(name)?;
    let before = cx.here.kms.key(name).cloned().ok_or_else(|| unknown(cx, name))?;
    let after = &target(cx, input)?.metadata;
    if let Some(member) = ["KeySpec", "KeyUsage"].into_iter().find(|member| before[*member] != after[*member])
    {
        let message = format!("the alias points at a key with another {member}");
        return Err(Refusal::bad("ValidationException", message));
    }
    let target = text(after, "KeyId").to_string();
    let now = cx.now;
    if let Some(alias) = cx.here.kms.aliases.get_mut(name) {
        alias.target = target;
        alias.updated = now;
    }
    Ok(json!({}))
}

pub(super) fn delete(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "AliasName");
    check_name(name)?;
    let refusal = unknown(cx, name);
    cx.here.kms.aliases.remove(name).map(|_| json!({})).ok_or(refusal)
}

pub(super) fn list(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let wanted = match input["KeyId"].as_str() {
        None => None,
        Some(id) => Some(text(cx.here.kms.key(id).ok_or_else(|| unknown(cx, id))?, "KeyId")),
    };
    let all: Vec<Value> = cx
        .here
        .kms
        .aliases
        .iter()
        .filter(|(_, alias)| wanted.is_none_or(|id| id == alias.target))
        .map(|(name, alias)| entry(cx, name, alias))
        .collect();
    marked("Aliases", all, input, 50)
}

fn entry(cx: &Context<'_>, name: &str, alias: &Alias) -> Value {
    json!({
        "AliasName": name,
        "AliasArn": cx.arn("kms", name),
        "TargetKeyId": alias.target,
        "CreationDate": alias.created.floor(),
        "LastUpdatedDate": alias.updated.floor(),
    })
}

fn target<'a>(cx: &'a mut Context<'_>, input: &Value) -> Result<&'a Key, Refusal> {
    let id = &input["TargetKeyId"];
    if text(input, "TargetKeyId").contains("alias/") {
        return Err(Refusal::bad("ValidationException", "Aliases must refer to keys. Not aliases"));
    }
    Ok(changeable(cx, &json!({"KeyId": id}))?)
}

fn check_name(name: &str) -> Result<(), Refusal> {
    let reserved = "alias/aws/";
    match name.strip_prefix("alias/") {
        _ if name.starts_with(reserved) => {
            Err(Refusal::bad("NotAuthorizedException", format!("names that begin {reserved} are reserved")))
        }
        None | Some("") => Err(Refusal::bad("ValidationException", "Invalid identifier")),
        Some(rest) if rest.contains(':') => {
            let message = format!("{name} contains invalid characters for an alias");
            Err(Refusal::bad("ValidationException", message))
        }
        Some(_) => Ok(()),
    }
}
