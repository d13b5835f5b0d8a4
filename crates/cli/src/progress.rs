//! What is going on, on standard error: a spinner where there is a terminal,
//! plain lines where there is none.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use recon_apply::{Event, Listener};
use recon_diff::sequence::What;
use recon_model::Address;

use crate::console::progress_moves;
use crate::render::secret;
use crate::render::style::{BAD, GOOD};
use crate::render::text::{clean, duration};
use crate::render::words::{doing, done};

/// Without a terminal, a wait says at most this often that it still waits.
const HEARTBEAT: Duration = Duration::from_secs(60);
const TICK: Duration = Duration::from_millis(120);

fn spinner(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

/// Progress of the reading.
pub struct Reading {
    bar: ProgressBar,
    verbose: bool,
}

impl Reading {
    pub fn new(verbose: bool) -> Self {
        let bar = if progress_moves() && !verbose {
            let bar = ProgressBar::new_spinner().with_style(spinner("{spinner} reading {wide_msg}"));
            bar.enable_steady_tick(TICK);
            bar
        } else {
            ProgressBar::hidden()
        };
        Self { bar, verbose }
    }

    /// Of one stack among many, which has no line of its own.
    pub fn quiet(verbose: bool) -> Self {
        Self { bar: ProgressBar::hidden(), verbose }
    }

    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}

impl recon_observe::Progress for Reading {
    fn reading(&self, kind: &str) {
        self.bar.set_message(kind.to_string());
    }

    fn read(&self, kind: &str, count: usize) {
        if self.verbose {
            anstream::eprintln!("read {kind}: {count}");
        }
    }
}

/// Progress of an apply.
pub struct Applying {
    total: usize,
    screen: Option<MultiProgress>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    finished: usize,
    bars: BTreeMap<Address, ProgressBar>,
    /// What is under way: what it is, since when, when it last said so.
    running: BTreeMap<Address, (What, Instant, Instant)>,
}

impl Applying {
    /// Of so many operations.
    pub fn new(total: usize) -> Self {
        Self { total, screen: progress_moves().then(MultiProgress::new), state: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn line(&self, text: &str) {
        match &self.screen {
            // a line that cannot be written has no reader
            Some(screen) => drop(screen.println(text)),
            None => anstream::eprintln!("{text}"),
        }
    }

    fn started(&self, address: &Address, what: What) {
        let now = Instant::now();
        let mut state = self.lock();
        state.running.insert(address.clone(), (what, now, now));
        if let Some(screen) = &self.screen {
            let bar = ProgressBar::new_spinner().with_style(spinner("{spinner} {wide_msg} {elapsed}"));
            bar.set_message(format!("{address} {}", doing(what)));
            bar.enable_steady_tick(TICK);
            state.bars.insert(address.clone(), screen.add(bar));
        }
    }

    fn waiting(&self, address: &Address, text: &str) {
        let mut state = self.lock();
        let Some((what, since, said)) = state.running.get_mut(address) else { return };
        let (what, since) = (*what, *since);
        if self.screen.is_none() {
            if said.elapsed() >= HEARTBEAT {
                *said = Instant::now();
                let time = duration(since.elapsed().as_secs_f64());
                self.line(&format!("  … {address} {} since {time}: {}", doing(what), clean(text)));
            }
        } else if let Some(bar) = state.bars.get(address) {
            bar.set_message(format!("{address} {}: {}", doing(what), clean(text)));
        }
    }

    fn over(&self, address: &Address) -> usize {
        let mut state = self.lock();
        state.running.remove(address);
        if let Some(bar) = state.bars.remove(address) {
            bar.finish_and_clear();
        }
        state.finished += 1;
        state.finished
    }
}

impl Listener for Applying {
    fn event(&self, event: &Event) {
        match event {
            Event::Started { address, what } => self.started(address, *what),
            Event::Waiting { address, text } => self.waiting(address, text),
            Event::Finished { address, what, seconds, note } => {
                let n = self.over(address);
                let note = note.as_ref().map(|note| format!("   {}", clean(note))).unwrap_or_default();
                let (word, time) = (done(*what), duration(*seconds));
                self.line(&format!("{GOOD}✓{GOOD:#} {n}/{} {address} {word}   {time}{note}", self.total));
            }
            Event::Failed { address, what, error } => {
                let n = self.over(address);
                let word = doing(*what);
                self.line(&format!(
                    "{BAD}✗{BAD:#} {n}/{} {address} {word} failed: {}",
                    self.total,
                    clean(error)
                ));
            }
            Event::Secret { address, text } => {
                let terminal = std::io::stderr().is_terminal();
                secret::lines(address, text, terminal).iter().for_each(|line| self.line(line));
            }
        }
    }
}
