//! Text and JSON from a [`Plan`], a report or a failure. Nothing here reads or
//! prints; whatever comes from AWS or a user has its control characters escaped.

mod created;
mod drift;
mod drift_sarif;
pub mod estate;
mod fields;
pub mod findings;
pub mod graph;
pub mod html;
mod layout;
pub mod markdown;
pub mod outputs;
mod plan;
mod policy;
mod problems;
pub mod report;
mod risks;
pub mod secret;
mod step;
pub mod style;
pub mod text;
mod timings;
pub mod trace;
mod value;
mod widening;
pub mod words;
mod written;

use recon_model::plan::{Action, Plan};
use serde::Serialize;

use crate::Exit;
use crate::seen::Seen;

pub use drift::drift;
pub use drift_sarif::drift_sarif;
pub use plan::{LIMITED, plan};
pub use problems::{errors, failure};
pub use risks::about;
pub use timings::timings;

/// How wide, and how much of it.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Columns that a line may take.
    pub width: usize,
    /// Long values and lists whole.
    pub full: bool,
}

impl Look {
    pub fn full(self, full: bool) -> Self {
        Self { full, ..self }
    }
}

/// The JSON form of a drift: the plan that would undo it, and what is new in it.
#[derive(Debug, Serialize)]
pub struct DriftDocument<'a> {
    #[serde(flatten)]
    pub plan: &'a Plan,
    #[serde(flatten)]
    pub seen: &'a Seen,
}

/// One document, ended by a newline.
pub fn json<T: Serialize>(document: &T) -> String {
    // plans and reports are maps with texts as keys: nothing in them can refuse
    let text = serde_json::to_string_pretty(document).unwrap_or_default();
    let mut out = String::with_capacity(text.len() + 1);
    let mut before = None;
    for c in text.chars() {
        // only ever inside a text, where JSON knows another way to write it; a build
        // log obeys `##` wherever it stands
        if c != '\n' && text::is_hidden(c) || (c == '#' && before == Some('#')) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
        before = Some(c);
    }
    out.push('\n');
    out
}

/// Clean, changed, or not to be known: what drift and `--detailed-exitcode` tell.
pub fn verdict(plan: &Plan) -> Exit {
    if unreadable(plan) > 0 {
        Exit::Error
    } else if plan.is_empty() && !plan.notices.iter().any(|notice| notice.code.contains("INVARIANT")) {
        Exit::Clean
    } else {
        Exit::Changes
    }
}

/// Resources and parts of the account that could not be read.
pub fn unreadable(plan: &Plan) -> usize {
    let blind = plan.notices.iter().filter(|notice| notice.code == "BLIND").count();
    let hidden = |action: &Action| {
        matches!(action, Action::Blocked(because)
            if because.iter().any(|because| matches!(because.code.as_str(), "UNREADABLE" | "LOOKUP")))
    };
    blind + plan.steps.iter().filter(|step| hidden(&step.action)).count()
}
