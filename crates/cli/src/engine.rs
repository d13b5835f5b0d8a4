//! What every command on a stack begins with: read the folder, find the
//! account, make sure that it is the right one, read what is there.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use recon_apply::guard;
use recon_apply::journal::{self, Past};
use recon_aws::{AwsError, InProcess, Session};
use recon_model::load::{self, nearest};
use recon_model::plan::{Calls, Notice, Plan};
use recon_model::{Address, Snapshot, Stack};
use recon_observe::Look;
use tokio::runtime::{Builder, Runtime};

use crate::args::{FOLDER, FolderArgs, StackArgs};
use crate::commands::output;
use crate::console::Console;
use crate::gate;
use crate::progress::Reading as Progress;
use crate::sandbox::{FAULTS, Kept, Mounted};
use crate::{Failure, commit, unfinished};

/// A stack beside what the account holds.
pub struct Account {
    pub stack: Stack,
    pub snapshot: Snapshot,
    pub session: Session,
    /// Runs on it that never came to their end.
    pub past: Vec<Past>,
    /// Commit of the stack's folder.
    commit: Option<String>,
    /// Where the account is kept, if it is a sandbox.
    kept: Option<Kept>,
}

/// A stack and its account, of which nothing is read yet.
pub struct Connected {
    pub stack: Stack,
    pub session: Session,
    kept: Option<Kept>,
}

/// How much of the stack the work is about.
#[derive(Debug, Clone, Copy)]
enum Part<'a> {
    Whole(Look),
    /// What an output needs, or all of them.
    Outputs(Option<&'a str>),
}

/// Reads stack and account, and hands both to the work.
pub fn with_account<T>(
    args: &StackArgs,
    console: &Console,
    work: impl AsyncFnOnce(Account) -> Result<T, Failure>,
) -> Result<T, Failure> {
    connected(load(&args.folder, None)?, Part::Whole(Look::Close), args, console, work)
}

/// The same with no more than an output needs, or all of them.
pub fn with_outputs<T>(
    args: &StackArgs,
    name: Option<&str>,
    console: &Console,
    work: impl AsyncFnOnce(Account) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let part = Part::Outputs(name);
    connected(part.of(load(&args.folder, None)?)?, part, args, console, work)
}

/// The same for a stack in which a check finds no error: AWS is asked nothing before.
pub fn with_checked_account<T>(
    args: &StackArgs,
    look: Look,
    console: &Console,
    work: impl AsyncFnOnce(Account) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let stack = load(&args.folder, None)?;
    gate::pass(&stack, console)?;
    connected(stack, Part::Whole(look), args, console, work)
}

fn connected<T>(
    stack: Stack,
    part: Part<'_>,
    args: &StackArgs,
    console: &Console,
    work: impl AsyncFnOnce(Account) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let account = stack.home.account.clone();
    let work =
        async |kept| work(read(connect(stack, part, args, kept).await?, part, args, console).await?).await;
    within(&account, args, work)
}

/// Finds the account of a stack, and hands both to the work, before anything is read.
pub fn with_connected<T>(
    args: &StackArgs,
    work: impl AsyncFnOnce(Connected) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let stack = load(&args.folder, None)?;
    let account = stack.home.account.clone();
    within(&account, args, async |kept| {
        work(connect(stack, Part::Whole(Look::Close), args, kept).await?).await
    })
}

/// Real time for a real account; for a sandbox, time and faults of its own.
fn within<T>(
    account: &str,
    args: &StackArgs,
    work: impl AsyncFnOnce(Option<Kept>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let Some(file) = &args.sandbox else {
        let runtime = runtime(Builder::new_multi_thread().worker_threads(2))?;
        return runtime.block_on(work(None));
    };
    // one thread and a clock that stands still: all waits pass in virtual time
    let runtime = runtime(Builder::new_current_thread().start_paused(true))?;
    runtime.block_on(async {
        let kept = Kept::open(file, if account.is_empty() { recon_sandbox::ACCOUNT } else { account })?;
        if let Ok(faults) = std::env::var(FAULTS) {
            kept.disturb(&faults)?;
        }
        let (sandbox, file) = (Arc::clone(&kept.sandbox), kept.clone());
        tokio::select! {
            ended = work(Some(kept)) => ended,
            () = sandbox.death() => Err(die(&file)),
        }
    })
}

/// A fault of the sandbox ends this process, as a kill would: only the account
/// outlives it.
fn die(kept: &Kept) -> Failure {
    match kept.save() {
        Ok(()) => std::process::exit(137),
        Err(failure) => failure,
    }
}

/// Connects without a stack, for what begins in the account.
pub fn with_session<T>(
    sandbox: Option<&Path>,
    parallelism: u8,
    region: Option<String>,
    work: impl AsyncFnOnce(Session) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let connect = async |kept: Option<&Kept>| {
        let options = recon_aws::Options {
            region: region.clone(),
            profile: None,
            max_in_flight: usize::from(parallelism),
            http: kept.map(mounted),
        };
        Session::connect(options).await
    };
    let Some(file) = sandbox else {
        let runtime = runtime(Builder::new_multi_thread().worker_threads(2))?;
        return runtime.block_on(async { work(connect(None).await?).await });
    };
    let runtime = runtime(Builder::new_current_thread().start_paused(true))?;
    runtime.block_on(async {
        let kept = Kept::open(file, recon_sandbox::ACCOUNT)?;
        work(connect(Some(&kept)).await?).await
    })
}

fn mounted(kept: &Kept) -> Arc<dyn InProcess> {
    Arc::new(Mounted(Arc::clone(&kept.sandbox)))
}

fn runtime(builder: &mut Builder) -> Result<Runtime, Failure> {
    builder
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("no runtime could be started: {error}")))
}

/// The stack as its folder declares it.
pub fn load(args: &FolderArgs, account: Option<String>) -> Result<Stack, Failure> {
    let env = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let variable = |(name, value): (String, String)| Some((name.strip_prefix("RECON_VAR_")?.into(), value));
    // a variable whose name or value is no Unicode is not one of ours
    let texts = std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)));
    let options = load::Options {
        env: args.env.clone(),
        vars: args.var.iter().cloned().collect(),
        var_file: args.var_file.clone(),
        env_vars: texts.filter_map(variable).collect::<BTreeMap<_, _>>(),
        region: env("AWS_REGION").or_else(|| env("AWS_DEFAULT_REGION")),
        account,
    };
    Ok(load::load(&args.desired, &options)?)
}

impl Part<'_> {
    fn of(self, stack: Stack) -> Result<Stack, Failure> {
        match self {
            Part::Whole(_) => Ok(stack),
            Part::Outputs(name) => output::needed(stack, name),
        }
    }

    async fn read(self, stack: &Stack, session: &Session, progress: &Progress) -> Result<Snapshot, AwsError> {
        match self {
            Part::Whole(look) => recon_observe::observe_as(stack, session, look, progress).await,
            // a name that recon chose is found by its tag only
            Part::Outputs(_) if stack.resources.values().any(|r| r.settings.name_prefix.is_some()) => {
                recon_observe::observe(stack, session, progress).await
            }
            Part::Outputs(_) => recon_observe::look(stack, session, progress).await,
        }
    }
}

async fn connect(
    mut stack: Stack,
    part: Part<'_>,
    args: &StackArgs,
    kept: Option<Kept>,
) -> Result<Connected, Failure> {
    let session = Session::connect(recon_aws::Options {
        region: Some(stack.home.region.clone()),
        profile: None,
        max_in_flight: usize::from(args.parallelism),
        http: kept.as_ref().map(mounted),
    })
    .await?;
    if stack.home.account.is_empty() {
        // ARNs can be told beforehand now
        let account = session.account().await?.to_string();
        stack = part.of(load(&args.folder, Some(account))?)?;
    }
    Ok(Connected { stack, session, kept })
}

async fn read(
    connected: Connected,
    part: Part<'_>,
    args: &StackArgs,
    console: &Console,
) -> Result<Account, Failure> {
    let Connected { mut stack, session, kept } = connected;
    let journals = guard::journals(Path::new(FOLDER));
    // whether this is the right account shows beside the reading, and nothing is believed before
    let past = journal::unfinished(&journals, &stack.name, &stack.home.account, session.region());
    guard::rest(&past).await;
    let progress = Progress::new(console.verbose);
    // in another account the reading ends where that is known, and nobody sees what was read
    let right = async {
        match session.account().await? {
            account if account == stack.home.account => Ok(()),
            account => Err(other_account(&stack, account, kept.is_some())),
        }
    };
    let reading = async { Ok::<_, Failure>(part.read(&stack, &session, &progress).await) };
    let ((), mut snapshot) = tokio::try_join!(right, reading).inspect_err(|_| progress.end())?;
    // only its tags tell what something with a name prefix is called by now
    if let Some(named) = snapshot.as_ref().ok().and_then(|snapshot| recon_diff::named(&stack, snapshot)) {
        stack = named;
        snapshot = part.read(&stack, &session, &progress).await;
    }
    progress.end();
    let commit = commit::of(&args.folder.desired);
    Ok(Account { stack, snapshot: snapshot?, session, past, commit, kept })
}

fn other_account(stack: &Stack, account: &str, sandbox: bool) -> Failure {
    let message = format!("this is account {account}, the stack is for {}", stack.home.account);
    Failure::new(message).help(if sandbox {
        "this sandbox was made for another stack: name another file with --sandbox=FILE, or empty it with \
         `recon sandbox reset`"
    } else {
        "nothing is shown or changed: use credentials of the stack's account (AWS_PROFILE), or correct [stack] account"
    })
}

impl Connected {
    /// As [`Account::keep`].
    pub fn keep(&self) -> Result<(), Failure> {
        self.kept.as_ref().map_or(Ok(()), Kept::save)
    }
}

impl Account {
    /// Reads everything once more.
    pub async fn look_again(&mut self) -> Result<(), Failure> {
        self.snapshot = recon_observe::observe(&self.stack, &self.session, &()).await?;
        Ok(())
    }

    /// Asks what the plan's ends would lose, where a glance has left that out; says
    /// whether that is anything the plan does not know yet.
    pub async fn look_at_ends(&mut self, plan: &Plan) -> bool {
        recon_observe::holdings(&self.session, plan, &mut self.snapshot).await
    }

    /// Writes a sandbox down: what was done stays done. AWS needs no such thing.
    pub fn keep(&self) -> Result<(), Failure> {
        self.kept.as_ref().map_or(Ok(()), Kept::save)
    }

    /// The plan, with what the reading took and how it was limited.
    pub fn plan(&mut self, options: &recon_diff::Options) -> Result<Plan, Failure> {
        for address in options.targets.iter().chain(&options.replace).chain(&options.adopt) {
            self.known(address)?;
        }
        if let Some((stack, snapshot)) = recon_diff::renamed(&self.stack, &self.snapshot, options) {
            (self.stack, self.snapshot) = (stack, snapshot);
        }
        let plan = recon_diff::plan(&self.stack, &self.snapshot, options);
        Ok(self.told(plan, options))
    }

    /// The plan with what rules find in the account: what AWS would refuse is
    /// blocked in it, the rest is a notice.
    pub fn judged(&mut self, options: &recon_diff::Options) -> Result<Plan, Failure> {
        let plan = self.plan(options)?;
        let judged = gate::judge(&self.stack, &self.snapshot, &plan, options);
        if judged.blocked.is_empty() && judged.notices.is_empty() {
            return Ok(plan);
        }
        let plan = recon_diff::plan_without(&self.stack, &self.snapshot, options, judged.blocked);
        let mut plan = self.told(plan, options);
        plan.notices.extend(judged.notices);
        Ok(plan)
    }

    /// What a plan says beside its steps.
    fn told(&self, mut plan: Plan, options: &recon_diff::Options) -> Plan {
        let calls = self.session.calls();
        let by_service = calls.services.iter().map(|(service, n)| ((*service).to_string(), *n)).collect();
        plan.calls = Calls { total: calls.total, by_service };
        plan.commit.clone_from(&self.commit);
        plan.notices.extend(limits(options));
        plan.notices.extend(unfinished::notices(&self.past, &plan));
        plan
    }

    fn known(&self, address: &Address) -> Result<(), Failure> {
        if self.stack.resources.contains_key(address) {
            return Ok(());
        }
        let failure = Failure::new(format!("there is no {address} in the stack `{}`", self.stack.name));
        let names: Vec<String> = self.stack.resources.keys().map(ToString::to_string).collect();
        Err(match nearest(&address.to_string(), names.iter().map(String::as_str)) {
            Some(name) => failure.help(format!("did you mean {name}?")),
            None => failure,
        })
    }
}

/// A limited plan says so, or its silence about the rest would read as "unchanged".
fn limits(options: &recon_diff::Options) -> Vec<Notice> {
    let list =
        |addresses: &[Address]| addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let mut notices = Vec::new();
    if !options.targets.is_empty() {
        let text = format!(
            "limited by --target to {} and what it needs; everything else was left out",
            list(&options.targets)
        );
        notices.push(Notice { code: "TARGET".into(), address: None, text });
    }
    if !options.replace.is_empty() {
        let text = format!("--replace forces the replacement of {}", list(&options.replace));
        notices.push(Notice { code: "REPLACE".into(), address: None, text });
    }
    notices
}
