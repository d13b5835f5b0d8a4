//! Inline policies of roles, users and groups.

use serde_json::{Value, json};

use super::{Kind, document, nothing, page, refusals};
use crate::context::Context;
use crate::form::text;
use crate::refusal::Refusal;

pub(super) fn put(cx: &mut Context<'_>, kind: Kind, input: &Value) -> Result<Value, Refusal> {
    let entity = cx.global.iam.get_mut(kind, input)?;
    let (name, policy) = (text(input, "PolicyName"), text(input, "PolicyDocument"));
    document::check_identity(policy)?;
    let others = entity.inline.iter().filter(|(other, _)| *other != name);
    let total = others.map(|(_, text)| document::size(text)).sum::<usize>() + document::size(policy);
    let most = match kind {
        Kind::Role => 10_240,
        Kind::Group => 5_120,
        Kind::User => 2_048,
    };
    if total > most {
        return Err(refusals::limit(format!(
            "Maximum policy size of {most} bytes exceeded for {} {}",
            kind.lower(),
            text(input, kind.name_member())
        )));
    }
    entity.inline.insert(name.to_string(), policy.to_string());
    Ok(nothing())
}

pub(super) fn get(cx: &Context<'_>, kind: Kind, input: &Value) -> Result<Value, Refusal> {
    let entity = cx.global.iam.get(kind, input)?;
    let name = text(input, "PolicyName");
    let policy = entity.inline.get(name).ok_or_else(|| unknown(kind, name))?;
    Ok(json!({
        kind.name_member(): input[kind.name_member()],
        "PolicyName": name,
        "PolicyDocument": document::encode(policy),
    }))
}

pub(super) fn delete(cx: &mut Context<'_>, kind: Kind, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "PolicyName");
    let entity = cx.global.iam.get_mut(kind, input)?;
    entity.inline.remove(name).ok_or_else(|| unknown(kind, name))?;
    Ok(nothing())
}

pub(super) fn list(cx: &Context<'_>, kind: Kind, input: &Value) -> Result<Value, Refusal> {
    let names = cx.global.iam.get(kind, input)?.inline.keys().map(|name| json!(name)).collect();
    page::answer("PolicyNames", names, input)
}

fn unknown(kind: Kind, name: &str) -> Refusal {
    refusals::no_such(format!("The {} policy with name {name} cannot be found.", kind.lower()))
}
