//! `desired/` broken in one place, over and over: does the check say so where
//! AWS would have refused? The sandbox, with AWS's refusals, is the judge.
//!
//! `docs/mutation.md` is made here. So many of each breaker are taken, always the
//! same ones; `MUTATIONS=100` takes more, `MUTATIONS=all` all, `MUTATION_SEED` others,
//! `MUTATION_STACK=examples/b-nlb` another stack.

mod breakers;
mod docs;
mod judge;
mod table;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use recon_acceptance::root;
use serde_json::Value;

use breakers::{BREAKERS, Dice, places, spelled};
use judge::{Verdict, judge};

/// What the test's own sample is picked by, unless another number is asked for.
const SEED: u64 = 4;
/// Of each breaker, unless another number is asked for.
const PART: usize = 12;

fn seed() -> u64 {
    std::env::var("MUTATION_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(SEED)
}

/// The folder that is broken: another one shows whether the rules fit this one alone.
fn stack() -> String {
    std::env::var("MUTATION_STACK").unwrap_or_else(|_| "desired".into())
}

/// One broken file.
pub struct Mutant {
    pub breaker: &'static str,
    /// `ecs.toml: ecs.service.api.launch_type is "FARGAT"`.
    pub what: String,
    pub file: String,
    pub text: String,
}

/// Every file of the stack.
fn files() -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = fs::read_dir(root().join(stack()))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| {
            (path.file_name().unwrap().to_str().unwrap().to_string(), fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// Every place of every file broken in every way that applies to it.
fn mutants() -> Vec<Mutant> {
    let mut all = Vec::new();
    for (file, text) in files() {
        match file.rsplit('.').next() {
            Some("toml") => {
                let document: Value = toml::from_str(&text).unwrap();
                all.extend(broken(&file, &document, |value| toml::to_string(value).ok()));
            }
            Some("json") => {
                let document: Value = serde_json::from_str(&text).unwrap();
                all.extend(broken(&file, &document, |value| serde_json::to_string_pretty(value).ok()));
            }
            _ => all.extend(lines(&file, &text)),
        }
    }
    all
}

fn broken(file: &str, document: &Value, write: impl Fn(&Value) -> Option<String>) -> Vec<Mutant> {
    let mut all = Vec::new();
    for path in places(document) {
        let spelled = spelled(&path);
        // another stack, region or account is another stack
        if ["stack", "variables", "outputs"].iter().any(|top| spelled.starts_with(top)) {
            continue;
        }
        for breaker in BREAKERS {
            let mut value = document.clone();
            let mut dice = Dice::of(seed(), &format!("{file} {spelled} {}", breaker.name));
            let Some(words) = (breaker.apply)(&mut value, &path, &mut dice) else { continue };
            let Some(text) = write(&value) else { continue };
            let what = format!("{file}: {spelled} {words}");
            all.push(Mutant { breaker: breaker.name, what, file: file.into(), text });
        }
    }
    all
}

/// A YAML file is broken by its lines.
fn lines(file: &str, text: &str) -> Vec<Mutant> {
    let lines: Vec<&str> = text.lines().collect();
    let counts = |line: &&str| !line.trim().is_empty() && !line.trim().starts_with('#');
    let mut all = Vec::new();
    for (i, line) in lines.iter().enumerate().filter(|(_, line)| counts(line)) {
        let with = |other: Option<String>| {
            let mut lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
            match other {
                Some(other) => lines[i] = other,
                None => drop(lines.remove(i)),
            }
            lines.join("\n") + "\n"
        };
        let mutant = |breaker, words: &str, text| Mutant {
            breaker,
            what: format!("{file}:{}: `{}` {words}", i + 1, line.trim()),
            file: file.into(),
            text,
        };
        all.push(mutant("leave a line of YAML out", "is left out", with(None)));
        let start = line.find(|c: char| c.is_alphabetic()).unwrap_or(0);
        let cut = format!("{}{}", &line[..start], line[start..].chars().skip(1).collect::<String>());
        all.push(mutant("misspell a line of YAML", "lacks its first letter", with(Some(cut))));
    }
    all
}

/// A part of each breaker's, spread over the files.
fn part(all: Vec<Mutant>, most: usize) -> Vec<Mutant> {
    let mut names: Vec<&str> = all.iter().map(|mutant| mutant.breaker).collect();
    names.sort_unstable();
    names.dedup();
    let mut taken = Vec::new();
    let mut all: Vec<(usize, Mutant)> =
        all.into_iter().map(|m| (Dice::of(seed(), &m.what).below(1_000_000), m)).collect();
    all.sort_by_key(|(chance, _)| *chance);
    for name in names {
        let (own, rest): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, m)| m.breaker == name);
        taken.extend(own.into_iter().take(most).map(|(_, m)| m));
        all = rest;
    }
    taken
}

/// What becomes of each, in the same order. Two at a time.
fn judged(mutants: &[Mutant]) -> Vec<Verdict> {
    let next = AtomicUsize::new(0);
    let verdicts = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let Some(mutant) = mutants.get(i) else { return };
                    let verdict = catch_unwind(AssertUnwindSafe(|| judge(mutant)))
                        .unwrap_or_else(|_| panic!("{} makes recon panic", mutant.what));
                    if let Some(line) = table::missed(mutant, &verdict) {
                        eprintln!("{line}");
                    }
                    verdicts.lock().unwrap().push((i, verdict));
                }
            });
        }
    });
    let mut verdicts = verdicts.into_inner().unwrap();
    verdicts.sort_by_key(|(i, _)| *i);
    verdicts.into_iter().map(|(_, verdict)| verdict).collect()
}

#[test]
fn what_aws_would_refuse_is_found_by_the_check() {
    let wanted = std::env::var("MUTATIONS").ok();
    let most = match wanted.as_deref() {
        Some("all") => usize::MAX,
        Some(number) => number.parse().unwrap_or(PART),
        None => PART,
    };
    let mutants = part(mutants(), most);
    let verdicts = judged(&mutants);
    let table = table::Table::of(&mutants, &verdicts);
    let missed: Vec<String> = mutants
        .iter()
        .zip(&verdicts)
        .filter_map(|(mutant, verdict)| table::missed(mutant, verdict))
        .collect();
    let section = match &wanted {
        Some(wanted) => docs::longer(&stack(), wanted, seed(), &table, &missed),
        None => docs::sample(&table),
    };
    if std::env::var_os("UPDATE_DOCS").is_some() && stack() == "desired" {
        docs::write(&section);
    }
    eprintln!("{}", table.rows());
    assert!(table.refused() >= 40, "the sandbox refuses too little to tell:\n{}", table.rows());
    assert!(table.caught() * 100 >= table.refused() * 95, "{}\n{}", table.rows(), missed.join("\n"));
    // a longer run is as current as its last making, which it says
    assert!(wanted.is_some() || docs::has(&section), "docs/mutation.md is out of date: {}", docs::COMMAND);
}
