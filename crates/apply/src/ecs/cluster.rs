//! `ecs.cluster`.

use std::collections::BTreeSet;

use recon_aws::WriteOp;
use recon_model::Found;
use serde_json::{Value, json};

use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};

const CREATE: WriteOp = WriteOp::new("ecs", "CreateCluster");
const UPDATE: WriteOp = WriteOp::new("ecs", "UpdateCluster");
const PROVIDERS: WriteOp = WriteOp::new("ecs", "PutClusterCapacityProviders");
const DELETE: WriteOp = WriteOp::new("ecs", "DeleteCluster");

const PROVIDER_FIELDS: &[&str] = &["capacity_providers", "default_capacity_provider_strategy"];

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
    let rest = changed.without(PROVIDER_FIELDS);
    if !rest.is_empty() {
        let nothing = [("service_connect_defaults", json!({"namespace": ""})), ("configuration", json!({}))];
        let mut input = item.aws_fields(&rest, &nothing);
        input["cluster"] = json!(item.text("name"));
        cx.write(UPDATE, input).await?;
    }
    if rest.len() < changed.fields.len() {
        let mut input = providers(item);
        // what services may still use goes when they are done with it
        let there = live.spec["capacity_providers"].value();
        let all: BTreeSet<&str> = names(&input["capacityProviders"]).chain(names(&there)).collect();
        input["capacityProviders"] = json!(all);
        cx.write(PROVIDERS, input).await?;
    }
    super::tags(cx, item, live, changed).await?;
    Ok(live.exports.clone())
}

/// One call sets both fields, whole.
fn providers(item: &Item<'_>) -> Value {
    let both = PROVIDER_FIELDS.iter().map(ToString::to_string).collect();
    let nothing: Vec<_> = PROVIDER_FIELDS.iter().map(|field| (*field, json!([]))).collect();
    let mut input = item.aws_fields(&both, &nothing);
    input["cluster"] = json!(item.text("name"));
    input
}

fn names(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// Takes away the providers that are wanted no more.
pub async fn tidy(cx: &Cx<'_>, item: &Item<'_>) -> Result<(), Failure> {
    cx.write(PROVIDERS, providers(item)).await?;
    Ok(())
}

pub async fn delete(cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
    let input = json!({"cluster": live.export("name")});
    cx.write_unless(DELETE, input, &["ClusterNotFoundException"]).await?;
    Ok(())
}
