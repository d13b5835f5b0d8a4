//! Scalable targets and their tags.

use serde_json::{Value, json};

use super::{IDENTITY, Target, invalid, is_wanted, key, page};
use crate::context::Context;
use crate::form::{text, texts};
use crate::refusal::Refusal;
use crate::tags;

const SUSPENDABLE: [&str; 3] =
    ["DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended"];

/// Makes a target or changes the one that is there; what is not given stays.
pub fn register(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let service = check_resource(cx, input)?;
    let known = cx.here.application_autoscaling.targets.get(&key(input)).cloned();
    let mut target = match known {
        Some(target) => target,
        None => new(cx, input)?,
    };
    for member in ["MinCapacity", "MaxCapacity"] {
        if !input[member].is_null() {
            target.document[member] = input[member].clone();
        }
    }
    for member in SUSPENDABLE {
        if !input["SuspendedState"][member].is_null() {
            target.document["SuspendedState"][member] = input["SuspendedState"][member].clone();
        }
    }
    let least = target.document["MinCapacity"].as_i64().unwrap_or_default();
    let most = target.document["MaxCapacity"].as_i64().unwrap_or_default();
    if least < 0 {
        return Err(invalid("Minimum capacity must be greater than or equal to 0."));
    }
    if least > most {
        return Err(invalid("Maximum capacity cannot be less than minimum capacity."));
    }
    if let Some((cluster, service)) = service {
        keep_within(cx, &cluster, &service, least, most);
    }
    let arn = target.document["ScalableTargetARN"].clone();
    cx.here.application_autoscaling.targets.insert(key(input), target);
    Ok(json!({"ScalableTargetARN": arn}))
}

/// Cluster and service of an ECS target; both must be there.
fn check_resource(cx: &mut Context<'_>, input: &Value) -> Result<Option<(String, String)>, Refusal> {
    let [namespace, resource, dimension] = IDENTITY.map(|member| text(input, member));
    if dimension.split(':').next() != Some(namespace) {
        return Err(invalid("Unsupported service namespace, resource type or scalable dimension"));
    }
    if namespace != "ecs" {
        return Ok(None);
    }
    let parts: Vec<&str> = resource.split('/').collect();
    let ["service", cluster, service] = parts[..] else {
        return Err(invalid("Unsupported service namespace, resource type or scalable dimension"));
    };
    cx.here.ecs.settle(cx.now);
    if cx.here.ecs.service(cluster, service).is_none() {
        return Err(invalid(format!("ECS service doesn't exist: {resource}")));
    }
    Ok(Some((cluster.to_string(), service.to_string())))
}

fn new(cx: &mut Context<'_>, input: &Value) -> Result<Target, Refusal> {
    for member in ["MinCapacity", "MaxCapacity"] {
        if input[member].is_null() {
            return Err(invalid(format!("{member} is required when registering a new scalable target.")));
        }
    }
    let namespace = text(input, "ServiceNamespace");
    let name = if namespace == "ecs" { "ECSService".to_string() } else { namespace.to_uppercase() };
    let role = format!(
        "arn:aws:iam::{}:role/aws-service-role/{namespace}.application-autoscaling.amazonaws.com/\
         AWSServiceRoleForApplicationAutoScaling_{name}",
        cx.account
    );
    let id = cx.ids.hex(32);
    let nothing: Value = SUSPENDABLE.iter().map(|member| (*member, false)).collect();
    let mut document = json!({
        "RoleARN": role,
        "CreationTime": cx.timestamp(),
        "ScalableTargetARN": cx.arn("application-autoscaling", &format!("scalable-target/{id}")),
        "SuspendedState": nothing,
    });
    for member in IDENTITY {
        document[member] = input[member].clone();
    }
    if namespace != "ecs" && !input["RoleARN"].is_null() {
        document["RoleARN"] = input["RoleARN"].clone();
    }
    Ok(Target { document, tags: tags::parse(&input["Tags"]), ..Target::default() })
}

/// An ACTIVE service runs no fewer and no more tasks than its target allows.
fn keep_within(cx: &mut Context<'_>, cluster: &str, service: &str, least: i64, most: i64) {
    let Some(known) = cx.here.ecs.service(cluster, service) else { return };
    let desired = known["desiredCount"].as_i64().unwrap_or_default();
    let within = desired.clamp(least, most);
    if text(known, "status") == "ACTIVE" && within != desired {
        cx.here.ecs.scale(cluster, service, within, cx.now);
    }
}

pub fn describe(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let ids = texts(input, "ResourceIds");
    if ids.len() > 50 {
        return Err(invalid("ResourceIds can have at most 50 items."));
    }
    if ids.is_empty() && !text(input, "ScalableDimension").is_empty() {
        return Err(invalid("Scalable dimension must be used together with resource IDs."));
    }
    let targets = cx.here.application_autoscaling.targets.values().map(|target| &target.document);
    let wanted = targets
        .filter(|document| is_wanted(document, input))
        .filter(|document| ids.is_empty() || ids.contains(&text(document, "ResourceId")));
    page(wanted.cloned().collect(), "ScalableTargets", input)
}

pub fn deregister(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    cx.here.application_autoscaling.target(input)?;
    cx.here.application_autoscaling.targets.remove(&key(input));
    Ok(json!({}))
}

fn by_arn<'a>(cx: &'a mut Context<'_>, input: &Value) -> Result<&'a mut Target, Refusal> {
    let arn = text(input, "ResourceARN");
    let mut targets = cx.here.application_autoscaling.targets.values_mut();
    targets.find(|target| text(&target.document, "ScalableTargetARN") == arn).ok_or_else(|| {
        Refusal::bad("ResourceNotFoundException", format!("The specified resource doesn't exist: {arn}"))
    })
}

pub fn tag(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let target = by_arn(cx, input)?;
    let mut tags = target.tags.clone();
    tags.extend(tags::parse(&input["Tags"]));
    if tags.len() > 50 {
        return Err(Refusal::bad("TooManyTagsException", "A resource can have at most 50 tags."));
    }
    target.tags = tags;
    Ok(json!({}))
}

pub fn untag(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let target = by_arn(cx, input)?;
    for key in texts(input, "TagKeys") {
        target.tags.remove(key);
    }
    Ok(json!({}))
}

pub fn tags(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    Ok(json!({"Tags": tags::map(&by_arn(cx, input)?.tags)}))
}
