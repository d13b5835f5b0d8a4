//! The webhook of a project.

use recon_aws::WriteOp;
use recon_model::Found;
use recon_model::schema::to_aws;
use serde_json::{Value, json};

use crate::cx::{Cx, Failure};
use crate::item::Item;

const CREATE: WriteOp = WriteOp::new("codebuild", "CreateWebhook");
const UPDATE: WriteOp = WriteOp::new("codebuild", "UpdateWebhook");
const DELETE: WriteOp = WriteOp::new("codebuild", "DeleteWebhook");

/// What only a new webhook can be given.
const AT_CREATION: &[&str] = &["manual_creation", "scope_configuration"];

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<(), Failure> {
    let mut input = aws(item);
    input["projectName"] = json!(item.text("name"));
    cx.write(CREATE, input).await?;
    Ok(())
}

fn aws(item: &Item<'_>) -> Value {
    to_aws(item.kind.kind().fields(), &json!({"webhook": item.spec["webhook"]}))["webhook"].take()
}

pub async fn update(cx: &Cx<'_>, item: &Item<'_>, live: &Found) -> Result<(), Failure> {
    let (wanted, there) = (&item.spec["webhook"], &live.spec["webhook"].value());
    let anew = AT_CREATION
        .iter()
        .any(|field| wanted[*field] != there[*field] && !usual(&wanted[*field], &there[*field]));
    if wanted.is_null() || (anew && !there.is_null()) {
        delete(cx, item.text("name")).await?;
    }
    if wanted.is_null() {
        return Ok(());
    }
    if there.is_null() || anew {
        return create(cx, item).await;
    }
    let mut input = aws(item);
    if let Some(members) = input.as_object_mut() {
        members.retain(|member, _| !["manualCreation", "scopeConfiguration"].contains(&member.as_str()));
    }
    // what is left out would stay
    for (field, member, nothing) in [
        ("branch_filter", "branchFilter", json!("")),
        ("filter_groups", "filterGroups", json!([])),
        ("build_type", "buildType", json!("BUILD")),
    ] {
        if wanted[field].is_null() && !there[field].is_null() {
            input[member] = nothing;
        }
    }
    input["projectName"] = json!(item.text("name"));
    cx.write(UPDATE, input).await?;
    Ok(())
}

/// `false` and silence are the same.
fn usual(wanted: &Value, there: &Value) -> bool {
    let no = |value: &Value| value.is_null() || *value == false;
    no(wanted) && no(there)
}

pub async fn delete(cx: &Cx<'_>, project: &str) -> Result<(), Failure> {
    cx.write_unless(DELETE, json!({"projectName": project}), &["ResourceNotFoundException"]).await?;
    Ok(())
}
