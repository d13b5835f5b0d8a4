//! Lists of what a bucket holds.

use serde_json::{Value, json};

use super::objects::Version;
use super::{bucket, owner};
use crate::context::Context;
use crate::form::text;
use crate::refusal::Refusal;

const PAGE: usize = 1000;

/// One line of a list: an object, a version, or all keys that share a prefix.
enum Line<'a> {
    One(&'a str, &'a Version, bool),
    Shared(String),
}

/// Keys under the prefix, those with the delimiter further on folded into one.
struct Fold<'a> {
    prefix: &'a str,
    delimiter: &'a str,
    last: Option<String>,
}

impl<'a> Fold<'a> {
    fn of(input: &'a Value) -> Self {
        Self { prefix: text(input, "Prefix"), delimiter: text(input, "Delimiter"), last: None }
    }

    /// The shared prefix that stands for the key, if any does.
    fn shared(&self, key: &str) -> Option<String> {
        let rest = key.strip_prefix(self.prefix).filter(|_| !self.delimiter.is_empty())?;
        let end = rest.find(self.delimiter)? + self.delimiter.len();
        Some(format!("{}{}", self.prefix, &rest[..end]))
    }

    fn line<'b>(&mut self, key: &'b str, version: &'b Version, is_latest: bool) -> Option<Line<'b>> {
        if !key.starts_with(self.prefix) {
            return None;
        }
        match self.shared(key) {
            None => Some(Line::One(key, version, is_latest)),
            shared if shared == self.last => None,
            Some(shared) => {
                self.last = Some(shared.clone());
                Some(Line::Shared(shared))
            }
        }
    }
}

pub(super) fn objects(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let owner = owner(cx);
    let found = &*bucket(cx, input)?;
    let after = input["ContinuationToken"].as_str().unwrap_or_else(|| text(input, "StartAfter"));
    let mut fold = Fold::of(input);
    // a page that ended with a shared prefix has shown all keys under it
    fold.last = Some(after.to_string());
    let keys = found.objects.keys().filter(|key| key.as_str() > after);
    let present = keys.filter_map(|key| Some((key, found.current(key)?)));
    let mut lines: Vec<Line<'_>> =
        present.filter_map(|(key, version)| fold.line(key, version, true)).collect();

    let mut answer = header(input, &mut lines);
    answer["KeyCount"] = json!(lines.len());
    if answer["IsTruncated"] == json!(true) {
        answer["NextContinuationToken"] = json!(lines.last().map_or("", |line| match line {
            Line::One(key, ..) => key,
            Line::Shared(prefix) => prefix,
        }));
    }
    for line in &lines {
        let Line::One(key, version, _) = line else { continue };
        let mut object = summary(key, version);
        if input["FetchOwner"] == json!(true) {
            object["Owner"] = owner.clone();
        }
        append(&mut answer, "Contents", object);
    }
    echo(&mut answer, input, &["ContinuationToken", "StartAfter"]);
    Ok(answer)
}

pub(super) fn versions(cx: &mut Context<'_>, input: &Value) -> Result<Value, Refusal> {
    let owner = owner(cx);
    let found = &*bucket(cx, input)?;
    let (key_marker, version_marker) = (text(input, "KeyMarker"), input["VersionIdMarker"].as_str());
    let mut fold = Fold::of(input);
    fold.last = Some(key_marker.to_string());
    let mut lines = Vec::new();
    for (key, versions) in found.objects.iter().filter(|(key, _)| key.as_str() >= key_marker) {
        let mut newest_first: Vec<(usize, &Version)> = versions.iter().rev().enumerate().collect();
        if key == key_marker && !key_marker.is_empty() {
            let shown =
                newest_first.iter().position(|(_, version)| Some(version.id.as_str()) == version_marker);
            newest_first.drain(..shown.map_or(newest_first.len(), |at| at + 1));
        }
        let rest = newest_first.into_iter().filter_map(|(at, version)| fold.line(key, version, at == 0));
        lines.extend(rest);
    }

    let mut answer = header(input, &mut lines);
    if answer["IsTruncated"] == json!(true) {
        match lines.last() {
            Some(Line::One(key, version, _)) => {
                answer["NextKeyMarker"] = json!(key);
                answer["NextVersionIdMarker"] = json!(version.id);
            }
            Some(Line::Shared(prefix)) => answer["NextKeyMarker"] = json!(prefix),
            None => {}
        }
    }
    for line in &lines {
        let Line::One(key, version, is_latest) = line else { continue };
        let (list, mut entry) = match version.is_marker {
            true => ("DeleteMarkers", json!({"Key": key, "LastModified": version.modified.floor()})),
            false => ("Versions", summary(key, version)),
        };
        entry["VersionId"] = json!(version.id);
        entry["IsLatest"] = json!(is_latest);
        entry["Owner"] = owner.clone();
        append(&mut answer, list, entry);
    }
    echo(&mut answer, input, &["KeyMarker", "VersionIdMarker"]);
    Ok(answer)
}

/// What both lists begin with. Cuts the lines to one page.
fn header(input: &Value, lines: &mut Vec<Line<'_>>) -> Value {
    let most = input["MaxKeys"].as_u64().map_or(PAGE, |n| usize::try_from(n).unwrap_or(PAGE)).min(PAGE);
    let truncated = most > 0 && lines.len() > most;
    lines.truncate(most);
    let mut answer = json!({"Name": input["Bucket"], "MaxKeys": most, "IsTruncated": truncated});
    answer["Prefix"] = json!(text(input, "Prefix"));
    echo(&mut answer, input, &["Delimiter"]);
    for line in lines.iter() {
        if let Line::Shared(prefix) = line {
            append(&mut answer, "CommonPrefixes", json!({"Prefix": prefix}));
        }
    }
    answer
}

fn summary(key: &str, version: &Version) -> Value {
    json!({
        "Key": key,
        "LastModified": version.modified.floor(),
        "ETag": version.doc["ETag"],
        "Size": version.doc["ContentLength"],
        "StorageClass": "STANDARD",
    })
}

fn append(answer: &mut Value, list: &str, entry: Value) {
    match answer[list].as_array_mut() {
        Some(entries) => entries.push(entry),
        None => answer[list] = json!([entry]),
    }
}

fn echo(answer: &mut Value, input: &Value, members: &[&str]) {
    for member in members.iter().filter(|member| !input[**member].is_null()) {
        answer[*member] = input[*member].clone();
    }
}
