//! One value on one line.

use serde_json::Value;

use super::text::clean;

/// As it would stand in TOML, roughly; nothing is cut.
pub fn inline(value: &Value) -> String {
    match value {
        Value::Null => "(not set)".to_string(),
        Value::String(text) if plain(text) => clean(text),
        _ => toml(value),
    }
}

/// As it must be written in TOML.
pub fn toml(value: &Value) -> String {
    match value {
        Value::Null => "(not set)".to_string(),
        // JSON's escapes are TOML's too
        Value::String(text) => clean(&Value::from(text.as_str()).to_string()),
        Value::Array(items) if items.is_empty() => "[]".to_string(),
        Value::Array(items) => format!("[{}]", items.iter().map(toml).collect::<Vec<_>>().join(", ")),
        Value::Object(map) if map.is_empty() => "{}".to_string(),
        Value::Object(map) => {
            let pairs = map.iter().map(|(key, value)| format!("{} = {}", toml_key(key), toml(value)));
            format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

fn toml_key(key: &str) -> String {
    let bare = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if bare { key.to_string() } else { clean(&Value::from(key).to_string()) }
}

/// Can it stand without quotes and not be misread?
fn plain(text: &str) -> bool {
    !text.is_empty() && text.trim() == text && !text.starts_with(['[', '{', '"'])
}

/// A document that AWS takes as text, parsed.
pub fn parsed(value: &Value) -> Value {
    let text = value.as_str().filter(|text| text.trim_start().starts_with(['{', '[']));
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_else(|| value.clone())
}

/// A text of several lines.
pub fn is_text_block(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.contains('\n'))
}

/// Neither a list nor a map.
pub fn is_scalar(value: &Value) -> bool {
    !value.is_array() && !value.is_object()
}

/// `container_definitions[api].image` is `api.image` to everybody.
pub fn short_path(path: &str) -> String {
    let inside = path.strip_prefix("container_definitions[").and_then(|rest| rest.split_once(']'));
    match inside {
        Some((name, rest)) => clean(&format!("{name}{rest}")),
        None => clean(path),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_reads_as_in_the_toml() {
        let value = json!({ "target_group": "blue", "container-port": 8080, "a.b": [true, "x"] });
        assert_eq!(
            inline(&value),
            r#"{ "a.b" = [true, "x"], container-port = 8080, target_group = "blue" }"#
        );
        assert_eq!(inline(&json!("blue")), "blue");
        assert_eq!(inline(&json!("")), r#""""#);
        assert_eq!(inline(&json!(" x")), r#"" x""#);
    }

    #[test]
    fn a_container_is_known_by_its_name() {
        assert_eq!(short_path("container_definitions[api].environment.LEVEL"), "api.environment.LEVEL");
        assert_eq!(short_path("load_balancers[0].container_port"), "load_balancers[0].container_port");
    }
}
