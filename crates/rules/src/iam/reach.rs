//! A build in a VPC makes its own network interface.

use super::arn::Thing;
use super::build::projects;
use super::need::{Need, demand};
use crate::at::At;
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
