//! What the reading of the stack or the plan finds.

use std::collections::BTreeMap;

use recon_model::KindId::{EcsService, ElbListener, ElbLoadBalancer};
use recon_model::{Address, Ingress};

use super::routes::routes;
use crate::at::At;
use crate::live::Account;
use crate::network::security_groups;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static LB_007: Rule = Rule {
    id: "LB-007",
    severity: Severity::Error,
    title: "two listeners on one port",
    doc: "A port of a load balancer is listened to once (DuplicateListener).",
    fix: "give one of them another port",
    source: "AWS API: elbv2 CreateListener",
    bad: r#"
[elb.listener.test]
port = 443
"#,
    good: r#"
[elb.listener.test]
port = 8443
"#,
    by: By::Reader,
};

pub static LB_017: Rule = Rule {
    id: "LB-017",
    severity: Severity::Error,
    title: "security groups for a network load balancer made without any",
    doc: "\"You can't perform this operation on a Network Load Balancer unless you specified a security group … when \
          you created it\": groups of a network load balancer can be changed only if it was made with one.",
    fix: "let the plan replace it, or leave it without security groups",
    source: "AWS API: elbv2 SetSecurityGroups",
    bad: "",
    good: "",
    by: By::Plan,
};

pub static LB_018: Rule = Rule {
    id: "LB-018",
    severity: Severity::Error,
    title: "a change of a target group that AWS has no call for",
    doc: "Name, port, protocol, protocol version, VPC, target type and address type of a target group are fixed at \
          creation.",
    fix: "let the plan replace it; under another name there is no gap",
    source: "CloudFormation: AWS::ElasticLoadBalancingV2::TargetGroup, create-only properties",
    bad: "",
    good: "",
    by: By::Plan,
};

pub static LB_019: Rule = Rule {
    id: "LB-019",
    severity: Severity::Error,
    title: "a change of a load balancer that AWS has no call for",
    doc: "Name, scheme and type of a load balancer are fixed at creation.",
    fix: "let the plan replace it; under another name there is no gap",
    source: "CloudFormation: AWS::ElasticLoadBalancingV2::LoadBalancer, create-only properties",
    bad: "",
    good: "",
    by: By::Plan,
};

pub static LB_026: Rule = Rule {
    id: "LB-026",
    severity: Severity::Warning,
    title: "an internet-facing load balancer that nobody can reach",
    doc: "Its security groups have no rule that lets the listeners' ports in from outside, as with the VPC's default \
          group alone: clients time out.",
    fix: "add an ingress rule for the production port; keep the test port restricted",
    source: "AWS: ELB user guide, security groups for your Application Load Balancer",
    bad: "",
    good: "",
    by: By::Live(unreachable),
};

fn unreachable(account: &Account<'_>, out: &mut Sink<'_>) {
    let mut ports: BTreeMap<Address, Vec<i64>> = BTreeMap::new();
    for listener in account.cx.of(ElbListener) {
        if let (Some(balancer), Some(port)) =
            (listener.get("load_balancer").target(), listener.get("port").int())
        {
            ports.entry(balancer.address().clone()).or_default().push(port);
        }
    }
    for balancer in
        account.cx.of(ElbLoadBalancer).filter(|balancer| balancer.get("scheme").is("internet-facing"))
    {
        let at = balancer.get("security_groups");
        let (Some(ports), Some(groups)) = (ports.get(balancer.address()), security_groups(&at)) else {
            continue;
        };
        let open = |port: &i64| {
            let mut rules = groups.values().flat_map(|group| &group.ingress);
            rules.any(|rule| rule.addresses && rule.takes(*port))
        };
        if !groups.is_empty() && !ports.iter().any(open) {
            out.at(
                &at,
                format!(
                    "nobody outside reaches {}: its groups let no listener's port in",
                    balancer.address()
                ),
            )
            .label("closed to the outside");
        }
    }
}

pub static LB_028: Rule = Rule {
    id: "LB-028",
    severity: Severity::Warning,
    title: "tasks that their load balancer cannot reach",
    doc: "The tasks' security groups have no rule that lets the container's port in, neither from the load balancer's \
          groups nor from any address: every health check fails, and a deployment ends after an hour.",
    fix: "add an ingress rule for the container's port, from the load balancer's security group",
    source: "AWS: ELB user guide, troubleshoot your Application Load Balancers",
    bad: "",
    good: "",
    by: By::Live(unheard),
};

fn unheard(account: &Account<'_>, out: &mut Sink<'_>) {
    let routes = routes(&account.cx);
    for service in account.cx.of(EcsService) {
        let at = service.get("network_configuration.awsvpc_configuration.security_groups");
        let Some(groups) = security_groups(&at).filter(|groups| !groups.is_empty()) else { continue };
        for entry in service.get("load_balancers").items() {
            let Some(port) = entry.get("container_port").int() else { continue };
            let Some(balancer) = entry.get("target_group").target().and_then(|group| {
                let way = routes.get(group.address())?.iter().find_map(|way| way.listener.as_ref());
                way?.get("load_balancer").target()
            }) else {
                continue;
            };
            let from = balancer.get("security_groups");
            let Some(theirs) = security_groups(&from).filter(|theirs| !theirs.is_empty()) else { continue };
            let takes = |rule: &Ingress| {
                rule.takes(port)
                    && (rule.addresses || rule.groups.iter().any(|group| theirs.contains_key(group)))
            };
            if !groups.values().flat_map(|group| &group.ingress).any(takes) {
                say(out, &at, &balancer, port, &from);
            }
        }
    }
}

fn say(out: &mut Sink<'_>, at: &At<'_>, balancer: &At<'_>, port: i64, from: &At<'_>) {
    out.at(at, format!("{} does not reach port {port} of the tasks", balancer.address()))
        .label("let nothing in from there")
        .related(from, "the load balancer's groups");
}
