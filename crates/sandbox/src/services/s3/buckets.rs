//! Buckets themselves.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use serde_json::{Value, json};

use super::{Bucket, aspects, bucket, owner};
use crate::context::Context;
use crate::form::{put, text};
use crate::refusal::Refusal;

/// The region whose endpoint is also the global one, with manners of its own.
const FIRST_REGION: &str = "us-east-1";

pub(super) fn create(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let name = text(input, "Bucket");
    if !is_valid(name) {
        return Err(Refusal::bad("InvalidBucketName", "The specified bucket is not valid."));
    }
    check_location(cx.region, input["CreateBucketConfiguration"]["LocationConstraint"].as_str())?;
    if cx.global.s3.taken.contains(name) {
        return Err(Refusal::new(
            409,
            "BucketAlreadyExists",
            "The requested bucket name is not available. The bucket namespace is shared by all users of the \
             system. Please select a different name and try again.",
        ));
    }
    let arn = format!("arn:aws:s3:::{name}");
    if let Some(own) = cx.global.s3.bucket(name) {
        if cx.region != FIRST_REGION || own["BucketRegion"] != FIRST_REGION {
            return Err(Refusal::new(
                409,
                "BucketAlreadyOwnedByYou",
                "Your previous request to create the named bucket succeeded and you already own it.",
            ));
        }
    } else {
        let doc = json!({
            "Name": name, "CreationDate": cx.timestamp(), "BucketRegion": cx.region, "BucketArn": arn,
        });
        let made = Bucket { doc, aspects: aspects::of_a_new_bucket(input)?, objects: BTreeMap::new() };
        cx.global.s3.buckets.insert(name.to_string(), made);
    }
    let location = match cx.region {
        FIRST_REGION => format!("/{name}"),
        _ => format!("http://{name}.s3.amazonaws.com/"),
    };
    Ok(json!({"Location": location, "BucketArn": arn}))
}

pub(super) fn head(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let doc = &bucket(cx, input)?.doc;
    Ok(json!({"BucketRegion": doc["BucketRegion"], "BucketArn": doc["BucketArn"], "AccessPointAlias": false}))
}

pub(super) fn delete(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let found = bucket(cx, input)?;
    if !found.objects.is_empty() {
        let hint = match found.aspects.contains_key("Versioning") {
            true => {
                "The bucket you tried to delete is not empty. You must delete all versions in the bucket."
            }
            false => "The bucket you tried to delete is not empty",
        };
        return Err(Refusal::new(409, "BucketNotEmpty", hint));
    }
    cx.global.s3.buckets.remove(text(input, "Bucket"));
    Ok(json!({}))
}

pub(super) fn list(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let most = input["MaxBuckets"].as_u64().map_or(usize::MAX, |n| usize::try_from(n).unwrap_or(usize::MAX));
    let (prefix, after) = (text(input, "Prefix"), text(input, "ContinuationToken"));
    let mut rest = cx.global.s3.buckets.iter().filter(|(name, bucket)| {
        let region = input["BucketRegion"].as_str();
        name.starts_with(prefix)
            && name.as_str() > after
            && region.is_none_or(|region| bucket.doc["BucketRegion"] == region)
    });
    let page: Vec<Value> = rest.by_ref().take(most).map(|(_, bucket)| listed(bucket, input)).collect();
    let mut answer = json!({"Owner": owner(cx)});
    if rest.next().is_some() {
        answer["ContinuationToken"] = page.last().map_or(Value::Null, |last| last["Name"].clone());
    }
    if !prefix.is_empty() {
        answer["Prefix"] = json!(prefix);
    }
    answer["Buckets"] = json!(page);
    Ok(answer)
}

/// Where a bucket is stands only in the answer to a request that asks for something.
fn listed(bucket: &Bucket, input: &Value) -> Value {
    let asks = ["BucketRegion", "ContinuationToken", "MaxBuckets", "Prefix"];
    let mut doc = bucket.doc.clone();
    if asks.iter().all(|member| input[*member].is_null()) {
        put(&mut doc, "BucketRegion", Value::Null);
    }
    doc
}

/// The first region is the one that S3 leaves unsaid, and the one that knows all buckets.
pub(super) fn location(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let region = match cx.global.s3.bucket(text(input, "Bucket")) {
        Some(found) if cx.region == FIRST_REGION => &found["BucketRegion"],
        _ => &bucket(cx, input)?.doc["BucketRegion"],
    };
    Ok(if region == FIRST_REGION { json!({}) } else { json!({"LocationConstraint": region}) })
}

fn check_location(region: &str, constraint: Option<&str>) -> Result<(), Refusal> {
    // an old name that S3 still takes
    let constraint = if constraint == Some("EU") { Some("eu-west-1") } else { constraint };
    let which = match constraint {
        None if region == FIRST_REGION => return Ok(()),
        Some(constraint) if constraint == region => return Ok(()),
        None => "unspecified",
        Some(other) => other,
    };
    Err(Refusal::bad(
        "IllegalLocationConstraintException",
        format!(
            "The {which} location constraint is incompatible for the region specific endpoint this request \
             was sent to."
        ),
    ))
}

fn is_valid(name: &str) -> bool {
    let lower = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    (3..=63).contains(&name.len())
        && name.chars().all(|c| lower(c) || c == '.' || c == '-')
        && name.starts_with(lower)
        && name.ends_with(lower)
        && !name.contains("..")
        && !name.starts_with("xn--")
        && !name.ends_with("-s3alias")
        && name.parse::<Ipv4Addr>().is_err()
}
