//! The one question that recon asks.

use std::io::{BufRead, IsTerminal, Write};

use crate::console::Console;

/// Can anybody answer?
pub fn somebody_is_there() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Only `yes` is yes.
pub fn confirmed(console: &Console, question: &str) -> bool {
    console.say(&format!("{question}\nOnly `yes` goes on: "));
    let _ = std::io::stderr().flush();
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer).is_ok() && answer.trim() == "yes"
}
