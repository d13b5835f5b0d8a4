//! `ecs.cluster`: DescribeClusters, 100 a call, tags included.

use futures_util::future::join_all;
use recon_aws::ReadOp;
use recon_model::{KindId, Live, Resource};
use serde_json::{Value, json};

use crate::Cx;

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
    for (resource, name) in resources.iter().zip(&names) {
        // a deleted cluster is described for a while, as INACTIVE
        let there = clusters.iter().find(|c| c["clusterName"] == **name && c["status"] != "INACTIVE");
        cx.put(
            &resource.address,
            there.map_or(Live::Absent, |cluster| {
                let exports = [("arn", &cluster["clusterArn"]), ("name", &cluster["clusterName"])];
                Live::Present(Box::new(cx.found(KindId::EcsCluster, cluster, &cluster["tags"], &exports)))
            }),
        );
    }
}
