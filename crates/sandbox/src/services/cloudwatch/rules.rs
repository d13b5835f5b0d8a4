//! What an alarm must be to make sense to CloudWatch.

use serde_json::{Value, json};

use crate::context::Context;
use crate::form::{items, text, texts};
use crate::refusal::Refusal;

const DAY: u64 = 86_400;

pub(super) fn check(cx: &Context<'_>, input: &Value) -> Result<(), Refusal> {
    check_actions(cx, input)?;
    check_words(input)?;
    let single = !input["MetricName"].is_null();
    let several = !items(input, "Metrics").is_empty();
    let query = !input["EvaluationCriteria"].is_null();
    match [single, several, query].iter().filter(|way| **way).count() {
        0 => Err(missing("MetricName, Metrics or EvaluationCriteria")),
        1 if query => Ok(()),
        1 if several => check_metrics(input).and_then(|()| check_comparison(input)),
        1 => check_single(input).and_then(|()| check_comparison(input)),
        _ => Err(combination("MetricName, Metrics and EvaluationCriteria are mutually exclusive")),
    }
}

fn check_single(input: &Value) -> Result<(), Refusal> {
    for member in ["Namespace", "Period"] {
        need(input, member)?;
    }
    match (input["Statistic"].is_null(), input["ExtendedStatistic"].is_null()) {
        (true, true) => return Err(missing("Statistic or ExtendedStatistic")),
        (false, false) => return Err(combination("Statistic and ExtendedStatistic are mutually exclusive")),
        _ => {}
    }
    if !input["ThresholdMetricId"].is_null() {
        return Err(combination("ThresholdMetricId needs Metrics"));
    }
    let period = input["Period"].as_u64().unwrap_or_default();
    if !matches!(period, 10 | 20 | 30) && !period.is_multiple_of(60) {
        return Err(invalid(format!("Period must be 10, 20, 30 or a multiple of 60, not {period}")));
    }
    let longest = if period < 3600 { DAY } else { 7 * DAY };
    if period.saturating_mul(input["EvaluationPeriods"].as_u64().unwrap_or_default()) > longest {
        let span = if longest == DAY { "a day" } else { "seven days" };
        return Err(invalid(format!(
            "Metrics cannot be checked across more than {span} \
             (EvaluationPeriods * Period must be <= {longest})."
        )));
    }
    Ok(())
}

fn check_metrics(input: &Value) -> Result<(), Refusal> {
    let single = ["Namespace", "Dimensions", "Period", "Unit", "Statistic", "ExtendedStatistic"];
    if let Some(member) = single.iter().find(|member| !input[**member].is_null()) {
        return Err(combination(format!("{member} cannot be used together with Metrics")));
    }
    let metrics = items(input, "Metrics");
    for metric in metrics {
        let ways = ["MetricStat", "Expression"].iter().filter(|way| !metric[**way].is_null()).count();
        if ways != 1 {
            return Err(invalid(format!("{} needs either MetricStat or Expression", text(metric, "Id"))));
        }
        if metrics.iter().filter(|other| other["Id"] == metric["Id"]).count() > 1 {
            return Err(invalid(format!("The Id {} is used twice in Metrics", text(metric, "Id"))));
        }
    }
    // a metric's data are returned unless it says otherwise
    let returned = metrics.iter().filter(|metric| metric["ReturnData"] != json!(false)).count();
    let band = !input["ThresholdMetricId"].is_null();
    if returned != 1 && !band {
        return Err(invalid("Exactly one element of the metrics list should return data."));
    }
    Ok(())
}

fn check_comparison(input: &Value) -> Result<(), Refusal> {
    for member in ["EvaluationPeriods", "ComparisonOperator"] {
        need(input, member)?;
    }
    match (input["Threshold"].is_null(), input["ThresholdMetricId"].is_null()) {
        (true, true) => return Err(missing("Threshold")),
        (false, false) => return Err(combination("Threshold and ThresholdMetricId are mutually exclusive")),
        _ => {}
    }
    if input["DatapointsToAlarm"].as_u64() > input["EvaluationPeriods"].as_u64() {
        return Err(invalid("DatapointsToAlarm must be less than or equal to EvaluationPeriods"));
    }
    Ok(())
}

fn check_words(input: &Value) -> Result<(), Refusal> {
    let allowed: [(&str, &[&str]); 2] = [
        ("TreatMissingData", &["breaching", "notBreaching", "ignore", "missing"]),
        ("EvaluateLowSampleCountPercentile", &["evaluate", "ignore"]),
    ];
    for (member, words) in allowed {
        let said = input[member].as_str();
        if let Some(word) = said.filter(|word| !words.contains(word)) {
            let words = words.join(", ");
            return Err(invalid(format!(
                "Option {word} is not supported for {member}: it is one of {words}"
            )));
        }
    }
    Ok(())
}

/// Actions are ARNs; those of SNS are in the alarm's region. That the topic exists is not asked.
fn check_actions(cx: &Context<'_>, input: &Value) -> Result<(), Refusal> {
    for list in ["OKActions", "AlarmActions", "InsufficientDataActions"] {
        for arn in texts(input, list) {
            let parts: Vec<&str> = arn.splitn(6, ':').collect();
            let ["arn", _, service, region, ..] = parts[..] else {
                return Err(invalid(format!("Invalid arn syntax: {arn}")));
            };
            if service == "sns" && region != cx.region {
                let message = format!("Invalid region {region} specified. Only {} is supported.", cx.region);
                return Err(invalid(message));
            }
        }
    }
    Ok(())
}

fn need(input: &Value, member: &str) -> Result<(), Refusal> {
    if input[member].is_null() { Err(missing(member)) } else { Ok(()) }
}

fn missing(what: &str) -> Refusal {
    Refusal::bad("MissingParameter", format!("The parameter {what} is required."))
}

fn combination(message: impl Into<String>) -> Refusal {
    Refusal::bad("InvalidParameterCombination", message)
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::bad("ValidationError", message)
}
