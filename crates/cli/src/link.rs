//! The AWS that a run speaks to: one client for each region, however many stacks there are.

use std::collections::BTreeMap;
use std::sync::Arc;

use recon_aws::{InProcess, Session, Shared};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Mutex;

use crate::Failure;
use crate::args::AwsArgs;
use crate::sandbox::{FAULTS, Kept, Mounted};

/// The clients of a run.
pub struct Link {
    /// Where the account is kept, if it is a sandbox.
    pub kept: Option<Kept>,
    calls: usize,
    clients: Mutex<BTreeMap<String, Session>>,
    /// What many stacks ask alike; a run on one stack may change things and reads anew.
    shared: Option<Arc<Shared>>,
}

impl Link {
    fn new(args: &AwsArgs, kept: Option<Kept>, many: bool) -> Self {
        let shared = many.then(Arc::default);
        Self { kept, calls: args.calls(), clients: Mutex::default(), shared }
    }

    /// A handle on the client of a region, with a count of its own.
    ///
    /// # Errors
    /// When the client cannot be made.
    pub async fn session(&self, region: &str) -> Result<Session, Failure> {
        let mut clients = self.clients.lock().await;
        let client = match clients.remove(region) {
            Some(client) => client,
            None => self.connect(region).await?,
        };
        let handle = match &self.shared {
            Some(shared) => client.beside().sharing(Arc::clone(shared)),
            None => client.beside(),
        };
        clients.insert(region.to_string(), client);
        handle.keep_trace();
        Ok(handle)
    }

    async fn connect(&self, region: &str) -> Result<Session, Failure> {
        let options = recon_aws::Options {
            region: Some(region.to_string()),
            profile: None,
            max_in_flight: self.calls,
            http: self.kept.as_ref().map(mounted),
        };
        Ok(Session::connect(options).await?)
    }
}

/// Real time for a real account; for a sandbox, time and faults of its own. `account` is
/// the sandbox's where it is not there yet.
pub fn within<T>(
    account: &str,
    args: &AwsArgs,
    many: bool,
    work: impl AsyncFnOnce(&Link) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let Some(file) = &args.sandbox else {
        return real()?.block_on(async { work(&Link::new(args, None, many)).await });
    };
    boxed()?.block_on(async {
        let kept = Kept::open(file, if account.is_empty() { recon_sandbox::ACCOUNT } else { account })?;
        if let Ok(faults) = std::env::var(FAULTS) {
            kept.disturb(&faults)?;
        }
        let (sandbox, file) = (Arc::clone(&kept.sandbox), kept.clone());
        tokio::select! {
            ended = async { work(&Link::new(args, Some(kept), many)).await } => ended,
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

/// Makes ready for AWS what needs no stack, while the stack is read and checked.
pub fn ahead(args: &AwsArgs) {
    if args.sandbox.is_none() {
        // nobody waits for it, and who ends before it ends it, too
        drop(std::thread::spawn(recon_aws::warm_up));
    }
}

/// For calls over a network.
pub fn real() -> Result<Runtime, Failure> {
    runtime(Builder::new_multi_thread().worker_threads(2))
}

/// One thread and a clock that stands still: all waits pass in virtual time.
pub fn boxed() -> Result<Runtime, Failure> {
    runtime(Builder::new_current_thread().start_paused(true))
}

fn runtime(builder: &mut Builder) -> Result<Runtime, Failure> {
    builder
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("no runtime could be started: {error}")))
}

pub fn mounted(kept: &Kept) -> Arc<dyn InProcess> {
    Arc::new(Mounted(Arc::clone(&kept.sandbox)))
}
