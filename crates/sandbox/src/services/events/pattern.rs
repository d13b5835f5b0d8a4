//! What EventBridge takes for an event pattern and for a schedule.

use serde_json::Value;

use super::invalid;
use crate::refusal::Refusal;

/// A pattern is a JSON object whose leaves are arrays that are not empty.
pub(super) fn check(pattern: &str) -> Result<(), Refusal> {
    let document: Value = serde_json::from_str(pattern).map_err(|_| refused("Invalid JSON"))?;
    if !document.is_object() {
        return Err(refused("Filter is not an object"));
    }
    branch(&document)
}

fn branch(node: &Value) -> Result<(), Refusal> {
    let Some(members) = node.as_object() else { return Ok(()) };
    if members.is_empty() {
        return Err(refused("Empty objects are not allowed"));
    }
    for (name, value) in members {
        match value {
            Value::Array(items) if items.is_empty() => {
                return Err(refused("Empty arrays are not allowed"));
            }
            Value::Array(_) => {}
            Value::Object(_) => branch(value)?,
            _ => return Err(refused(&format!("\"{name}\" must be an object or an array"))),
        }
    }
    Ok(())
}

fn refused(reason: &str) -> Refusal {
    Refusal::bad("InvalidEventPatternException", format!("Event pattern is not valid. Reason: {reason}"))
}

/// `rate(5 minutes)` or `cron(0 12 * * ? *)`.
pub(super) fn check_schedule(expression: &str) -> Result<(), Refusal> {
    let inside = |form: &str| expression.strip_prefix(form).and_then(|rest| rest.strip_suffix(')'));
    let valid = match (inside("rate("), inside("cron(")) {
        (Some(rate), _) => is_rate(rate),
        (None, Some(cron)) => cron.split_whitespace().count() == 6,
        (None, None) => false,
    };
    if valid { Ok(()) } else { Err(invalid("Parameter ScheduleExpression is not valid.")) }
}

/// One takes the singular, more take the plural.
fn is_rate(rate: &str) -> bool {
    let Some((number, unit)) = rate.split_once(' ') else { return false };
    match number.parse::<u32>() {
        Ok(1) => ["minute", "hour", "day"].contains(&unit),
        Ok(2..) => ["minutes", "hours", "days"].contains(&unit),
        _ => false,
    }
}
