//! Words for what happens to a resource.

use recon_diff::sequence::What;

/// `creating`.
pub fn doing(what: What) -> &'static str {
    match what {
        What::Create => "creating",
        What::Update => "updating",
        What::Tidy => "tidying",
        What::Delete => "deleting",
    }
}

/// `created`.
pub fn done(what: What) -> &'static str {
    match what {
        What::Create => "created",
        What::Update => "updated",
        What::Tidy => "tidied",
        What::Delete => "deleted",
    }
}

/// `create`, as the JSON says it.
pub fn order(what: What) -> &'static str {
    match what {
        What::Create => "create",
        What::Update => "update",
        What::Tidy => "tidy",
        What::Delete => "delete",
    }
}

/// `1 step`, `2 steps`.
pub fn count(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// The first few of a list, and how many more there are.
pub fn few(items: &[String], most: usize) -> String {
    let shown = items.iter().take(most).cloned().collect::<Vec<_>>().join(", ");
    match items.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
