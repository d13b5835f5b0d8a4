//! Rules that the plan asks, with an account made by hand: each finds what is
//! wrong, and nothing where it is right.

use recon_model::plan::{Action, Because, Calls, FORMAT, FieldChange, Plan, Step, Summary};
use recon_model::{Address, Found, Ingress, Live, Looked, SecurityGroup, Snapshot, Stack, Subnet};
use recon_rules::{By, live, rules};
use serde_json::{Value, json};

use super::read;

/// A network as the base looks it up: two zones, all ports that are needed open.
fn network() -> Snapshot {
    let mut snapshot = Snapshot::default();
    let lookups = &mut snapshot.lookups;
    lookups.insert(address("lookup.vpc.main"), Looked::Up(json!("vpc-1")));
    for (lookup, ids) in [
        ("subnets.private", json!(["subnet-pa", "subnet-pb"])),
        ("subnets.public", json!(["subnet-a", "subnet-b"])),
        ("security_groups.tasks", json!(["sg-tasks"])),
        ("security_groups.front", json!(["sg-front"])),
    ] {
        lookups.insert(address(&format!("lookup.{lookup}")), Looked::Up(ids));
    }
    for id in ["subnet-pa", "subnet-pb", "subnet-a", "subnet-b"] {
        let zone = if id.ends_with('a') { "eu-central-1a" } else { "eu-central-1b" };
        snapshot.network.subnets.insert(id.into(), Subnet { vpc: "vpc-1".into(), zone: zone.into() });
    }
    group(&mut snapshot, "sg-front", vec![tcp(443, &[], true)]);
    group(&mut snapshot, "sg-tasks", vec![tcp(8080, &["sg-front"], false)]);
    snapshot
}

fn group(snapshot: &mut Snapshot, id: &str, ingress: Vec<Ingress>) {
    let group = SecurityGroup { vpc: "vpc-1".into(), ingress };
    snapshot.network.security_groups.insert(id.into(), group);
}

fn tcp(port: i64, groups: &[&str], addresses: bool) -> Ingress {
    let groups = groups.iter().map(ToString::to_string).collect();
    Ingress { protocol: "tcp".into(), ports: Some((port, port)), groups, addresses }
}

fn all(groups: &[&str]) -> Ingress {
    Ingress { protocol: "-1".into(), ports: None, ..tcp(0, groups, false) }
}

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

/// A plan that updates this field of the service, or does nothing.
fn plan(field: Option<&str>) -> Plan {
    let change =
        |path: &str| FieldChange { path: path.into(), from: Value::Null, to: Value::Null, forces: None };
    let steps: Vec<Step> = field
        .into_iter()
        .map(|field| Step {
            address: address("ecs.service.api"),
            name: "api".into(),
            action: Action::Update(vec![Because::new("CHANGED", "it differs")]),
            order: 1,
            fields: vec![change(field)],
            needs: Vec::new(),
            place: None,
            same: Vec::new(),
            unchanged: 0,
            stages: Vec::new(),
        })
        .collect();
    Plan {
        format: FORMAT,
        stack: "base".into(),
        account: "123456789012".into(),
        region: "eu-central-1".into(),
        commit: None,
        id: String::new(),
        summary: Summary::of(&steps),
        steps,
        notices: Vec::new(),
        calls: Calls::default(),
    }
}

fn with_service(mut snapshot: Snapshot, spec: Value, extra: Value) -> Snapshot {
    let found = Found { spec, extra, ..Found::default() };
    snapshot.live.insert(address("ecs.service.api"), Live::Present(Box::new(found)));
    snapshot
}

fn told(stack: &Stack, snapshot: &Snapshot, plan: &Plan) -> Vec<String> {
    let finding = |f: recon_rules::Finding| format!("{}: {}", f.rule.id, f.message);
    live(stack, snapshot, plan).into_iter().map(finding).collect()
}

/// Every rule of the account, once wrong: its id, the account, the plan.
fn wrong() -> Vec<(&'static str, Snapshot, Plan)> {
    let controller = || plan(Some("deployment_controller.type"));
    let mut one_zone = network();
    one_zone.network.subnets.get_mut("subnet-b").unwrap().zone = "eu-central-1a".into();
    let mut other_vpc = network();
    other_vpc.network.security_groups.get_mut("sg-tasks").unwrap().vpc = "vpc-2".into();
    let mut other_zone = network();
    other_zone.network.subnets.get_mut("subnet-pb").unwrap().zone = "eu-central-1c".into();
    let mut closed = network();
    group(&mut closed, "sg-front", vec![all(&["sg-front"]), tcp(22, &[], true)]);
    let mut deaf = network();
    group(&mut deaf, "sg-tasks", vec![tcp(8080, &["sg-other"], false), tcp(80, &["sg-front"], true)]);
    let busy = json!({ "deploying": "it has 2 deployments" });
    let connected = json!({ "service_connect_configuration": { "enabled": true } });
    vec![
        ("SVC-002", with_service(network(), json!({}), busy), controller()),
        ("SVC-003", with_service(network(), connected, json!({})), controller()),
        ("SVC-013", other_vpc, plan(None)),
        ("LB-016", one_zone, plan(None)),
        ("LB-026", closed, plan(None)),
        ("LB-028", deaf, plan(None)),
        ("MISC-013", other_zone, plan(None)),
    ]
}

#[test]
fn every_rule_of_the_account_finds_what_is_wrong_there() {
    let stack = read("").unwrap();
    let cases = wrong();
    for (id, snapshot, plan) in &cases {
        let found = told(&stack, snapshot, plan);
        assert!(found.iter().any(|line| line.starts_with(&format!("{id}: "))), "{id}: {found:#?}");
    }
    let live = rules().filter(|rule| matches!(rule.by, By::Live(_))).map(|rule| rule.id);
    let missing: Vec<&str> = live.filter(|id| !cases.iter().any(|(case, ..)| case == id)).collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
}

#[test]
fn nothing_is_found_where_all_is_well_or_nobody_knows() {
    let stack = read("").unwrap();
    assert_eq!(told(&stack, &network(), &plan(None)), Vec::<String>::new());
    assert_eq!(told(&stack, &Snapshot::default(), &plan(None)), Vec::<String>::new());
    // a deployment, and a feature, without a change of the controller
    let busy = with_service(network(), json!({}), json!({ "deploying": "it has 2 deployments" }));
    assert_eq!(told(&stack, &busy, &plan(Some("desired_count"))), Vec::<String>::new());
    // a change of the controller with neither
    let idle = with_service(network(), json!({ "deployment_controller": { "type": "ECS" } }), json!({}));
    assert_eq!(told(&stack, &idle, &plan(Some("deployment_controller.type"))), Vec::<String>::new());
    // one group for both, that lets in itself
    let mut shared = network();
    group(&mut shared, "sg-front", vec![tcp(443, &[], true)]);
    group(&mut shared, "sg-tasks", vec![all(&["sg-front"])]);
    assert_eq!(told(&stack, &shared, &plan(None)), Vec::<String>::new());
}

#[test]
fn an_allow_of_a_rule_of_the_account_is_judged_when_the_account_is_seen() {
    let allowed = "[elb.load_balancer.front]\nallow = [{ rule = \"LB-026\", reason = \"VPN only\" }]\n";
    let stack = read(allowed).unwrap();
    assert!(recon_rules::check(&stack).is_empty(), "nobody has looked yet");
    let (_, closed, plan) = wrong().into_iter().find(|(id, ..)| *id == "LB-026").unwrap();
    assert_eq!(told(&stack, &closed, &plan), Vec::<String>::new());
    let unused = told(&stack, &network(), &plan);
    assert_eq!(unused, ["META-001: elb.load_balancer.front allows LB-026, which finds nothing here"]);
}

#[test]
fn what_the_check_has_told_is_not_told_again() {
    let twice = "[elb.load_balancer.front]\nsubnets = [{ id = \"subnet-a\" }]\n";
    let stack = read(twice).unwrap();
    assert!(recon_rules::check(&stack).iter().any(|finding| finding.rule.id == "LB-016"));
    let found = told(&stack, &network(), &plan(None));
    assert!(!found.iter().any(|line| line.starts_with("LB-016")), "{found:#?}");
}
