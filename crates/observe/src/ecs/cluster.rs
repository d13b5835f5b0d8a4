//! `ecs.cluster`: DescribeClusters, 100 a call, tags included.

use recon_aws::ReadOp;
use recon_model::{Found, KindId, Resource};
use serde_json::json;

use crate::batch::Batch;
use crate::cx::Why;
use crate::{Cx, namespaces};

static CLUSTERS: Batch = Batch {
    op: ReadOp::new("ecs", "DescribeClusters"),
    most: 100,
    input: |_, names| json!({"clusters": names, "include": ["TAGS", "SETTINGS", "CONFIGURATIONS"]}),
    items: ("clusters", "clusterName"),
    // a deleted cluster is described for a while
    there: |cluster| cluster["status"] != "INACTIVE",
    gone: &[],
    list: None,
    alone: None,
};

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    cx.each(resources, |resource| one(cx, resource)).await;
}

async fn one(cx: &Cx<'_>, resource: &Resource) -> Result<Option<Found>, Why> {
    let Some(cluster) = cx.one(&CLUSTERS, "", &resource.name()).await? else { return Ok(None) };
    let exports = [("arn", &cluster["clusterArn"]), ("name", &cluster["clusterName"])];
    let mut found = cx.found(KindId::EcsCluster, &cluster, &cluster["tags"], &exports);
    namespaces::named(cx, resource, ["service_connect_defaults", "namespace"], &mut found).await?;
    Ok(Some(found))
}
