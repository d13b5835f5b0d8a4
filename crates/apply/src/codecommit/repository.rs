//! `codecommit.repository`. Everything in it changes in place, its name too.

use recon_aws::{ReadOp, WriteOp};
use recon_model::Found;
use serde_json::{Value, json};

use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};
use crate::tags::{surplus, wanted};

const CREATE: WriteOp = WriteOp::new("codecommit", "CreateRepository");
const RENAME: WriteOp = WriteOp::new("codecommit", "UpdateRepositoryName");
const DESCRIBE: WriteOp = WriteOp::new("codecommit", "UpdateRepositoryDescription");
const ENCRYPT: WriteOp = WriteOp::new("codecommit", "UpdateRepositoryEncryptionKey");
const BRANCH: WriteOp = WriteOp::new("codecommit", "UpdateDefaultBranch");
const TRIGGERS: WriteOp = WriteOp::new("codecommit", "PutRepositoryTriggers");
const TAG: WriteOp = WriteOp::new("codecommit", "TagResource");
const UNTAG: WriteOp = WriteOp::new("codecommit", "UntagResource");
const DELETE: WriteOp = WriteOp::new("codecommit", "DeleteRepository");
const GET: ReadOp = ReadOp::new("codecommit", "GetRepository");

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    let mut input = item.kind.kind().creation(&item.spec);
    input["tags"] = json!(wanted(item));
    let answer = cx.write(CREATE, input).await?;
    if !item.spec["triggers"].is_null() {
        triggers(cx, item).await?;
    }
    // the default branch is the first one that is pushed: there is none to choose yet
    Ok(exports(&answer["repositoryMetadata"]))
}

fn exports(repository: &Value) -> Exports {
    let names = [
        ("arn", "Arn"),
        ("name", "repositoryName"),
        ("id", "repositoryId"),
        ("clone_url_http", "cloneUrlHttp"),
        ("clone_url_ssh", "cloneUrlSsh"),
    ];
    crate::ecs::exports(repository, &names)
}

async fn triggers(cx: &Cx<'_>, item: &Item<'_>) -> Result<(), Failure> {
    let mut input = item.aws_fields(&["triggers".to_string()].into(), &[("triggers", json!([]))]);
    for trigger in input["triggers"].as_array_mut().into_iter().flatten() {
        // AWS wants the list also where it means all of them
        if trigger["branches"].is_null() {
            trigger["branches"] = json!([]);
        }
    }
    input["repositoryName"] = json!(item.text("name"));
    cx.write(TRIGGERS, input).await?;
    Ok(())
}

pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
) -> Result<Exports, Failure> {
    let item = &item.beside(live);
    let name = item.text("name");
    if changed.has("name") {
        cx.write(RENAME, json!({"oldName": live.export("name"), "newName": name})).await?;
    }
    if changed.has("description") {
        let input = json!({"repositoryName": name, "repositoryDescription": item.text("description")});
        cx.write(DESCRIBE, input).await?;
    }
    if changed.has("kms_key") {
        cx.write(ENCRYPT, json!({"repositoryName": name, "kmsKeyId": item.text("kms_key")})).await?;
    }
    if changed.has("default_branch") {
        let branch = item.text("default_branch");
        cx.write(BRANCH, json!({"repositoryName": name, "defaultBranchName": branch})).await?;
    }
    if changed.has("triggers") {
        triggers(cx, item).await?;
    }
    if changed.tags {
        let arn = cx.arn("codecommit", name);
        cx.write(TAG, json!({"resourceArn": arn, "tags": wanted(item)})).await?;
        let surplus = surplus(item, live);
        if !surplus.is_empty() {
            cx.write(UNTAG, json!({"resourceArn": arn, "tagKeys": surplus})).await?;
        }
    }
    if changed.has("name") {
        // ARN and addresses are made of the name
        return Ok(exports(&cx.read(GET, json!({"repositoryName": name})).await?["repositoryMetadata"]));
    }
    Ok(live.exports.clone())
}

/// AWS would delete all the source without a word. What was pushed since the
/// plan was made counts too.
pub async fn delete(cx: &Cx<'_>, live: &Found, forced: bool) -> Result<(), Failure> {
    let input = json!({"repositoryName": live.export("name")});
    if !forced {
        match cx.read(GET, input.clone()).await {
            Ok(answer) if !answer["repositoryMetadata"]["defaultBranch"].is_null() => {
                let text =
                    "there is source in it, perhaps its only copy: `force_delete = true` would delete it";
                return Err(Failure::Refused(text.into()));
            }
            Ok(_) => {}
            Err(error) if error.is(&["RepositoryDoesNotExistException"]) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
    cx.write(DELETE, input).await?;
    Ok(())
}
