//! What is secret because of what the user calls it. What AWS's model calls
//! sensitive is `Field::secret`.

use std::collections::BTreeSet;

/// What stands in a plan, and in an error, for what nobody may read.
pub const HIDDEN: &str = "(hidden)";

/// What is shorter stands in other texts by chance.
const SHORTEST: usize = 6;

/// Maps with keys of the user's own.
const USERS_OWN: [&str; 5] = ["environment.", "options.", "driver_opts.", "docker_labels.", "extra_params."];

/// Does the path name something secret? Only for what the user names: environment,
/// options, labels. Such a name may have dots in it.
pub fn looks_secret(path: &str) -> bool {
    // a build's variable is an item with a name
    let of_a_build = path.strip_suffix("].value").and_then(|path| path.rsplit_once("environment_variables["));
    if let Some((_, name)) = of_a_build {
        return sounds_secret(name);
    }
    USERS_OWN.iter().any(|own| {
        // at the beginning of a path it is a build's environment, of AWS's own fields
        let mut places = path.match_indices(own).filter(|(at, _)| *at > 0);
        places.any(|(at, _)| sounds_secret(&path[at + own.len()..]))
    })
}

/// Values of the stack's variables that nobody may read, wherever they are put:
/// `postgres://shop:${var.db_password}@db` is hidden under any name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Secrets(BTreeSet<String>);

impl Secrets {
    pub fn add(&mut self, text: &str) {
        // a place where a secret is kept is told by everybody
        if !text.is_empty() && !text.starts_with("arn:") {
            self.0.insert(text.to_string());
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Does one of them stand in the text?
    pub fn stand_in(&self, text: &str) -> bool {
        self.0
            .iter()
            .any(|secret| text == secret || (secret.len() >= SHORTEST && text.contains(secret.as_str())))
    }

    /// The text without them.
    pub fn without(&self, text: &str) -> String {
        // the longest first: one may stand in another
        let mut secrets: Vec<&String> = self.0.iter().collect();
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets.into_iter().fold(text.to_string(), |text, secret| match secret.len() {
            SHORTEST.. => text.replace(secret.as_str(), HIDDEN),
            _ if text == *secret => HIDDEN.to_string(),
            _ => text,
        })
    }
}

/// Is a value of that name nobody's business?
pub fn sounds_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let words =
        ["secret", "token", "passw", "pwd", "apikey", "api_key", "access_key", "credential", "private_key"];
    words.iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_taken_out_of_longer_texts_and_a_short_one_only_where_it_is_all() {
        let mut secrets = Secrets::default();
        for text in ["hunter2", "hunter2-and-more", "abc", "", "arn:aws:ssm:x"] {
            secrets.add(text);
        }
        assert_eq!(secrets.without("db://u:hunter2-and-more@h, hunter2"), "db://u:(hidden)@h, (hidden)");
        assert_eq!(secrets.without("abc"), "(hidden)");
        for text in ["abcdef", "arn:aws:ssm:x", ""] {
            assert_eq!(secrets.without(text), text);
            assert!(!secrets.stand_in(text));
        }
    }

    #[test]
    fn a_name_may_have_dots() {
        for path in [
            "container_definitions[api].environment.spring.datasource.password",
            "container_definitions[api].docker_labels.auth.token",
            "environment.environment_variables[npm.token].value",
            "default_actions[0].authenticate_oidc_config.authentication_request_extra_params.api_key",
        ] {
            assert!(looks_secret(path), "{path}");
        }
        for path in [
            "environment.registry_credential.credential",
            "environment.environment_variables[npm.token].type",
            "container_definitions[api].environment.spring.profiles.active",
            "container_definitions[api].log_configuration.secret_options[x].value_from",
        ] {
            assert!(!looks_secret(path), "{path}");
        }
    }
}
