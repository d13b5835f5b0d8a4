//! AWS's patterns of strings.

use std::sync::OnceLock;

use regex::{Regex, bytes};
use serde::Deserialize;

/// A regular expression that a string must match as a whole. Compiled at its
/// first use and kept: that costs a hundred times what a match does.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "String")]
pub struct Pattern {
    text: String,
    /// For texts in ASCII, which nearly all are: Unicode's classes take a hundred
    /// times as long to compile.
    ascii: OnceLock<Option<bytes::Regex>>,
    whole: OnceLock<Option<Regex>>,
}

impl From<String> for Pattern {
    fn from(text: String) -> Self {
        Self { text, ascii: OnceLock::new(), whole: OnceLock::new() }
    }
}

impl Pattern {
    /// The expression as AWS writes it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What cannot be compiled here (look-arounds) is left to AWS to check.
    pub fn matches(&self, text: &str) -> bool {
        let ascii = || bytes::Regex::new(&format!("^(?-u:{})$", in_ascii(&self.text))).ok();
        if text.is_ascii()
            && let Some(regex) = self.ascii.get_or_init(ascii)
        {
            return regex.is_match(text.as_bytes());
        }
        let whole = || Regex::new(&format!("^(?:{})$", portable(&self.text))).ok();
        self.whole.get_or_init(whole).as_ref().is_none_or(|regex| regex.is_match(text))
    }
}

/// AWS writes Java regular expressions; the few constructs that Rust spells
/// otherwise are rewritten.
fn portable(pattern: &str) -> String {
    pattern.replace("\\p{ASCII}", "[\\x00-\\x7F]").replace("\\p{Print}", "[\\x20-\\x7E]").replace("\\/", "/")
}

/// The same where nothing but ASCII comes: what of Unicode's classes is left there.
fn in_ascii(pattern: &str) -> String {
    let letters = portable(pattern).replace("\\p{L}", "[A-Za-z]");
    letters.replace("\\p{N}", "[0-9]").replace("\\p{Z}", "[\\x20]")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SERVICES, service};

    fn whole(text: &str) -> Pattern {
        let pattern = Pattern::from(text.to_string());
        // as if nobody had thought of ASCII
        let _ = pattern.ascii.set(None);
        pattern
    }

    #[test]
    fn every_pattern_of_aws_says_the_same_of_ascii_as_its_unicode_form() {
        let models = SERVICES.iter().filter_map(|name| service(name));
        let patterns =
            models.flat_map(|model| model.shapes.values()).filter_map(|shape| shape.pattern.as_ref());
        let words = [
            "",
            "a",
            "A9",
            "_",
            "shop-prod",
            "a.b",
            "arn:aws:iam::123456789012:role/r",
            "a b",
            "/a/",
            " a",
            "a\nb",
            "v1.2",
            "123456789012",
            "repo/name",
            "cluster-abcdefghijk",
            "${x}",
            "https",
            "0\t1",
            "a@b",
            "eu-west-1",
        ];
        let mut compared = 0;
        for pattern in patterns {
            let whole = whole(pattern.text());
            let single = (0_u8..128).map(|byte| char::from(byte).to_string());
            for text in single.chain(words.map(String::from)) {
                assert_eq!(pattern.matches(&text), whole.matches(&text), "{} of {text:?}", pattern.text());
            }
            compared += usize::from(pattern.ascii.get().is_some_and(Option::is_some));
        }
        assert!(compared > 60, "only {compared} patterns have a form for ASCII");
    }

    #[test]
    fn what_is_no_ascii_is_judged_by_the_unicode_form() {
        let letters = Pattern::from(r"^[\p{L}\p{Z}\p{N}_]*$".to_string());
        assert!(letters.matches("größe 1") && letters.matches("groesse 1") && !letters.matches("größe-1"));
    }
}
