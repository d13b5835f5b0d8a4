//! `ecs.cluster`: DescribeClusters, 100 a call, tags included.

use futures_util::future::join_all;
use recon_aws::ReadOp;
use recon_model::{KindId, Live, Resource};
use serde_json::{Value, json};

use crate::cx::unreadable;
use crate::{Cx, namespaces};

const DESCRIBE: ReadOp = ReadOp::new("ecs", "DescribeClusters");

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    join_all(resources.chunks(100).map(|chunk| batch(cx, chunk))).await;
}

async fn batch(cx: &Cx<'_>, resources: &[&Resource]) {
    let names: Vec<String> = resources.iter().map(|resource| resource.name()).collect();
    let input = json!({"clusters": names, "include": ["TAGS", "SETTINGS", "CONFIGURATIONS"]});
    let answer = match cx.read(DESCRIBE, input).await {
        Ok(answer) => answer,
        Err(error) => return cx.fail(resources, &error),
    };
    let clusters: Vec<&Value> = answer["clusters"].as_array().into_iter().flatten().collect();
    join_all(resources.iter().zip(&names).map(|(resource, name)| async {
        // a deleted cluster is described for a while, as INACTIVE
        let there = clusters.iter().find(|c| c["clusterName"] == **name && c["status"] != "INACTIVE");
        match there {
            Some(cluster) => cx.put(&resource.address, present(cx, resource, cluster).await),
            None => cx.absent(resource),
        }
    }))
    .await;
}

async fn present(cx: &Cx<'_>, resource: &Resource, cluster: &Value) -> Live {
    let exports = [("arn", &cluster["clusterArn"]), ("name", &cluster["clusterName"])];
    let mut found = cx.found(KindId::EcsCluster, cluster, &cluster["tags"], &exports);
    match namespaces::named(cx, resource, ["service_connect_defaults", "namespace"], &mut found).await {
        Ok(()) => Live::Present(Box::new(found)),
        Err(error) => unreadable(&error),
    }
}
