//! Progress of an apply.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar};
use recon_apply::{Event, Listener};
use recon_diff::sequence::What;
use recon_model::Address;

use super::board::Board;
use super::{TICK, moving};
use crate::console::{columns, progress_moves};
use crate::render::secret;
use crate::render::style::{BAD, GOOD};
use crate::render::text::{clean, cut, duration};
use crate::render::words::{doing, done};

/// Without a terminal, this often a few lines say where it stands.
const HEARTBEAT: Duration = Duration::from_secs(60);

pub struct Applying {
    screen: Option<Screen>,
    began: Instant,
    state: Mutex<State>,
}

struct State {
    board: Board,
    bars: BTreeMap<Address, ProgressBar>,
    /// When it last said where it stands.
    said: Instant,
}

/// The lines of a terminal: a header, what runs, what waits.
struct Screen {
    lines: MultiProgress,
    header: ProgressBar,
    queue: ProgressBar,
}

impl Screen {
    fn new() -> Self {
        let lines = MultiProgress::new();
        let header = lines.add(moving("{msg} · {took}"));
        let queue = lines.add(moving("{msg}"));
        header.enable_steady_tick(TICK);
        Self { lines, header, queue }
    }

    fn show(&self, board: &Board) {
        self.header.set_message(board.header());
        // a line that wraps would not be taken back whole
        let waiting: Vec<String> = board.waiting().iter().map(|line| cut(line, columns())).collect();
        self.queue.set_message(waiting.join("\n"));
        self.queue.tick();
    }
}

impl Applying {
    pub fn new(board: Board) -> Self {
        let screen = progress_moves().then(Screen::new);
        if let Some(screen) = &screen {
            screen.show(&board);
        }
        let now = Instant::now();
        let state = Mutex::new(State { board, bars: BTreeMap::new(), said: now });
        Self { screen, began: now, state }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn line(&self, text: &str) {
        match &self.screen {
            // a line that cannot be written has no reader
            Some(screen) => drop(screen.lines.println(text)),
            None => anstream::eprintln!("{text}"),
        }
    }

    fn started(&self, address: &Address, what: What) {
        let mut state = self.lock();
        state.board.started(address, what, self.began.elapsed());
        if let Some(screen) = &self.screen {
            let bar = moving("{spinner} {prefix} {took} {wide_msg}");
            let bar = screen.lines.insert_before(&screen.queue, bar);
            bar.set_prefix(state.board.name(address));
            bar.set_message(state.board.detail(address));
            bar.enable_steady_tick(TICK);
            state.bars.insert(address.clone(), bar);
            screen.show(&state.board);
        }
    }

    fn waiting(&self, address: &Address, text: &str) {
        let mut state = self.lock();
        state.board.waits(address, text);
        if let Some(bar) = state.bars.get(address) {
            bar.set_message(state.board.detail(address));
        } else if self.screen.is_none() && state.said.elapsed() >= HEARTBEAT {
            state.said = Instant::now();
            state.board.lines(self.began.elapsed()).iter().for_each(|line| self.line(line));
        }
    }

    fn over(&self, address: &Address, what: What) -> String {
        let mut state = self.lock();
        let stand = state.board.over(address, what);
        if let Some(bar) = state.bars.remove(address) {
            bar.finish_and_clear();
        }
        if let Some(screen) = &self.screen {
            screen.show(&state.board);
        }
        stand
    }
}

impl Listener for Applying {
    fn event(&self, event: &Event) {
        match event {
            Event::Started { address, what } => self.started(address, *what),
            Event::Waiting { address, text } => self.waiting(address, text),
            Event::Finished { address, what, seconds, note } => {
                let stand = self.over(address, *what);
                let note = note.as_ref().map(|note| format!("   {}", clean(note))).unwrap_or_default();
                let (word, time) = (done(*what), duration(*seconds));
                self.line(&format!("{GOOD}✓{GOOD:#} {stand} {address} {word}   {time}{note}"));
            }
            Event::Failed { address, what, error } => {
                let stand = self.over(address, *what);
                let (word, error) = (doing(*what), clean(error));
                self.line(&format!("{BAD}✗{BAD:#} {stand} {address} {word} failed: {error}"));
            }
            Event::Secret { address, text } => {
                let terminal = std::io::stderr().is_terminal();
                secret::lines(address, text, terminal).iter().for_each(|line| self.line(line));
            }
        }
    }
}

impl Drop for Applying {
    fn drop(&mut self) {
        if let Some(screen) = &self.screen {
            screen.header.finish_and_clear();
            screen.queue.finish_and_clear();
        }
    }
}
