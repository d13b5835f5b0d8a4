//! Whether tasks reach what they need, as far as the TOML tells.

use std::collections::BTreeSet;

use recon_model::KindId::EcsService;
use recon_model::{Address, Lookup, Scalar, Tree};

use crate::at::At;
use crate::cx::Cx;
use crate::lb::routes::routes;
use crate::network;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;
use crate::svc::on_fargate;

const NETWORK: &str = "network_configuration.awsvpc_configuration";

pub static MISC_012: Rule = Rule {
    id: "MISC-012",
    severity: Severity::Warning,
    title: "tasks without a way out of their network",
    doc: "What is in a public subnet reaches the internet by an address of its own, or not at all, and the subnets of a \
          default VPC are public. A Fargate task without a public IP cannot pull its image there \
          (\"CannotPullContainerError\", \"ResourceInitializationError: unable to pull secrets or registry auth\"), unless \
          the VPC was given endpoints for ECR, S3 and CloudWatch Logs, or a NAT gateway. Offline that is said of the \
          default VPC; `recon plan` reads the route tables and says it of every subnet that sends its traffic to an \
          internet gateway, or nowhere, and has no endpoint in its table.",
    fix: "assign_public_ip = \"ENABLED\", or private subnets with a NAT gateway or endpoints",
    source: "AWS: VPC user guide, default VPC; ECS developer guide, Fargate task networking",
    bad: r#"
[lookup.vpc.default]
default = true

[lookup.subnets.default]
vpc = "default"

[lookup.security_groups.default]
vpc   = "default"
names = ["default"]

[ecs.service.web]
name            = "web"
cluster         = "main"
task_definition = "api"
desired_count   = 1
launch_type     = "FARGATE"
network_configuration.awsvpc_configuration = { subnets = "default", security_groups = "default" }
"#,
    good: r#"
[lookup.vpc.default]
default = true

[lookup.subnets.default]
vpc = "default"

[lookup.security_groups.default]
vpc   = "default"
names = ["default"]

[ecs.service.web]
name            = "web"
cluster         = "main"
task_definition = "api"
desired_count   = 1
launch_type     = "FARGATE"
network_configuration.awsvpc_configuration = { subnets = "default", security_groups = "default", assign_public_ip = "ENABLED" }
"#,
    by: By::Network(way_out),
};

fn way_out(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for service in cx.of(EcsService).filter(on_fargate) {
        let network = service.get(NETWORK);
        let public = network.get("assign_public_ip");
        if public.is("ENABLED") || !public.known() {
            continue;
        }
        let subnets = network.get("subnets");
        if let Some((at, words)) = led_nowhere(&subnets) {
            let message = format!("{} has no public IP, and {words}", service.address());
            out.at(if public.exists() { &public } else { &at }, message)
                .label("cannot pull its image")
                .related(&at, "the subnets");
            continue;
        }
        // where the routes are known they have said it
        if cx.snapshot.is_some_and(|snapshot| !snapshot.network.route_tables.is_empty()) {
            continue;
        }
        if let Some(at) = subnets.items().find(|at| at.lookup().is_some_and(|lookup| is_default(cx, lookup)))
        {
            let message = format!("{} has no public IP in public subnets", service.address());
            let found = out.at(if public.exists() { &public } else { &at }, message);
            found.label("cannot pull its image");
            if public.exists() {
                found.related(&at, "subnets of the default VPC");
            }
        }
    }
}

/// The first of the subnets from which nothing but an address of one's own leads out, and what is known of it.
fn led_nowhere<'c>(subnets: &At<'c>) -> Option<(At<'c>, String)> {
    let network = &subnets.cx.snapshot?.network;
    for at in subnets.items() {
        for subnet in network::ids(&at)? {
            let Some(table) = network.route_table(&subnet).filter(|table| !table.endpoints) else { continue };
            let words = match &table.default {
                None => format!("{} leads nowhere from {subnet}", table.id),
                Some(gateway) if gateway.starts_with("igw-") => {
                    format!("{} sends what comes from {subnet} to {gateway}", table.id)
                }
                Some(_) => continue,
            };
            return Some((at, words));
        }
    }
    None
}

/// Subnets of the default VPC, taken by nothing that would tell private ones from them.
fn is_default(cx: &Cx<'_>, subnets: &Lookup) -> bool {
    let named = ["ids", "names", "tags"].iter().any(|by| subnets.spec.get(by).is_some());
    let vpc = subnets.spec.references().into_iter().find_map(|(_, reference)| cx.lookup(&reference.target));
    let default = vpc.and_then(|vpc| vpc.spec.get("default"));
    !named && matches!(default, Some(Tree::Scalar(Scalar::Bool(true))))
}

pub static MISC_013: Rule = Rule {
    id: "MISC-013",
    severity: Severity::Warning,
    title: "tasks in a zone that the load balancer is not in",
    doc: "A target in a zone that is not enabled for the load balancer is \"unused\" (Target.NotInUse): tasks that start \
          there get no traffic and no health.",
    fix: "let the load balancer have a subnet in each zone of the tasks",
    source: "AWS: ELB user guide, health checks, reason codes",
    bad: r#"
[lookup.subnets.private]
vpc                = "main"
names              = ["private-a", "private-c"]
availability_zones = ["eu-central-1a", "eu-central-1c"]

[lookup.subnets.public]
vpc                = "main"
names              = ["public-a", "public-b"]
availability_zones = ["eu-central-1a", "eu-central-1b"]
"#,
    good: r#"
[lookup.subnets.private]
vpc                = "main"
names              = ["private-a", "private-b"]
availability_zones = ["eu-central-1a", "eu-central-1b"]

[lookup.subnets.public]
vpc                = "main"
names              = ["public-a", "public-b"]
availability_zones = ["eu-central-1a", "eu-central-1b"]
"#,
    by: By::Network(same_zones),
};

fn same_zones(cx: &Cx<'_>, out: &mut Sink<'_>) {
    let routes = routes(cx);
    for service in cx.of(EcsService) {
        let subnets = service.get(NETWORK).get("subnets");
        let Some(own) = zones(&subnets) else { continue };
        let groups: Vec<Address> = service
            .get("load_balancers")
            .items()
            .filter_map(|entry| Some(entry.get("target_group").target()?.address().clone()))
            .collect();
        let ways = groups.iter().filter_map(|group| routes.get(group)).flatten();
        let balancer = ways.filter_map(|way| way.listener.as_ref()?.get("load_balancer").target()).next();
        let Some(balancer) = balancer else { continue };
        let Some(there) = zones(&balancer.get("subnets")) else { continue };
        let missing: Vec<&str> = own.difference(&there).map(String::as_str).collect();
        if !missing.is_empty() {
            out.at(&subnets, format!("{} is not in {}", balancer.address(), missing.join(", ")))
                .label("tasks there get no traffic")
                .related(&balancer.get("subnets"), "the load balancer's subnets");
        }
    }
}

/// The zones of a list of subnets, if AWS has said them or all are looked up by zone.
fn zones(subnets: &At<'_>) -> Option<BTreeSet<String>> {
    if let Some(found) = network::subnets(subnets).filter(|found| !found.is_empty()) {
        return Some(found.into_iter().map(|(_, subnet)| subnet.zone.clone()).collect());
    }
    let mut found = BTreeSet::new();
    for at in subnets.items() {
        let Tree::List(zones) = at.lookup()?.spec.get("availability_zones")? else { return None };
        found.extend(zones.iter().filter_map(|zone| zone.as_str().map(str::to_string)));
    }
    (!found.is_empty()).then_some(found)
}
