//! Buckets.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use recon_model::KindId::{CodepipelinePipeline, S3Bucket};

use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static MISC_005: Rule = Rule {
    id: "MISC-005",
    severity: Severity::Error,
    title: "a name that S3 does not take",
    doc: "3 to 63 lower-case letters, digits, dots and hyphens, a letter or digit at both ends, no two dots side by side, \
          not the form of an IP address, and none of S3's own beginnings and endings (InvalidBucketName).",
    fix: "rename it; the name is unique in all of AWS, so put the account into it",
    source: "AWS: S3 user guide, general purpose bucket naming rules",
    bad: r#"
[s3.bucket.logs]
name = "The_Logs"
"#,
    good: r#"
[s3.bucket.logs]
name = "the-logs-123456789012"
"#,
    by: By::Check(|cx, out| {
        for at in cx.of(S3Bucket).map(|bucket| bucket.get("name")) {
            if let Some(problem) = at.text().as_deref().and_then(name_problem) {
                out.at(&at, problem);
            }
        }
    }),
};

fn name_problem(name: &str) -> Option<&'static str> {
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-';
    let begins = ["xn--", "sthree-", "amzn-s3-demo-"].iter().any(|own| name.starts_with(own));
    let ends = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"].iter().any(|own| name.ends_with(own));
    match () {
        () if !(3..=63).contains(&name.len()) => Some("a bucket's name has 3 to 63 characters"),
        () if name.chars().any(|c| c.is_ascii_uppercase()) => Some("a bucket's name has no capital letters"),
        () if !name.chars().all(inner) => {
            Some("a bucket's name has lower-case letters, digits, dots and hyphens")
        }
        () if !edge(name.chars().next()) || !edge(name.chars().last()) => {
            Some("a bucket's name begins and ends with a letter or a digit")
        }
        () if name.contains("..") => Some("a bucket's name has no two dots side by side"),
        () if name.parse::<Ipv4Addr>().is_ok() => Some("a bucket's name has not the form of an IP address"),
        () if begins || ends => Some("this beginning or ending is S3's own"),
        () => None,
    }
}

/// The buckets of the stack that pipelines keep their artifacts in.
fn of_artifacts<'c>(cx: &'c Cx<'c>) -> Vec<At<'c>> {
    let mut found: Vec<At<'_>> = Vec::new();
    for pipeline in cx.of(CodepipelinePipeline) {
        let mut stores = vec![pipeline.get("artifact_store")];
        stores.extend(pipeline.get("artifact_stores").entries().map(|(_, store)| store));
        for bucket in stores.iter().filter_map(|store| store.get("location").target()) {
            if !found.iter().any(|known| known.address() == bucket.address()) {
                found.push(bucket);
            }
        }
    }
    found
}

pub static MISC_016: Rule = Rule {
    id: "MISC-016",
    severity: Severity::Advice,
    title: "artifacts that may travel in the clear",
    doc: "Whoever asks a bucket by HTTP sends and gets everything readable on the way. A policy that denies every request \
          without aws:SecureTransport ends that.",
    fix: "deny s3:* where { Bool = { \"aws:SecureTransport\" = \"false\" } } in the bucket's policy",
    source: "AWS: CodePipeline user guide, its own bucket's policy; AWS Security Hub S3.5",
    bad: r#"
[s3.bucket.artifacts.policy]
Version   = "2012-10-17"
Statement = [{ Effect = "Deny", Principal = "*", Action = "s3:PutObject", Resource = "arn:aws:s3:::base-artifacts/*", Condition = { StringNotEquals = { "s3:x-amz-server-side-encryption" = "aws:kms" } } }]
"#,
    good: r#"
[s3.bucket.artifacts.policy]
Version   = "2012-10-17"
Statement = [{ Effect = "Deny", Principal = "*", Action = "s3:*", Resource = ["arn:aws:s3:::base-artifacts", "arn:aws:s3:::base-artifacts/*"], Condition = { Bool = { "aws:SecureTransport" = "false" } } }]
"#,
    by: By::Check(|cx, out| {
        for bucket in of_artifacts(cx) {
            let policy = bucket.get("policy");
            if !one_or_many(&policy.get("Statement")).iter().any(only_tls) {
                let place = if policy.exists() { &policy } else { &bucket };
                out.at(place, format!("{} answers without encryption as well", bucket.address()));
            }
        }
    }),
};

/// A statement, or a list of them.
fn one_or_many<'c>(at: &At<'c>) -> Vec<At<'c>> {
    if at.is_list() { at.items().collect() } else { vec![at.clone()] }
}

fn only_tls(statement: &At<'_>) -> bool {
    let condition = statement.get("Condition.Bool").key("aws:SecureTransport");
    let refused = one_or_many(&condition).iter().any(|value| value.is("false"));
    statement.get("Effect").is("Deny") && refused
}

pub static MISC_020: Rule = Rule {
    id: "MISC-020",
    severity: Severity::Advice,
    title: "artifacts that are kept for ever",
    doc: "Every run of a pipeline leaves its artifacts, and with versioning the old versions too. Nothing but a lifecycle \
          removes them.",
    fix: "lifecycle = { rules = [{ status = \"Enabled\", expiration = { days = 30 } }] }",
    source: "AWS: S3 user guide, managing the lifecycle of objects; AWS Security Hub S3.13",
    bad: r#"
[s3.bucket.other]
name   = "base-other"
policy = { Version = "2012-10-17", Statement = [{ Effect = "Deny", Principal = "*", Action = "s3:*", Resource = "arn:aws:s3:::base-other/*", Condition = { Bool = { "aws:SecureTransport" = "false" } } }] }

[codepipeline.pipeline.api]
artifact_store = "other"
"#,
    good: r#"
[codepipeline.pipeline.api]
artifact_store = "artifacts"
"#,
    by: By::Check(lifecycles),
};

fn lifecycles(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for bucket in of_artifacts(cx) {
        if bucket.get("lifecycle.rules").is_empty() {
            out.at(&bucket, format!("{} keeps what every run made", bucket.address()));
        }
    }
}

pub static MISC_034: Rule = Rule {
    id: "MISC-034",
    severity: Severity::Error,
    title: "two lifecycle rules of one id",
    doc: "\"Rule ID must be unique. Found same ID for more than one rule\", says S3 of the whole configuration.",
    fix: "give each rule an id of its own, or none",
    source: "AWS API: s3 PutBucketLifecycleConfiguration",
    bad: r#"
[s3.bucket.artifacts.lifecycle]
rules = [
  { id = "old", status = "Enabled", filter = { prefix = "a/" }, expiration = { days = 30 } },
  { id = "old", status = "Enabled", filter = { prefix = "b/" }, expiration = { days = 90 } },
]
"#,
    good: r#"
[s3.bucket.artifacts.lifecycle]
rules = [
  { id = "old",   status = "Enabled", filter = { prefix = "a/" }, expiration = { days = 30 } },
  { id = "older", status = "Enabled", filter = { prefix = "b/" }, expiration = { days = 90 } },
]
"#,
    by: By::Check(|cx, out| {
        for bucket in cx.of(S3Bucket) {
            let mut seen: BTreeMap<String, At<'_>> = BTreeMap::new();
            for at in bucket.get("lifecycle.rules").items().map(|rule| rule.get("id")) {
                let Some(id) = at.text() else { continue };
                if let Some(first) = seen.get(&*id) {
                    out.at(&at, format!("`{id}` is another rule's id")).related(first, "the first one");
                } else {
                    seen.insert(id.into_owned(), at);
                }
            }
        }
    }),
};
