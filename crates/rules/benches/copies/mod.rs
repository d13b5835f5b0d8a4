//! `desired/` many times over in one stack: what a number is put behind is
//! every label, every name and what points at them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

/// Names of AWS's own that stand inside longer texts.
const INSIDE: &[&str] = &["codepipeline-${stack.region}-${stack.account}", "aws-cicd-pipeline-test"];

/// What the pipeline reads of the source, and whose names stand in there.
const FILES: &[&str] = &["appspec.yaml", "buildspec.yml", "taskdef.json"];
const NAMED: &[&str] = &["test-api-td-prod", "ecs-task-role", "ecs-task-exc-role"];

pub fn copies(desired: &Path, count: usize) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(desired, count, folder.path());
    folder
}

pub fn write(desired: &Path, count: usize, folder: &Path) {
    let tables = ["build", "codedeploy", "ecs", "elb", "iam", "notifications", "pipeline", "source"];
    let text = |name: &str| fs::read_to_string(desired.join(name)).unwrap();
    let texts: Vec<(String, String)> =
        tables.iter().map(|name| format!("{name}.toml")).map(|name| (name.clone(), text(&name))).collect();
    let labels: BTreeSet<&str> = texts.iter().flat_map(|(_, text)| text.lines().filter_map(label)).collect();
    let stack = fs::read_to_string(desired.join("stack.toml")).unwrap();
    // outputs are of one copy
    fs::write(folder.join("stack.toml"), stack.split("[outputs]").next().unwrap()).unwrap();
    for n in 0..count {
        let own = |text: String, name: &&str| text.replace(name, &format!("{n}-{name}"));
        for (name, text) in &texts {
            let text = FILES.iter().fold(text.clone(), own);
            fs::write(folder.join(format!("{n}-{name}")), numbered(&text, &labels, n)).unwrap();
        }
        for name in FILES {
            let text = FILES.iter().fold(fs::read_to_string(desired.join(name)).unwrap(), own);
            let text = NAMED.iter().fold(text, |text, name| text.replace(name, &format!("{name}-{n}")));
            fs::write(folder.join(format!("{n}-{name}")), text).unwrap();
        }
    }
}

/// The label in the head of a table.
fn label(line: &str) -> Option<&str> {
    let head = line.trim_start_matches('[').split(']').next()?;
    line.starts_with('[').then(|| head.split('.').nth(2)).flatten()
}

fn numbered(text: &str, labels: &BTreeSet<&str>, n: usize) -> String {
    let lines = text.lines().map(|line| match label(line) {
        None => values(line, labels, n),
        Some(label) => {
            let mut parts: Vec<String> = line.split('.').map(str::to_string).collect();
            parts[2] = parts[2].replace(label, &format!("{label}-{n}"));
            parts.join(".")
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A line's quoted texts.
fn values(line: &str, labels: &BTreeSet<&str>, n: usize) -> String {
    let is_name = line.split('=').next().is_some_and(|key| key.trim_end() == "name");
    let pieces = line.split('"').enumerate().map(|(i, piece)| {
        let last = piece.rsplit('.').next().unwrap_or(piece);
        let dots = piece.matches('.').count();
        let names = labels.contains(last) && (dots == 0 || dots == 2);
        match i {
            i if i % 2 == 0 => piece.to_string(),
            1 if is_name => format!("{piece}-{n}"),
            _ if names => format!("{piece}-{n}"),
            _ if piece.starts_with("arn:") => {
                INSIDE.iter().fold(piece.to_string(), |text, name| text.replace(name, &format!("{name}-{n}")))
            }
            _ => referred(piece, n),
        }
    });
    pieces.collect::<Vec<_>>().join("\"")
}

/// `${ecr.repository.api.arn}`, but not `${stack.region}`.
fn referred(text: &str, n: usize) -> String {
    let pieces = text.split("${").enumerate().map(|(i, piece)| {
        let parts: Vec<&str> = piece.splitn(4, '.').collect();
        match parts[..] {
            [service, kind, label, rest] if i > 0 => format!("{service}.{kind}.{label}-{n}.{rest}"),
            _ => piece.to_string(),
        }
    });
    pieces.collect::<Vec<_>>().join("${")
}
