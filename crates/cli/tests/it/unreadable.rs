//! Every single read of the reference stack refused: what cannot be seen is
//! never taken for absent, and nobody hears that all is well.

use std::collections::BTreeMap;

use recon::{Exit, render};
use recon_acceptance::{World, outline, reference};
use recon_model::Address;
use recon_model::plan::{Action, Plan};
use recon_observe::Look;
use recon_sandbox::{Fault, Refusal, Sandbox, State};
use serde_json::Value;

use super::build::*;
use super::drifts::seen;

/// A call as the sandbox knows it: service, operation, and the input if it has to be that one.
type Call = (String, String, Option<Value>);

/// Reads that only tell what an end would take with it. AWS itself refuses the
/// end of what is not empty, so who may not ask loses nothing, and no field is unseen.
const FOR_AN_END_ONLY: &[&str] = &["ecr ListImages", "s3 ListObjectVersions"];

/// Where it is denied, and no field is unseen for it: each role is asked for by itself.
const REPLACED_WHEN_DENIED: &str = "iam ListRoles";

async fn planned(world: &World, look: Look) -> Option<Plan> {
    let stack = reference();
    let snapshot = recon_observe::observe_as(&stack, world.session(), look, &()).await.ok()?;
    Some(recon_diff::plan(&stack, &snapshot, &recon_diff::Options::default()))
}

/// The account in which the stack stands, and every distinct call that a plan of it makes.
async fn account(look: Look) -> (State, Vec<Call>) {
    let world = World::new().await;
    world.converge(&reference()).await;
    let world = World::with(Sandbox::new(world.sandbox.state())).await;
    world.sandbox.record(true);
    let plan = planned(&world, look).await.unwrap();
    assert!(plan.is_empty(), "{}", outline(&plan));
    let mut calls = BTreeMap::new();
    for call in world.sandbox.log() {
        let key = format!("{} {} {}", call.service, call.operation, call.input);
        calls.insert(key, (call.service.clone(), call.operation.clone(), Some(call.input)));
        calls.insert(format!("{} {}", call.service, call.operation), (call.service, call.operation, None));
    }
    (world.sandbox.state(), calls.into_values().collect())
}

/// The plan of an account that refuses one call, or `None` where not even that is made.
async fn plan_without(
    state: &State,
    look: Look,
    (service, operation, input): &Call,
    refusal: &Refusal,
) -> Option<Plan> {
    let world = World::with(Sandbox::new(state.clone())).await;
    let (service, operation, input) = (service.clone(), operation.clone(), input.clone());
    let refusal = refusal.clone();
    world.sandbox.on_call(Box::new(move |call| {
        let it = call.service == service
            && call.operation == operation
            && input.as_ref().is_none_or(|input| input == call.input);
        it.then(|| Fault::Refuse(refusal.clone()))
    }));
    planned(&world, look).await
}

/// What a plan says of resources that are all there and as declared, part of them unseen.
fn wrong(plan: &Plan) -> Vec<String> {
    let mut wrong = Vec::new();
    let blocked =
        |address: &Address| matches!(plan.step(address).map(|s| &s.action), Some(Action::Blocked(_)));
    for step in &plan.steps {
        if !matches!(step.action, Action::Keep | Action::Blocked(_)) {
            wrong.push(format!("{} is to {}", step.address, step.action.word()));
        }
        if let Some(need) = step.needs.iter().find(|need| blocked(need))
            && !blocked(&step.address)
        {
            wrong.push(format!("{} is not blocked, but needs {need}, which is", step.address));
        }
    }
    if render::verdict(plan) != Exit::Error {
        wrong.push(format!("the exit code is {}", render::verdict(plan).code()));
    }
    let drift =
        plain(&render::drift(plan, Some(&reference()), &seen(plan, None), &|_| String::new(), NARROW));
    let verdict = drift.rfind("result:").map_or("", |at| &drift[at..]);
    if !verdict.starts_with("result: nobody can say that there is no drift") {
        wrong.push(format!("drift says {verdict:?}\n{}", outline(plan)));
    }
    wrong
}

async fn every_read_refused(look: Look, refusal: impl Fn(&str) -> Refusal) {
    let (state, calls) = account(look).await;
    let least = if look == Look::Close { 60 } else { 40 };
    assert!(calls.len() > least, "a plan makes only {} calls", calls.len());
    let mut all = Vec::new();
    for call in &calls {
        let Some(plan) = plan_without(&state, look, call, &refusal(&call.0)).await else {
            // who does not know the account reads nothing, and says so
            assert_eq!(call.0, "sts", "{call:?} makes the whole plan fail");
            continue;
        };
        let name = format!("{} {}", call.0, call.1);
        let replaced = name == REPLACED_WHEN_DENIED && refusal(&call.0).status == 403;
        if replaced || FOR_AN_END_ONLY.contains(&name.as_str()) {
            assert!(plan.is_empty() && render::verdict(&plan) == Exit::Clean, "{}", outline(&plan));
            continue;
        }
        for wrong in wrong(&plan) {
            all.push(format!("{} {} {}: {wrong}", call.0, call.1, call.2.clone().unwrap_or_default()));
        }
    }
    assert!(all.is_empty(), "{} wrong:\n{}", all.len(), all.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn a_read_that_is_denied_never_looks_like_something_absent() {
    every_read_refused(Look::Close, denied).await;
}

#[tokio::test(start_paused = true)]
async fn at_a_glance_neither() {
    every_read_refused(Look::Glance, denied).await;
}

fn denied(service: &str) -> Refusal {
    let code = match service {
        "ec2" => "UnauthorizedOperation",
        "cloudwatch" | "elbv2" | "iam" | "s3" => "AccessDenied",
        "sns" => "AuthorizationError",
        _ => "AccessDeniedException",
    };
    Refusal::new(if code == "AccessDeniedException" { 400 } else { 403 }, code, "not authorized")
}

#[tokio::test(start_paused = true)]
async fn a_failure_of_awss_own_that_does_not_end_never_looks_like_something_absent() {
    every_read_refused(Look::Close, |_| Refusal::new(500, "InternalFailure", "try again later")).await;
}
