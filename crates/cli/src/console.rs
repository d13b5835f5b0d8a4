//! The two streams: results on standard output, everything else on standard error.

use std::io::{IsTerminal, Write};

use serde::Serialize;

use crate::Failure;
use crate::args::{Format, Output};
use crate::render::{self, Look};

/// Columns where nobody says how many there are.
const COLUMNS: usize = 80;

/// Where text goes, and in which form.
#[derive(Debug)]
pub struct Console {
    pub format: Format,
    pub verbose: bool,
}

impl Console {
    pub fn new(output: &Output, format: Format) -> Self {
        if output.no_color {
            anstream::ColorChoice::Never.write_global();
        }
        Self { format, verbose: output.verbose }
    }

    pub fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// The run's result, in the form that was asked for.
    pub fn result<T: Serialize>(&self, document: &T, human: impl FnOnce(Look) -> String) {
        if self.is_json() {
            self.out(&render::json(document));
        } else {
            self.out(&human(self.look(false)));
        }
    }

    /// How wide, and how much of it.
    pub fn look(&self, full: bool) -> Look {
        Look { width: columns(), full }
    }

    /// Standard output, for results.
    pub fn out(&self, text: &str) {
        // a reader that has gone away (`| head`) is no error of ours
        let _ = anstream::stdout().write_all(text.as_bytes());
    }

    /// Standard error, for everything else.
    pub fn say(&self, text: &str) {
        let _ = anstream::stderr().write_all(text.as_bytes());
    }

    /// What was asked of AWS so far, for those who want to know.
    pub fn calls(&self, calls: &recon_aws::Calls) {
        if self.verbose {
            let each = calls.operations.iter().map(|(name, n)| format!("  {n:>4} {name}\n"));
            self.say(&format!("{} calls to AWS\n{}", calls.total, each.collect::<String>()));
        }
    }

    /// The same for many stacks.
    pub fn calls_of(&self, calls: &recon_model::plan::Calls) {
        if self.verbose {
            let each = calls.by_service.iter().map(|(name, n)| format!("  {n:>4} {name}\n"));
            self.say(&format!("{} calls to AWS\n{}", calls.total, each.collect::<String>()));
        }
    }

    /// Why the command ends with 1; a machine gets its one document all the same.
    pub fn failure(&self, failure: &Failure) {
        self.say(&render::failure(failure, self.look(false)));
        match self.format {
            Format::Json => self.out(&render::errors(failure)),
            // a pull request is told as well
            Format::Markdown => self.out(&render::markdown::failure(failure)),
            _ => {}
        }
    }
}

/// May a spinner turn, may a question be asked?
pub fn progress_moves() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Of the terminal, or what most have.
pub fn columns() -> usize {
    let width = if std::io::stdout().is_terminal() { terminal_size::terminal_size() } else { None };
    width.map_or(COLUMNS, |(width, _)| usize::from(width.0)).clamp(40, 120)
}
