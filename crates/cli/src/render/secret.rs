//! What AWS says once: shown on a terminal, and on nothing that keeps what it is shown.

use recon_model::Address;

use super::text::clean;

/// The lines for it. Where no person looks on, nobody is told: a job's log is read by many.
pub fn lines(address: &Address, text: &str, terminal: bool) -> Vec<String> {
    if !terminal {
        return vec![
            format!("{address}: its password is not shown, because there is no terminal to show it on"),
            "    next time: name a `password_file`; for this one:".to_string(),
            "    aws iam reset-service-specific-credential".to_string(),
        ];
    }
    let first = format!("{address}: shown this once, and kept nowhere");
    std::iter::once(first).chain(text.lines().map(|line| format!("    {}", clean(line)))).collect()
}
