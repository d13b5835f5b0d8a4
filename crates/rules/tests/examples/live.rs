//! Rules that the plan asks, with an account made by hand: each finds what is
//! wrong, and nothing where it is right.

use recon_model::plan::{Action, Because, Calls, FORMAT, FieldChange, Plan, Step, Summary};
use recon_model::{
    Address, Caller, Found, Ingress, Live, Looked, RouteTable, SecurityGroup, Snapshot, Stack, Subnet,
};
use recon_rules::{By, Rule, live, rules};
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
    let update = Action::Update(vec![Because::new("CHANGED", "it differs")]);
    whole(field.map(|field| step("ecs.service.api", update, Some(field))))
}

/// A plan that makes this.
fn making(what: &str) -> Plan {
    whole(Some(step(what, Action::Create(vec![Because::new("ABSENT", "it is not there")]), None)))
}

fn step(what: &str, action: Action, field: Option<&str>) -> Step {
    let change =
        |path: &str| FieldChange { path: path.into(), from: Value::Null, to: Value::Null, forces: None };
    Step {
        address: address(what),
        name: what.into(),
        action,
        order: 1,
        fields: field.into_iter().map(change).collect(),
        needs: Vec::new(),
        place: None,
        same: Vec::new(),
        unchanged: 0,
        stages: Vec::new(),
    }
}

fn whole(step: Option<Step>) -> Plan {
    let steps: Vec<Step> = step.into_iter().collect();
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

/// A table of the base's VPC that sends everything there.
fn routed(mut snapshot: Snapshot, default: Option<&str>, endpoints: bool) -> Snapshot {
    let (id, vpc, default) = ("rtb-1".into(), "vpc-1".into(), default.map(str::to_string));
    let table = RouteTable { id, vpc, main: true, subnets: Vec::new(), default, endpoints };
    snapshot.network.route_tables.push(table);
    snapshot
}

/// A repository with one branch, asked for the one that the pipeline reads.
fn pushed(mut snapshot: Snapshot, missing: &[&str]) -> Snapshot {
    let spec = json!({ "default_branch": "trunk" });
    let found =
        Found { spec: spec.into(), extra: json!({ "missing_branches": missing }), ..Found::default() };
    snapshot.live.insert(address("codecommit.repository.app"), Live::Present(Box::new(found)));
    snapshot
}

/// Asked by a user of these policies.
fn asked_by(mut snapshot: Snapshot, statement: Value, managed: &[&str]) -> Snapshot {
    snapshot.caller = Some(Caller {
        arn: "arn:aws:iam::123456789012:role/deployer".into(),
        policies: vec![json!({ "Version": "2012-10-17", "Statement": [statement] })],
        managed: managed.iter().map(ToString::to_string).collect(),
        boundary: None,
    });
    snapshot
}

fn with_service(mut snapshot: Snapshot, spec: Value, extra: Value) -> Snapshot {
    let found = Found { spec: spec.into(), extra, ..Found::default() };
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
    let builds = json!({ "Effect": "Allow", "Action": "codebuild:*", "Resource": "*" });
    let to = json!({ "StringEquals": { "iam:PassedToService": "ecs-tasks.amazonaws.com" } });
    let elsewhere = json!({ "Effect": "Allow", "Action": "iam:PassRole", "Resource": "*", "Condition": to });
    let busy = json!({ "deploying": "it has 2 deployments" });
    let connected = json!({ "service_connect_configuration": { "enabled": true } });
    vec![
        ("SVC-002", with_service(network(), json!({}), busy), controller()),
        ("SVC-003", with_service(network(), connected, json!({})), controller()),
        ("SVC-013", other_vpc, plan(None)),
        ("LB-016", one_zone, plan(None)),
        ("LB-026", closed, plan(None)),
        ("LB-028", deaf, plan(None)),
        ("MISC-012", routed(network(), Some("igw-1"), false), plan(None)),
        ("MISC-012", routed(network(), None, false), plan(None)),
        ("MISC-013", other_zone, plan(None)),
        ("PL-040", pushed(network(), &["main"]), plan(None)),
        ("IAM-011", asked_by(network(), builds, &[]), making("codebuild.project.api")),
        ("IAM-011", asked_by(network(), elsewhere, &[]), making("codebuild.project.api")),
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
    // CD-016 has a stack of its own
    let seen = |rule: &&Rule| matches!(rule.by, By::Live(_) | By::Network(_)) && rule.id != "CD-016";
    let live = rules().filter(seen).map(|rule| rule.id);
    let missing: Vec<&str> = live.filter(|id| !cases.iter().any(|(case, ..)| case == id)).collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
}

/// Two lookups, of which nobody knows offline whether they find one VPC.
const TWO_VPCS: &str = r#"
[lookup.vpc.other]
id = "vpc-2"

[elb.target_group.green]
vpc = "other"
"#;

#[test]
fn a_pair_in_two_vpcs_is_seen_when_the_lookups_are_answered() {
    let stack = read(TWO_VPCS).unwrap();
    assert!(!recon_rules::check(&stack).iter().any(|finding| finding.rule.id == "CD-016"));
    let found = told(&stack, &network(), &plan(None));
    assert!(found.iter().any(|line| line.starts_with("CD-016")), "{found:#?}");
    let mut one = network();
    one.lookups.insert(address("lookup.vpc.main"), Looked::Up(json!("vpc-2")));
    assert!(!told(&stack, &one, &plan(None)).iter().any(|line| line.starts_with("CD-016")));
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
fn tasks_are_led_out_by_a_gateway_of_their_own_or_by_endpoints() {
    let stack = read("").unwrap();
    for (default, endpoints) in
        [(Some("nat-1"), false), (Some("tgw-1"), false), (None, true), (Some("igw-1"), true)]
    {
        let found = told(&stack, &routed(network(), default, endpoints), &plan(None));
        assert_eq!(found, Vec::<String>::new(), "{default:?} {endpoints}");
    }
    // the subnet's own table counts, and not the main one
    let mut own = routed(network(), Some("igw-1"), false);
    own.network.route_tables.push(RouteTable {
        id: "rtb-2".into(),
        main: false,
        subnets: vec!["subnet-pa".into(), "subnet-pb".into()],
        default: Some("nat-1".into()),
        ..own.network.route_tables[0].clone()
    });
    assert_eq!(told(&stack, &own, &plan(None)), Vec::<String>::new());
    let public =
        "[ecs.service.api.network_configuration.awsvpc_configuration]\nassign_public_ip = \"ENABLED\"\n";
    let stack = read(public).unwrap();
    assert_eq!(told(&stack, &routed(network(), Some("igw-1"), false), &plan(None)), Vec::<String>::new());
}

#[test]
fn a_branch_that_is_there_is_nothing_to_tell() {
    assert_eq!(told(&read("").unwrap(), &pushed(network(), &[]), &plan(None)), Vec::<String>::new());
}

#[test]
fn only_a_role_that_surely_may_not_be_passed_is_told() {
    let stack = read("").unwrap();
    let nothing = json!({ "Effect": "Allow", "Action": "s3:*", "Resource": "*" });
    let pass = |to: &str| {
        let condition = json!({ "StringEquals": { "iam:PassedToService": to } });
        let role = "arn:aws:iam::123456789012:role/*";
        json!({ "Effect": "Allow", "Action": "iam:PassRole", "Resource": role, "Condition": condition })
    };
    for (why, snapshot, plan) in [
        (
            "allowed",
            asked_by(network(), pass("codebuild.amazonaws.com"), &[]),
            making("codebuild.project.api"),
        ),
        (
            "AWS's own policy",
            asked_by(network(), nothing.clone(), &["arn:aws:iam::aws:policy/AdministratorAccess"]),
            making("codebuild.project.api"),
        ),
        (
            "a policy that is not known here",
            asked_by(network(), nothing.clone(), &["arn:aws:iam::aws:policy/SomethingNew"]),
            making("codebuild.project.api"),
        ),
        ("nothing is passed", asked_by(network(), nothing.clone(), &[]), making("ecs.cluster.main")),
        ("the role stays", asked_by(network(), nothing.clone(), &[]), plan(Some("desired_count"))),
    ] {
        assert_eq!(told(&stack, &snapshot, &plan), Vec::<String>::new(), "{why}");
    }
    // what the stack says of the caller is about to change
    let itself = read(
        "[iam.role.deployer]\nname = \"deployer\"\ntrust = { services = [\"codebuild.amazonaws.com\"] }\n",
    );
    let found = told(&itself.unwrap(), &asked_by(network(), nothing, &[]), &making("codebuild.project.api"));
    assert_eq!(found, Vec::<String>::new());
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
