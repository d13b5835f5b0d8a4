//! Many stacks for people: each under its folder's name, and what all come to.

use serde_json::Value;

use super::plan::summary_of;
use super::style::{STRONG, paint};
use super::text::clean;
use super::words::count;
use super::{Look, drift, plan};
use crate::estate::{Answer, Estate, Standing};

/// Each stack's own text under a heading, and the total.
pub fn human(estate: &Estate, humans: &[String]) -> String {
    let sections = estate.stacks.iter().zip(humans);
    let mut text: String = sections.map(|(entry, human)| section(&entry.folder, human)).collect();
    text.push_str(&format!("{}\n", total(estate)));
    if estate.standing(Standing::Failed) < estate.stacks.len() {
        text.push_str(&format!("{} {}\n", paint(STRONG, "Plan:"), summary_of(&estate.summary)));
        let kept = match estate.summary.keep {
            0 => String::new(),
            kept => format!("{kept} unchanged · "),
        };
        text.push_str(&format!("      {kept}{}\n", count_calls(estate)));
    }
    text
}

/// What is told of one stack, under its folder's name.
pub fn section(folder: &str, human: &str) -> String {
    format!("{}\n{}\n\n", paint(STRONG, &format!("── {}", clean(folder))), human.trim_end())
}

fn count_calls(estate: &Estate) -> String {
    count(usize::try_from(estate.calls.total).unwrap_or(usize::MAX), "call")
}

/// `── 12 stacks: 10 unchanged, 1 with changes, 1 with errors`.
fn total(estate: &Estate) -> String {
    format!(
        "{} {}",
        paint(STRONG, &format!("── {}:", count(estate.stacks.len(), "stack"))),
        standings(estate)
    )
}

/// `10 unchanged, 1 with changes, 1 with errors`.
pub fn standings(estate: &Estate) -> String {
    let (clean, changes) = match estate.command.as_str() {
        "drift" => ("without drift", "with drift"),
        _ => ("unchanged", "with changes"),
    };
    let words = [
        (Standing::Clean, clean),
        (Standing::Changes, changes),
        (Standing::Unread, "not wholly readable"),
        (Standing::Failed, "with errors"),
    ];
    let counts = words.map(|(standing, word)| (estate.standing(standing), word));
    let told = counts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}"));
    let mut told: Vec<String> = told.collect();
    if told.is_empty() {
        told.push("nothing to tell".to_string());
    }
    let missing = estate.missing.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if !missing.is_empty() {
        told.push(format!("and nobody knows of shard {missing}"));
    }
    told.join(", ")
}

/// What a stack's own run would have shown, from its document alone.
pub fn again(command: &str, answer: &Answer, look: Look) -> String {
    match answer {
        Answer::Plan(found) => plan(command, found, look),
        Answer::Drift(found) => {
            let undo = |address: &str| match address {
                "" => "recon apply".to_string(),
                address => format!("recon apply --target {address}"),
            };
            drift(&found.plan, None, &found.seen, &undo, look)
        }
        Answer::Errors(why) => errors(why),
    }
}

/// An error's words with its place, as far as its document tells them.
fn errors(why: &Value) -> String {
    let listed = |name: &str| why.get(name).and_then(Value::as_array).into_iter().flatten();
    let text = |of: &Value, name: &str| of.get(name).and_then(Value::as_str).unwrap_or_default().to_string();
    let mut lines = Vec::new();
    for error in listed("errors").chain(listed("findings")) {
        let place = error.get("place").filter(|place| !place.is_null()).unwrap_or(error);
        let file = text(place, "file");
        let at = match (file.is_empty(), place.get("line"), place.get("column")) {
            (false, Some(line), Some(column)) => format!("{file}:{line}:{column}: "),
            _ => String::new(),
        };
        let severity =
            Some(text(error, "severity")).filter(|word| !word.is_empty()).unwrap_or("error".into());
        lines.push(clean(&format!("{severity}: {at}{}", text(error, "message"))));
        let help = [text(error, "help"), text(error, "fix")].into_iter().find(|help| !help.is_empty());
        lines.extend(help.map(|help| clean(&format!("  help: {help}"))));
    }
    lines.join("\n")
}
