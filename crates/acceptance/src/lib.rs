//! A world to test in: a folder of TOML, an account in the sandbox, and the
//! engine between them.

// a harness may panic: every caller is a test
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod disturbed;
pub mod generate;
pub mod matrix;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use recon_apply::Report;
use recon_apply::journal::Journal;
use recon_aws::{Answer, Dropped, InProcess, Options, Session};
use recon_diff::plan;
use recon_model::load::{self, load};
use recon_model::plan::Plan;
use recon_model::{Address, Snapshot, Stack};
use recon_sandbox::{Sandbox, http};
use recon_shapes::codec::WireRequest;

/// An account in the sandbox, and the engine's connection to it.
pub struct World {
    pub sandbox: Arc<Sandbox>,
    session: Session,
}

struct Mounted(Arc<Sandbox>);

impl InProcess for Mounted {
    fn answer(&self, request: WireRequest) -> Answer<'_> {
        Box::pin(async move { http::answer(&self.0, &request).await.map_err(|_| Dropped) })
    }
}

/// What the engine planned, with what it planned from.
pub struct Planned {
    pub stack: Stack,
    pub snapshot: Snapshot,
    pub plan: Plan,
}

impl World {
    /// An empty account.
    pub async fn new() -> Self {
        Self::with(Sandbox::default()).await
    }

    pub async fn with(sandbox: Sandbox) -> Self {
        Self::over(Arc::new(sandbox.recorded())).await
    }

    /// A connection of its own to an account, as another process has it.
    pub async fn over(sandbox: Arc<Sandbox>) -> Self {
        let http: Arc<dyn InProcess> = Arc::new(Mounted(Arc::clone(&sandbox)));
        let options = Options {
            region: Some("ap-northeast-2".into()),
            profile: None,
            max_in_flight: 8,
            http: Some(http),
        };
        let session = Session::connect(options).await.expect("an in-process session needs nothing");
        Self { sandbox, session }
    }

    pub async fn plan(&self, stack: &Stack) -> Planned {
        self.plan_with(stack, &plan_options()).await
    }

    pub async fn plan_with(&self, stack: &Stack, options: &recon_diff::Options) -> Planned {
        self.try_plan(stack, options).await.expect("the sandbox says who we are")
    }

    /// The plan, unless AWS does not even say who we are.
    pub async fn try_plan(&self, stack: &Stack, options: &recon_diff::Options) -> Result<Planned, String> {
        let observed = async |stack: &Stack| {
            let snapshot = recon_observe::observe(stack, &self.session, &()).await;
            snapshot.map_err(|error| error.to_string())
        };
        let (mut stack, mut snapshot) = (stack.clone(), observed(stack).await?);
        if let Some(named) = recon_diff::named(&stack, &snapshot) {
            snapshot = observed(&named).await?;
            stack = named;
        }
        if let Some(renamed) = recon_diff::renamed(&stack, &snapshot, options) {
            (stack, snapshot) = renamed;
        }
        let plan = plan(&stack, &snapshot, options);
        Ok(Planned { stack, snapshot, plan })
    }

    /// The plan of one who only looks: what `recon plan` shows.
    pub async fn glance(&self, stack: &Stack, options: &recon_diff::Options) -> Planned {
        let look = recon_observe::Look::Glance;
        let snapshot = recon_observe::observe_as(stack, &self.session, look, &()).await;
        let mut snapshot = snapshot.expect("the sandbox says who we are");
        let mut planned = plan(stack, &snapshot, options);
        if recon_observe::holdings(&self.session, &planned, &mut snapshot).await {
            planned = plan(stack, &snapshot, options);
        }
        Planned { stack: stack.clone(), snapshot, plan: planned }
    }

    /// Carries a plan out, whatever comes of it.
    pub async fn try_apply(&self, planned: &Planned) -> Report {
        let journal = Arc::new(Journal::none());
        self.apply_with(planned, journal).await.expect("the sandbox says who we are")
    }

    /// The same, noted in a journal.
    pub async fn apply_with(&self, planned: &Planned, journal: Arc<Journal>) -> Result<Report, String> {
        let Planned { stack, snapshot, plan } = planned;
        let options = recon_apply::Options { journal, ..Default::default() };
        let report = recon_apply::apply(stack, snapshot, plan, &self.session, &options, &()).await;
        report.map_err(|error| error.to_string())
    }

    /// Plans and applies; nothing may fail.
    pub async fn apply(&self, stack: &Stack) -> Planned {
        let planned = self.plan(stack).await;
        let report = self.try_apply(&planned).await;
        assert!(report.is_whole(), "{}\n{report:#?}", outline(&planned.plan));
        planned
    }

    /// Plans, applies, and plans again: nothing may be left to do.
    pub async fn converge(&self, stack: &Stack) -> Planned {
        let planned = self.apply(stack).await;
        let again = self.plan(stack).await;
        assert!(again.plan.is_empty(), "left to do after an apply:\n{}", outline(&again.plan));
        planned
    }

    /// Ends everything that the stack owns.
    pub async fn destroy(&self, stack: &Stack) {
        let options = recon_diff::Options { destroy: true, ..plan_options() };
        let planned = self.plan_with(stack, &options).await;
        let report = self.try_apply(&planned).await;
        assert!(report.is_whole(), "{}\n{report:#?}", outline(&planned.plan));
    }

    pub fn session(&self) -> &Session {
        &self.session
    }
}

fn plan_options() -> recon_diff::Options {
    recon_diff::Options::default()
}

/// A plan in few words, for assertions: `~ ecs.cluster.a settings.containerInsights`.
pub fn outline(plan: &Plan) -> String {
    let mut lines = Vec::new();
    for step in plan.steps.iter().filter(|step| step.action.word() != "keep") {
        lines.push(format!("{} {}", step.action.word(), step.address));
        for because in step.action.because() {
            lines.push(format!("  because {}: {}", because.code, because.text));
        }
        if step.action.word() != "create" {
            for change in &step.fields {
                lines.push(format!("  {}: {} -> {}", change.path, change.from, change.to));
            }
        }
    }
    lines.join("\n")
}

/// What a plan changes: `update ecs.cluster.a tags.Team`, a line for each path of
/// each step, or for the step alone where it names no field.
pub fn touched(plan: &Plan) -> Vec<String> {
    let mut lines = Vec::new();
    for step in plan.steps.iter().filter(|step| step.action.word() != "keep") {
        let step_line = format!("{} {}", step.action.word(), step.address);
        if step.fields.is_empty() {
            lines.push(step_line.clone());
        }
        lines.extend(step.fields.iter().map(|change| format!("{step_line} {}", change.path)));
    }
    lines
}

/// The stack of the project's own `desired/`.
pub fn reference() -> Stack {
    read(&root().join("desired"))
}

/// The project's top folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The stack in a folder.
pub fn read(folder: &Path) -> Stack {
    load(folder, &load::Options::default()).unwrap_or_else(|failed| panic!("{:#?}", failed.problems))
}

/// A stack from TOML, `[stack]` and the network's lookups supplied.
pub fn stack(toml: &str) -> Stack {
    stack_named("test", toml)
}

pub fn stack_named(name: &str, toml: &str) -> Stack {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("head.toml"), head(name)).unwrap();
    fs::write(folder.path().join("stack.toml"), toml).unwrap();
    read(folder.path())
}

/// What [`stack`] supplies.
pub fn head(name: &str) -> String {
    format!(
        "[stack]\nname = \"{name}\"\nregion = \"ap-northeast-2\"\naccount = \"123456789012\"\n\
         [lookup.vpc.default]\ndefault = true\n\
         [lookup.subnets.public]\nvpc = \"default\"\navailability_zones = [\"ap-northeast-2a\", \"ap-northeast-2b\"]\n\
         [lookup.subnets.all]\nvpc = \"default\"\n\
         [lookup.security_groups.default]\nvpc = \"default\"\nnames = [\"default\"]\n"
    )
}

/// Runs a test's future to its end, with a clock that waits for nobody.
pub fn paused<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.unwrap().block_on(future)
}

pub fn address(text: &str) -> Address {
    text.parse().unwrap()
}
