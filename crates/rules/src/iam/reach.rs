//! What else a build does as its role: it stands in a VPC, it clones the source.

use recon_model::KindId::CodecommitRepository;

use super::arn::Thing;
use super::build::projects;
use super::need::{Need, demand};
use crate::at::At;
use crate::pipe::{self, Action};
use crate::rule::{By, Rule, Severity};

pub static CB_022: Rule = Rule {
    id: "CB-022",
    severity: Severity::Error,
    title: "a build role that may not stand in its VPC",
    doc: "A build in a VPC makes its own network interface there, as the project's role. Without the calls for that the \
          project is not even made: \"Not authorized to perform DescribeSecurityGroups\".",
    fix: "add the statements to the project's role",
    source: "AWS: CodeBuild user guide, allow CodeBuild access to AWS services required to create a VPC network interface",
    bad: r#"
[codebuild.project.api]
vpc_config = { vpc = "main", subnets = "private", security_groups = "tasks" }
"#,
    good: r#"
[codebuild.project.api]
vpc_config = { vpc = "main", subnets = "private", security_groups = "tasks" }

[iam.role.build.inline.network]
Version   = "2012-10-17"
Statement = [
  { Effect = "Allow", Action = ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeDhcpOptions", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"], Resource = "*" },
  { Effect = "Allow", Action = "ec2:CreateNetworkInterfacePermission", Resource = "arn:aws:ec2:eu-central-1:123456789012:network-interface/*" },
]
"#,
    by: By::Check(|cx, out| {
        let inside = projects(cx).filter(|(project, _)| !project.get("vpc_config").is_empty());
        demand(inside.flat_map(|(project, role)| interface(&project, &role)).collect::<Vec<_>>(), out);
    }),
};

const INTERFACE: [&str; 7] = [
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
];

fn interface<'c>(project: &At<'c>, role: &At<'c>) -> [Need<'c>; 2] {
    let at = project.get("vpc_config");
    let home = &project.cx.stack.home;
    let own = format!("arn:{}:ec2:{}:{}:network-interface/", home.partition, home.region, home.account);
    let why = "the build makes its network interface";
    let need = |actions: &[&'static str], thing| Need::new(role, &at, why, actions, thing).named("network");
    [
        need(&INTERFACE, Thing::all()),
        need(&["ec2:CreateNetworkInterfacePermission"], Thing::literal(format!("{own}*"))),
    ]
}

pub static PL_027: Rule = Rule {
    id: "PL-027",
    severity: Severity::Error,
    title: "a full clone that the build may not make",
    doc: "With OutputArtifactFormat CODEBUILD_CLONE_REF the build clones the repository itself, as the project's role: it \
          needs codecommit:GitPull (and the pipeline's role GetRepository, IAM-012). In the default format the pipeline \
          hands over a ZIP, and neither is needed.",
    fix: "add the statement to the project's role",
    source: "AWS: CodePipeline user guide, CodeCommit action reference",
    bad: r#"
[[codepipeline.pipeline.api.stages]]
name = "Source"

[[codepipeline.pipeline.api.stages.actions]]
name             = "Source"
provider         = "CodeCommit"
output_artifacts = ["SourceArtifact"]
configuration    = { RepositoryName = "app", BranchName = "main", PollForSourceChanges = "false", OutputArtifactFormat = "CODEBUILD_CLONE_REF" }

[[codepipeline.pipeline.api.stages]]
name = "Build"

[[codepipeline.pipeline.api.stages.actions]]
name            = "Build"
provider        = "CodeBuild"
input_artifacts = ["SourceArtifact"]
configuration   = { ProjectName = "api" }

[iam.role.pipeline.inline.clone]
Version   = "2012-10-17"
Statement = [{ Effect = "Allow", Action = "codecommit:GetRepository", Resource = "${codecommit.repository.app.arn}" }]
"#,
    good: r#"
[[codepipeline.pipeline.api.stages]]
name = "Source"

[[codepipeline.pipeline.api.stages.actions]]
name             = "Source"
provider         = "CodeCommit"
output_artifacts = ["SourceArtifact"]
configuration    = { RepositoryName = "app", BranchName = "main", PollForSourceChanges = "false", OutputArtifactFormat = "CODEBUILD_CLONE_REF" }

[[codepipeline.pipeline.api.stages]]
name = "Build"

[[codepipeline.pipeline.api.stages.actions]]
name            = "Build"
provider        = "CodeBuild"
input_artifacts = ["SourceArtifact"]
configuration   = { ProjectName = "api" }

[iam.role.pipeline.inline.clone]
Version   = "2012-10-17"
Statement = [{ Effect = "Allow", Action = "codecommit:GetRepository", Resource = "${codecommit.repository.app.arn}" }]

[iam.role.build.inline.clone]
Version   = "2012-10-17"
Statement = [{ Effect = "Allow", Action = "codecommit:GitPull", Resource = "${codecommit.repository.app.arn}" }]
"#,
    by: By::Check(|cx, out| {
        let needs = pipe::by(cx, "CodeBuild").flat_map(|build| clones(&build)).collect::<Vec<_>>();
        demand(needs, out);
    }),
};

/// What a build clones: its inputs that are a reference instead of a ZIP.
fn clones<'c>(build: &Action<'c>) -> Vec<Need<'c>> {
    let Some(role) = build.project().and_then(|project| project.get("service_role").target()) else {
        return Vec::new();
    };
    let sources = build.inputs().into_iter().filter_map(|input| build.producer(&input.text()?));
    let by_reference = |source: &Action<'_>| {
        source.is("CodeCommit") && source.says("OutputArtifactFormat").is("CODEBUILD_CLONE_REF")
    };
    let need = |source: Action<'c>| {
        let thing = Thing::named(&source.says("RepositoryName"), CodecommitRepository)?;
        let place = source.says("OutputArtifactFormat");
        Some(
            Need::new(&role, &place, "the build clones the source", &["codecommit:GitPull"], thing)
                .named("clone"),
        )
    };
    sources.filter(by_reference).filter_map(need).collect()
}
