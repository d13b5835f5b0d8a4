//! `iam.service_credential`: the user's list. AWS has no tags on credentials: a
//! mark on the user says which one is the stack's.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Owner, Pending, Resource};
use serde_json::{Value, json};

use super::user::{self, Depth};
use super::{list, marks, stranger, text};
use crate::Cx;
use crate::cx::Why;

const LIST: ReadOp = ReadOp::new("iam", "ListServiceSpecificCredentials");

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    cx.each(resources, |resource| one(cx, resource)).await;
}

/// Of a user's credentials, the resource is the one with its mark; else one
/// without any, which is nobody's. One whose making was cut off is none: nobody
/// has its password, and whoever makes the next one ends it.
async fn one(cx: &Cx<'_>, resource: &Resource) -> Result<Option<Found>, Why> {
    let user = &cx.text(resource, "user").await?;
    let service = resource.spec.get("service_name").and_then(|tree| tree.as_str()).unwrap_or_default();
    let (credentials, user) = tokio::join!(credentials(cx, user), user::detail(cx, user, Depth::Bare));
    let (credentials, user) = (credentials?, user?);
    let marks = user.as_ref().map(|user| marks(user, KindId::IamServiceCredential));
    let pending = user.and_then(|user| Pending::of(&user["Tags"], &cx.stack.name, &resource.address));
    let lost = |credential: &&Value| {
        pending.as_ref().is_some_and(|pending| pending.lost(text(credential, "ServiceSpecificCredentialId")))
    };
    let founds: Vec<Found> = credentials
        .iter()
        .filter(|credential| !lost(credential))
        .map(|credential| found(cx, credential, marks.as_deref()))
        .collect();
    let address = resource.address.to_string();
    let own = |found: &Found| {
        found.owner.as_ref().is_some_and(|o| o.stack == cx.stack.name && o.address == address)
    };
    let free = |found: &Found| found.owner.is_none() && found.spec["service_name"] == *service;
    // the stack's own may still be for another service
    let at = founds.iter().position(own).or_else(|| founds.iter().position(free));
    Ok(at.and_then(|at| founds.into_iter().nth(at)))
}

async fn credentials(cx: &Cx<'_>, user: &str) -> Result<Vec<Value>, AwsError> {
    match cx.read_all(LIST, json!({"UserName": user})).await {
        Ok(answer) => Ok(list(&answer, "ServiceSpecificCredentials").cloned().collect()),
        Err(error) if error.is(&["NoSuchEntity"]) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn found(cx: &Cx<'_>, credential: &Value, marks: Option<&[(String, Owner)]>) -> Found {
    let id = &credential["ServiceSpecificCredentialId"];
    let exports = [("id", id), ("service_user_name", &credential["ServiceUserName"])];
    let mut found = cx.found(KindId::IamServiceCredential, credential, &Value::Null, &exports);
    let mark = marks.into_iter().flatten().find(|(of, _)| *id == **of);
    found.owner = mark.map(|(_, owner)| owner.clone());
    found
}

/// Credentials with a mark of the stack that no declaration means.
pub(super) async fn strangers(cx: &Cx<'_>, dump: &Value) {
    let mut declared = BTreeSet::new();
    for resource in cx.stack.resources.values().filter(|r| r.kind == KindId::IamServiceCredential) {
        let service = resource.spec.get("service_name").and_then(|tree| tree.as_str()).unwrap_or_default();
        if let Ok(user) = cx.text(resource, "user").await {
            declared.insert((resource.address.to_string(), service.to_string(), user));
        }
    }
    join_all(list(dump, "UserDetailList").map(|user| of_user(cx, user, &declared))).await;
}

async fn of_user(cx: &Cx<'_>, user: &Value, declared: &BTreeSet<(String, String, String)>) {
    let name = text(user, "UserName");
    let marks = marks(user, KindId::IamServiceCredential);
    let explained = |address: &str| declared.iter().any(|(a, _, u)| a == address && u == name);
    if marks.iter().all(|(_, owner)| owner.stack != cx.stack.name || explained(&owner.address)) {
        return;
    }
    let all = match credentials(cx, name).await {
        Ok(all) => all,
        Err(error) => return cx.blind(format!("iam credentials of {name}: {error}")),
    };
    for credential in &all {
        let found = found(cx, credential, Some(&marks));
        let (address, service) =
            (found.owner.as_ref().map(|o| o.address.clone()), text(credential, "ServiceName"));
        let key = (address.unwrap_or_default(), service.to_string(), name.to_string());
        if !declared.contains(&key) {
            stranger(cx, found);
        }
    }
}
