//! Feeds broken TOML, JSON, YAML and plan files to everything that reads them,
//! for so many seconds: `just fuzz`, or `cargo run -p recon --example fuzz -- SECONDS [SEED]`.
//!
//! Stable Rust, no instrumentation: whatever was understood in spite of its
//! mutations is kept and mutated further. A panic ends the run with 1; it is told
//! with its place and its input, which is left in `target/fuzz`. So does a case
//! that takes longer than its deadline. What ends the whole process (a stack that
//! overflows) leaves its input in `target/fuzz/now`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test's tool")]

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::exit;
use std::time::{Duration, Instant};

use clap::Parser;
use fastrand::Rng;
use recon::Failure;
use recon::args::{Cli, Command};
use recon::render::{self, Look};
use recon::saved::Saved;
use recon_model::plan::Plan;
use recon_model::{Snapshot, Stack, load};
use sha2::{Digest, Sha256};

/// Slower than this is a finding too.
const DEADLINE: Duration = Duration::from_secs(10);
/// Inputs that were understood and are mutated further.
const KEPT: usize = 400;

const TOKENS: &[&str] = &[
    "[[",
    "]]",
    "{",
    "}",
    "\"",
    "'",
    "\"\"\"",
    "'''",
    "${",
    "${var.",
    "}",
    ".",
    "=",
    ":",
    ",",
    "#",
    "\n",
    "\r\n",
    "\t",
    "\0",
    "\u{1b}[2J",
    "\u{202e}",
    "é",
    "語",
    "\u{feff}",
    "-",
    "- ",
    "? ",
    "&a ",
    "*a",
    "!!binary ",
    "|\n",
    ">-\n",
    "---\n",
    "null",
    "true",
    "9223372036854775808",
    "-1",
    "1e999",
    "0x",
    "nan",
    "1979-05-27T07:32:00Z",
    "\\u0000",
    "\\ud800",
    "[stack]\n",
    "[ecs.service.x]\n",
    "name",
    "arn:aws:",
    "lookup.vpc.default",
    "file = \"",
    "../",
    "name_prefix = \"a\"\n",
    "replace = \"create_first\"\n",
    "moved = [{ from = \"a.b.c\", to = \"a.b.d\" }]\n",
    "prevent_destroy = true\n",
];

/// What the inputs are held against.
struct Ground {
    /// The folder of the reference stack, a copy.
    desired: PathBuf,
    whole: Stack,
    fresh: Plan,
}

struct Corpus {
    name: String,
    seeds: Vec<Vec<u8>>,
    understood: Vec<Vec<u8>>,
    cases: u64,
    accepted: u64,
}

fn main() {
    let mut words = std::env::args().skip(1);
    let seconds: u64 = words.next().and_then(|word| word.parse().ok()).unwrap_or(60);
    let seed: u64 = words.next().and_then(|word| word.parse().ok()).unwrap_or(2026);
    let mut rng = Rng::with_seed(seed);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let left = root.join("target/fuzz");
    let desired = left.join("now");
    let _ = fs::remove_dir_all(&desired);
    fs::create_dir_all(&desired).unwrap();
    let mut corpora = Vec::new();
    for entry in fs::read_dir(root.join("desired")).unwrap() {
        let path = entry.unwrap().path();
        if let (true, Ok(bytes)) = (path.is_file(), fs::read(&path)) {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            put(&desired.join(&name), &bytes);
            corpora.push(corpus(&name, vec![bytes]));
        }
    }
    let whole = stack(&desired).unwrap_or_else(|_| panic!("the reference stack loads"));
    let plan = saved(&whole);
    corpora.push(corpus("plan", vec![plan.clone()]));
    corpora.push(corpus("plan's bytes", vec![plan]));
    let fresh = recon_diff::plan(&whole, &Snapshot::default(), &recon_diff::Options::default());
    corpora.push(corpus("plan.json", vec![serde_json::to_vec_pretty(&fresh).unwrap()]));
    let ground = Ground { desired, whole, fresh };

    std::panic::set_hook(Box::new(|panic| println!("PANIC: {panic}")));
    let started = Instant::now();
    let mut slowest = Duration::ZERO;
    while started.elapsed() < Duration::from_secs(seconds) {
        let at = rng.usize(..corpora.len());
        let input = mutated(&corpora, at, &mut rng);
        let corpus = &corpora[at];
        let begun = Instant::now();
        let result = catch_unwind(AssertUnwindSafe(|| case(&corpus.name, &input, &ground)));
        let took = begun.elapsed();
        slowest = slowest.max(took);
        if result.is_err() || took > DEADLINE {
            let file = left.join(format!("{seed}-{}", corpus.name.replace(['/', ' '], "_")));
            let what = if result.is_err() { "panicked" } else { "was too slow" };
            println!("{} {what} after {took:?}, its input is in {}:", corpus.name, file.display());
            println!("{}", String::from_utf8_lossy(&input).escape_debug());
            put(&file, &input);
            exit(1);
        }
        let corpus = &mut corpora[at];
        corpus.cases += 1;
        if matches!(result, Ok(true)) {
            corpus.accepted += 1;
            if corpus.understood.len() < KEPT {
                corpus.understood.push(input);
            } else {
                let at = rng.usize(..KEPT);
                corpus.understood[at] = input;
            }
        }
    }
    let _ = fs::remove_dir_all(&ground.desired);
    let cases: u64 = corpora.iter().map(|corpus| corpus.cases).sum();
    for corpus in &corpora {
        println!("{:<20} {:>8} cases, {:>8} understood", corpus.name, corpus.cases, corpus.accepted);
    }
    println!("{cases} cases in {seconds} s (seed {seed}): no panic, slowest {slowest:.1?}");
}

/// A full disk is no finding.
fn put(file: &Path, bytes: &[u8]) {
    if let Err(error) = fs::write(file, bytes) {
        println!("{} cannot be written, nothing is known: {error}", file.display());
        exit(2);
    }
}

fn corpus(name: &str, seeds: Vec<Vec<u8>>) -> Corpus {
    Corpus { name: name.into(), seeds, understood: Vec::new(), cases: 0, accepted: 0 }
}

/// One to eight changes of something that was understood.
fn mutated(corpora: &[Corpus], at: usize, rng: &mut Rng) -> Vec<u8> {
    let corpus = &corpora[at];
    let pool = if corpus.understood.is_empty() || rng.bool() { &corpus.seeds } else { &corpus.understood };
    let mut input = pool[rng.usize(..pool.len())].clone();
    for _ in 0..rng.usize(1..=8) {
        let place = |rng: &mut Rng, len: usize| rng.usize(..=len);
        let start = place(rng, input.len());
        let end = (start + rng.usize(..64)).min(input.len());
        match rng.u8(..9) {
            0 if start < input.len() => input[start] ^= 1 << rng.u8(..8),
            1 if start < input.len() => input[start] = rng.u8(..),
            2 => drop(input.drain(start..end)),
            3 => {
                let piece = input[start..end].to_vec();
                let to = place(rng, input.len());
                input.splice(to..to, piece);
            }
            4 => {
                let other = &corpora[rng.usize(..corpora.len())].seeds[0];
                let from = place(rng, other.len());
                let piece = other[from..(from + rng.usize(..256)).min(other.len())].to_vec();
                input.splice(start..end, piece);
            }
            5 if rng.u8(..8) == 0 => input.truncate(start),
            6 if rng.u8(..8) == 0 => {
                let token = TOKENS[rng.usize(..TOKENS.len())].repeat(rng.usize(1..2000));
                input.splice(start..start, token.into_bytes());
            }
            _ => {
                let token = TOKENS[rng.usize(..TOKENS.len())];
                input.splice(start..start, token.bytes());
            }
        }
    }
    input
}

/// Was it understood?
fn case(name: &str, input: &[u8], ground: &Ground) -> bool {
    match name {
        "plan" => {
            // with a hash that fits, so that the reading goes on
            let body = input.iter().position(|byte| *byte == b'\n').map_or(input, |at| &input[at + 1..]);
            read_plan(&framed(body), ground)
        }
        "plan's bytes" => read_plan(input, ground),
        "plan.json" => {
            put(&ground.desired.join("plan"), input);
            serde_json::from_slice(input).is_ok_and(|plan| shown(&plan, ground))
        }
        _ => {
            let desired = &ground.desired;
            let path = desired.join(name);
            let before = fs::read(&path).unwrap();
            put(&path, input);
            let result = catch_unwind(AssertUnwindSafe(|| read_stack(desired)));
            put(&path, &before);
            result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        }
    }
}

/// Shown, and made good as far as `recon apply FILE` goes before its first call.
fn read_plan(bytes: &[u8], ground: &Ground) -> bool {
    put(&ground.desired.join("plan"), bytes);
    match Saved::parse(Path::new("plan"), bytes) {
        Ok(saved) => {
            let renewed = saved.renewed(&ground.whole, &Snapshot::default(), &ground.fresh);
            renewed.map_or_else(|failure| told(&failure), |plan| drop(render::json(&plan)));
            shown(&saved.plan, ground)
        }
        Err(failure) => {
            told(&failure);
            false
        }
    }
}

fn shown(plan: &Plan, ground: &Ground) -> bool {
    render::plan("show", plan, look());
    render::markdown::plan("show", plan, render::markdown::Promise::Anew);
    render::html::plan("show", plan, None);
    render::json(plan);
    recon_rules::runner::policy_for(&ground.whole, plan);
    true
}

fn read_stack(folder: &Path) -> bool {
    match stack(folder) {
        Ok(stack) => {
            recon_rules::check(&stack);
            let plan = recon_diff::plan(&stack, &Snapshot::default(), &recon_diff::Options::default());
            render::plan("plan", &plan, look());
            render::markdown::plan("plan", &plan, render::markdown::Promise::Anew);
            true
        }
        Err(failed) => {
            told(&Failure::from(failed));
            false
        }
    }
}

fn told(failure: &Failure) {
    render::failure(failure, look());
    render::errors(failure);
}

fn look() -> Look {
    Look { width: 80, full: true }
}

fn stack(folder: &Path) -> Result<Stack, load::Failed> {
    load::load(folder, &load::Options::default())
}

/// What `recon plan --out` writes for that stack and an empty account.
fn saved(stack: &Stack) -> Vec<u8> {
    let options = recon_diff::Options::default();
    let snapshot = Snapshot::default();
    let plan = recon_diff::plan(stack, &snapshot, &options);
    let Command::Plan(args) = Cli::parse_from(["recon", "plan"]).command else {
        unreachable!("it is a plan")
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan");
    let one = args.stacks.single().unwrap();
    Saved::of(&one, &options, stack, &snapshot, plan).unwrap().write(&file).unwrap();
    fs::read(&file).unwrap()
}

fn framed(body: &[u8]) -> Vec<u8> {
    let sum: String = Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect();
    [format!("recon-plan 1 {sum} {}\n", body.len()).as_bytes(), body].concat()
}
