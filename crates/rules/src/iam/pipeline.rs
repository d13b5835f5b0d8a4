//! What a pipeline makes its role do.

use recon_model::KindId::{
    CodebuildProject, CodecommitRepository, CodepipelinePipeline, EcrRepository, S3Bucket,
};

use super::arn::{Thing, text};
use super::grants::read;
use super::need::{Guard, Need, demand};
use crate::at::At;
use crate::cx::Cx;
use crate::pipe::{self, Action};
use crate::rule::{By, Rule, Severity};

/// An action of a pipeline with the role that carries it out.
pub struct Acting<'c> {
    pub action: Action<'c>,
    pub role: At<'c>,
}

impl<'c> Acting<'c> {
    /// None where the role is not the stack's.
    fn new(action: Action<'c>) -> Option<Self> {
        let own = action.at.get("role");
        let role = if own.exists() { own.target() } else { action.pipeline.get("role").target() }?;
        Some(Self { action, role })
    }

    pub fn at(&self) -> &At<'c> {
        &self.action.at
    }

    pub fn need(&self, does: &str, actions: &[&'static str], thing: Thing) -> Need<'c> {
        let why = format!("its action {} {does}", self.action.name());
        Need::new(&self.role, self.at(), why, actions, thing)
    }
}

pub fn of_provider<'c>(cx: &'c Cx<'c>, provider: &'static str) -> impl Iterator<Item = Acting<'c>> {
    pipe::by(cx, provider).filter_map(Acting::new)
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
    by: By::Check(|cx, out| {
        demand(pipe::all(cx).filter_map(Acting::new).filter_map(|own| source(&own)), out)
    }),
};

const ARCHIVE: [&str; 5] = [
    "codecommit:CancelUploadArchive",
    "codecommit:GetBranch",
    "codecommit:GetCommit",
    "codecommit:GetUploadArchiveStatus",
    "codecommit:UploadArchive",
];

fn source<'c>(acting: &Acting<'c>) -> Option<Need<'c>> {
    let action = &acting.action;
    let named = |key: &str, kind| Thing::named(&action.says(key), kind);
    let need = match &*action.provider() {
        "CodeCommit" => {
            let mut actions = ARCHIVE.to_vec();
            if action.says("OutputArtifactFormat").is("CODEBUILD_CLONE_REF") {
                actions.push("codecommit:GetRepository");
            }
            acting.need("reads the repository", &actions, named("RepositoryName", CodecommitRepository)?)
        }
        "ECR" => {
            acting.need("reads the image", &["ecr:DescribeImages"], named("RepositoryName", EcrRepository)?)
        }
        "CodeStarSourceConnection" => {
            let arn = text(&action.says("ConnectionArn"))?;
            // renamed in 2024; either prefix is for connections of that prefix
            let call = if arn.contains(":codestar-connections:") {
                "codestar-connections:UseConnection"
            } else if arn.contains(":codeconnections:") {
                "codeconnections:UseConnection"
            } else {
                return None;
            };
            acting.need("uses the connection", &[call], Thing::literal(arn))
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
        let needs = of_provider(cx, "CodeBuild").filter_map(|acting| {
            let action = &acting.action;
            let project = Thing::named(&action.says("ProjectName"), CodebuildProject)?;
            let calls: &[&'static str] = if action.says("BatchEnabled").flag() {
                &["codebuild:BatchGetBuildBatches", "codebuild:StartBuildBatch"]
            } else {
                &["codebuild:BatchGetBuilds", "codebuild:StartBuild"]
            };
            Some(acting.need("starts the build", calls, project).named("build"))
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
