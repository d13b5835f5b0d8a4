//! `kms.key`: DescribeKey by the alias; policy, rotation and tags are calls of
//! their own.

use futures_util::future::try_join_all;
use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Resource};
use serde_json::{Value, json};

use crate::Cx;
use crate::cx::Why;

const DESCRIBE: ReadOp = ReadOp::new("kms", "DescribeKey");
const ALIASES: ReadOp = ReadOp::new("kms", "ListAliases");
const POLICY: ReadOp = ReadOp::new("kms", "GetKeyPolicy");
const ROTATION: ReadOp = ReadOp::new("kms", "GetKeyRotationStatus");
const TAGS: ReadOp = ReadOp::new("kms", "ListResourceTags");

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    cx.each(resources, |resource| one(cx, resource)).await;
}

async fn one(cx: &Cx<'_>, resource: &Resource) -> Result<Option<Found>, Why> {
    let alias = resource.name();
    let Some(key) = describe(cx, &alias).await? else { return Ok(None) };
    let arn = key["Arn"].as_str().unwrap_or_default();
    Ok(whole(cx, &key, Some(&alias), cx.tags(resource, arn, tags(cx, arn))).await?)
}

/// What an alias or an ARN means; none where nothing is behind it.
pub async fn describe(cx: &Cx<'_>, id: &str) -> Result<Option<Value>, AwsError> {
    match cx.shared(DESCRIBE, json!({"KeyId": id})).await {
        Ok(answer) => Ok(Some(answer["KeyMetadata"].clone())),
        Err(error) if error.is(&["NotFoundException"]) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn tags(cx: &Cx<'_>, arn: &str) -> Result<Value, AwsError> {
    let answer = cx.read_all(TAGS, json!({"KeyId": arn})).await?;
    let pair = |tag: &Value| json!({"Key": tag["TagKey"], "Value": tag["TagValue"]});
    Ok(answer["Tags"].as_array().into_iter().flatten().map(pair).collect())
}

async fn whole(
    cx: &Cx<'_>,
    key: &Value,
    alias: Option<&str>,
    tags: impl Future<Output = Result<Value, AwsError>>,
) -> Result<Option<Found>, AwsError> {
    // a key that waits for its end is no key any more
    if key["KeyState"].as_str().is_some_and(|state| state.ends_with("Deletion")) {
        return Ok(None);
    }
    let of = || json!({"KeyId": key["Arn"]});
    let (policy, rotation, tags) = tokio::join!(cx.read(POLICY, of()), cx.read(ROTATION, of()), tags);
    let mut document = key.clone();
    document["Policy"] = policy?["Policy"].clone();
    if key["KeyState"] == "PendingImport" {
        // nobody disabled it: its material is not there yet
        document["Enabled"] = Value::Null;
    }
    match rotation {
        Ok(rotation) => {
            for member in ["KeyRotationEnabled", "RotationPeriodInDays"] {
                document[member] = rotation[member].clone();
            }
        }
        // an asymmetric key does not rotate
        Err(error) if error.is(&["UnsupportedOperationException"]) => {}
        Err(error) => return Err(error),
    }
    document["AliasName"] = match alias {
        Some(alias) => json!(alias),
        None => cx.read_all(ALIASES, of()).await?["Aliases"][0]["AliasName"].clone(),
    };
    let alias = &document["AliasName"];
    let exports = [("arn", &key["Arn"]), ("id", &key["KeyId"]), ("alias", alias), ("name", alias)];
    Ok(Some(cx.found(KindId::KmsKey, &document, &tags?, &exports)))
}

/// Keys by their own ARNs, for what is only known by its tag.
pub async fn by_arn(cx: &Cx<'_>, arns: &[String]) -> Result<Vec<Found>, AwsError> {
    let founds = try_join_all(arns.iter().map(|arn| async move {
        match describe(cx, arn).await? {
            Some(key) => whole(cx, &key, None, tags(cx, arn)).await,
            None => Ok(None),
        }
    }))
    .await?;
    Ok(founds.into_iter().flatten().collect())
}
