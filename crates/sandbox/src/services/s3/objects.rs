//! Small objects and their versions.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Bucket, bucket};
use crate::context::Context;
use crate::form::{items, text};
use crate::refusal::Refusal;

/// What GetObject gives back just as PutObject brought it.
const KEPT: [&str; 15] = [
    "CacheControl",
    "ContentDisposition",
    "ContentEncoding",
    "ContentLanguage",
    "ContentType",
    "Expires",
    "Metadata",
    "WebsiteRedirectLocation",
    "ServerSideEncryption",
    "SSEKMSKeyId",
    "BucketKeyEnabled",
    "ObjectLockMode",
    "ObjectLockRetainUntilDate",
    "ObjectLockLegalHoldStatus",
    "StorageClass",
];
const DELETES: usize = 1000;

/// One version of an object, or the mark of its deletion.
#[derive(Debug, Clone, Default, Serialize, Deserialize, PartialEq)]
#[serde(default)]
pub struct Version {
    /// `null` for what was written while versioning was not on.
    pub id: String,
    pub is_marker: bool,
    pub modified: f64,
    /// As GetObject answers it, body and all.
    pub doc: Value,
}

impl Bucket {
    /// The object as a reader without a version sees it.
    pub(super) fn current(&self, key: &str) -> Option<&Version> {
        self.objects.get(key)?.last().filter(|version| !version.is_marker)
    }

    fn versioning(&self) -> &str {
        self.aspects.get("Versioning").map_or("", |versioning| text(versioning, "Status"))
    }

    /// Adds a version; without versioning it takes the place of the `null` one.
    fn push(&mut self, key: &str, version: Version) {
        let versions = self.objects.entry(key.to_string()).or_default();
        if version.id == "null" {
            versions.retain(|known| known.id != "null");
        }
        versions.push(version);
    }
}

pub(super) fn put(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let (key, modified, new_id) = (text(input, "Key"), cx.now, cx.ids.hex(32));
    let found = bucket(cx, input)?;
    preconditions(found.current(key), input)?;
    let body = text(input, "Body");
    let bytes = STANDARD
        .decode(body)
        .map_err(|error| Refusal::bad("InvalidRequest", format!("the body is not base64: {error}")))?;

    let mut doc = described(found, input);
    doc["Body"] = json!(body);
    doc["ContentLength"] = json!(bytes.len());
    doc["ETag"] = json!(etag(&bytes));
    doc["LastModified"] = json!(modified.floor());
    let mut answer = json!({"ETag": doc["ETag"]});
    for member in ["ServerSideEncryption", "SSEKMSKeyId", "BucketKeyEnabled"] {
        if !doc[member].is_null() {
            answer[member] = doc[member].clone();
        }
    }
    let versioned = found.versioning() == "Enabled";
    if versioned {
        answer["VersionId"] = json!(new_id);
    }
    let id = if versioned { new_id } else { "null".to_string() };
    found.push(key, Version { id, is_marker: false, modified, doc });
    Ok(answer)
}

fn described(bucket: &Bucket, input: &Value) -> Value {
    let mut doc = json!({"AcceptRanges": "bytes", "ContentType": "binary/octet-stream"});
    for member in KEPT.iter().filter(|member| !input[**member].is_null()) {
        doc[*member] = input[*member].clone();
    }
    if doc["ServerSideEncryption"].is_null() {
        let default = bucket.aspects.get("Encryption").map(|encryption| {
            &encryption["ServerSideEncryptionConfiguration"]["Rules"][0]["ApplyServerSideEncryptionByDefault"]
        });
        doc["ServerSideEncryption"] = default.map_or(json!("AES256"), |rule| rule["SSEAlgorithm"].clone());
    }
    if doc["StorageClass"] == "STANDARD" {
        doc["StorageClass"] = Value::Null;
    }
    if let Some(metadata) = input["Metadata"].as_object() {
        doc["Metadata"] = metadata.iter().map(|(key, value)| (key.to_lowercase(), value.clone())).collect();
    }
    let tags = text(input, "Tagging").split('&').filter(|tag| !tag.is_empty()).count();
    if tags > 0 {
        doc["TagCount"] = json!(tags);
    }
    doc
}

/// In S3 it is the MD5 of the body; nobody may rely on that, so any digest does.
fn etag(bytes: &[u8]) -> String {
    let digest: String = Sha256::digest(bytes).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{digest}\"")
}

fn preconditions(current: Option<&Version>, input: &Value) -> Result<(), Refusal> {
    match input["IfNoneMatch"].as_str() {
        None => {}
        Some("*") if current.is_some() => return Err(precondition_failed()),
        Some("*") => {}
        Some(_) => {
            return Err(Refusal::new(
                501,
                "NotImplemented",
                "A header you provided implies functionality that is not implemented",
            ));
        }
    }
    match (input["IfMatch"].as_str(), current) {
        (Some(_), None) => Err(no_such_key()),
        (Some(wanted), Some(version)) if !matches(wanted, version) => Err(precondition_failed()),
        _ => Ok(()),
    }
}

fn matches(wanted: &str, version: &Version) -> bool {
    wanted == "*" || wanted.trim_matches('"') == text(&version.doc, "ETag").trim_matches('"')
}

pub(super) fn get(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let key = text(input, "Key");
    let found = bucket(cx, input)?;
    let version = match input["VersionId"].as_str() {
        None => found.current(key).ok_or_else(no_such_key)?,
        Some(id) => {
            let versions = found.objects.get(key).map(Vec::as_slice).unwrap_or_default();
            versions
                .iter()
                .find(|version| version.id == id)
                .ok_or_else(|| Refusal::new(404, "NoSuchVersion", "The specified version does not exist."))?
        }
    };
    if version.is_marker {
        return Err(Refusal::new(
            405,
            "MethodNotAllowed",
            "The specified method is not allowed against this resource.",
        ));
    }
    if input["IfMatch"].as_str().is_some_and(|wanted| !matches(wanted, version)) {
        return Err(precondition_failed());
    }
    if input["IfNoneMatch"].as_str().is_some_and(|known| matches(known, version)) {
        return Err(Refusal::new(304, "NotModified", "Not Modified"));
    }
    let mut answer = version.doc.clone();
    if !found.versioning().is_empty() {
        answer["VersionId"] = json!(version.id);
    }
    Ok(answer)
}

pub(super) fn delete(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let (now, marker) = (cx.now, cx.ids.hex(32));
    remove(bucket(cx, input)?, input, now, marker)
}

pub(super) fn delete_all(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let wanted = items(&input["Delete"], "Objects");
    if wanted.is_empty() || wanted.len() > DELETES {
        return Err(Refusal::bad(
            "MalformedXML",
            "The XML you provided was not well-formed or did not validate against our published schema",
        ));
    }
    let mut answer = json!({});
    for object in wanted {
        let (now, marker) = (cx.now, cx.ids.hex(32));
        let (list, entry) = match remove(bucket(cx, input)?, object, now, marker) {
            Ok(done) => ("Deleted", deleted(object, &done)),
            Err(refusal) => {
                let (code, message) = (refusal.code, refusal.message);
                ("Errors", json!({"Key": object["Key"], "Code": code, "Message": message}))
            }
        };
        if list == "Deleted" && input["Delete"]["Quiet"] == json!(true) {
            continue;
        }
        match answer[list].as_array_mut() {
            Some(entries) => entries.push(entry),
            None => answer[list] = json!([entry]),
        }
    }
    Ok(answer)
}

fn deleted(object: &Value, done: &Value) -> Value {
    let mut entry = json!({"Key": object["Key"]});
    if !object["VersionId"].is_null() {
        entry["VersionId"] = object["VersionId"].clone();
    }
    if done["DeleteMarker"] == json!(true) {
        entry["DeleteMarker"] = json!(true);
        entry["DeleteMarkerVersionId"] = done["VersionId"].clone();
    }
    entry
}

/// With a version that version goes; without one, a bucket with versioning only
/// marks the object as deleted. What is not there is deleted already.
fn remove(bucket: &mut Bucket, object: &Value, now: f64, marker: String) -> Result<Value, Refusal> {
    let key = text(object, "Key");
    let wanted = object["IfMatch"].as_str().or_else(|| object["ETag"].as_str());
    match (wanted, bucket.current(key)) {
        (Some(wanted), Some(version)) if !matches(wanted, version) => return Err(precondition_failed()),
        (Some(_), None) => return Err(no_such_key()),
        _ => {}
    }
    if let Some(id) = object["VersionId"].as_str() {
        return Ok(remove_version(bucket, key, id));
    }
    let id = match bucket.versioning() {
        "" => {
            bucket.objects.remove(key);
            return Ok(json!({}));
        }
        "Enabled" => marker,
        _ => "null".to_string(),
    };
    bucket.push(key, Version { id: id.clone(), is_marker: true, modified: now, doc: Value::Null });
    Ok(json!({"DeleteMarker": true, "VersionId": id}))
}

fn remove_version(bucket: &mut Bucket, key: &str, id: &str) -> Value {
    let mut answer = json!({"VersionId": id});
    let Some(versions) = bucket.objects.get_mut(key) else { return answer };
    if versions.iter().any(|version| version.id == id && version.is_marker) {
        answer["DeleteMarker"] = json!(true);
    }
    versions.retain(|version| version.id != id);
    if versions.is_empty() {
        bucket.objects.remove(key);
    }
    answer
}

fn no_such_key() -> Refusal {
    Refusal::new(404, "NoSuchKey", "The specified key does not exist.")
}

fn precondition_failed() -> Refusal {
    Refusal::new(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
}
