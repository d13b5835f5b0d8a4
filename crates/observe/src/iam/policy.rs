//! `iam.policy`: documents come from IAM's dump; tags, which the dump leaves
//! out, from GetPolicy.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use recon_aws::ReadOp;
use recon_model::{Found, KindId, Resource, Tree};
use serde_json::{Value, json};

use super::{decoded, list, stranger, text};
use crate::Cx;
use crate::cx::Why;

const GET: ReadOp = ReadOp::new("iam", "GetPolicy");
const VERSION: ReadOp = ReadOp::new("iam", "GetPolicyVersion");
const TAGS: ReadOp = ReadOp::new("iam", "ListPolicyTags");

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    cx.each(resources, |resource| one(cx, resource)).await;
}

async fn one(cx: &Cx<'_>, resource: &Resource) -> Result<Option<Found>, Why> {
    let name = resource.name();
    let dump = cx.iam().await.ok();
    let detail = dump.and_then(|dump| dump.policy(&name));
    let arn = match (dump, detail) {
        // a name is there once, whatever its path
        (_, Some(detail)) => text(detail, "Arn").to_string(),
        (Some(_), None) => return Ok(None),
        (None, None) => {
            let path = resource.spec.get("path").and_then(Tree::as_str).unwrap_or("/");
            format!("arn:{}:iam::{}:policy{path}{name}", cx.stack.home.partition, cx.account)
        }
    };
    let policy = match cx.read(GET, json!({"PolicyArn": arn})).await {
        Ok(answer) => answer["Policy"].clone(),
        Err(error) if error.is(&["NoSuchEntity"]) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let known = detail.and_then(|detail| default_version(detail, &policy["DefaultVersionId"]));
    let version = match known {
        Some(version) => version,
        None => {
            let input = json!({"PolicyArn": arn, "VersionId": policy["DefaultVersionId"]});
            cx.read(VERSION, input).await?["PolicyVersion"].clone()
        }
    };
    Ok(Some(found(cx, &policy, &version, &policy["Tags"])))
}

fn default_version(detail: &Value, id: &Value) -> Option<Value> {
    list(detail, "PolicyVersionList").find(|version| version["VersionId"] == *id).cloned()
}

fn found(cx: &Cx<'_>, policy: &Value, version: &Value, tags: &Value) -> Found {
    let mut document = policy.clone();
    document["PolicyDocument"] = decoded(&version["Document"]);
    let exports = [("arn", &policy["Arn"]), ("name", &policy["PolicyName"]), ("id", &policy["PolicyId"])];
    cx.found(KindId::IamPolicy, &document, tags, &exports)
}

/// Only a policy itself says whose it is, so each that is not declared is asked.
pub(super) async fn strangers(cx: &Cx<'_>, dump: &Value, declared: &BTreeSet<String>) {
    let others = list(dump, "Policies").filter(|detail| !declared.contains(text(detail, "PolicyName")));
    join_all(others.map(|detail| async move {
        match cx.read_all(TAGS, json!({"PolicyArn": detail["Arn"]})).await {
            Ok(answer) => {
                let version = default_version(detail, &detail["DefaultVersionId"]).unwrap_or_default();
                stranger(cx, found(cx, detail, &version, &answer["Tags"]));
            }
            Err(error) if error.is(&["NoSuchEntity"]) => {}
            Err(error) => cx.blind(format!("iam policy {}: {error}", text(detail, "PolicyName"))),
        }
    }))
    .await;
}
