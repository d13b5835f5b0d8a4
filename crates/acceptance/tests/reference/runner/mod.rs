//! The policies of `recon policy` are enough, and nothing in them is too much:
//! an account that allows only them, for plan, apply and destroy.

mod judged;
mod source;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use recon_acceptance::{World, outline, read, reference, root};
use recon_apply::lock::{self, Holder};
use recon_aws::AwsError;
use recon_iam::{Access, Asked, Policy, Truth, evaluate};
use recon_model::Stack;
use recon_model::plan::Plan;
use recon_rules::runner::{Phase, policy, policy_for};
use recon_sandbox::{Fault, Refusal, Sandbox, State};
use serde_json::Value;

use crate::replacement::under_code_deploy;
use judged::Judge;

/// The reference stack and the examples, or what stands in another folder.
fn stacks(folder: &str) -> Vec<(String, Stack)> {
    let entries = std::fs::read_dir(root().join(folder)).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    // the other team's load balancer is not in an empty account
    paths.retain(|path| path.join("stack.toml").exists() && !path.ends_with("load-balancer-outside"));
    paths.sort();
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), read(path))).collect()
}

fn own() -> Vec<(String, Stack)> {
    let mut stacks = stacks("examples");
    stacks.push(("desired".into(), reference()));
    stacks
}

/// What a runner was refused.
type Refused = Arc<Mutex<Vec<String>>>;

/// From now on the account allows what the policy does.
fn allow_only(world: &World, document: &Value) -> Refused {
    let policy = Policy::read(document);
    assert_eq!(policy.problems, []);
    let refused = Refused::default();
    let judge = Mutex::new(Judge::of(&world.sandbox.state()));
    let told = Arc::clone(&refused);
    world.sandbox.on_call(Box::new(move |call| {
        for asked in judge.lock().unwrap().of_call(call) {
            if allowed(&policy, &asked) != Truth::Yes {
                let said = format!("{} on {}", asked.action, asked.resource.replace('\u{1}', ""));
                let text = format!("User is not authorized to perform: {said}");
                told.lock().unwrap().push(said);
                return Some(Fault::Refuse(Refusal::new(403, denial(call.service), text)));
            }
        }
        None
    }));
    refused
}

fn allowed(policy: &Policy, asked: &Asked) -> Truth {
    evaluate(&Access { identity: vec![policy], ..Access::default() }, asked).allowed
}

fn denial(service: &str) -> &'static str {
    match service {
        "ec2" => "UnauthorizedOperation",
        "iam" | "s3" | "elbv2" | "cloudwatch" => "AccessDenied",
        "sns" => "AuthorizationError",
        _ => "AccessDeniedException",
    }
}

/// The account with the stack in it.
async fn built(stack: &Stack) -> State {
    let world = World::new().await;
    world.apply(stack).await;
    world.sandbox.state()
}

/// Does the phase succeed under that policy, with the plan that it should have?
async fn works(stack: &Stack, before: &State, phase: Phase, document: &Value) -> Result<(), String> {
    let world = World::with(Sandbox::new(before.clone())).await;
    let expected = plan(&world, stack, phase).await;
    let refused = allow_only(&world, document);
    let planned = world.plan_with(stack, &options(phase)).await;
    let differs = without_calls(&planned.plan) != without_calls(&expected);
    let asked = recon_observe::in_flight(stack, &planned.snapshot, &planned.plan, world.session()).await;
    let alone = phase == Phase::Plan || locked(&world, stack).await.is_ok();
    let begins = asked.is_ok() && alone && !differs;
    let whole = begins && (phase == Phase::Plan || world.try_apply(&planned).await.is_whole());
    match refused.lock().unwrap().first() {
        _ if whole && !differs => Ok(()),
        Some(first) => Err(first.clone()),
        None => Err(format!("it fails, though nothing was refused (the plan differs: {differs})")),
    }
}

/// What stands around a run that changes something.
async fn locked(world: &World, stack: &Stack) -> Result<(), AwsError> {
    lock::take(world.session(), &stack.name, &Holder::default()).await?;
    lock::look(world.session(), &stack.name).await?;
    lock::release(world.session(), &stack.name).await.map(drop)
}

async fn plan(world: &World, stack: &Stack, phase: Phase) -> Plan {
    world.plan_with(stack, &options(phase)).await.plan
}

fn options(phase: Phase) -> recon_diff::Options {
    recon_diff::Options { destroy: phase == Phase::Destroy, ..recon_diff::Options::default() }
}

/// How many calls a plan took is no part of what it says.
fn without_calls(plan: &Plan) -> Plan {
    Plan { calls: recon_model::plan::Calls::default(), ..plan.clone() }
}

/// The account before each phase.
async fn before(stack: &Stack, phase: Phase) -> State {
    if phase == Phase::Apply { World::new().await.sandbox.state() } else { built(stack).await }
}

const PHASES: [Phase; 3] = [Phase::Plan, Phase::Apply, Phase::Destroy];

#[tokio::test(start_paused = true)]
async fn the_policy_is_enough_for_every_stack() {
    let mut wrong = Vec::new();
    for (name, stack) in own().into_iter().chain(stacks("crates/rules/tests/correct")) {
        for phase in PHASES {
            let account = before(&stack, phase).await;
            if let Err(text) = works(&stack, &account, phase, &policy(&stack, phase)).await {
                wrong.push(format!("{name}, {phase:?}: {text}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn without_any_one_statement_something_breaks() {
    let mut idle = Vec::new();
    for (name, stack) in own() {
        for phase in PHASES {
            let account = before(&stack, phase).await;
            let document = policy(&stack, phase);
            for i in 0..document["Statement"].as_array().unwrap().len() {
                let mut less = document.clone();
                let gone = less["Statement"].as_array_mut().unwrap().remove(i);
                if works(&stack, &account, phase, &less).await.is_ok() {
                    idle.push(format!("{name}, {phase:?}: {}", gone["Sid"]));
                }
            }
        }
    }
    assert!(idle.is_empty(), "{}", idle.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn the_policy_of_a_kept_plan_is_enough_for_it_and_allows_nothing_else_to_be_changed() {
    let stack = reference();
    let state = built(&stack).await;
    let mut changed = stack.clone();
    let group = changed.resources.get_mut(&"logs.log_group.api".parse().unwrap()).unwrap();
    let recon_model::Tree::Map(spec) = &mut group.spec else { panic!("a table") };
    spec.insert("retention_in_days".into(), recon_model::Tree::Scalar(7.into()));
    let world = World::with(Sandbox::new(state.clone())).await;
    let kept = plan(&world, &changed, Phase::Apply).await;
    let document = policy_for(&changed, &kept);
    assert_eq!(works(&changed, &state, Phase::Apply, &document).await, Ok(()));
    let written: Vec<&str> = document["Statement"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|statement| statement["Action"].as_array().into_iter().flatten())
        .filter_map(Value::as_str)
        .filter(|action| {
            ["Create", "Delete", "Put", "Update"].iter().any(|word| action.contains(&format!(":{word}")))
        })
        .collect();
    assert!(written.iter().all(|action| action.starts_with("logs:")), "{written:?}");
}

/// The routes stay as they are in the plan, and are turned over all the same; the
/// service has another name afterwards, and the runner may still see to it.
#[tokio::test(start_paused = true)]
async fn a_kept_plan_that_makes_a_service_first_may_turn_its_routes() {
    let (stack, changed) = ("", "\nenable_execute_command = true");
    let [stack, changed] =
        [stack, changed].map(|more| under_code_deploy(&format!("name_prefix = \"api-\"{more}")));
    let state = built(&stack).await;
    let world = World::with(Sandbox::new(state.clone())).await;
    let kept = plan(&world, &changed, Phase::Apply).await;
    assert_eq!((kept.summary.replace, kept.summary.update), (1, 1), "{}", outline(&kept));
    let document = policy_for(&changed, &kept);
    assert_eq!(works(&changed, &state, Phase::Apply, &document).await, Ok(()));
    world.apply(&changed).await;
    let state = world.sandbox.state();
    for phase in [Phase::Plan, Phase::Destroy] {
        assert_eq!(works(&changed, &state, phase, &policy(&changed, phase)).await, Ok(()), "{phase:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_kept_plan_that_deletes_may_delete_that_and_nothing_else() {
    let mut stack = reference();
    let state = built(&stack).await;
    stack.resources.remove(&"notifications.rule.pipeline".parse().unwrap());
    let world = World::with(Sandbox::new(state.clone())).await;
    let kept = plan(&world, &stack, Phase::Apply).await;
    assert_eq!(kept.summary.delete, 1);
    let document = policy_for(&stack, &kept);
    assert_eq!(works(&stack, &state, Phase::Apply, &document).await, Ok(()));
    let text = document.to_string();
    assert_eq!(text.matches(":Delete").count(), 2, "the rule and the run's own lock: {text}");
    assert!(text.contains("logs:DeleteLogGroup") && text.contains("log-group:/recon/lock/"), "{text}");
    // the policy of an apply that creates and changes deletes nothing
    let general = policy(&stack, Phase::Apply);
    assert!(works(&stack, &state, Phase::Apply, &general).await.is_err());
}
