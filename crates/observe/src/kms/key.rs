//! `kms.key`: DescribeKey by the alias; policy, rotation and tags are calls of
//! their own.

use futures_util::future::{join_all, try_join_all};
use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Live, Resource};
use serde_json::{Value, json};

use crate::Cx;
use crate::cx::unreadable;

const DESCRIBE: ReadOp = ReadOp::new("kms", "DescribeKey");
const ALIASES: ReadOp = ReadOp::new("kms", "ListAliases");
const POLICY: ReadOp = ReadOp::new("kms", "GetKeyPolicy");
const ROTATION: ReadOp = ReadOp::new("kms", "GetKeyRotationStatus");
const TAGS: ReadOp = ReadOp::new("kms", "ListResourceTags");

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    join_all(resources.iter().map(|resource| async {
        let alias = resource.name();
        let live = match one(cx, &alias, Some(&alias)).await {
            Ok(found) => found.map_or(Live::Absent, |found| Live::Present(Box::new(found))),
            Err(error) => unreadable(&error),
        };
        cx.put(&resource.address, live);
    }))
    .await;
}

/// What an alias or an ARN means; none where nothing is behind it.
pub async fn describe(cx: &Cx<'_>, id: &str) -> Result<Option<Value>, AwsError> {
    match cx.read(DESCRIBE, json!({"KeyId": id})).await {
        Ok(answer) => Ok(Some(answer["KeyMetadata"].clone())),
        Err(error) if error.is(&["NotFoundException"]) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn one(cx: &Cx<'_>, id: &str, alias: Option<&str>) -> Result<Option<Found>, AwsError> {
    let Some(key) = describe(cx, id).await? else { return Ok(None) };
    // a key that waits for its end is no key any more
    if key["KeyState"].as_str().is_some_and(|state| state.ends_with("Deletion")) {
        return Ok(None);
    }
    let of = || json!({"KeyId": key["Arn"]});
    let (policy, rotation, tags) =
        tokio::join!(cx.read(POLICY, of()), cx.read(ROTATION, of()), cx.read_all(TAGS, of()));
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
    let pair = |tag: &Value| json!({"Key": tag["TagKey"], "Value": tag["TagValue"]});
    let tags: Value = tags?["Tags"].as_array().into_iter().flatten().map(pair).collect();
    let alias = &document["AliasName"];
    let exports = [("arn", &key["Arn"]), ("id", &key["KeyId"]), ("alias", alias), ("name", alias)];
    Ok(Some(cx.found(KindId::KmsKey, &document, &tags, &exports)))
}

/// Keys by their own ARNs, for what is only known by its tag.
pub async fn by_arn(cx: &Cx<'_>, arns: &[String]) -> Result<Vec<Found>, AwsError> {
    let founds = try_join_all(arns.iter().map(|arn| one(cx, arn, None))).await?;
    Ok(founds.into_iter().flatten().collect())
}
