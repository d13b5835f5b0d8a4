//! Where builds put what they made.

use std::collections::BTreeMap;

use super::projects;
use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static CB_008: Rule = Rule {
    id: "CB-008",
    severity: Severity::Error,
    title: "artifacts without a bucket, or a bucket's setting without one",
    doc: "Artifacts of type S3 need a location: \"Invalid artifacts: location is required\". Encryption, packaging and \
          the like are S3's; CodePipeline decides for itself, and NO_ARTIFACTS has nothing to decide.",
    fix: "location = \"the bucket\", or no setting of S3",
    source: "AWS API: codebuild ProjectArtifacts; measured by cdk-preflight (codebuild-artifacts-s3-location-required)",
    bad: r#"
[codebuild.project.other]
name         = "other"
service_role = "build"
source       = { type = "CODECOMMIT", location = "${codecommit.repository.app.clone_url_http}" }
artifacts    = { type = "S3" }
environment  = { type = "LINUX_CONTAINER", compute_type = "BUILD_GENERAL1_SMALL", image = "aws/codebuild/amazonlinux-x86_64-standard:5.0", privileged_mode = true }
"#,
    good: r#"
[codebuild.project.other]
name         = "other"
service_role = "build"
source       = { type = "CODECOMMIT", location = "${codecommit.repository.app.clone_url_http}" }
artifacts    = { type = "S3", location = "${s3.bucket.artifacts.name}" }
environment  = { type = "LINUX_CONTAINER", compute_type = "BUILD_GENERAL1_SMALL", image = "aws/codebuild/amazonlinux-x86_64-standard:5.0", privileged_mode = true }
"#,
    by: By::Check(|cx, out| {
        for artifacts in projects(cx).flat_map(|project| all(&project)) {
            let kind = artifacts.get("type");
            let Some(name) = kind.text() else { continue };
            if name == "S3" && !artifacts.get("location").exists() {
                out.at(&kind, "artifacts of type S3 need a location: the bucket");
            }
            let encryption = artifacts.get("encryption_disabled");
            if name != "S3" && encryption.flag() {
                out.at(&encryption, format!("artifacts of type {name} have no encryption to switch off"));
            }
        }
    }),
};

/// A project's artifacts, the secondary ones too.
fn all<'c>(project: &At<'c>) -> Vec<At<'c>> {
    let mut all = vec![project.get("artifacts")];
    all.extend(project.get("secondary_artifacts").items());
    all
}

pub static CB_023: Rule = Rule {
    id: "CB-023",
    severity: Severity::Error,
    title: "secondary sources or artifacts that cannot be told apart",
    doc: "At most 12 of each, \"the maximum number of artifact definitions … is 12\", each with an identifier of its \
          own: it is the folder's name in the build, and the artifact's in the build specification.",
    fix: "source_identifier, artifact_identifier: one each, none twice",
    source: "AWS API: codebuild CreateProject, secondarySources, secondaryArtifacts; measured by cdk-preflight",
    bad: r#"
[codebuild.project.api]
secondary_sources = [{ type = "CODECOMMIT", location = "${codecommit.repository.app.clone_url_http}" }]
"#,
    good: r#"
[codebuild.project.api]
secondary_sources = [{ type = "CODECOMMIT", location = "${codecommit.repository.app.clone_url_http}", source_identifier = "tools" }]
"#,
    by: By::Check(identifiers),
};

fn identifiers(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for project in projects(cx) {
        for (list, field) in
            [("secondary_sources", "source_identifier"), ("secondary_artifacts", "artifact_identifier")]
        {
            let list = project.get(list);
            let count = list.items().count();
            if count > 12 {
                out.at(&list, format!("{count} entries, CodeBuild takes 12"));
            }
            let mut seen: BTreeMap<String, At<'_>> = BTreeMap::new();
            for item in list.items() {
                let at = item.get(field);
                let Some(name) = at.text() else {
                    if !at.exists() {
                        out.at(&item, format!("this entry has no {field}"));
                    }
                    continue;
                };
                if let Some(first) = seen.insert(name.to_string(), at.clone()) {
                    out.at(&at, format!("`{name}` names two entries")).related(&first, "the first one");
                }
            }
        }
    }
}
