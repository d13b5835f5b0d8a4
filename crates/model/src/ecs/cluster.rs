//! `ecs.cluster`: facts in AWS's API reference, CreateCluster and UpdateCluster.

use serde_json::{Value, json};

use crate::kind::Kind;
use crate::targets::{BUCKET, KMS_KEY, LOG_GROUP, NAMESPACE};

pub(crate) fn kind() -> Kind {
    let kind =
        Kind::new("ecs.cluster", "ecs", "CreateClusterRequest", "A group that services and tasks run in.");
    configuration(kind)
        .cfn("AWS::ECS::Cluster")
        .rename("cluster_name", "name")
        .required(&["name"])
        .create_only(&["name"])
        .lent(&["capacity_providers"])
        .shorthand("service_connect_defaults", "namespace")
        .refers("service_connect_defaults.namespace", NAMESPACE)
        .matched_by("default_capacity_provider_strategy", "capacity_provider")
        .default("default_capacity_provider_strategy.weight", 0)
        .default("default_capacity_provider_strategy.base", 0)
        .canonical(canonical)
}

/// Keys and logs of sessions inside containers, keys of the storage.
fn configuration(kind: Kind) -> Kind {
    let exec = "configuration.execute_command_configuration";
    let logs = "configuration.execute_command_configuration.log_configuration";
    let storage = "configuration.managed_storage_configuration";
    kind.rename(&format!("{exec}.kms_key_id"), "kms_key")
        .refers(&format!("{exec}.kms_key"), KMS_KEY)
        .rename(&format!("{logs}.cloud_watch_log_group_name"), "cloud_watch_log_group")
        .refers(&format!("{logs}.cloud_watch_log_group"), LOG_GROUP)
        .rename(&format!("{logs}.s3_bucket_name"), "s3_bucket")
        .refers(&format!("{logs}.s3_bucket"), BUCKET)
        .rename(&format!("{storage}.kms_key_id"), "kms_key")
        .refers(&format!("{storage}.kms_key"), KMS_KEY)
        .rename(
            &format!("{storage}.fargate_ephemeral_storage_kms_key_id"),
            "fargate_ephemeral_storage_kms_key",
        )
        .refers(&format!("{storage}.fargate_ephemeral_storage_kms_key"), KMS_KEY)
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
