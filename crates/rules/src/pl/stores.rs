//! Artifact stores, and regions.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::at::At;
use crate::cx::Cx;
use crate::pipe::{actions, all, pipelines};
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static PL_016: Rule = Rule {
    id: "PL-016",
    severity: Severity::Error,
    title: "no artifact store, or both kinds of them",
    doc: "A pipeline has `artifact_store`, or `artifact_stores` with one for each region that it works in, and not \
          both.",
    fix: "keep artifact_store in one region, artifact_stores across regions",
    source: "AWS API: codepipeline PipelineDeclaration",
    bad: r#"
[codepipeline.pipeline.api]
artifact_stores = { eu-central-1 = "artifacts" }
"#,
    good: r#"
[codepipeline.pipeline.api]
artifact_store = "artifacts"
"#,
    by: By::Check(|cx, out| {
        for pipeline in pipelines(cx) {
            let (one, many) = (pipeline.get("artifact_store"), pipeline.get("artifact_stores"));
            if one.exists() && !many.is_empty() {
                out.at(&many, "the pipeline has an artifact store already").related(&one, "the other one");
            } else if !one.exists() && many.is_empty() {
                out.at(&pipeline, "the pipeline has no artifact store")
                    .fix("artifact_store = \"a bucket's label\"");
            }
        }
    }),
};

pub static PL_017: Rule = Rule {
    id: "PL-017",
    severity: Severity::Error,
    title: "a region without an artifact store",
    doc: "\"Your pipeline must have an artifact store for each region\" that an action runs in, and for its own.",
    fix: "add the region to artifact_stores",
    source: "AWS: CodePipeline user guide, cross-Region actions",
    bad: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", region = "eu-west-1", input_artifacts = ["SourceArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
]
"#,
    good: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", region = "eu-central-1", input_artifacts = ["SourceArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
]
"#,
    by: By::Check(|cx, out| {
        for pipeline in pipelines(cx) {
            let stores = pipeline.get("artifact_stores");
            let regions: BTreeSet<&str> = stores.entries().map(|(region, _)| region).collect();
            let own = cx.stack.home.region.as_str();
            if !regions.is_empty() && !regions.contains(own) {
                out.at(&stores, format!("the pipeline's own region {own} has no artifact store"));
            }
            for action in actions(&pipeline) {
                let at = action.at.get("region");
                let Some(region) = at.text().filter(|region| region != own) else { continue };
                if !regions.contains(&*region) {
                    let finding = out.at(&at, format!("there is no artifact store in {region}"));
                    let place = if stores.exists() { stores.clone() } else { pipeline.get("artifact_store") };
                    finding.related(&place, "the pipeline's");
                }
            }
        }
    }),
};

pub static PL_018: Rule = Rule {
    id: "PL-018",
    severity: Severity::Error,
    title: "an artifact bucket in another region than its actions",
    doc: "The bucket of a region's artifact store lies in that region: a pipeline that writes elsewhere fails when it \
          runs, with an internal error. A bucket of this stack lies in the stack's region.",
    fix: "name a bucket of that region, outside the stack: { name = \"…\" }",
    source: "AWS: CodePipeline user guide, troubleshooting; API ArtifactStore, location",
    bad: r#"
[codepipeline.pipeline.other]
name            = "other"
role            = "pipeline"
artifact_stores = { eu-central-1 = "artifacts", eu-west-1 = "artifacts" }
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], output_artifacts = ["BuildArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
]
"#,
    good: r#"
[codepipeline.pipeline.other]
name            = "other"
role            = "pipeline"
artifact_stores = { eu-central-1 = "artifacts", eu-west-1 = { location = { name = "artifacts-in-ireland" } } }
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "true" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], output_artifacts = ["BuildArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
]
"#,
    by: By::Check(|cx, out| {
        let own = cx.stack.home.region.as_str();
        for (region, store) in
            pipelines(cx).flat_map(|p| p.get("artifact_stores").entries().collect::<Vec<_>>())
        {
            let at = store.get("location");
            if let Some(bucket) = at.target().filter(|_| region != own) {
                out.at(&at, format!("{} lies in {own}, and not in {region}", bucket.address()));
            }
        }
    }),
};

pub static PL_019: Rule = Rule {
    id: "PL-019",
    severity: Severity::Error,
    title: "a source in another region",
    doc: "\"You cannot create cross-Region actions for the following action types: source actions, third-party \
          actions, custom actions.\"",
    fix: "remove region",
    source: "AWS: CodePipeline user guide, cross-Region actions",
    bad: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", region = "eu-west-1", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], output_artifacts = ["BuildArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
]
"#,
    good: r#"
[codepipeline.pipeline.api]
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], output_artifacts = ["BuildArtifact"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
]
"#,
    by: By::Check(|cx, out| {
        for action in all(cx).filter(|action| action.is_source() || action.owner() != "AWS") {
            let at = action.at.get("region");
            if let Some(region) = at.text().filter(|region| **region != cx.stack.home.region) {
                let what = if action.is_source() { "a source" } else { "an action that is not AWS's own" };
                out.at(&at, format!("{what} runs in the pipeline's region, and not in {region}"));
            }
        }
    }),
};

pub static PL_034: Rule = Rule {
    id: "PL-034",
    severity: Severity::Error,
    title: "a key that the pipeline's actions cannot use",
    doc: "The key of an artifact store lies in the store's region, and actions in other accounts find it by its ARN \
          alone: an alias means another key there (AccessDenied when the pipeline runs).",
    fix: "name the key by the ARN of its own region",
    source: "AWS API: codepipeline EncryptionKey",
    bad: r#"
[codepipeline.pipeline.api]
artifact_store = { location = "artifacts", encryption_key = { id = { arn = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555" } } }
"#,
    good: r#"
[codepipeline.pipeline.api]
artifact_store = { location = "artifacts" }
"#,
    by: By::Check(|cx, out| {
        for pipeline in pipelines(cx) {
            let own = cx.stack.home.region.as_str();
            key(&pipeline, &pipeline.get("artifact_store"), own, out);
            for (region, store) in pipeline.get("artifact_stores").entries() {
                key(&pipeline, &store, region, out);
            }
        }
    }),
};

fn key(pipeline: &At<'_>, store: &At<'_>, region: &str, out: &mut Sink<'_>) {
    let at = store.get("encryption_key.id");
    let Some(id) = at.text() else { return };
    let parts: Vec<&str> = id.split(':').collect();
    if let ["arn", _, "kms", there, ..] = parts[..]
        && there != region
    {
        out.at(&at, format!("this key is {there}'s, the store is in {region}"));
    }
    let alias = id.starts_with("alias/") || id.contains(":alias/");
    if let Some(action) = abroad(pipeline.cx, pipeline).filter(|_| alias) {
        out.at(&at, "an alias is not known in other accounts")
            .related(&action, "an action in another account");
    }
}

/// The role of an action that runs in another account.
fn abroad<'c>(cx: &Cx<'_>, pipeline: &At<'c>) -> Option<At<'c>> {
    let own = &cx.stack.home.account;
    let account = |arn: Cow<'_, str>| arn.split(':').nth(4).map(str::to_string);
    let foreign = |role: &At<'_>| role.text().and_then(account).is_some_and(|account| account != *own);
    let roles = actions(pipeline).into_iter().map(|action| action.at.get("role"));
    roles.filter(|_| !own.is_empty()).find(foreign)
}
