//! `codedeploy.deployment_config`: GetDeploymentConfig; AWS has no batch and no
//! tags. A config is the stack's through the deployment group that uses it.

use futures_util::future::join_all;
use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Live, Owner, Resource};
use serde_json::{Value, json};

use crate::Cx;
use crate::cx::unreadable;

const GET: ReadOp = ReadOp::new("codedeploy", "GetDeploymentConfig");

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    join_all(resources.iter().map(|resource| async {
        let live = match get(cx, &resource.name()).await {
            Ok(None) => Live::Absent,
            Ok(Some(mut found)) => {
                // nothing but a name says whose it is, and nothing in it can change
                found.owner =
                    Some(Owner { stack: cx.stack.name.clone(), address: resource.address.to_string() });
                Live::Present(Box::new(found))
            }
            Err(error) => unreadable(&error),
        };
        cx.put(&resource.address, live);
    }))
    .await;
}

/// The config of that name.
pub async fn get(cx: &Cx<'_>, name: &str) -> Result<Option<Found>, AwsError> {
    match cx.read(GET, json!({"deploymentConfigName": name})).await {
        Ok(answer) => {
            let info = &answer["deploymentConfigInfo"];
            let exports = [("name", &info["deploymentConfigName"])];
            Ok(Some(cx.found(KindId::CodedeployDeploymentConfig, info, &Value::Null, &exports)))
        }
        Err(error) if error.is(&["DeploymentConfigDoesNotExistException"]) => Ok(None),
        Err(error) => Err(error),
    }
}
