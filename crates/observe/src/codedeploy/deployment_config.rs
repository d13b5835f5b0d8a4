//! `codedeploy.deployment_config`: GetDeploymentConfig; AWS has no batch and no
//! tags. A config is the stack's by a mark on the stack's applications.

use std::collections::BTreeSet;

use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Live, Orphan, Owner, Resource, Snapshot, holders, mark, mark_key};
use serde_json::{Value, json};

use crate::cx::{SEARCH, Why, by_its_word};
use crate::{Cx, kind_of_address, tags};

const GET: ReadOp = ReadOp::new("codedeploy", "GetDeploymentConfig");

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    cx.each(resources, |resource| one(cx, resource)).await;
}

async fn one(cx: &Cx<'_>, resource: &Resource) -> Result<Option<Found>, Why> {
    let name = resource.name();
    let Some(mut found) = get(cx, &name).await? else { return Ok(None) };
    let mut marked = Vec::new();
    for holder in holders(cx.stack, resource) {
        let application = cx.live(&holder).await.and_then(Live::found);
        if let Some((arn, owner)) = application.and_then(|application| marked_by(application, &name)) {
            marked.push(arn);
            found.owner = Some(owner);
        }
    }
    if found.owner.is_none() {
        // all applications of the region, whosever they are
        let filter = json!({"ResourceTypeFilters": ["codedeploy:application"], "ResourcesPerPage": 100});
        let answer = cx.shared(SEARCH, filter).await?;
        let all = answer["ResourceTagMappingList"].as_array().into_iter().flatten();
        let marks = all.filter_map(|mapping| {
            let owner = owner(&json!(tags::read(&mapping["Tags"])), &name)?;
            Some((mapping["ResourceARN"].as_str()?.to_string(), owner))
        });
        for (arn, owner) in marks {
            marked.push(arn);
            found.owner = Some(owner);
        }
    }
    found.extra = json!({"marked": marked});
    by_its_word(cx, resource, &mut found);
    Ok(Some(found))
}

/// The application's ARN and the config's owner, if it carries the config's mark.
fn marked_by(application: &Found, name: &str) -> Option<(String, Owner)> {
    Some((application.export("arn")?.to_string(), owner(&application.extra["tags"], name)?))
}

fn owner(tags: &Value, name: &str) -> Option<Owner> {
    let key = mark_key(KindId::CodedeployDeploymentConfig, name)?;
    let (_, owner) = mark(KindId::CodedeployDeploymentConfig, &key, tags[&key].as_str()?)?;
    Some(owner)
}

/// The config of that name.
async fn get(cx: &Cx<'_>, name: &str) -> Result<Option<Found>, AwsError> {
    match cx.read(GET, json!({"deploymentConfigName": name})).await {
        Ok(answer) => {
            let info = &answer["deploymentConfigInfo"];
            let exports = [("name", &info["deploymentConfigName"])];
            Ok(Some(cx.found(KindId::CodedeployDeploymentConfig, info, &Value::Null, &exports)))
        }
        Err(error) if error.is(&["DeploymentConfigDoesNotExistException"]) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Adds what applications carry marks of the stack for and no declaration explains.
pub async fn strangers(cx: &Cx<'_>, snapshot: &mut Snapshot) -> Result<(), AwsError> {
    let configs = cx.stack.resources.values().filter(|r| r.kind == KindId::CodedeployDeploymentConfig);
    let declared: BTreeSet<String> = configs.map(Resource::name).collect();
    let mut wanted: Vec<(String, Owner, Vec<String>)> = Vec::new();
    let founds = snapshot.live.values().filter_map(Live::found);
    for application in founds.chain(snapshot.orphans.iter().map(|orphan| &orphan.found)) {
        for (key, value) in application.extra["tags"].as_object().into_iter().flatten() {
            let mark = value.as_str().and_then(|value| mark(KindId::CodedeployDeploymentConfig, key, value));
            let Some((name, owner)) = mark.filter(|(_, owner)| owner.stack == cx.stack.name) else {
                continue;
            };
            let arn = application.export("arn").unwrap_or_default().to_string();
            match wanted.iter_mut().find(|(other, ..)| *other == name) {
                Some((.., marked)) => marked.push(arn),
                None if !declared.contains(&name) => wanted.push((name, owner, vec![arn])),
                None => {}
            }
        }
    }
    for (name, owner, marked) in wanted {
        let (Some(mut found), Some((address, kind))) =
            (get(cx, &name).await?, kind_of_address(&owner.address))
        else {
            continue;
        };
        found.owner = Some(owner);
        found.extra = json!({"marked": marked});
        snapshot.orphans.push(Orphan { address, kind, found });
    }
    Ok(())
}
