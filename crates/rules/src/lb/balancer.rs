//! Load balancers themselves.

use std::collections::BTreeMap;

use recon_model::KindId::ElbLoadBalancer;
use recon_model::{Subnet, Tree};

use super::name_problem;
use crate::at::At;
use crate::cx::Cx;
use crate::network;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static LB_002: Rule = Rule {
    id: "LB-002",
    severity: Severity::Error,
    title: "a load balancer name that AWS does not take",
    doc: "A load balancer's name has up to 32 letters, digits and hyphens, no hyphen at either end, and does not \
          begin with `internal-`.",
    fix: "rename it",
    source: "AWS API: elbv2 CreateLoadBalancer, Name",
    bad: r#"
[elb.load_balancer.front]
name = "internal-front"
"#,
    good: r#"
[elb.load_balancer.front]
name = "front-internal"
"#,
    by: By::Check(|cx, out| {
        for balancer in cx.of(ElbLoadBalancer) {
            let at = balancer.get("name");
            let Some(name) = at.text() else { continue };
            let reserved = name.starts_with("internal-").then_some("`internal-` is AWS's own");
            if let Some(problem) = name_problem(&name).or(reserved) {
                out.at(&at, format!("`{name}` is no name for a load balancer")).label(problem);
            }
        }
    }),
};

pub static LB_016: Rule = Rule {
    id: "LB-016",
    severity: Severity::Error,
    title: "an application load balancer in one zone",
    doc: "\"You must specify subnets from at least two Availability Zones\", one subnet per zone.",
    fix: "name subnets of two zones",
    source: "AWS API: elbv2 CreateLoadBalancer, Subnets",
    bad: r#"
[elb.load_balancer.front]
subnets = ["subnet-0a1b2c3d"]
"#,
    good: r#"
[elb.load_balancer.front]
subnets = ["subnet-0a1b2c3d", "subnet-4e5f6a7b"]
"#,
    by: By::Network(zones),
};

fn zones(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for balancer in cx.of(ElbLoadBalancer) {
        let subnets = balancer.get("subnets");
        let items: Vec<At<'_>> = subnets.items().collect();
        for (i, item) in items.iter().enumerate() {
            if let Some(first) = items[..i].iter().find(|other| other.value() == item.value()) {
                out.at(item, "this subnet is named twice").related(first, "the first time");
            }
        }
        let known = network::subnets(&subnets).map(|all| distinct(&all, out));
        let at_most: Option<usize> = known.or_else(|| items.iter().map(most_zones).sum());
        if !items.is_empty()
            && at_most.is_some_and(|zones| zones < 2)
            && balancer.get("type").is("application")
        {
            out.at(&subnets, "an application load balancer needs subnets in two zones").label("one zone");
        }
    }
}

/// How many zones they lie in; two subnets in one are told.
fn distinct(all: &[(At<'_>, &Subnet)], out: &mut Sink<'_>) -> usize {
    let mut zones: BTreeMap<&str, &At<'_>> = BTreeMap::new();
    for (item, subnet) in all {
        if let Some(first) = zones.insert(&subnet.zone, item) {
            out.at(item, format!("two of its subnets lie in {}", subnet.zone)).related(first, "the first");
        }
    }
    zones.len()
}

/// In how many zones the named subnets can lie; `None` where only AWS knows.
fn most_zones(item: &At<'_>) -> Option<usize> {
    let Some(lookup) = item.lookup() else {
        return item.text().map(|_| 1);
    };
    let count = |field: &str| match lookup.spec.get(field) {
        // one that is named twice is one
        Some(Tree::List(items)) => {
            Some(items.iter().enumerate().filter(|(i, item)| !items[..*i].contains(item)).count())
        }
        _ => None,
    };
    ["availability_zones", "ids", "names"].into_iter().filter_map(count).min()
}

pub static LB_029: Rule = Rule {
    id: "LB-029",
    severity: Severity::Warning,
    title: "an internal load balancer that is not IPv4",
    doc: "\"Internal load balancers must use ipv4\", says AWS's reference; some accounts and types take dualstack.",
    fix: "ip_address_type = \"ipv4\"",
    source: "AWS API: elbv2 CreateLoadBalancer, IpAddressType",
    bad: r#"
[elb.load_balancer.front]
scheme          = "internal"
ip_address_type = "dualstack"
"#,
    good: r#"
[elb.load_balancer.front]
scheme          = "internal"
ip_address_type = "ipv4"
"#,
    by: By::Check(|cx, out| {
        for balancer in cx.of(ElbLoadBalancer).filter(|balancer| balancer.get("scheme").is("internal")) {
            let at = balancer.get("ip_address_type");
            if let Some(kind) = at.text().filter(|kind| kind != "ipv4") {
                out.at(&at, format!("an internal load balancer may not take {kind}"))
                    .related(&balancer.get("scheme"), "internal");
            }
        }
    }),
};

pub static LB_037: Rule = Rule {
    id: "LB-037",
    severity: Severity::Error,
    title: "a load balancer without subnets, or with two lists of them",
    doc: "\"You must specify either subnets or subnet mappings, but not both.\"",
    fix: "keep `subnets`, or `subnet_mappings` where addresses are fixed",
    source: "AWS API: elbv2 CreateLoadBalancer, Subnets",
    bad: r#"
[elb.load_balancer.other]
name            = "other"
security_groups = "front"
"#,
    good: r#"
[elb.load_balancer.other]
name            = "other"
security_groups = "front"
subnets         = "public"
"#,
    by: By::Check(|cx, out| {
        for balancer in cx.of(ElbLoadBalancer) {
            let (subnets, mappings) = (balancer.get("subnets"), balancer.get("subnet_mappings"));
            match (subnets.is_empty(), mappings.is_empty()) {
                (true, true) => {
                    out.at(&balancer, format!("{} is in no subnet", balancer.address()))
                        .label("needs `subnets`");
                }
                (false, false) => {
                    out.at(&mappings, "subnets are given twice").related(&subnets, "here first");
                }
                _ => {}
            }
        }
    }),
};
