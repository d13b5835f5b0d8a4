//! Secrets, wherever they can stand: nothing that a run leaves behind shows one.

mod commands;
mod mistakes;
mod planted;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::behaviour::{Place, Ran};
use planted::{PASSWORD, SECRETS, made};

/// Both streams.
pub fn all(ran: &Ran) -> String {
    format!("{}{}", ran.out(), ran.err())
}

/// Commands that take the stack's variables.
const TAKE_VARIABLES: &[&str] =
    &["plan", "drift", "check", "apply", "destroy", "adopt", "output", "graph", "policy", "unlock"];

/// The command with every secret in its environment and on its line.
fn command(place: &Place, words: &str) -> Command {
    let first = words.split(' ').next().unwrap();
    let other = ["--plan", "pulled"].iter().any(|word| words.contains(word));
    let given = match TAKE_VARIABLES.contains(&first) && !other {
        true => "--var line=hunter2-line --var-file vars.toml",
        false => "",
    };
    let mut command = place.command(&format!("{words} {given} -v"));
    command
        .env("RECON_VAR_npm_token", "hunter2-variable")
        .env("RECON_VAR_db_password", "hunter2-in-a-url")
        .env("RECON_VAR_dsn", "amqp://shop:hunter2-dsn@mq")
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "hunter2-key")
        .env("AWS_SESSION_TOKEN", "hunter2-session");
    command
}

/// Whatever `recon WORDS` says, and says on standard error of its calls.
fn run(place: &Place, words: &str) -> Ran {
    let ran = Ran::of(&mut command(place, words));
    assert_ne!(ran.code(), 64, "{words}: {}", ran.err());
    assert_silent(&format!("`recon {words}`"), &all(&ran), place);
    ran
}

fn assert_silent(what: &str, text: &str, place: &Place) {
    let made = made(place);
    for secret in SECRETS.iter().copied().chain(made.iter().map(String::as_str)) {
        assert!(!text.contains(secret), "{what} shows {secret}:\n{text}");
    }
    // a token of AWS's making is forty hexadecimal digits in the sandbox
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let token = |word: &&str| word.len() == 40 && word.chars().all(|c| c.is_ascii_hexdigit());
    assert_eq!(words.clone().find(token), None, "{what} shows a token:\n{text}");
}

/// Every file but the account itself, and what a person or AWS put secrets into.
fn assert_files_silent(state: &str, place: &Place) {
    let mut found = BTreeMap::new();
    files(&place.path(""), &mut found);
    found.retain(|file, _| {
        let own = |name: &str| Path::new(file).starts_with(place.path(name));
        !["desired", "alone", "vars.toml", ".recon/sandbox.json"].into_iter().any(own)
    });
    assert!(found.keys().any(|file| file.contains("/journal/")) || state == "an empty account");
    for (file, text) in &found {
        assert_silent(&format!("{state}: {file}"), text, place);
    }
}

fn files(folder: &Path, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else {
            let bytes = fs::read(&path).unwrap();
            found.insert(path.display().to_string(), String::from_utf8_lossy(&bytes).into_owned());
        }
    }
}
