//! Tags of applications and deployment groups. Deployment configs have none.

use serde_json::{Value, json};

use super::refusals;
use crate::context::Context;
use crate::form::{text, texts};
use crate::refusal::Refusal;
use crate::tags::{self, Tags};

const MOST: usize = 50;

pub(super) fn tag(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let new = given(&input["Tags"])?;
    if new.is_empty() {
        return Err(Refusal::bad("TagRequiredException", "At least one tag must be specified."));
    }
    let tags = find(cx, text(input, "ResourceArn"))?;
    let mut all = tags.clone();
    all.extend(new);
    check_count(&all)?;
    *tags = all;
    Ok(json!({}))
}

pub(super) fn untag(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let tags = find(cx, text(input, "ResourceArn"))?;
    for key in texts(input, "TagKeys") {
        tags.remove(key);
    }
    Ok(json!({}))
}

pub(super) fn list(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let tags = find(cx, text(input, "ResourceArn"))?;
    Ok(json!({"Tags": tags::upper(tags)}))
}

/// Tags given with a new resource.
pub(super) fn given(value: &Value) -> Result<Tags, Refusal> {
    let tags = tags::parse(value);
    let given = value.as_array().map_or(0, Vec::len);
    if tags.len() != given {
        return Err(invalid("A tag key may be given only once."));
    }
    if let Some(key) = tags.keys().find(|key| key.is_empty() || key.to_ascii_lowercase().starts_with("aws:"))
    {
        return Err(invalid(format!("The tag key '{key}' is empty or begins with aws:, which is reserved.")));
    }
    check_count(&tags)?;
    Ok(tags)
}

fn check_count(tags: &Tags) -> Result<(), Refusal> {
    if tags.len() > MOST {
        return Err(invalid(format!("A resource can have up to {MOST} tags.")));
    }
    Ok(())
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::bad("InvalidTagsToAddException", message)
}

/// The tags of `…:application:NAME` or `…:deploymentgroup:APPLICATION/GROUP`.
fn find<'a>(cx: &'a mut Context<'_>, arn: &str) -> Result<&'a mut Tags, Refusal> {
    let here = format!("arn:aws:codedeploy:{}:{}:", cx.region, cx.account);
    let invalid = || Refusal::bad("InvalidArnException", format!("The ARN {arn} is not valid."));
    let (kind, name) = arn.strip_prefix(&here).and_then(|rest| rest.split_once(':')).ok_or_else(invalid)?;
    let applications = &mut cx.here.codedeploy.applications;
    match kind {
        "application" => {
            let application = applications.get_mut(name).ok_or_else(|| refusals::no_application(name))?;
            Ok(&mut application.tags)
        }
        "deploymentgroup" => {
            let (application, group) = name.split_once('/').ok_or_else(invalid)?;
            let application =
                applications.get_mut(application).ok_or_else(|| refusals::no_application(application))?;
            Ok(&mut application.groups.get_mut(group).ok_or_else(|| refusals::no_group(group))?.tags)
        }
        _ => Err(Refusal::bad("ArnNotSupportedException", format!("{kind} resources cannot be tagged."))),
    }
}
