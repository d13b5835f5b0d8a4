//! `ecs.cluster`: facts in AWS's API reference, CreateCluster and UpdateCluster.

use serde_json::{Value, json};

use crate::kind::Kind;

pub(crate) fn kind() -> Kind {
    Kind::new("ecs.cluster", "ecs", "CreateClusterRequest", "A group that services and tasks run in.")
        .cfn("AWS::ECS::Cluster")
        .rename("cluster_name", "name")
        .required(&["name"])
        .create_only(&["name"])
        .lent(&["capacity_providers"])
        .shorthand("service_connect_defaults", "namespace")
        .matched_by("default_capacity_provider_strategy", "capacity_provider")
        .default("default_capacity_provider_strategy.weight", 0)
        .default("default_capacity_provider_strategy.base", 0)
        .canonical(canonical)
}

/// AWS answers with every setting; `containerInsights` is off where nobody said more.
fn canonical(spec: &mut Value) {
    if let Some(spec) = spec.as_object_mut() {
        let settings = spec.entry("settings").or_insert_with(|| json!({}));
        if let Some(settings) = settings.as_object_mut() {
            settings.entry("containerInsights").or_insert_with(|| json!("disabled"));
        }
    }
}
