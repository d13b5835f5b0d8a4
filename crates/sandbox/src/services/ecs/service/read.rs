//! DescribeServices and ListServices.

use serde_json::{Value, json};

use super::super::document::{list, page, text, texts};
use super::super::refuse::{self, unless};
use super::super::{cluster, last_part};
use crate::context::Context;
use crate::refusal::Refusal;

pub fn describe(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let cluster = cluster::existing(cx, input)?;
    let asked = list(input, "services").len();
    unless(asked > 0, || refuse::parameter("Services cannot be empty."))?;
    unless(asked <= 10, || refuse::parameter("Services cannot have more than 10 elements."))?;
    let shows_tags = texts(input, "include").any(|part| part == "TAGS");
    let (mut services, mut failures) = (Vec::new(), Vec::new());
    for name in texts(input, "services") {
        let Some(record) = cx.here.ecs.record(&cluster, name) else {
            let arn = cx.arn("ecs", &format!("service/{cluster}/{}", last_part(name)));
            failures.push(json!({"arn": arn, "reason": "MISSING"}));
            continue;
        };
        let mut service = record.document.clone();
        if shows_tags {
            service["tags"] = cx.here.ecs.tags_of(text(&service, "serviceArn"));
        }
        services.push(service);
    }
    Ok(json!({"services": services, "failures": failures}))
}

pub fn arns(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let cluster = cluster::existing(cx, input)?;
    let wanted = |service: &Value| {
        ["launchType", "schedulingStrategy", "resourceManagementType"]
            .iter()
            .all(|key| text(input, key).is_empty() || input[*key] == service[*key])
    };
    let all = cx.here.ecs.services.get(&cluster).into_iter().flat_map(|services| services.values());
    let shown = all.filter(|record| record.status() == "ACTIVE" && wanted(&record.document));
    page(shown.map(|record| record.document["serviceArn"].clone()).collect(), "serviceArns", input, 10)
}
