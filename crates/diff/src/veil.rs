//! Secrets inside of longer texts: the user's own files, where a mistake's lines
//! are shown, and documents in a field, such as a build specification.
//!
//! No field says there what is secret: names do.
//! Every byte of a secret becomes one star, so that all places stay what they are.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// What a name has in it whose value is nobody's business.
const WORDS: &str = "secret|token|passw|pwd|apikey|api_key|access_key|credential|private_key";

/// A value in quotes, whose end may be missing: in a broken file everything may.
const QUOTED: &str = r#"(?s:"""(.*?)(?:"""|\z))|(?s:'''(.*?)(?:'''|\z))|"((?:[^"\\\n]|\\.)*)|'([^'\n]*)"#;
/// A value of the wrong kind, of which everything is hidden.
const NESTED: &str = r"\[([^\]]*)|\{([^}]*)";

/// `DB_PASSWORD = "…"`, `"OAuthToken": "…"`, YAML's blocks, and values without quotes.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let name = format!(r#"(?i)["']?([\w.-]*(?:{WORDS})[\w.-]*)["']?[ \t]*"#);
    let block = r":[ \t]+[|>][^\n]*\n((?:[ \t]+[^\n]*(?:\n|\z))+)";
    let bare = r#"(?:=[ \t]*|:[ \t]+)([^\s"'\[{][^\n]*)"#;
    Regex::new(&format!("{name}(?:[:=][ \\t]*(?:{QUOTED}|{NESTED})|{block}|{bare})")).ok()
});

/// `{ "name": "DB_PASSWORD", "value": "…" }`, in either order.
static PAIRS: LazyLock<[Option<Regex>; 2]> = LazyLock::new(|| {
    let named = format!(r#"["']?\bname["']?\s*[:=]\s*["'][^"'\n]*(?:{WORDS})[^"'\n]*["']"#);
    let value = |rest: &str| format!(r#"["']?\bvalue["']?\s*[:=]\s*(?:{QUOTED}{rest})"#);
    let nested = format!("|{NESTED}");
    [
        Regex::new(&format!("(?is)(){named}[^{{}}]{{0,400}}?{}", value(&nested))).ok(),
        Regex::new(&format!(r#"(?is)(){}["'][^{{}}]{{0,400}}?{named}"#, value(""))).ok(),
    ]
});

/// `[variables.token]` with its default.
static VARIABLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let table = format!(r#"(\[variables)\.[\w-]*(?:{WORDS})[\w-]*\]"#);
    Regex::new(&format!(r#"(?is){table}[^\[]*?default\s*=\s*(?:{QUOTED})"#)).ok()
});

/// The text with stars in place of what looks secret.
pub fn veiled(text: &str) -> String {
    let places = secret_places(text);
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        if c != '\n' && places.iter().any(|(place, _)| place.contains(&at)) {
            out.push_str(&"*".repeat(c.len_utf8()));
        } else {
            out.push(c);
        }
    }
    out
}

/// Where something stands that looks secret, and its name, if it says one.
pub(crate) fn secret_places(text: &str) -> Vec<(Range<usize>, String)> {
    let mut places = Vec::new();
    for pattern in [&*NAMED, &PAIRS[0], &PAIRS[1], &*VARIABLE].into_iter().flatten() {
        for found in pattern.captures_iter(text) {
            // the name, if that is what was found, and then the value
            let name = found.get(1).map_or("", |name| name.as_str());
            let value = found.iter().skip(2).flatten().next();
            if let Some(value) = value.filter(|value| !is_plain(name, value.as_str())) {
                places.push((value.range(), name.to_string()));
            }
        }
    }
    places
}

/// A reference to a variable, a resource or a secret of AWS's, and a word that says
/// whether there is one, are none.
fn is_plain(name: &str, value: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let names_them = ["secrets", "secret_options", "secretoptions", "credential"];
    let nested = value.contains(['=', ':', '{']) && names_them.iter().any(|own| name.contains(own));
    let word = value.trim_end_matches(',').trim();
    nested || value.starts_with('$') || ["true", "false", "null"].contains(&word)
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
            "DB_PASSWORD = \"\"\"\nhunter2\"\"\"",
            "password = hunter2",
            "password = \"hunter2",
            "OAuthToken = { a = \"hunter2\" }",
            "API_TOKEN: |\n  hunter2\n  hunter2",
            r#"{ "name": "DB_PASSWORD", "value": ["hunter2"] }"#,
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
            r#"secrets = { A = "arn:aws:ssm:x" }"#,
            r#"registry_credential = { credential_provider = "SECRETS_MANAGER" }"#,
            "use_existing_client_secret = true",
            "      - export TOKEN=$(cat token)",
            "name = \"tokens\"\nport = 80",
        ] {
            assert_eq!(veiled(text), text);
        }
    }
}
