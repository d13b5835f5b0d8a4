//! What becomes of a broken stack: with recon's check, and without it.

use std::fs;
use std::sync::Arc;

use recon_acceptance::{World, outline, paused, root};
use recon_model::Stack;
use recon_model::load::{Options, load};
use recon_rules::{Severity, check};
use recon_sandbox::Sandbox;

use super::Mutant;

pub struct Verdict {
    /// It is no stack: nobody can try it in the sandbox.
    pub unread: bool,
    /// Ids of the rules that find an error.
    pub found: Vec<&'static str>,
    /// Why the sandbox refuses it, if it does.
    pub refused: Option<String>,
}

pub fn judge(mutant: &Mutant) -> Verdict {
    let folder = tempfile::tempdir().unwrap();
    let files = fs::read_dir(root().join(super::stack())).unwrap().map(|entry| entry.unwrap().path());
    for path in files.filter(|path| path.is_file()) {
        fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    fs::write(folder.path().join(&mutant.file), &mutant.text).unwrap();
    let Ok(stack) = load(folder.path(), &Options::default()) else {
        return Verdict { unread: true, found: Vec::new(), refused: None };
    };
    let errors = check(&stack).into_iter().filter(|finding| finding.severity == Severity::Error);
    let found = errors.map(|finding| finding.rule.id).collect();
    Verdict { unread: false, found, refused: paused(refusal(&stack)) }
}

/// Applied to an empty account; what a creating call does not take, an update sets.
async fn refusal(stack: &Stack) -> Option<String> {
    // what a broken stack asks for is wrong on purpose: botocore is not to judge it
    let world = World::over(Arc::new(Sandbox::default())).await;
    for _ in 0..2 {
        let planned = world.plan(stack).await;
        if planned.plan.is_empty() {
            return None;
        }
        if planned.plan.blocked().count() > 0 {
            return Some(format!("blocked: {}", first(&outline(&planned.plan), "blocked")));
        }
        let report = world.try_apply(&planned).await;
        if let Some(failed) = report.failed.first() {
            return Some(format!("{}: {}", failed.address, failed.error));
        }
    }
    let again = world.plan(stack).await;
    (!again.plan.is_empty())
        .then(|| format!("does not converge: {}", outline(&again.plan).replace('\n', " ")))
}

/// The line that begins with this word, and the next one.
fn first(text: &str, word: &str) -> String {
    text.lines().skip_while(|line| !line.starts_with(word)).take(2).collect::<Vec<_>>().join(" ")
}
