//! What a pipeline makes its role do.

use recon_model::KindId::{
    CodebuildProject, CodecommitRepository, CodepipelinePipeline, EcrRepository, S3Bucket,
};

use super::arn::{Thing, text};
use super::grants::read;
use super::need::{Guard, Need, demand};
use crate::at::At;
use crate::cx::Cx;
use crate::rule::{By, Rule, Severity};

/// Every action of a pipeline, with the role that carries it out.
pub struct Action<'c> {
    pub at: At<'c>,
    pub role: At<'c>,
    provider: String,
}

impl<'c> Action<'c> {
    pub fn configuration(&self, key: &str) -> At<'c> {
        self.at.get("configuration").key(key)
    }

    fn name(&self) -> String {
        self.at.get("name").text().map(|name| name.into_owned()).unwrap_or_default()
    }

    pub fn need(&self, does: &str, actions: &[&'static str], thing: Thing) -> Need<'c> {
        Need::new(&self.role, &self.at, format!("its action {} {does}", self.name()), actions, thing)
    }
}

/// The actions of all pipelines whose role the stack has.
fn actions<'c>(cx: &'c Cx<'c>) -> impl Iterator<Item = Action<'c>> {
    cx.of(CodepipelinePipeline).flat_map(|pipeline| {
        let own = pipeline.get("role").target();
        let stages: Vec<_> = pipeline.get("stages").items().collect();
        stages.into_iter().flat_map(|stage| stage.get("actions").items().collect::<Vec<_>>()).filter_map(
            move |at| {
                let role = at.get("role");
                let role = if role.exists() { role.target() } else { own.clone() }?;
                let short = at.get("provider");
                let long = at.get("action_type_id").get("provider");
                let provider = if short.exists() { short.text() } else { long.text() }?.into_owned();
                Some(Action { at, role, provider })
            },
        )
    })
}

pub fn of_provider<'c>(cx: &'c Cx<'c>, provider: &'static str) -> impl Iterator<Item = Action<'c>> {
    actions(cx).filter(move |action| action.provider == provider)
}

pub static IAM_012: Rule = Rule {
    id: "IAM-012",
    severity: Severity::Error,
    title: "a pipeline role that may not read the source",
    doc: "A CodeCommit source needs GetBranch, GetCommit, UploadArchive, GetUploadArchiveStatus and \
          CancelUploadArchive on the repository, and GetRepository for a full clone; a connection needs UseConnection, \
          an image of ECR DescribeImages. The first run ends with \"is not authorized to perform: \
          codecommit:GetBranch\".",
    fix: "add the statement to the pipeline's role",
    source: "AWS: CodePipeline user guide, manage the CodePipeline service role",
    bad: r#"
[iam.role.pipeline.inline.pipeline]
Version = "2012-10-17"

[[iam.role.pipeline.inline.pipeline.Statement]]
Effect    = "Allow"
NotAction = ["codecommit:GetBranch", "codecommit:*Archive*"]
Resource  = "*"

[[iam.role.pipeline.inline.pipeline.Statement]]
Effect   = "Allow"
Action   = "codecommit:*Archive*"
Resource = "${codecommit.repository.app.arn}"
"#,
    good: r#"
[iam.role.pipeline.inline.branch]
Version = "2012-10-17"

[[iam.role.pipeline.inline.branch.Statement]]
Effect   = "Allow"
Action   = "codecommit:GetBranch"
Resource = "${codecommit.repository.app.arn}"
"#,
    by: By::Check(|cx, out| demand(actions(cx).filter_map(|action| source(&action)), out)),
};

const ARCHIVE: [&str; 5] = [
    "codecommit:CancelUploadArchive",
    "codecommit:GetBranch",
    "codecommit:GetCommit",
    "codecommit:GetUploadArchiveStatus",
    "codecommit:UploadArchive",
];

fn source<'c>(action: &Action<'c>) -> Option<Need<'c>> {
    let named = |key: &str, kind| Thing::named(&action.configuration(key), kind);
    let need = match action.provider.as_str() {
        "CodeCommit" => {
            let mut actions = ARCHIVE.to_vec();
            if action.configuration("OutputArtifactFormat").is("CODEBUILD_CLONE_REF") {
                actions.push("codecommit:GetRepository");
            }
            action.need("reads the repository", &actions, named("RepositoryName", CodecommitRepository)?)
        }
        "ECR" => {
            action.need("reads the image", &["ecr:DescribeImages"], named("RepositoryName", EcrRepository)?)
        }
        "CodeStarSourceConnection" => {
            let arn = text(&action.configuration("ConnectionArn"))?;
            // renamed in 2024; either prefix is for connections of that prefix
            let call = if arn.contains(":codestar-connections:") {
                "codestar-connections:UseConnection"
            } else if arn.contains(":codeconnections:") {
                "codeconnections:UseConnection"
            } else {
                return None;
            };
            action.need("uses the connection", &[call], Thing::literal(arn))
        }
        _ => return None,
    };
    Some(need.named("source"))
}

pub static IAM_013: Rule = Rule {
    id: "IAM-013",
    severity: Severity::Error,
    title: "a pipeline role that may not start the build",
    doc: "The build action starts the project and asks how it goes: codebuild:StartBuild and BatchGetBuilds, for a \
          batch StartBuildBatch and BatchGetBuildBatches.",
    fix: "add the statement to the pipeline's role",
    source: "AWS: CodePipeline user guide, manage the CodePipeline service role",
    bad: r#"
[iam.role.pipeline.inline.pipeline]
Version = "2012-10-17"

[[iam.role.pipeline.inline.pipeline.Statement]]
Effect    = "Allow"
NotAction = "codebuild:StartBuild"
Resource  = "*"
"#,
    good: r#"
[iam.role.pipeline.inline.start]
Version = "2012-10-17"

[[iam.role.pipeline.inline.start.Statement]]
Effect   = "Allow"
Action   = ["codebuild:BatchGetBuilds", "codebuild:StartBuild"]
Resource = "${codebuild.project.api.arn}"
"#,
    by: By::Check(|cx, out| {
        let needs = of_provider(cx, "CodeBuild").filter_map(|action| {
            let project = Thing::named(&action.configuration("ProjectName"), CodebuildProject)?;
            let calls: &[&'static str] = if action.configuration("BatchEnabled").flag() {
                &["codebuild:BatchGetBuildBatches", "codebuild:StartBuildBatch"]
            } else {
                &["codebuild:BatchGetBuilds", "codebuild:StartBuild"]
            };
            Some(action.need("starts the build", calls, project).named("build"))
        });
        demand(needs, out);
    }),
};

pub static IAM_015: Rule = Rule {
    id: "IAM-015",
    severity: Severity::Error,
    title: "a pipeline role that may not use the artifact bucket",
    doc: "Every action's artifacts go through the bucket: s3:GetObject, GetObjectVersion and PutObject in it, \
          GetBucketVersioning on it. Otherwise \"The service role or action role doesn't have the permissions required \
          to access the Amazon S3 bucket\".",
    fix: "add the statement to the pipeline's role",
    source: "AWS: CodePipeline user guide, troubleshooting",
    bad: r#"
[iam.role.pipeline.inline.pipeline]
Version = "2012-10-17"

[[iam.role.pipeline.inline.pipeline.Statement]]
Effect    = "Allow"
NotAction = "s3:*"
Resource  = "*"
"#,
    good: r#"
[iam.role.pipeline.inline.artifacts]
Version = "2012-10-17"

[[iam.role.pipeline.inline.artifacts.Statement]]
Effect   = "Allow"
Action   = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"]
Resource = "${s3.bucket.artifacts.arn}/*"
"#,
    by: By::Check(|cx, out| {
        let mut needs = Vec::new();
        for pipeline in cx.of(CodepipelinePipeline) {
            let Some(role) = pipeline.get("role").target() else { continue };
            for store in stores(&pipeline) {
                needs.extend(bucket_needs(&role, &store, "s3:GetBucketVersioning"));
            }
        }
        demand(needs, out);
    }),
};

/// Where a pipeline names its artifact buckets.
pub fn stores<'c>(pipeline: &At<'c>) -> Vec<At<'c>> {
    let mut stores: Vec<_> = pipeline.get("artifact_stores").entries().map(|(_, store)| store).collect();
    let one = pipeline.get("artifact_store");
    if one.exists() {
        stores.push(one);
    }
    stores
}

/// The store's bucket; `artifact_store = "artifacts"` is short for its location.
pub fn bucket<'c>(store: &At<'c>) -> At<'c> {
    store.get("location")
}

/// What everybody needs who reads and writes artifacts.
pub fn bucket_needs<'c>(role: &At<'c>, store: &At<'c>, on_bucket: &'static str) -> Vec<Need<'c>> {
    let at = bucket(store);
    let Some(thing) = Thing::named(&at, S3Bucket) else { return Vec::new() };
    let guard = || match at.target().map(|bucket| bucket.get("policy")) {
        Some(policy) if policy.exists() => Guard { policy: Some(read(&policy)), decides: false },
        _ => Guard::default(),
    };
    let why = format!("{} keeps its artifacts there", store.address());
    let objects = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"];
    let need = |actions: &[&'static str], thing| {
        Need::new(role, store, &*why, actions, thing).named("artifacts").guarded(guard())
    };
    let mut beside = vec!["s3:GetBucketAcl", "s3:GetBucketLocation"];
    let mut needs = vec![need(&objects, thing.inside("/", "artifact"))];
    if on_bucket == "s3:GetBucketVersioning" {
        needs.push(need(&[on_bucket], thing.clone()));
        beside.push("s3:ListBucket");
    }
    needs.push(need(&beside, thing).only_advised());
    needs
}
