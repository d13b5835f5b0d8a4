//! Runs that are struck in the middle, and what the next run makes of them.
//!
//! A life is what `recon apply` does with a stack, guard and all: lock, journal,
//! reading, plan, walk. A disturbed one is followed by an undisturbed one; then
//! nothing may be left to do, and the account must hold what it would have held.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use recon_apply::guard::{self, Guard, Lock};
use recon_apply::journal::{End, Head, unfinished};
use recon_apply::lock;
use recon_model::Stack;
use recon_sandbox::faults::Mishap;
use recon_sandbox::{CallInfo, Fault, Hook, Lags, Sandbox, State};
use serde_json::Value;
use tempfile::TempDir;

use crate::{World, outline};

/// By then AWS has ended what it was asked to end.
const DRAINED: Duration = Duration::from_secs(15 * 60);

/// Where a run is struck.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The n-th call, from 1.
    Call(u64),
    /// Every call of that operation: `iam CreateRole`.
    Operation(String),
}

/// A call of an undisturbed run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    pub number: u64,
    pub operation: String,
    pub reads: bool,
}

/// An errand on a stack: bring it about, or end it.
pub struct Errand<'a> {
    pub stack: &'a Stack,
    pub destroy: bool,
    /// The account before it.
    pub start: State,
    /// How far its readers are behind.
    pub lags: Lags,
}

impl<'a> Errand<'a> {
    /// Brings a stack about in that account.
    pub fn build(stack: &'a Stack, start: State) -> Self {
        Self { stack, destroy: false, start, lags: Lags::default() }
    }
}

/// What an undisturbed run asks, and what it leaves.
pub struct Undisturbed {
    pub calls: Vec<Made>,
    pub content: Vec<String>,
}

impl Errand<'_> {
    pub async fn undisturbed(&self) -> Undisturbed {
        let folder = folder();
        let world = World::with(Sandbox::new(self.start.clone())).await;
        let calls = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&calls);
        world.sandbox.on_call(Box::new(move |call| {
            seen.lock().unwrap().push(Made {
                number: call.number,
                operation: format!("{} {}", call.service, call.operation),
                reads: call.reads(),
            });
            None
        }));
        self.life(&world, folder.path()).await.unwrap_or_else(|why| panic!("undisturbed: {why}"));
        let calls = calls.lock().unwrap().clone();
        Undisturbed { calls, content: content(&world.sandbox.state()) }
    }

    /// The state that an undisturbed run leaves.
    pub async fn done(&self) -> State {
        let folder = folder();
        let world = World::with(Sandbox::new(self.start.clone())).await;
        self.life(&world, folder.path()).await.unwrap_or_else(|why| panic!("undisturbed: {why}"));
        world.sandbox.state()
    }

    /// Strikes one run, lets another follow, and says what is wrong then.
    /// `Ok(false)`: the run never came to that place.
    pub async fn struck(&self, place: &Place, mishap: Mishap, wanted: &[String]) -> Result<bool, String> {
        let struck = Arc::new(Mutex::new(false));
        let passes = matches!(place, Place::Call(_)) && !matches!(mishap, Mishap::Denied | Mishap::Die(_));
        let (seen, place) = (Arc::clone(&struck), place.clone());
        let hook = move |call: &CallInfo<'_>| -> Option<Fault> {
            let here = match &place {
                Place::Call(number) => call.number == *number,
                Place::Operation(name) => *name == format!("{} {}", call.service, call.operation),
            };
            here.then(|| {
                *seen.lock().unwrap() = true;
                mishap.fault(call.service)
            })
        };
        let first = self.disturbed(Box::new(hook), wanted).await?;
        match first {
            // what passes by itself must not even be noticed
            Err(why) if passes => Err(format!("the struck run did not survive it: {why}")),
            _ => Ok(*struck.lock().unwrap()),
        }
    }

    /// The same under any hook; and what came of the run that was struck.
    pub async fn disturbed(&self, hook: Box<Hook>, wanted: &[String]) -> Result<Result<(), String>, String> {
        let folder = folder();
        let sandbox = Arc::new(Sandbox::new(self.start.clone()));
        sandbox.on_call(hook);
        sandbox.lag(self.lags);
        let first = {
            let world = World::over(Arc::clone(&sandbox)).await;
            tokio::select! {
                ended = self.life(&world, folder.path()) => ended,
                () = sandbox.death() => Err("died".into()),
            }
        };
        sandbox.on_call(Box::new(|_| None));
        let followed = self.follows(sandbox, folder.path(), wanted).await;
        followed.map_err(|why| format!("first run: {first:?}\nthen {why}"))?;
        Ok(first)
    }

    async fn follows(&self, sandbox: Arc<Sandbox>, folder: &Path, wanted: &[String]) -> Result<(), String> {
        let world = World::over(sandbox).await;
        self.life(&world, folder).await?;
        tokio::time::sleep(self.lags.iam.max(self.lags.tags)).await;
        let again = world.plan_with(self.stack, &self.options()).await.plan;
        if !again.is_empty() {
            return Err(format!("left to do:\n{}", outline(&again)));
        }
        let mut left = content(&world.sandbox.state());
        if left != wanted {
            // a service whose end was asked for just before the death drains without anybody's help
            tokio::time::sleep(DRAINED).await;
            left = content(&world.sandbox.state());
        }
        if left != wanted {
            return Err(format!("it holds {left:#?}\ninstead of {wanted:#?}"));
        }
        let head = Head::new("check", &again, "here");
        let open = unfinished(&guard::journals(folder), &head.stack, &head.account, &head.region);
        if !open.is_empty() {
            return Err(format!("a journal is still open: {open:#?}"));
        }
        match lock::look(world.session(), &head.stack).await {
            Ok(None) => Ok(()),
            other => Err(format!("the lock is not free: {other:?}")),
        }
    }

    fn options(&self) -> recon_diff::Options {
        recon_diff::Options { destroy: self.destroy, ..Default::default() }
    }

    /// One run of the command.
    async fn life(&self, world: &World, folder: &Path) -> Result<(), String> {
        let session = world.session();
        let account = session.account().await.map_err(|error| error.to_string())?.to_string();
        let place = guard::journals(folder);
        guard::rest(&unfinished(&place, &self.stack.name, &account, session.region())).await;
        let planned = world.try_plan(self.stack, &self.options()).await?;
        let head = Head::new("apply", &planned.plan, "here");
        if planned.plan.is_empty() {
            return guard::settle(session, folder, &head).await.map_err(|refused| refused.to_string());
        }
        if planned.plan.blocked().count() > 0 {
            return Err(format!("blocked:\n{}", outline(&planned.plan)));
        }
        let guard = Guard::begin(session, folder, head, true).await;
        let guard = guard.map_err(|refused| format!("refused: {refused} {refused:?}"))?;
        let report = world.apply_with(&planned, Arc::clone(&guard.journal)).await?;
        let how = if report.is_whole() { End::Done } else { End::Stopped };
        let ended = guard.end(session, how, report.is_whole()).await;
        match ended.map_err(|error| format!("the lock stays: {error}"))? {
            Lock::Given => {}
            Lock::Lost(by) => return Err(format!("the lock was lost to {by:?}")),
        }
        if report.is_whole() {
            return Ok(());
        }
        Err(format!("{:#?}\nof\n{}", report.failed, outline(&planned.plan)))
    }
}

/// A place for journals. They are synced line by line, which in memory costs nothing.
fn folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

/// What an account holds, without the ids that AWS makes up, and the marks on its users.
pub fn content(state: &State) -> Vec<String> {
    let mut all: Vec<String> = state.remains().iter().map(|arn| plain(arn)).collect();
    let document = serde_json::to_value(state).unwrap();
    for (name, user) in document["global"]["iam"]["users"].as_object().into_iter().flatten() {
        all.extend(tags(user).into_iter().map(|tag| format!("{name}: {}", plain(&tag))));
    }
    all.sort();
    all
}

fn tags(user: &Value) -> Vec<String> {
    let text = user.to_string();
    let marks = text.split('"').filter(|word| word.starts_with("recon:"));
    marks.map(str::to_string).collect()
}

/// Ids are words of hexadecimal digits, among them a digit, or begin as IAM's do.
fn plain(text: &str) -> String {
    let hexadecimal = |word: &str| {
        word.len() >= 4
            && word.chars().all(|c| c.is_ascii_hexdigit())
            && word.contains(|c: char| c.is_ascii_digit())
    };
    let is_id = |word: &str| hexadecimal(word) || word.starts_with("ACCA");
    let words = text.split_inclusive([':', '/', '-', '@']);
    words.map(|word| if is_id(word.trim_end_matches([':', '/', '-', '@'])) { "#" } else { word }).collect()
}
