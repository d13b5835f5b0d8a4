//! `codedeploy.application`: BatchGetApplications, 100 a call. One missing name
//! fails the whole call: then the list of names tells which to ask for.

use futures_util::future::join_all;
use recon_aws::{AwsError, ReadOp};
use recon_model::{KindId, Live, Resource};
use serde_json::{Value, json};

use crate::Cx;
use crate::cx::unreadable;

const BATCH: ReadOp = ReadOp::new("codedeploy", "BatchGetApplications");
const LIST: ReadOp = ReadOp::new("codedeploy", "ListApplications");

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    join_all(resources.chunks(100).map(|chunk| batch(cx, chunk))).await;
}

async fn batch(cx: &Cx<'_>, resources: &[&Resource]) {
    let names: Vec<String> = resources.iter().map(|resource| resource.name()).collect();
    let applications = match applications(cx, &names).await {
        Ok(applications) => applications,
        Err(error) => return cx.fail(resources, &error),
    };
    join_all(resources.iter().zip(&names).map(|(resource, name)| async {
        match applications.iter().find(|application| application["applicationName"] == **name) {
            Some(application) => cx.put(&resource.address, present(cx, application, name).await),
            None => cx.absent(resource),
        }
    }))
    .await;
}

async fn applications(cx: &Cx<'_>, names: &[String]) -> Result<Vec<Value>, AwsError> {
    let infos = |answer: Value| answer["applicationsInfo"].as_array().cloned().unwrap_or_default();
    match cx.read(BATCH, json!({"applicationNames": names})).await {
        Ok(answer) => Ok(infos(answer)),
        Err(error) if error.is(&["ApplicationDoesNotExistException"]) => {
            if names.len() == 1 {
                return Ok(Vec::new());
            }
            let answer = cx.read_all(LIST, json!({})).await?;
            let listed: Vec<&str> =
                answer["applications"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let there: Vec<&String> = names.iter().filter(|name| listed.contains(&name.as_str())).collect();
            if there.is_empty() {
                return Ok(Vec::new());
            }
            Ok(infos(cx.read(BATCH, json!({"applicationNames": there})).await?))
        }
        Err(error) => Err(error),
    }
}

async fn present(cx: &Cx<'_>, application: &Value, name: &str) -> Live {
    let arn = cx.arn("codedeploy", &format!("application:{name}"));
    match super::tags(cx, &arn).await {
        Ok(tags) => {
            let exports = [("arn", &json!(arn)), ("name", &application["applicationName"])];
            let mut found = cx.found(KindId::CodedeployApplication, application, &tags, &exports);
            // among them the marks of configs
            found.extra = json!({"tags": crate::tags::read(&tags)});
            Live::Present(Box::new(found))
        }
        Err(error) => unreadable(&error),
    }
}
