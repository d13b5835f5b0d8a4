//! A run over many stacks: one client, one dump of IAM, one budget for all; what
//! goes wrong with one stops no other.

use futures_util::stream::{self, StreamExt};
use serde_json::{Value, json};

use crate::args::{Format, StackArgs, StacksArgs, TimingsArgs};
use crate::console::Console;
use crate::engine::{Account, account_of, load};
use crate::estate::{Answer, Entry, Estate};
use crate::link::{Link, within};
use crate::progress::Reading;
use crate::render::{self, estate, findings, markdown};
use crate::timings::{Taken, figures};
use crate::{Exit, Failure};

/// Stacks that are read at the same time: enough to fill the budgets, few enough
/// for the memory of a small runner.
const AT_ONCE: usize = 16;

/// What is done with each of them.
pub struct Many<'a> {
    pub command: &'a str,
    pub stacks: &'a StacksArgs,
    pub timings: &'a TimingsArgs,
    /// A stack in which a check finds an error is not read.
    pub checks: bool,
}

/// What came of one stack.
pub struct Told {
    pub exit: Exit,
    pub result: Answer,
    /// For people, as if it were alone.
    pub human: String,
    /// Its log, where that was asked for.
    pub sarif: Option<Value>,
    pub taken: Taken,
}

/// Does the work on every stack, and tells what came of all of them.
///
/// # Errors
/// When nothing could begin at all.
pub fn run(
    many: &Many<'_>,
    console: &Console,
    work: impl AsyncFn(Account, &StackArgs) -> Result<Told, Failure>,
) -> Result<Exit, Failure> {
    let stacks = many.stacks.each();
    let told = within(&first_account(many, &stacks), &many.stacks.aws, true, async |link: &Link| {
        Ok(all(many, &stacks, link, console, &work).await)
    })?;
    tell(many, &stacks, told, console)
}

/// The number of a sandbox's account that is not there yet.
fn first_account(many: &Many<'_>, stacks: &[StackArgs]) -> String {
    let boxed = many.stacks.aws.sandbox.is_some();
    let mut accounts = stacks.iter().filter(|_| boxed).filter_map(|stack| load(&stack.folder, None).ok());
    accounts.find_map(|stack| Some(stack.home.account).filter(|told| !told.is_empty())).unwrap_or_default()
}

async fn all(
    many: &Many<'_>,
    stacks: &[StackArgs],
    link: &Link,
    console: &Console,
    work: &impl AsyncFn(Account, &StackArgs) -> Result<Told, Failure>,
) -> Vec<Result<Told, Failure>> {
    let bar = Reading::new(console.verbose);
    let one =
        async |stack: &StackArgs| work(account_of(stack, many.checks, link, console).await?, stack).await;
    let mut results = stream::iter(stacks).map(one).buffered(AT_ONCE);
    let mut told = Vec::with_capacity(stacks.len());
    bar.stacks(0, stacks.len());
    while let Some(result) = results.next().await {
        told.push(result);
        bar.stacks(told.len(), stacks.len());
    }
    bar.end();
    told
}

fn tell(
    many: &Many<'_>,
    stacks: &[StackArgs],
    told: Vec<Result<Told, Failure>>,
    console: &Console,
) -> Result<Exit, Failure> {
    let (mut entries, mut humans, mut taken, mut logs) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (stack, told) in stacks.iter().zip(told) {
        let folder = stack.folder.desired.display().to_string();
        match told {
            Ok(told) => {
                taken.push(Taken { stack: folder.clone(), ..told.taken });
                logs.extend(told.sarif);
                humans.push(told.human);
                entries.push(Entry { folder, exit: told.exit.code(), result: told.result });
            }
            Err(failure) => {
                let human = render::failure(&failure, console.look(false));
                if !matches!(console.format, Format::Human | Format::Markdown) {
                    console.say(&estate::section(&folder, &human));
                }
                humans.push(human);
                let why = serde_json::from_str(&render::errors(&failure))
                    .unwrap_or_else(|_| json!({ "errors": [] }));
                entries.push(Entry { folder, exit: Exit::Error.code(), result: Answer::Errors(why) });
            }
        }
    }
    let mut estate = Estate::new(many.command, many.stacks.shard, entries);
    if many.timings.wanted() {
        let calls: Vec<_> = taken.iter().flat_map(|one| one.calls.iter().cloned()).collect();
        estate.calls.timings = Some(figures(&calls));
    }
    match console.format {
        Format::Json => console.out(&render::json(&estate)),
        Format::Sarif => console.out(&render::json(&findings::sarif::joined(logs))),
        Format::Markdown => console.out(&markdown::estate(&estate, &humans)),
        _ => console.out(&estate::human(&estate, &humans)),
    }
    console.calls_of(&estate.calls);
    many.timings.tell(&taken, console)?;
    Ok(estate.exit())
}
