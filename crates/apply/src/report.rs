//! What happens while a plan is carried out, and what came of it.

use recon_diff::sequence::What;
use recon_model::Address;

/// Something that happened.
#[derive(Debug, Clone)]
pub enum Event<'a> {
    Started {
        address: &'a Address,
        what: What,
    },
    /// What AWS does meanwhile, in words.
    Waiting {
        address: &'a Address,
        text: String,
    },
    Finished {
        address: &'a Address,
        what: What,
        seconds: f64,
        note: Option<String>,
    },
    Failed {
        address: &'a Address,
        what: What,
        error: String,
    },
    /// Something that AWS says once, such as a password. It is in no report: who
    /// hears of it shows it to a person and forgets it.
    Secret {
        address: &'a Address,
        text: &'a str,
    },
}

/// Who wants to hear of it.
pub trait Listener: Sync {
    fn event(&self, event: &Event<'_>);
}

/// Nobody does.
impl Listener for () {
    fn event(&self, _: &Event<'_>) {}
}

/// What was done, what was not, and what to do.
#[derive(Debug, Clone, Default)]
pub struct Report {
    pub done: Vec<Done>,
    pub failed: Vec<Failed>,
    /// Steps that were not begun, because something before them failed or
    /// somebody asked for an early end.
    pub not_started: Vec<Address>,
    /// Somebody asked for an early end, and it came early.
    pub stopped: bool,
}

/// One operation that is done.
#[derive(Debug, Clone)]
pub struct Done {
    pub address: Address,
    pub what: What,
    /// How long it took, waiting included.
    pub seconds: f64,
    /// After how long those who wait for it could begin.
    pub made: f64,
    /// A word on the result, such as the new revision.
    pub note: Option<String>,
}

/// One operation that AWS refused, or that did not come to its end.
#[derive(Debug, Clone)]
pub struct Failed {
    pub address: Address,
    pub what: What,
    /// AWS's own words.
    pub error: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Report {
    /// Everything was done.
    pub fn is_whole(&self) -> bool {
        self.failed.is_empty() && self.not_started.is_empty()
    }
}
