//! `codedeploy.deployment_group`.

use recon_aws::WriteOp;
use recon_model::Found;
use serde_json::{Value, json};

use crate::cx::{Cx, Exports, Failure};
use crate::item::{Changed, Item};

const CREATE: WriteOp = WriteOp::new("codedeploy", "CreateDeploymentGroup");
const UPDATE: WriteOp = WriteOp::new("codedeploy", "UpdateDeploymentGroup");
const DELETE: WriteOp = WriteOp::new("codedeploy", "DeleteDeploymentGroup");

pub async fn create(cx: &Cx<'_>, item: &Item<'_>) -> Result<Exports, Failure> {
    let mut input = item.aws();
    // CodeDeploy's default is a configuration of the Server platform
    if input["deploymentConfigName"].is_null() {
        input["deploymentConfigName"] = json!("CodeDeployDefault.ECSAllAtOnce");
    }
    for (field, member) in [
        ("deployment_style", "deploymentStyle"),
        ("blue_green_deployment_configuration", "blueGreenDeploymentConfiguration"),
    ] {
        if input[member].is_null() {
            input[member] = item.aws_fields(&[field.to_string()].into(), &[])[member].clone();
        }
    }
    complete(&mut input);
    input["tags"] = item.upper_tags();
    cx.write(CREATE, input).await?;
    let (application, name) = (item.text("application"), item.text("name"));
    let arn = cx.arn("codedeploy", &format!("deploymentgroup:{application}/{name}"));
    Ok([("arn".to_string(), arn), ("name".to_string(), name.to_string())].into_iter().collect())
}

/// AWS refuses an ECS group without these; each has one sound value.
fn complete(input: &mut Value) {
    let defaults = [
        ("/deploymentStyle/deploymentType", json!("BLUE_GREEN")),
        ("/deploymentStyle/deploymentOption", json!("WITH_TRAFFIC_CONTROL")),
        (
            "/blueGreenDeploymentConfiguration/deploymentReadyOption/actionOnTimeout",
            json!("CONTINUE_DEPLOYMENT"),
        ),
        (
            "/blueGreenDeploymentConfiguration/terminateBlueInstancesOnDeploymentSuccess/action",
            json!("TERMINATE"),
        ),
    ];
    for (pointer, value) in defaults {
        let parts: Vec<&str> = pointer.split('/').skip(1).collect();
        if input[parts[0]].is_null() {
            continue;
        }
        let mut place = &mut *input;
        for part in parts {
            place = &mut place[part];
        }
        if place.is_null() {
            *place = value;
        }
    }
}

pub async fn update(
    cx: &Cx<'_>,
    item: &Item<'_>,
    live: &Found,
    changed: &Changed,
) -> Result<Exports, Failure> {
    let fields = changed.without(&["application", "name"]);
    if !fields.is_empty() {
        let nothing = [
            ("trigger_configurations", json!([])),
            ("alarm_configuration", json!({"enabled": false, "alarms": []})),
            ("auto_rollback_configuration", json!({"enabled": false, "events": []})),
        ];
        let mut input = item.aws_fields(&fields, &nothing);
        complete(&mut input);
        input["applicationName"] = json!(item.text("application"));
        input["currentDeploymentGroupName"] = json!(item.text("name"));
        cx.write(UPDATE, input).await?;
    }
    super::tags(cx, item, live, changed).await?;
    Ok(live.exports.clone())
}

pub async fn delete(cx: &Cx<'_>, live: &Found) -> Result<(), Failure> {
    let input =
        json!({"applicationName": live.extra["application"], "deploymentGroupName": live.export("name")});
    let gone = ["ApplicationDoesNotExistException", "DeploymentGroupDoesNotExistException"];
    cx.write_unless(DELETE, input, &gone).await?;
    Ok(())
}
