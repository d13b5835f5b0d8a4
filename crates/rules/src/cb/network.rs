//! Builds inside a VPC.

use super::projects;
use crate::cx::Cx;
use crate::network::{vpc, vpcs};
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static CB_021: Rule = Rule {
    id: "CB-021",
    severity: Severity::Error,
    title: "a build's network that CodeBuild does not take",
    doc: "A build in a VPC needs the VPC, 1 to 16 of its subnets and 1 to 5 of its security groups: \"Invalid vpc config: \
          the maximum number of security groups is 5\". A build that runs on a reserved fleet has the fleet's network.",
    fix: "vpc_config = { vpc = \"…\", subnets = \"…\", security_groups = \"…\" }, all of one VPC",
    source: "AWS API: codebuild VpcConfig; measured by cdk-preflight (codebuild vpc)",
    bad: r#"
[codebuild.project.api]
vpc_config = { vpc = "main", subnets = "private" }
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
    by: By::Check(networks),
};

fn networks(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for project in projects(cx) {
        let network = project.get("vpc_config");
        if network.is_empty() {
            continue;
        }
        for part in ["vpc", "subnets", "security_groups"] {
            if network.get(part).is_empty() {
                out.at(&network, format!("a build in a VPC needs `{part}`"));
            }
        }
        for (list, most) in [("subnets", 16), ("security_groups", 5)] {
            let list = network.get(list);
            let count = list.items().count();
            if count > most {
                out.at(&list, format!("{count} entries, CodeBuild takes {most}"));
            }
        }
        let fleet = project.get("environment.fleet.fleet_arn");
        if fleet.exists() {
            out.at(&network, "a fleet brings its own network").related(&fleet, "the fleet");
        }
        let own = network.get("vpc");
        for list in [network.get("subnets"), network.get("security_groups")] {
            for (at, other) in vpcs(&list) {
                if vpc(&own).is_some_and(|own| own.differs(&other, cx)) {
                    out.at(&at, "this is of another VPC").related(&own, "the build's VPC");
                }
            }
        }
    }
}
