//! What is secret because of what the user calls it. What AWS's model calls
//! sensitive is `Field::secret`.

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

fn sounds_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let words =
        ["secret", "token", "passw", "pwd", "apikey", "api_key", "access_key", "credential", "private_key"];
    words.iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

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
