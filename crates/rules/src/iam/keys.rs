//! Keys of the account's own.

use recon_model::KindId::{CodepipelinePipeline, KmsKey};

use super::arn::{Thing, text};
use super::build::built_by;
use super::grants::read;
use super::need::{Guard, Need, demand};
use super::pipeline::{bucket, stores};
use crate::at::At;
use crate::rule::{By, Rule, Severity};

pub static IAM_016: Rule = Rule {
    id: "IAM-016",
    severity: Severity::Error,
    title: "a role that may not use the key of the artifacts",
    doc: "Artifacts under a customer managed key are read and written with it: kms:Decrypt and GenerateDataKey, for \
          the pipeline's role and for the roles of its builds. A key with a policy of its own must let the role, or \
          the account, in that policy.",
    fix: "add the statement to the role",
    source: "AWS: CodePipeline user guide, encryption of artifacts; KMS developer guide, key policies",
    bad: r#"
[codepipeline.pipeline.api]
artifact_store = { location = "artifacts", encryption_key = "artifacts" }

[kms.key.artifacts]
alias = "alias/artifacts"
"#,
    good: r#"
[codepipeline.pipeline.api]
artifact_store = { location = "artifacts", encryption_key = "artifacts" }

[kms.key.artifacts]
alias = "alias/artifacts"

[iam.policy.key]
name = "key"

[iam.policy.key.document]
Version = "2012-10-17"

[[iam.policy.key.document.Statement]]
Effect   = "Allow"
Action   = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
Resource = "${kms.key.artifacts.arn}"

[iam.role.pipeline]
managed = ["key"]

[iam.role.build]
managed = ["key"]
"#,
    by: By::Check(|cx, out| {
        let mut all = Vec::new();
        for pipeline in cx.of(CodepipelinePipeline) {
            let roles: Vec<_> = std::iter::once(pipeline.get("role"))
                .chain(built_by(&pipeline).iter().map(|project| project.get("service_role")))
                .filter_map(|role| role.target())
                .collect();
            for store in stores(&pipeline) {
                let Some(key) = key_of(&store) else { continue };
                all.extend(roles.iter().flat_map(|role| needs(role, &key)));
            }
        }
        demand(all, out);
    }),
};

/// The store's key, or else the one that its bucket encrypts with.
fn key_of<'c>(store: &At<'c>) -> Option<At<'c>> {
    let own = store.get("encryption_key.id");
    if own.exists() {
        return Some(own);
    }
    let rules = bucket(store).target()?.get("encryption.rules");
    let mut of_bucket =
        rules.items().map(|rule| rule.get("apply_server_side_encryption_by_default.kms_master_key"));
    of_bucket.find(At::exists)
}

fn needs<'c>(role: &At<'c>, key: &At<'c>) -> Vec<Need<'c>> {
    let own = key.target().filter(|target| target.item().resource.kind == KmsKey);
    let thing = match &own {
        Some(own) => Thing::of(own),
        None => match text(key) {
            Some(arn) if arn.contains(":key/") => Thing::literal(arn),
            // an alias may point anywhere
            _ => Thing::any("key"),
        },
    };
    let guard = || match own.as_ref().map(|own| own.get("policy")) {
        Some(policy) if policy.exists() => Guard { policy: Some(read(&policy)), decides: true },
        _ => Guard::default(),
    };
    let why = "the artifacts are encrypted with this key";
    let need = |actions: &[&'static str]| {
        Need::new(role, key, why, actions, thing.clone()).named("key").guarded(guard())
    };
    let beside = ["kms:DescribeKey", "kms:Encrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo"];
    vec![need(&["kms:Decrypt", "kms:GenerateDataKey"]), need(&beside).only_advised()]
}
