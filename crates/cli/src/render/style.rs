//! Colours. The meaning never hangs on them: symbols and words carry it.

use anstyle::{AnsiColor, Style};

pub const GOOD: Style = AnsiColor::Green.on_default();
pub const BAD: Style = AnsiColor::Red.on_default();
pub const CHANGE: Style = AnsiColor::Yellow.on_default();
pub const REPLACE: Style = AnsiColor::Magenta.on_default().bold();
pub const RISK: Style = AnsiColor::Red.on_default().bold();
pub const STRONG: Style = Style::new().bold();
pub const QUIET: Style = Style::new().dimmed();

/// The text in that style.
pub fn paint(style: Style, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{style}{text}{style:#}") }
}
