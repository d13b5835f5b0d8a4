//! What a build does as its role.

use recon_model::KindId::{CodebuildProject, CodepipelinePipeline, EcrRepository, LogsLogGroup};
use recon_model::Role;
use recon_model::load::Span;

use super::arn::{Thing, by_name, text};
use super::need::{Need, demand};
use super::pipeline::{bucket_needs, stores};
use crate::at::At;
use crate::cx::Cx;
use crate::pipe;
use crate::rule::{By, Rule, Severity};

/// Projects whose role the stack has, with it.
pub fn projects<'c>(cx: &'c Cx<'c>) -> impl Iterator<Item = (At<'c>, At<'c>)> {
    cx.of(CodebuildProject).filter_map(|project| {
        let role = project.get("service_role").target()?;
        Some((project, role))
    })
}

/// The projects of the stack that a pipeline builds.
pub fn built_by<'c>(pipeline: &At<'c>) -> Vec<At<'c>> {
    let mut found: Vec<At<'c>> = Vec::new();
    for project in pipe::actions(pipeline).iter().filter_map(pipe::Action::project) {
        if !found.iter().any(|other| other.address() == project.address()) {
            found.push(project);
        }
    }
    found
}

pub static IAM_017: Rule = Rule {
    id: "IAM-017",
    severity: Severity::Error,
    title: "a build role that may not write its log",
    doc: "CodeBuild writes the build's log as the project's role: logs:CreateLogStream and PutLogEvents in the group, \
          and CreateLogGroup where nobody made it. Without them the build ends in its first phase.",
    fix: "add the statement to the project's role",
    source: "AWS: CodeBuild user guide, create a CodeBuild service role",
    bad: r#"
[iam.role.build.inline.never]
Version   = "2012-10-17"
Statement = [{ Effect = "Deny", Action = "logs:PutLogEvents", Resource = "*" }]
"#,
    good: r#"
[iam.role.build.inline.logs]
Version = "2012-10-17"

[[iam.role.build.inline.logs.Statement]]
Effect   = "Allow"
Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
Resource = "${logs.log_group.build.arn}:*"
"#,
    by: By::Check(|cx, out| {
        let needs = projects(cx).flat_map(|(project, role)| {
            let logs = project.get("logs_config.cloud_watch_logs");
            let at = logs.get("group");
            let group = if logs.get("status").is("DISABLED") { None } else { group_of(&project, &at) };
            let place = if at.exists() { at } else { project };
            group
                .map(|group| writes_log(&role, &place, group, "the build writes its log"))
                .unwrap_or_default()
        });
        demand(needs, out);
    }),
};

fn group_of(project: &At<'_>, at: &At<'_>) -> Option<(Thing, bool)> {
    if at.exists() {
        return Some((Thing::named(at, LogsLogGroup)?, at.target().is_some()));
    }
    let name = format!("/aws/codebuild/{}", text(&project.get("name"))?);
    Some(log_group(project.cx, &name))
}

/// A log group by name, and whether the stack makes it.
pub fn log_group(cx: &Cx<'_>, name: &str) -> (Thing, bool) {
    match cx.named(LogsLogGroup, name) {
        Some(group) => (Thing::of(&group), true),
        None => (Thing::literal(by_name(LogsLogGroup, &cx.stack.home, name)), false),
    }
}

/// Streams and events; the group itself where nobody else makes it.
pub fn writes_log<'c>(role: &At<'c>, place: &At<'c>, group: (Thing, bool), why: &str) -> Vec<Need<'c>> {
    let (group, made) = group;
    let stream = group.inside(":log-stream:", "stream");
    let need = |actions: &[&'static str], thing| Need::new(role, place, why, actions, thing).named("logs");
    let mut needs = vec![need(&["logs:CreateLogStream", "logs:PutLogEvents"], stream.clone())];
    let create = need(&["logs:CreateLogGroup"], group).or_on(stream);
    needs.push(if made { create.only_advised() } else { create });
    needs
}

pub static IAM_018: Rule = Rule {
    id: "IAM-018",
    severity: Severity::Error,
    title: "a build role that may not use the artifact bucket",
    doc: "A build in a pipeline gets its source from the artifact bucket and puts its result there, as the project's \
          role and not the pipeline's: s3:GetObject, GetObjectVersion and PutObject.",
    fix: "add the statement to the project's role",
    source: "AWS: CodeBuild user guide, create a CodeBuild service role",
    bad: r#"
[iam.role.build]
permissions_boundary = "bounds"

[iam.policy.bounds]
name = "bounds"

[iam.policy.bounds.document]
Version   = "2012-10-17"
Statement = [{ Effect = "Allow", Action = ["ecr:*", "logs:*", "s3:PutObject"], Resource = "*" }]
"#,
    good: r#"
[iam.role.build.inline.never]
Version   = "2012-10-17"
Statement = [{ Effect = "Deny", Action = "s3:GetObject", Resource = "arn:aws:s3:::somewhere-else/*" }]
"#,
    by: By::Check(|cx, out| {
        let mut needs = Vec::new();
        for pipeline in cx.of(CodepipelinePipeline) {
            let stores = stores(&pipeline);
            for role in built_by(&pipeline).iter().filter_map(|project| project.get("service_role").target())
            {
                needs.extend(stores.iter().flat_map(|store| bucket_needs(&role, store, "")));
            }
        }
        demand(needs, out);
    }),
};

pub static IAM_019: Rule = Rule {
    id: "IAM-019",
    severity: Severity::Error,
    title: "a build role that may not push the image",
    doc: "A build that runs Docker (`privileged_mode`) and is told of a repository of the stack pushes there: \
          ecr:GetAuthorizationToken on `*`, and on the repository the calls of push and pull. Otherwise \"denied: User \
          is not authorized to perform: ecr:InitiateLayerUpload\".",
    fix: "add the statement to the project's role",
    source: "AWS: CodeBuild user guide, Docker sample; ECR user guide, pushing an image",
    bad: r#"
[[iam.role.build.inline.build.Statement]]
Effect   = "Allow"
Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
Resource = "${logs.log_group.build.arn}:*"

[[iam.role.build.inline.build.Statement]]
Effect   = "Allow"
Action   = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"]
Resource = "${s3.bucket.artifacts.arn}/*"

[[iam.role.build.inline.build.Statement]]
Effect   = "Allow"
Action   = "ecr:*"
Resource = "arn:aws:ecr:eu-central-1:123456789012:repository/app"
"#,
    good: r#"
[iam.role.build.inline.push]
Version = "2012-10-17"

[[iam.role.build.inline.push.Statement]]
Effect   = "Allow"
Action   = "ecr:InitiateLayerUpload"
Resource = "${ecr.repository.api.arn}"
"#,
    by: By::Check(|cx, out| {
        let docker = |(project, _): &(At<'_>, At<'_>)| project.get("environment.privileged_mode").flag();
        let needs = projects(cx).filter(docker).flat_map(|(project, role)| {
            let pushed = pushed_to(&project);
            pushed.into_iter().flat_map(move |(at, repository)| {
                let why = "the build pushes its image there";
                let need = |actions: &[&'static str], thing| {
                    Need::new(&role, &at, why, actions, thing).named("images")
                };
                [
                    need(&["ecr:GetAuthorizationToken"], Thing::all()),
                    need(&PUSH, Thing::of(&repository)),
                    need(&PULL, Thing::of(&repository)).only_advised(),
                ]
            })
        });
        demand(needs, out);
    }),
};

const PUSH: [&str; 5] = [
    "ecr:BatchCheckLayerAvailability",
    "ecr:CompleteLayerUpload",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
];
const PULL: [&str; 2] = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/// Repositories of the stack that the build is told of, by reference or by
/// name, in its variables or in those of its buildspec.
fn pushed_to<'c>(project: &At<'c>) -> Vec<(Span, At<'c>)> {
    let variables = project.get("environment.environment_variables").items().map(|v| v.get("value"));
    let own = variables.filter_map(|at| Some((at.span(), repository(&at)?)));
    let spec = project.cx.document(project, Role::BuildSpec);
    let written = spec.iter().flat_map(|spec| spec.get("env").get("variables").entries());
    let written = written
        .filter_map(|(_, at)| Some((at.span(), project.cx.named(EcrRepository, image_name(&at.text()?))?)));
    let mut found: Vec<(Span, At<'c>)> = Vec::new();
    for (span, repository) in own.chain(written) {
        if !found.iter().any(|(_, other)| other.address() == repository.address()) {
            found.push((span, repository));
        }
    }
    found
}

/// A repository of the stack in a text: a reference to it, its name, an image of it.
pub fn repository<'c>(at: &At<'c>) -> Option<At<'c>> {
    let named = at.references().find_map(|reference| {
        at.cx.resource(&reference.target).filter(|own| own.item().resource.kind == EcrRepository)
    });
    named.or_else(|| at.cx.named(EcrRepository, image_name(&text(at)?)))
}

/// The repository's name in an image's.
fn image_name(image: &str) -> &str {
    let after_host = image.split_once(".amazonaws.com/").map_or(image, |(_, rest)| rest);
    after_host.split([':', '@']).next().unwrap_or(after_host)
}
