//! Conditions of listener rules, in the form in which AWS gives them back.

use serde_json::{Value, json};

use crate::form::{has, items, text};
use crate::refusal::Refusal;

use super::refuse;

/// How many values all conditions of one rule may have together.
const MOST: usize = 5;

/// Each field with the member that configures it.
const FIELDS: [(&str, &str); 6] = [
    ("host-header", "HostHeaderConfig"),
    ("path-pattern", "PathPatternConfig"),
    ("http-header", "HttpHeaderConfig"),
    ("http-request-method", "HttpRequestMethodConfig"),
    ("query-string", "QueryStringConfig"),
    ("source-ip", "SourceIpConfig"),
];

/// Checks a rule's conditions and fills in what AWS fills in.
pub(super) fn complete(given: &Value) -> Result<Value, Refusal> {
    let given = given.as_array().map_or(&[][..], Vec::as_slice);
    if given.is_empty() {
        return Err(refuse::invalid("A condition must be specified"));
    }
    let list = given.iter().map(one).collect::<Result<Vec<Value>, Refusal>>()?;
    let values: usize = list.iter().map(count).sum();
    if values > MOST {
        return Err(refuse::invalid(format!("A rule can only have '{MOST}' condition values")));
    }
    for field in ["host-header", "path-pattern", "http-request-method", "source-ip"] {
        if list.iter().filter(|condition| condition["Field"] == field).count() > 1 {
            return Err(refuse::invalid(format!("A rule can only have one '{field}' condition")));
        }
    }
    Ok(Value::Array(list))
}

fn count(condition: &Value) -> usize {
    let Some((_, config)) = FIELDS.iter().find(|(field, _)| condition["Field"] == *field) else { return 0 };
    items(&condition[*config], "Values").len() + items(&condition[*config], "RegexValues").len()
}

fn one(given: &Value) -> Result<Value, Refusal> {
    let field = text(given, "Field");
    let Some((_, config)) = FIELDS.iter().find(|(name, _)| *name == field) else {
        let fields = FIELDS.map(|(name, _)| name).join(", ");
        return Err(refuse::invalid(format!("Condition field '{field}' must be one of '[{fields}]'")));
    };
    if let Some((_, other)) = FIELDS.iter().find(|(name, member)| *name != field && has(given, member)) {
        return Err(refuse::invalid(format!("'{other}' cannot be specified with the field '{field}'")));
    }
    let short = ["host-header", "path-pattern"].contains(&field);
    if !short && has(given, "Values") {
        return Err(refuse::invalid(format!("The 'Values' field is not compatible with '{field}'")));
    }
    let mut settings = if has(given, config) { given[*config].clone() } else { json!({}) };
    for member in ["Values", "RegexValues"] {
        merge(&mut settings, given, member, config)?;
    }
    check_values(field, config, &settings)?;
    let mut condition = json!({"Field": field, *config: settings});
    if short {
        for member in ["Values", "RegexValues"] {
            if has(&settings, member) {
                condition[member] = settings[member].clone();
            }
        }
    }
    Ok(condition)
}

/// The short form and the long one say the same, or only one of them is given.
fn merge(settings: &mut Value, given: &Value, member: &str, config: &str) -> Result<(), Refusal> {
    if !has(given, member) {
        return Ok(());
    }
    if has(settings, member) && settings[member] != given[member] {
        return Err(refuse::invalid(format!("You cannot provide both {member} and '{config}'")));
    }
    settings[member] = given[member].clone();
    Ok(())
}

fn check_values(field: &str, config: &str, settings: &Value) -> Result<(), Refusal> {
    if !has(settings, "Values") && !has(settings, "RegexValues") {
        return Err(refuse::invalid(format!("A condition value must be specified in '{config}'")));
    }
    if field == "http-header" && !has(settings, "HttpHeaderName") {
        return Err(refuse::invalid("An 'HttpHeaderName' must be specified with 'http-header'"));
    }
    for value in items(settings, "Values") {
        let text = value.as_str().or(value["Value"].as_str()).unwrap_or_default();
        if text.is_empty() || text.len() > 128 {
            return Err(refuse::invalid(format!(
                "Condition value '{text}' must have between 1 and 128 characters"
            )));
        }
        if field == "source-ip" && !text.contains('/') {
            return Err(refuse::invalid(format!("'{text}' is not a valid CIDR block")));
        }
    }
    Ok(())
}
