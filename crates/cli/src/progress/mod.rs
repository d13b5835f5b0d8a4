//! What is going on, on standard error: moving lines where there is a terminal,
//! plain ones where there is none.

mod applying;
pub mod board;
mod reading;

use std::time::Duration;

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

pub use applying::Applying;
pub use reading::Reading;

use crate::render::text::duration;

const TICK: Duration = Duration::from_millis(120);

/// A line that moves, once it ticks; `{took}` is how long it is there, as people say it.
fn moving(template: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner());
    let style = style.with_key("took", |state: &ProgressState, to: &mut dyn std::fmt::Write| {
        // a line that cannot be written has no reader
        let _ = to.write_str(&duration(state.elapsed().as_secs_f64()));
    });
    ProgressBar::new_spinner().with_style(style)
}
