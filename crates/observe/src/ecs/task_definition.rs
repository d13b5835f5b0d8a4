//! `ecs.task_definition`: DescribeTaskDefinition of the family gives its newest
//! ACTIVE revision, tags included; AWS has no batch.

use recon_aws::{AwsError, ReadOp};
use recon_model::{Found, KindId, Resource};
use serde_json::{Value, json};

use crate::Cx;
use crate::cx::Why;
use crate::tags;

const DESCRIBE: ReadOp = ReadOp::new("ecs", "DescribeTaskDefinition");
const LIST: ReadOp = ReadOp::new("ecs", "ListTaskDefinitions");

/// How many revisions back a pipeline's own (untagged) ones are passed over.
const LOOK_BACK: usize = 10;

pub async fn read(cx: &Cx<'_>, resources: &[&Resource]) {
    cx.each(resources, |resource| one(cx, resource)).await;
}

async fn one(cx: &Cx<'_>, resource: &Resource) -> Result<Option<Found>, Why> {
    Ok(newest(cx, &resource.name()).await?)
}

async fn describe(cx: &Cx<'_>, name: &str) -> Result<Option<Value>, AwsError> {
    match cx.read(DESCRIBE, json!({"taskDefinition": name, "include": ["TAGS"]})).await {
        Ok(answer) => Ok(Some(answer)),
        // the one refusal that this read has is "unable to describe": there is none
        Err(error) if error.is(&["ClientException", "InvalidParameterException"]) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn newest(cx: &Cx<'_>, family: &str) -> Result<Option<Found>, AwsError> {
    let Some(answer) = describe(cx, family).await? else { return Ok(None) };
    let definition = &answer["taskDefinition"];
    if definition["status"] == "INACTIVE" {
        return Ok(None);
    }
    let exports = [
        ("arn", &definition["taskDefinitionArn"]),
        ("revision", &definition["revision"]),
        ("family", &definition["family"]),
    ];
    let mut found = cx.found(KindId::EcsTaskDefinition, definition, &answer["tags"], &exports);
    if found.owner.is_none() {
        adopt_owner_of_earlier(cx, family, &mut found).await?;
    }
    Ok(Some(found))
}

/// A pipeline registers revisions without tags: the family is still the
/// stack's when an earlier revision carries the stack's tag.
async fn adopt_owner_of_earlier(cx: &Cx<'_>, family: &str, found: &mut Found) -> Result<(), AwsError> {
    let input =
        json!({"familyPrefix": family, "status": "ACTIVE", "sort": "DESC", "maxResults": LOOK_BACK + 1});
    let answer = cx.read(LIST, input).await?;
    let exactly = |arn: &&str| {
        arn.rsplit_once('/').and_then(|(_, rest)| rest.rsplit_once(':')).is_some_and(|(f, _)| f == family)
    };
    for arn in answer["taskDefinitionArns"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .filter(exactly)
        .skip(1)
    {
        let Some(earlier) = describe(cx, arn).await? else { continue };
        let (own, owner) = tags::split(&earlier["tags"]);
        if owner.is_some() {
            found.owner = owner;
            found.spec["tags"] = json!(own).into();
            return Ok(());
        }
    }
    Ok(())
}
