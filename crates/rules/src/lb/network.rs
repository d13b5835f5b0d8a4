//! Load balancers and their groups in the network.

use recon_model::KindId::ElbLoadBalancer;
use recon_model::Tree;

use super::routes::routes;
use crate::cx::Cx;
use crate::network::{vpc, vpcs};
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static LB_015: Rule = Rule {
    id: "LB-015",
    severity: Severity::Error,
    title: "a target group in another VPC than its load balancer",
    doc: "A listener forwards within the load balancer's VPC: \"target group … is in a different VPC than load balancer\" \
          (InvalidConfigurationRequest).",
    fix: "vpc = the load balancer's",
    source: "AWS: ELB user guide, target groups; ELB answers so to CreateListener",
    bad: r#"
[lookup.vpc.other]
name = "other"

[elb.target_group.idle]
vpc = "other"

[elb.listener.idle]
load_balancer   = "front"
port            = 9443
protocol        = "HTTPS"
ssl_policy      = "ELBSecurityPolicy-TLS13-1-2-2021-06"
certificates    = ["arn:aws:acm:eu-central-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"]
default_actions = [{ type = "forward", target_group = "idle" }]
"#,
    good: r#"
[elb.listener.idle]
load_balancer   = "front"
port            = 9443
protocol        = "HTTPS"
ssl_policy      = "ELBSecurityPolicy-TLS13-1-2-2021-06"
certificates    = ["arn:aws:acm:eu-central-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"]
default_actions = [{ type = "forward", target_group = "idle" }]
"#,
    by: By::Check(one_vpc),
};

fn one_vpc(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for (address, ways) in routes(cx) {
        let Some(group) = cx.resource(&address) else { continue };
        let at = group.get("vpc");
        let Some(own) = vpc(&at) else { continue };
        for way in &ways {
            let Some(balancer) = way.listener.as_ref().and_then(|l| l.get("load_balancer").target()) else {
                continue;
            };
            if let Some((subnets, _)) =
                vpcs(&balancer.get("subnets")).into_iter().find(|(_, there)| own.differs(there, cx))
            {
                out.at(&at, format!("{} is in another VPC", balancer.address()))
                    .related(&subnets, "the load balancer's subnets")
                    .related(&way.place, "forwarded to from here");
            }
        }
    }
}

pub static LB_045: Rule = Rule {
    id: "LB-045",
    severity: Severity::Advice,
    title: "an internet-facing load balancer with the default security group alone",
    doc: "A VPC's default security group lets in what carries the same group, and nobody else: unless somebody changed it, \
          clients time out. What the group really lets in is seen by `recon plan` (LB-026).",
    fix: "a group of its own that lets the listeners' ports in",
    source: "AWS: VPC user guide, default security groups for your VPCs",
    bad: r#"
[lookup.security_groups.front]
vpc   = "main"
names = ["default"]
"#,
    good: r#"
[lookup.security_groups.front]
vpc   = "main"
names = ["front"]
"#,
    by: By::Check(default_group),
};

fn default_group(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for balancer in cx.of(ElbLoadBalancer).filter(|balancer| balancer.get("scheme").is("internet-facing")) {
        let groups = balancer.get("security_groups");
        let is_default = |at: &crate::At<'_>| {
            let names = at.lookup().and_then(|lookup| lookup.spec.get("names"));
            matches!(names, Some(Tree::List(names)) if names.iter().all(|name| name.as_str() == Some("default")))
        };
        if !groups.is_empty() && groups.items().all(|at| is_default(&at)) {
            out.at(&groups, format!("{} is open to nobody outside its VPC", balancer.address()));
        }
    }
}
