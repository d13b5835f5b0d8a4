//! What every command on a stack begins with: read the folder, find the
//! account, make sure that it is the right one, read what is there.

use std::collections::BTreeMap;
use std::path::Path;

use recon_apply::guard;
use recon_apply::journal::{self, Past};
use recon_aws::{AwsError, Session};
use recon_model::load::{self, nearest};
use recon_model::plan::{Calls, Notice, Plan};
use recon_model::{Address, Snapshot, Stack};
use recon_observe::Look;

use crate::args::{FOLDER, FolderArgs, StackArgs, TimingsArgs};
use crate::commands::output;
use crate::console::Console;
use crate::link::{self, Link, within};
use crate::progress::Reading as Progress;
use crate::render::LIMITED;
use crate::sandbox::Kept;
use crate::timings::{Stages, Taken};
use crate::{Failure, commit, unfinished};
use crate::{gate, guarded};

/// A stack beside what the account holds.
pub struct Account {
    pub stack: Stack,
    pub snapshot: Snapshot,
    pub session: Session,
    /// Runs on it that never came to their end.
    pub past: Vec<Past>,
    /// What the run did so far.
    pub stages: Stages,
    /// Commit of the stack's folder.
    commit: Option<String>,
    /// Where the account is kept, if it is a sandbox.
    kept: Option<Kept>,
}

/// A stack and its account, of which nothing is read yet.
pub struct Connected {
    pub stack: Stack,
    pub session: Session,
    stages: Stages,
    kept: Option<Kept>,
}

/// A stack as its folder declares it, of which AWS was asked nothing yet.
pub struct Declared {
    pub stack: Stack,
    stages: Stages,
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
    link::ahead(&args.aws);
    connected(Declared::load(&args.folder)?, Part::Whole(Look::Close), args, console, work)
}

/// The same with no more than an output needs, or all of them.
pub fn with_outputs<T>(
    args: &StackArgs,
    name: Option<&str>,
    console: &Console,
    work: impl AsyncFnOnce(Account) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let part = Part::Outputs(name);
    let mut declared = Declared::load(&args.folder)?;
    declared.stack = part.of(declared.stack)?;
    connected(declared, part, args, console, work)
}

/// The same for a stack in which a check finds no error: AWS is asked nothing before.
pub fn with_checked_account<T>(
    args: &StackArgs,
    look: Look,
    console: &Console,
    work: impl AsyncFnOnce(Account) -> Result<T, Failure>,
) -> Result<T, Failure> {
    link::ahead(&args.aws);
    connected(Declared::checked(&args.folder, console)?, Part::Whole(look), args, console, work)
}

fn connected<T>(
    declared: Declared,
    part: Part<'_>,
    args: &StackArgs,
    console: &Console,
    work: impl AsyncFnOnce(Account) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let account = declared.stack.home.account.clone();
    let work = async |link: &Link| {
        let progress = Progress::new(console.verbose);
        let connected = connect(declared, part, args, link).await?;
        work(read(connected, part, args, &progress).await?).await
    };
    within(&account, &args.aws, false, work)
}

impl Declared {
    fn load(folder: &FolderArgs) -> Result<Self, Failure> {
        let mut stages = Stages::begin();
        let stack = load(folder, None)?;
        stages.over("stack");
        Ok(Self { stack, stages })
    }

    /// With no error in it that a check finds.
    fn checked(folder: &FolderArgs, console: &Console) -> Result<Self, Failure> {
        let mut declared = Self::load(folder)?;
        gate::pass(&declared.stack, console)?;
        declared.stages.over("check");
        Ok(declared)
    }
}

/// One of many stacks: loaded, checked where `checks` says so, and read.
pub async fn account_of(
    args: &StackArgs,
    checks: bool,
    link: &Link,
    console: &Console,
) -> Result<Account, Failure> {
    let declared = match checks {
        true => Declared::checked(&args.folder, console)?,
        false => Declared::load(&args.folder)?,
    };
    // what is checked is planned, and nothing is done by it
    let part = Part::Whole(if checks { Look::Glance } else { Look::Close });
    let connected = connect(declared, part, args, link).await?;
    read(connected, part, args, &Progress::quiet(console.verbose)).await
}

/// Finds the account of a stack, and hands both to the work, before anything is read.
pub fn with_connected<T>(
    args: &StackArgs,
    work: impl AsyncFnOnce(Connected) -> Result<T, Failure>,
) -> Result<T, Failure> {
    link::ahead(&args.aws);
    let declared = Declared::load(&args.folder)?;
    let account = declared.stack.home.account.clone();
    let work = async |link: &Link| work(connect(declared, Part::Whole(Look::Close), args, link).await?).await;
    within(&account, &args.aws, false, work)
}

/// Connects without a stack, for what begins in the account.
pub fn with_session<T>(
    sandbox: Option<&Path>,
    parallelism: usize,
    region: Option<String>,
    work: impl AsyncFnOnce(Session) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let connect = async |kept: Option<&Kept>| {
        let options = recon_aws::Options {
            region: region.clone(),
            profile: None,
            max_in_flight: parallelism,
            http: kept.map(link::mounted),
        };
        Session::connect(options).await
    };
    let Some(file) = sandbox else {
        return link::real()?.block_on(async { work(connect(None).await?).await });
    };
    link::boxed()?.block_on(async {
        let kept = Kept::open(file, recon_sandbox::ACCOUNT)?;
        work(connect(Some(&kept)).await?).await
    })
}

/// The stack as its folder declares it.
pub fn load(args: &FolderArgs, account: Option<String>) -> Result<Stack, Failure> {
    let env = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let variable = |(name, value): (String, String)| Some((name.strip_prefix("RECON_VAR_")?.into(), value));
    // a variable whose name or value is no Unicode is not one of ours
    let texts = std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)));
    let options = load::Options {
        env: args.overlay.env.clone(),
        vars: args.overlay.var.iter().cloned().collect(),
        var_file: args.overlay.var_file.clone(),
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
    declared: Declared,
    part: Part<'_>,
    args: &StackArgs,
    link: &Link,
) -> Result<Connected, Failure> {
    let Declared { mut stack, mut stages } = declared;
    let session = link.session(&stack.home.region).await?;
    if stack.home.account.is_empty() {
        // ARNs can be told beforehand now
        let account = session.account().await?.to_string();
        stack = part.of(load(&args.folder, Some(account))?)?;
    }
    stages.over("connection");
    Ok(Connected { stack, session, stages, kept: link.kept.clone() })
}

async fn read(
    connected: Connected,
    part: Part<'_>,
    args: &StackArgs,
    progress: &Progress,
) -> Result<Account, Failure> {
    let Connected { mut stack, session, mut stages, kept } = connected;
    let journals = guard::journals(Path::new(FOLDER));
    // by the account that is told: in another one nothing goes on below
    let past = journal::unfinished(&journals, &stack.name, &stack.home.account, session.region());
    guard::rest(&past).await;
    // in another account the reading ends where that is known, and nobody sees what was read
    let right = async {
        match session.account().await? {
            account if account == stack.home.account => Ok(()),
            account => Err(other_account(&stack, account, kept.is_some())),
        }
    };
    let reading = async { Ok::<_, Failure>(part.read(&stack, &session, progress).await) };
    let (mut snapshot, ()) = tokio::try_join!(reading, right).inspect_err(|_| progress.end())?;
    // only its tags tell what something with a name prefix is called by now
    if let Some(named) = snapshot.as_ref().ok().and_then(|snapshot| recon_diff::named(&stack, snapshot)) {
        stack = named;
        snapshot = part.read(&stack, &session, progress).await;
    }
    progress.end();
    let commit = commit::of(&args.folder.desired);
    stages.over("reading");
    Ok(Account { stack, snapshot: snapshot?, session, past, stages, commit, kept })
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
        self.count(&mut plan);
        plan.commit.clone_from(&self.commit);
        plan.notices.extend(limits(options));
        plan.notices.extend(unfinished::notices(&self.past, &plan, &guarded::host()));
        plan
    }

    /// Says in a plan what AWS was asked so far.
    pub fn count(&self, plan: &mut Plan) {
        plan.calls = self.calls();
    }

    fn calls(&self) -> Calls {
        let calls = self.session.calls();
        let by_service = calls.services.iter().map(|(service, n)| ((*service).to_string(), *n)).collect();
        Calls { total: calls.total, by_service, timings: None }
    }

    /// All that AWS was asked in this run, for whoever wants to know what it took.
    pub fn asked(&self, timings: &TimingsArgs, taken: &Taken) -> Option<Calls> {
        let mut calls = self.calls();
        timings.add_to(&mut calls, taken);
        Some(calls).filter(|calls| calls.timings.is_some())
    }

    /// What the run took so far.
    pub fn taken(&self, stage: &'static str) -> Taken {
        let mut stages = self.stages.clone();
        stages.over(stage);
        Taken { stack: self.stack.name.clone(), stages, calls: self.session.trace() }
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
        notices.push(Notice { code: LIMITED.into(), address: None, text });
    }
    if !options.replace.is_empty() {
        let text = format!("--replace forces the replacement of {}", list(&options.replace));
        notices.push(Notice { code: "REPLACE".into(), address: None, text });
    }
    notices
}
