//! Lines that fit.

use super::text::{width, wrap};

/// Things in a row, separated by dots, as many to a line as fit.
pub fn flow(items: &[String], columns: usize, indent: &str) -> Vec<String> {
    let room = columns.saturating_sub(indent.len());
    let mut lines: Vec<String> = Vec::new();
    for item in items {
        match lines.last_mut() {
            Some(line) if width(line) + 3 + width(item) <= room => {
                line.push_str(" · ");
                line.push_str(item);
            }
            _ => lines.push(item.clone()),
        }
    }
    lines.into_iter().map(|line| format!("{indent}{line}")).collect()
}

/// Words with a hanging indent under the place where they begin.
pub fn hanging(lead: &str, words: &str, columns: usize) -> Vec<String> {
    wrap(words, columns, lead, &" ".repeat(width(lead)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_takes_as_many_as_fit() {
        let items = ["a: 1", "b: 2", "c: 3"].map(str::to_string);
        assert_eq!(flow(&items, 13, "  "), ["  a: 1 · b: 2", "  c: 3"]);
    }

    #[test]
    fn words_hang_under_their_beginning() {
        assert_eq!(hanging("! DELETE  ", "one two three", 18), ["! DELETE  one two", "          three"]);
    }
}
