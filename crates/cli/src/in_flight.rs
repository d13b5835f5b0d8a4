//! Deployments under way: shown with the plan, and waited for before an apply.

use std::time::Duration;

use recon_diff::timing;
use recon_model::plan::{Notice, Plan};
use recon_model::{KindId, Snapshot, Stack};
use recon_observe::InFlight;
use tokio::time::{Instant, sleep};

use crate::Failure;
use crate::args::DeploymentArgs;
use crate::console::Console;
use crate::engine::Account;
use crate::render::text::clean;

/// Codes of the notices that stand for them in a plan.
const CODE: &str = "IN_FLIGHT";
const UNKNOWN: &str = "IN_FLIGHT_UNKNOWN";
/// Beside what the settings say: builds, starts and approvals take their time.
const SLACK: u64 = 30;
const PAUSE: Duration = Duration::from_secs(15);

/// Adds what runs now to the plan's notices.
pub async fn note(account: &Account, plan: &mut Plan) {
    let found = recon_observe::in_flight(&account.stack, &account.snapshot, plan, &account.session).await;
    match found {
        Ok(running) => plan.notices.extend(running.iter().map(notice)),
        Err(error) => plan.notices.push(Notice {
            code: UNKNOWN.into(),
            address: None,
            text: format!("whether a deployment is under way cannot be read: {error}"),
        }),
    }
}

fn notice(running: &InFlight) -> Notice {
    let text = format!("{} is under way", running.text);
    Notice { code: CODE.into(), address: Some(running.address.clone()), text }
}

/// The plan of a run that changes something, with what runs now; or, where that is
/// wanted, as it is when nothing runs any more.
pub async fn planned(
    args: &DeploymentArgs,
    account: &mut Account,
    console: &Console,
    make: impl Fn(&mut Account) -> Result<Plan, Failure>,
) -> Result<Plan, Failure> {
    let mut plan = make(account)?;
    if args.ignore_deployments {
        return Ok(plan);
    }
    note(account, &mut plan).await;
    if let Some(minutes) = args.wait_deployments.filter(|_| !of(&plan).is_empty()) {
        wait(account, &plan, minutes, console).await?;
        // what was deployed meanwhile is there now
        account.look_again().await?;
        plan = make(account)?;
    }
    Ok(plan)
}

/// Why such a plan is not carried out, if so.
pub fn refusal(plan: &Plan) -> Option<Failure> {
    let running = of(plan);
    if !running.is_empty() {
        let failure = Failure::new(format!("nothing was done: {}", running.join(", ")));
        return Some(
            failure.help("--wait-deployments waits for the end, --ignore-deployments goes on beside it"),
        );
    }
    let unknown = plan.notices.iter().find(|notice| notice.code == UNKNOWN)?;
    Some(Failure::new(format!("nothing was done: {}", unknown.text)).help(
        "allow ecs:DescribeServices, codedeploy:ListDeployments and codepipeline:ListPipelineExecutions, \
         or go on without knowing: --ignore-deployments",
    ))
}

/// Looks once more when the stack is held: the plan may have been read for long
/// before somebody said yes.
pub async fn again(account: &Account, fresh: &Snapshot, plan: &Plan) -> Result<(), Failure> {
    let running = recon_observe::in_flight(&account.stack, fresh, plan, &account.session).await?;
    let mut begun = plan.clone();
    begun.notices = running.iter().map(notice).collect();
    refusal(&begun).map_or(Ok(()), Err)
}

/// What of a plan's notices stands for something under way.
fn of(plan: &Plan) -> Vec<String> {
    let line = |notice: &Notice| match &notice.address {
        Some(address) => format!("{address}: {}", notice.text),
        None => notice.text.clone(),
    };
    plan.notices.iter().filter(|notice| notice.code == CODE).map(line).collect()
}

/// Waits until nothing runs any more.
///
/// # Errors
/// When it does not end in time, or AWS does not say.
async fn wait(
    account: &Account,
    plan: &Plan,
    minutes: Option<u32>,
    console: &Console,
) -> Result<(), Failure> {
    let minutes = minutes.map_or_else(|| likely(&account.stack) / 60 + SLACK, u64::from);
    let limit = Duration::from_secs(minutes * 60);
    let started = Instant::now();
    let mut told = Vec::new();
    loop {
        let running =
            recon_observe::in_flight(&account.stack, &account.snapshot, plan, &account.session).await?;
        let now: Vec<String> = running.iter().map(|one| format!("{}: {}", one.address, one.text)).collect();
        if now.is_empty() {
            return Ok(());
        }
        if started.elapsed() + PAUSE > limit {
            let text = format!("nothing was done: still under way after {minutes} min: {}", now.join(", "));
            return Err(Failure::new(text).help("wait longer with --wait-deployments=MINUTES"));
        }
        if now != told {
            let lines: String = now.iter().map(|line| format!("waiting for {}\n", clean(line))).collect();
            console.say(&lines);
            told = now;
        }
        sleep(PAUSE).await;
    }
}

/// Seconds that the stack's slowest deployment takes on purpose.
fn likely(stack: &Stack) -> u64 {
    let document = |kind: KindId| {
        stack
            .resources
            .values()
            .filter(move |resource| resource.kind == kind)
            .map(|r| recon_diff::declared(&r.spec))
    };
    let configs: Vec<_> = document(KindId::CodedeployDeploymentConfig).collect();
    let groups = document(KindId::CodedeployDeploymentGroup);
    let by_code_deploy = groups.map(|group| {
        let own = configs.iter().map(|config| timing::deployment(&group, Some(config))).max();
        own.unwrap_or_else(|| timing::deployment(&group, None))
    });
    let by_ecs =
        document(KindId::EcsService).map(|service| timing::shift(&service["deployment_configuration"]));
    by_code_deploy.chain(by_ecs).max().unwrap_or_default()
}
