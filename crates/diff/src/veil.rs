//! Secrets inside of longer texts: the user's own files, where a mistake's lines
//! are shown, and documents in a field, such as a build specification.
//!
//! No field says there what is secret: names do.
//! Every byte of a secret becomes one star, so that all places stay what they are.

use std::sync::LazyLock;

use regex::Regex;

/// What a name has in it whose value is nobody's business.
const WORDS: &str = "secret|token|passw|pwd|apikey|api_key|access_key|credential|private_key";

/// `DB_PASSWORD = "…"`, `"OAuthToken": "…"`, and YAML's bare values.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let name = format!(r#"(?i)["']?[\w.-]*(?:{WORDS})[\w.-]*["']?[ \t]*"#);
    Regex::new(&format!(
        r#"{name}(?:[:=][ \t]*(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)')|:[ \t]+([^\s"'\[{{][^\n]*))"#
    ))
    .ok()
});

/// `{ "name": "DB_PASSWORD", "value": "…" }`, in either order.
static PAIRS: LazyLock<[Option<Regex>; 2]> = LazyLock::new(|| {
    let named = format!(r#"["']?name["']?\s*[:=]\s*["'][^"'\n]*(?:{WORDS})[^"'\n]*["']"#);
    let value = r#"["']?value["']?\s*[:=]\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)')"#;
    [
        Regex::new(&format!("(?is){named}[^{{}}]{{0,400}}?{value}")).ok(),
        Regex::new(&format!("(?is){value}[^{{}}]{{0,400}}?{named}")).ok(),
    ]
});

/// `[variables.token]` with its default.
static VARIABLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let table = format!(r#"\[variables\.[\w-]*(?:{WORDS})[\w-]*\]"#);
    Regex::new(&format!(r#"(?is){table}[^\[]*?default\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)')"#)).ok()
});

/// The text with stars in place of what looks secret.
pub fn veiled(text: &str) -> String {
    let mut secret = vec![false; text.len()];
    for pattern in [&*NAMED, &PAIRS[0], &PAIRS[1], &*VARIABLE].into_iter().flatten() {
        for found in pattern.captures_iter(text) {
            let value = found.iter().skip(1).flatten().next();
            // a reference to a variable or a resource is no secret
            if let Some(value) = value.filter(|value| !value.as_str().starts_with("${")) {
                secret[value.range()].fill(true);
            }
        }
    }
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        if c != '\n' && secret[at] {
            out.push_str(&"*".repeat(c.len_utf8()));
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_secret_is_stars_and_every_place_stays() {
        for text in [
            r#"{ "name": "DB_PASSWORD", "value": "hunter2" }"#,
            "{ \"value\": \"hunter2\",\n  \"name\": \"API_TOKEN\" }",
            "DB_PASSWORD = 'hunter2'",
            r#"configuration = { OAuthToken = "hunter2" }"#,
            "env:\n  variables:\n    SECRET_KEY: hunter2\n",
            "[variables.github_token]\ndescription = \"x\"\ndefault = \"hunter2\"",
        ] {
            let veiled = veiled(text);
            assert!(!veiled.contains("hunter2"), "{veiled}");
            assert_eq!(veiled.len(), text.len());
            assert_eq!(veiled.matches('\n').count(), text.matches('\n').count());
        }
    }

    #[test]
    fn what_is_none_stays_readable() {
        for text in [
            r#"{ "name": "LOG_LEVEL", "value": "debug" }"#,
            r#"secret = "${var.token}""#,
            r#"secrets = [{ name = "A", value_from = "arn:aws:ssm:x" }]"#,
            "name = \"tokens\"\nport = 80",
        ] {
            assert_eq!(veiled(text), text);
        }
    }
}
