//! S3: buckets, what is set on them, and small objects.

mod aspects;
mod buckets;
mod listing;
mod objects;
mod policy;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::context::Context;
use crate::form::text;
use crate::refusal::Refusal;
use crate::tags::{self, Tags};

pub use objects::Version;

/// What S3 holds in one region.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct State {
    /// By name.
    pub buckets: BTreeMap<String, Bucket>,
    /// Names that other accounts hold.
    pub taken: BTreeSet<String>,
}

/// One bucket with everything in it and on it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct Bucket {
    /// As ListBuckets answers it.
    pub doc: Value,
    /// What is set on it (`Policy`, `Encryption`, …), as the Get call answers it.
    pub aspects: BTreeMap<String, Value>,
    /// Versions by key, the newest last.
    pub objects: BTreeMap<String, Vec<Version>>,
}

impl State {
    /// The bucket of that name.
    pub fn bucket(&self, name: &str) -> Option<&Value> {
        self.buckets.get(name).map(|bucket| &bucket.doc)
    }

    /// ARN and tags of every bucket.
    pub fn tagged(&self) -> impl Iterator<Item = (&str, Tags)> {
        self.buckets.values().map(|bucket| {
            let tags = bucket.aspects.get("Tagging").map(|tagging| tags::parse(&tagging["TagSet"]));
            (text(&bucket.doc, "BucketArn"), tags.unwrap_or_default())
        })
    }
}

pub(crate) fn handle(cx: &mut Context<'_>, operation: &str, input: &Value) -> Result<Value, Refusal> {
    if input["ExpectedBucketOwner"].as_str().is_some_and(|owner| owner != cx.account) {
        return Err(Refusal::new(403, "AccessDenied", "Access Denied"));
    }
    match operation {
        "CreateBucket" => buckets::create(cx, input),
        "HeadBucket" => buckets::head(cx, input),
        "DeleteBucket" => buckets::delete(cx, input),
        "ListBuckets" => buckets::list(cx, input),
        "GetBucketLocation" => buckets::location(cx, input),
        "ListObjectsV2" => listing::objects(cx, input),
        "ListObjectVersions" => listing::versions(cx, input),
        "PutObject" => objects::put(cx, input),
        "GetObject" => objects::get(cx, input),
        "DeleteObject" => objects::delete(cx, input),
        "DeleteObjects" => objects::delete_all(cx, input),
        _ => aspects::handle(cx, operation, input),
    }
}

/// The bucket that a call names.
fn bucket<'a>(cx: &'a mut Context<'_>, input: &Value) -> Result<&'a mut Bucket, Refusal> {
    let name = text(input, "Bucket");
    cx.here
        .s3
        .buckets
        .get_mut(name)
        .ok_or_else(|| Refusal::new(404, "NoSuchBucket", "The specified bucket does not exist"))
}

/// The canonical id under which S3 knows the account.
fn owner(cx: &Context<'_>) -> Value {
    serde_json::json!({"ID": format!("{:0>64}", cx.account)})
}
