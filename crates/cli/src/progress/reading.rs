//! Progress of the reading.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use indicatif::ProgressBar;

use super::{TICK, moving};
use crate::console::progress_moves;
use crate::render::words::few;

/// Kinds named on the line.
const NAMED: usize = 3;

pub struct Reading {
    bar: ProgressBar,
    verbose: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    read: usize,
    asked: BTreeSet<String>,
}

impl Reading {
    pub fn new(verbose: bool) -> Self {
        let bar = match progress_moves() && !verbose {
            true => moving("{spinner} reading {wide_msg} {took}"),
            false => ProgressBar::hidden(),
        };
        bar.enable_steady_tick(TICK);
        Self { bar, verbose, state: Mutex::default() }
    }

    /// Of one stack among many, which has no line of its own.
    pub fn quiet(verbose: bool) -> Self {
        Self { bar: ProgressBar::hidden(), verbose, state: Mutex::default() }
    }

    pub fn end(&self) {
        self.bar.finish_and_clear();
    }

    /// So many stacks are over.
    pub fn stacks(&self, over: usize, of: usize) {
        self.bar.set_message(format!("{over} of {of} stacks"));
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut state);
        let (read, left) = (state.read, state.asked.len());
        let asked: Vec<String> = state.asked.iter().cloned().collect();
        self.bar.set_message(format!("{read} of {}: {}", read + left, few(&asked, NAMED)));
    }
}

impl recon_observe::Progress for Reading {
    fn reading(&self, kind: &str) {
        self.change(|state| {
            state.asked.insert(kind.to_string());
        });
    }

    fn read(&self, kind: &str, count: usize) {
        self.change(|state| {
            state.asked.remove(kind);
            state.read += 1;
        });
        if self.verbose {
            anstream::eprintln!("read {kind}: {count}");
        }
    }
}
