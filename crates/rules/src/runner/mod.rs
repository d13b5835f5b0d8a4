//! What whoever runs recon must be allowed, and no more: for a plan, for an
//! apply, for the end of everything, or for one plan that was kept.

mod arns;
pub mod table;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use recon_model::plan::{Action, Plan, ReplaceOrder, Step};
use recon_model::{Address, KindId, Pair, Resource, Stack, Tree, names};
use serde_json::{Value, json};

use crate::cx::Cx;
use crate::iam::places;
use table::{ALWAYS, Calls, EVERYWHERE};

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// To read.
    Plan,
    /// To read, create and change.
    Apply,
    /// To read and delete.
    Destroy,
}

/// What is done to one resource.
#[derive(Debug, Clone, Copy, Default)]
struct Doing {
    write: bool,
    delete: bool,
}

/// The policy for that, with every resource of the stack.
pub fn policy(stack: &Stack, phase: Phase) -> Value {
    let doing = Doing { write: phase == Phase::Apply, delete: phase == Phase::Destroy };
    document(stack, |_| doing, &[], phase != Phase::Plan)
}

/// The policy for an apply of that plan: nothing that it does not touch may be
/// changed, and only what it deletes may be deleted.
pub fn policy_for(stack: &Stack, plan: &Plan) -> Value {
    let steps: BTreeMap<&Address, &Action> = plan.steps.iter().map(|s| (&s.address, &s.action)).collect();
    let bridged: Vec<Pair> = plan.steps.iter().filter_map(|step| bridged(stack, step)).collect();
    let turned = |address: &Address| bridged.iter().any(|pair| pair.governs(stack, address));
    let doing = |address: &Address| match steps.get(address) {
        Some(Action::Create(_) | Action::Update(_) | Action::Adopt(_)) => {
            Doing { write: true, delete: false }
        }
        Some(Action::Replace(..)) => Doing { write: true, delete: true },
        Some(Action::Delete(_)) => Doing { write: false, delete: true },
        Some(Action::Keep | Action::Blocked(_)) | None => Doing { write: turned(address), delete: false },
    };
    let gone: Vec<(KindId, &str)> = plan
        .steps
        .iter()
        .filter(|step| !stack.resources.contains_key(&step.address))
        .filter_map(|step| Some((KindId::named(&step.address.kind)?, step.name.as_str())))
        .collect();
    document(stack, doing, &gone, !plan.is_empty())
}

/// A service that is made first: the routes of its pair are turned over to it, though the plan keeps them.
fn bridged(stack: &Stack, step: &Step) -> Option<Pair> {
    let first = matches!(step.action, Action::Replace(_, ReplaceOrder::CreateFirst));
    let resource = stack.resources.get(&step.address).filter(|_| first)?;
    (resource.kind == KindId::EcsService).then(|| Pair::of(stack, resource)).flatten()
}

/// The same as several documents, each of so many characters at most. A
/// statement stays whole: one that is longer stands alone.
pub fn split(document: &Value, characters: usize) -> Vec<Value> {
    let parts: Vec<Value> = document["Statement"].as_array().cloned().unwrap_or_default();
    let whole = |statements: &[Value]| json!({ "Version": document["Version"], "Statement": statements });
    let mut documents: Vec<Vec<Value>> = Vec::new();
    for statement in parts {
        let fits = |own: &&mut Vec<Value>| {
            let with: Vec<Value> = own.iter().chain([&statement]).cloned().collect();
            whole(&with).to_string().len() <= characters
        };
        match documents.iter_mut().find(fits) {
            Some(own) => own.push(statement),
            None => documents.push(vec![statement]),
        }
    }
    documents.iter().map(|statements| whole(statements)).collect()
}

/// Actions and resources of a kind.
#[derive(Default)]
struct Share {
    actions: BTreeSet<String>,
    resources: BTreeSet<String>,
}

fn document(stack: &Stack, doing: impl Fn(&Address) -> Doing, gone: &[(KindId, &str)], locks: bool) -> Value {
    let stack = &any_name(stack);
    let cx = Cx::new(stack);
    let mut shares: BTreeMap<(&'static str, bool), Share> = BTreeMap::new();
    let mut everywhere: BTreeSet<String> = ALWAYS.iter().map(ToString::to_string).collect();
    let mut take = |kind: KindId, doing: Doing, resources: Vec<String>| {
        let Some(calls) = table::of(kind) else { return };
        for action in actions(calls, doing) {
            if is_everywhere(&action) {
                everywhere.insert(action);
                continue;
            }
            // what is only read stands apart from what is changed
            let share = shares.entry((kind.name(), doing.write || doing.delete)).or_default();
            share.actions.insert(action);
            share.resources.extend(resources.iter().cloned());
        }
    };
    for resource in cx.all() {
        take(resource.item().resource.kind, doing(resource.address()), arns::of(&resource));
    }
    for (kind, name) in gone {
        let deletes = Doing { write: false, delete: true };
        take(*kind, deletes, arns::of_name(*kind, &stack.home, name));
    }
    everywhere.extend(looked_up(stack));
    let writes = |address: &Address| doing(address).write;
    let mut statements = vec![json!({
        "Sid": "Everywhere", "Effect": "Allow", "Action": everywhere, "Resource": "*",
    })];
    for ((kind, changes), share) in shares {
        let sid = format!("{}{}", camel(kind), if changes { "" } else { "Read" });
        let Share { actions, resources } = share;
        statements
            .push(json!({ "Sid": sid, "Effect": "Allow", "Action": actions, "Resource": least(resources) }));
    }
    statements.extend(passes(&cx, &writes));
    statements.extend(linked_roles(&cx, &writes));
    statements.extend(tracking_alarms(&cx, &writes));
    statements.extend(locks.then(|| lock(stack)));
    json!({ "Version": "2012-10-17", "Statement": statements })
}

/// What is named by a prefix has another name after each replacement.
fn any_name(stack: &Stack) -> Cow<'_, Stack> {
    let prefixed = |resource: &Resource| resource.settings.name_prefix.clone();
    if stack.resources.values().all(|resource| prefixed(resource).is_none()) {
        return Cow::Borrowed(stack);
    }
    let mut stack = stack.clone();
    for resource in stack.resources.values_mut() {
        if let (Some(prefix), Tree::Map(spec)) = (prefixed(resource), &mut resource.spec) {
            spec.insert("name".into(), Tree::text(names::pattern(&prefix)));
        }
    }
    Cow::Owned(stack)
}

fn actions(calls: &Calls, doing: Doing) -> Vec<String> {
    let written = if doing.write { calls.write } else { "" };
    let deleted = if doing.delete { calls.delete } else { "" };
    let names = [calls.read, written, deleted].into_iter().flat_map(str::split_whitespace);
    names.map(|name| format!("{}:{name}", calls.service)).collect()
}

fn is_everywhere(action: &str) -> bool {
    EVERYWHERE.iter().any(|pattern| match pattern.strip_suffix('*') {
        Some(start) => action.starts_with(start),
        None => action == *pattern,
    })
}

fn looked_up(stack: &Stack) -> BTreeSet<String> {
    let action = |kind: &str| match kind {
        "lookup.vpc" => &["ec2:DescribeVpcs"][..],
        "lookup.subnets" => &["ec2:DescribeSubnets"],
        "lookup.security_groups" => &["ec2:DescribeSecurityGroups"],
        "lookup.kms_alias" => &["kms:DescribeKey", "kms:ListAliases"],
        _ => &[],
    };
    let routes =
        stack.has_hidden_tasks() && stack.lookups.keys().any(|address| address.kind == "lookup.subnets");
    let routes = routes.then(|| "ec2:DescribeRouteTables".to_string());
    let looked = stack.lookups.keys().flat_map(|address| action(&address.kind)).map(ToString::to_string);
    looked.chain(routes).collect()
}

/// Resources without those that another pattern covers already.
fn least(resources: BTreeSet<String>) -> Vec<String> {
    let covered = |own: &String| {
        resources.iter().any(|other| {
            other != own && other.contains('*') && recon_iam::matches(other, own) == recon_iam::Truth::Yes
        })
    };
    resources.iter().filter(|own| !covered(own)).cloned().collect()
}

/// `iam:PassRole`, a statement for each service, with the roles that it is given.
fn passes(cx: &Cx<'_>, writes: &impl Fn(&Address) -> bool) -> Vec<Value> {
    let mut roles: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (at, service) in places(cx).into_iter().filter(|(at, _)| writes(at.address())) {
        let outside = || crate::iam::arn::text(&at).filter(|text| text.starts_with("arn:"));
        let role = at.target().map(|role| crate::iam::arn::arn(&role)).or_else(outside);
        roles.entry(service).or_default().extend(role.map(|role| arns::known(&role)));
    }
    let statement = |(service, roles): (&str, BTreeSet<String>)| {
        let short = service.split('.').next().unwrap_or(service);
        json!({
            "Sid": format!("PassTo{}", camel(short)), "Effect": "Allow",
            "Action": "iam:PassRole", "Resource": roles,
            "Condition": { "StringEquals": { "iam:PassedToService": service } },
        })
    };
    roles.into_iter().filter(|(_, roles)| !roles.is_empty()).map(statement).collect()
}

/// Roles that a service makes for itself when it is first used in an account.
const LINKED: [(KindId, &str); 4] = [
    (KindId::EcsCluster, "ecs.amazonaws.com"),
    (KindId::EcsService, "ecs.amazonaws.com"),
    (KindId::ElbLoadBalancer, "elasticloadbalancing.amazonaws.com"),
    (KindId::AutoscalingTarget, "ecs.application-autoscaling.amazonaws.com"),
];

fn linked_roles(cx: &Cx<'_>, writes: &impl Fn(&Address) -> bool) -> Option<Value> {
    let used = LINKED.iter().filter(|(kind, _)| cx.of(*kind).any(|resource| writes(resource.address())));
    let services: BTreeSet<&str> = used.map(|(_, service)| *service).collect();
    let home = &cx.stack.home;
    let account = if home.account.is_empty() { "*" } else { &home.account };
    (!services.is_empty()).then(|| {
        json!({
            "Sid": "LinkedRoles", "Effect": "Allow", "Action": "iam:CreateServiceLinkedRole",
            "Resource": format!("arn:{}:iam::{account}:role/aws-service-role/*", home.partition),
            "Condition": { "StringEquals": { "iam:AWSServiceName": services } },
        })
    })
}

/// A policy that tracks a target has alarms, which AWS makes in the caller's name.
fn tracking_alarms(cx: &Cx<'_>, writes: &impl Fn(&Address) -> bool) -> Option<Value> {
    let tracks = |at: crate::At<'_>| {
        at.get("target_tracking_scaling_policy_configuration").exists() && writes(at.address())
    };
    cx.of(KindId::AutoscalingPolicy).any(tracks).then(|| {
        json!({
            "Sid": "TrackingAlarms", "Effect": "Allow",
            "Action": ["cloudwatch:DeleteAlarms", "cloudwatch:PutMetricAlarm"],
            "Resource": arns::regional(&cx.stack.home, "cloudwatch", "alarm:TargetTracking-*"),
        })
    })
}

/// The log group that keeps others off the stack while a run changes it.
fn lock(stack: &Stack) -> Value {
    let group = format!("log-group:{}", names::lock(&stack.name));
    json!({
        "Sid": "Lock", "Effect": "Allow",
        "Action": ["logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:ListTagsForResource", "logs:TagResource"],
        "Resource": [
            arns::regional(&stack.home, "logs", &group),
            arns::regional(&stack.home, "logs", &format!("{group}:*")),
        ],
    })
}

/// `ecs.task_definition` as `EcsTaskDefinition`.
fn camel(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_ascii_uppercase().to_string() + letters.as_str())
            .unwrap_or_default()
    };
    name.split(['.', '_', '-']).map(word).collect()
}
