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
use crate::services::holdings::{Holdings, View, arns};
use crate::tags::{self, Tags};

pub use objects::Version;

/// What S3 holds in all regions.
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
}

impl Holdings for State {
    fn remains(&self, _: &View<'_>) -> Vec<String> {
        arns(self.buckets.values().map(|bucket| &bucket.doc), "BucketArn")
    }

    fn tagged(&self, view: &View<'_>) -> Vec<(String, Tags)> {
        let here = self.buckets.values().filter(|bucket| bucket.doc["BucketRegion"] == view.region);
        let pair = |bucket: &Bucket| {
            let tags = bucket.aspects.get("Tagging").map(|tagging| tags::parse(&tagging["TagSet"]));
            (text(&bucket.doc, "BucketArn").to_string(), tags.unwrap_or_default())
        };
        here.map(pair).collect()
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

/// The bucket that a call names. A bucket of another region is not to be had
/// here: S3 says where it is, so that clients can ask there.
fn bucket<'a>(cx: &'a mut Context<'_>, input: &Value) -> Result<&'a mut Bucket, Refusal> {
    let missing = || Refusal::new(404, "NoSuchBucket", "The specified bucket does not exist");
    let bucket = cx.global.s3.buckets.get_mut(text(input, "Bucket")).ok_or_else(missing)?;
    match text(&bucket.doc, "BucketRegion") {
        home if home == cx.region => Ok(bucket),
        home => Err(elsewhere(home)),
    }
}

fn elsewhere(region: &str) -> Refusal {
    let message = "The bucket you are attempting to access must be addressed using the specified endpoint. \
                   Please send all future requests to this endpoint.";
    Refusal::new(301, "PermanentRedirect", message).of_region(region)
}

/// The canonical id under which S3 knows the account.
fn owner(cx: &Context<'_>) -> Value {
    serde_json::json!({"ID": format!("{:0>64}", cx.account)})
}
