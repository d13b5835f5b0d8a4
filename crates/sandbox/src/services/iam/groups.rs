//! Groups and who is in them.

use serde_json::{Value, json};

use super::entity::{Entity, new_doc, path_of, rename, under_prefix, without};
use super::{Kind, nothing, page, refusals, roles};
use crate::context::Context;
use crate::form::text;
use crate::refusal::Refusal;

const GROUPS_PER_USER: usize = 10;

pub(super) fn handle(cx: &mut Context<'_>, operation: &str, input: &Value) -> Result<Option<Value>, Refusal> {
    Ok(Some(match operation {
        "CreateGroup" => create(cx, input)?,
        "GetGroup" => get(cx, input)?,
        "UpdateGroup" => update(cx, input)?,
        "DeleteGroup" => delete(cx, input)?,
        "ListGroups" => {
            let groups = cx.global.iam.groups.values().map(|group| &group.doc);
            let shown = groups.filter(|doc| under_prefix(doc, input)).cloned().collect();
            page::answer("Groups", shown, input)?
        }
        _ => return Ok(None),
    }))
}

fn create(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "GroupName");
    cx.global.iam.name_is_free(Kind::Group, name)?;
    let doc = new_doc(cx, Kind::Group, name, path_of(input));
    let answer = json!({"Group": doc});
    cx.global.iam.groups.insert(name.to_string(), Entity { doc, ..Entity::default() });
    Ok(answer)
}

fn get(cx: &Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let group = &cx.global.iam.get(Kind::Group, input)?.doc;
    let members = members(cx, text(input, "GroupName"));
    let mut answer = page::answer("Users", members, input)?;
    answer["Group"] = group.clone();
    Ok(answer)
}

fn members(cx: &Context<'_>, group: &str) -> Vec<Value> {
    let users = cx.global.iam.users.values().filter(|user| user.groups.contains(group));
    users.map(|user| without(&user.doc, &["Tags", "PermissionsBoundary"])).collect()
}

fn update(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let (old, new) = rename(cx, Kind::Group, input)?;
    for user in cx.global.iam.users.values_mut() {
        if user.groups.remove(&old) {
            user.groups.insert(new.clone());
        }
    }
    Ok(nothing())
}

fn delete(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "GroupName");
    roles::check_bare(cx.global.iam.get(Kind::Group, input)?)?;
    if !members(cx, name).is_empty() {
        return Err(refusals::conflict("Cannot delete entity, must remove users from group first."));
    }
    cx.global.iam.groups.remove(name);
    Ok(nothing())
}

/// Operations on a user in a group.
pub(super) fn membership(
    cx: &mut Context<'_>,
    operation: &str,
    input: &Value,
) -> Result<Option<Value>, Refusal> {
    let state = &mut cx.global.iam;
    if operation == "ListGroupsForUser" {
        let names = &state.get(Kind::User, input)?.groups;
        let groups = names.iter().filter_map(|name| Some(state.groups.get(name)?.doc.clone())).collect();
        return page::answer("Groups", groups, input).map(Some);
    }
    state.get(Kind::Group, input)?;
    let group = text(input, "GroupName");
    let groups = &mut state.get_mut(Kind::User, input)?.groups;
    if operation == "RemoveUserFromGroup" {
        groups.remove(group);
        return Ok(Some(nothing()));
    }
    if groups.len() >= GROUPS_PER_USER && !groups.contains(group) {
        return Err(refusals::quota("GroupsPerUser", GROUPS_PER_USER));
    }
    groups.insert(group.to_string());
    Ok(Some(nothing()))
}
