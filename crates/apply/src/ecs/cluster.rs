//! `ecs.cluster`.

use recon_aws::WriteOp;
use recon_model::Found;
use serde_json::json;

use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};

const CREATE: WriteOp = WriteOp::new("ecs", "CreateCluster");
const UPDATE: WriteOp = WriteOp::new("ecs", "UpdateCluster");
const PROVIDERS: WriteOp = WriteOp::new("ecs", "PutClusterCapacityProviders");
const DELETE: WriteOp = WriteOp::new("ecs", "DeleteCluster");

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    let mut input = item.aws();
    input["tags"] = item.lower_tags();
    let answer = cx.write(CREATE, input).await?;
    Ok(super::exports(&answer["cluster"], &[("arn", "clusterArn"), ("name", "clusterName")]))
}

pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
) -> Result<Exports, Failure> {
    const PROVIDER_FIELDS: &[&str] = &["capacity_providers", "default_capacity_provider_strategy"];
    let rest = changed.without(PROVIDER_FIELDS);
    if !rest.is_empty() {
        let nothing = [("service_connect_defaults", json!({"namespace": ""})), ("configuration", json!({}))];
        let mut input = item.aws_fields(&rest, &nothing);
        input["cluster"] = json!(item.text("name"));
        cx.write(UPDATE, input).await?;
    }
    if rest.len() < changed.fields.len() {
        // one call sets both, whole
        let both = PROVIDER_FIELDS.iter().map(ToString::to_string).collect();
        let nothing: Vec<_> = PROVIDER_FIELDS.iter().map(|field| (*field, json!([]))).collect();
        let mut input = item.aws_fields(&both, &nothing);
        input["cluster"] = json!(item.text("name"));
        cx.write(PROVIDERS, input).await?;
    }
    super::tags(cx, item, live, changed).await?;
    Ok(live.exports.clone())
}

pub async fn delete(cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
    let input = json!({"cluster": live.export("name")});
    cx.write_unless(DELETE, input, &["ClusterNotFoundException"]).await?;
    Ok(())
}
