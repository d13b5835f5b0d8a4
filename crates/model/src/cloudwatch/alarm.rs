//! `cloudwatch.alarm`: facts in AWS's API reference, PutMetricAlarm, which
//! replaces the whole alarm.

use crate::kind::{Kind, to};
use crate::schema::RefTo;

/// What an alarm may set off; other actions are ARNs of AWS's.
const ACTION: RefTo = to(&["sns.topic", "autoscaling.policy"], "arn");

pub(crate) fn kind() -> Kind {
    Kind::new(
        "cloudwatch.alarm",
        "cloudwatch",
        "PutMetricAlarmInput",
        "A metric that is watched; a deployment rolls back when it goes off.",
    )
    .cfn("AWS::CloudWatch::Alarm")
    .rename("alarm_name", "name")
    .rename("alarm_description", "description")
    .exports(&["arn", "name"])
    .create_only(&["name"])
    .default("actions_enabled", true)
    .refers("ok_actions", ACTION)
    .refers("alarm_actions", ACTION)
    .refers("insufficient_data_actions", ACTION)
    .pairs("dimensions", "Name", "Value")
    .default("treat_missing_data", "missing")
    .default("evaluate_low_sample_count_percentile", "evaluate")
    // as many as there are periods
    .unmanaged(&["datapoints_to_alarm"])
    .matched_by("metrics", "id")
    .default("metrics.return_data", true)
    .pairs("metrics.metric_stat.metric.dimensions", "Name", "Value")
}
