//! `ecs.task_definition`. A change registers a new revision; the old ones stay,
//! so that a deployment can go back to them.

use futures_util::future::try_join_all;
use recon_aws::{ReadOp, WriteOp};
use recon_model::Found;
use serde_json::{Value, json};

use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};

const REGISTER: WriteOp = WriteOp::new("ecs", "RegisterTaskDefinition");
const DEREGISTER: WriteOp = WriteOp::new("ecs", "DeregisterTaskDefinition");
const LIST: ReadOp = ReadOp::new("ecs", "ListTaskDefinitions");

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    let mut input = item.aws();
    // AWS takes `.25 vCPU`, other servers only the number
    for field in ["cpu", "memory"] {
        let normal = item.kind.kind().fields().field(field).and_then(|field| field.normal);
        if let (Some(normal), false) = (normal, input[field].is_null()) {
            input[field] = normal(&input[field]);
        }
    }
    input["tags"] = item.lower_tags();
    let answer = cx.write(REGISTER, input).await?;
    let names = [("arn", "taskDefinitionArn"), ("revision", "revision"), ("family", "family")];
    Ok(super::exports(&answer["taskDefinition"], &names))
}

pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
) -> Result<Exports, Failure> {
    if changed.any() {
        return create(cx, item).await;
    }
    super::tags(cx, item, live, changed).await?;
    Ok(live.exports.clone())
}

/// Every ACTIVE revision of the family. AWS keeps them as INACTIVE.
pub async fn delete(cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
    let family = live.export("family").unwrap_or_default();
    let answer = cx.read_all(LIST, json!({"familyPrefix": family, "status": "ACTIVE"})).await?;
    let of_family = |arn: &&str| {
        let name = arn.rsplit_once('/').map_or(*arn, |(_, name)| name);
        name.rsplit_once(':').is_some_and(|(f, _)| f == family)
    };
    let arns = answer["taskDefinitionArns"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .filter(of_family);
    try_join_all(arns.map(|arn| cx.write(DEREGISTER, json!({"taskDefinition": arn})))).await?;
    Ok(())
}
