"""CloudWatch alarms, of one metric and of several."""

from aws import ACCOUNT, at

from .tags import TAGS

NAME = {"AlarmName": "errors"}
NEWS = f"arn:aws:sns:ap-northeast-2:{ACCOUNT}:news"


def alarm(aws):
    given = {
        **NAME,
        "AlarmDescription": "too many",
        "ActionsEnabled": False,
        "OKActions": [NEWS],
        "AlarmActions": [NEWS],
        "InsufficientDataActions": [NEWS],
        "MetricName": "HTTPCode_Target_5XX_Count",
        "Namespace": "AWS/ApplicationELB",
        "Statistic": "Sum",
        "Dimensions": [
            {"Name": "LoadBalancer", "Value": "app/a/1"},
            {"Name": "TargetGroup", "Value": "t/b/2"},
        ],
        "Period": 60,
        "Unit": "Count",
        "EvaluationPeriods": 3,
        "DatapointsToAlarm": 2,
        "Threshold": 10.0,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
    }
    aws("create", "cloudwatch.put_metric_alarm", **given, Tags=TAGS)
    found = aws("read", "cloudwatch.describe_alarms", AlarmNames=["errors"])
    aws.holds(found, {"MetricAlarms": [{**given, "StateValue": "INSUFFICIENT_DATA"}], "CompositeAlarms": []})
    aws.holds(aws("list", "cloudwatch.describe_alarms", AlarmNamePrefix="err"), {"MetricAlarms": [NAME]})
    resource = {"ResourceARN": at(found, "MetricAlarms", 0, "AlarmArn")}
    aws("tag", "cloudwatch.tag_resource", **resource, Tags=[{"Key": "Env", "Value": "prod"}])
    aws("untag", "cloudwatch.untag_resource", **resource, TagKeys=["recon:stack"])
    tagged = aws("read tags", "cloudwatch.list_tags_for_resource", **resource)
    aws.holds(tagged, {"Tags": [{"Key": "Env", "Value": "prod"}]})
    changes_of_alarm(aws, given)
    alarm_of_several(aws)
    refused_alarms(aws, given)
    aws("delete", "cloudwatch.delete_alarms", AlarmNames=["errors", "rate"])
    aws.holds(aws("read deleted", "cloudwatch.describe_alarms"), {"MetricAlarms": []})
    aws.refuses(aws("delete again", "cloudwatch.delete_alarms", AlarmNames=["errors"]), "ResourceNotFound")
    gone = aws("read tags of deleted", "cloudwatch.list_tags_for_resource", **resource)
    aws.refuses(gone, "ResourceNotFoundException")


def changes_of_alarm(aws, given):
    """What PutMetricAlarm is not told again is gone; tags it does not touch."""
    kept = ("MetricName", "Namespace", "Period", "EvaluationPeriods", "ComparisonOperator")
    changed = {
        **NAME,
        **{member: given[member] for member in kept},
        "ExtendedStatistic": "p99",
        "EvaluateLowSampleCountPercentile": "ignore",
        "Threshold": 0.5,
    }
    aws("change", "cloudwatch.put_metric_alarm", **changed)
    found = aws("read changed", "cloudwatch.describe_alarms", AlarmNames=["errors"])
    aws.holds(
        found, {"MetricAlarms": [{**changed, "ActionsEnabled": True, "AlarmActions": [], "Dimensions": []}]}
    )
    if aws.is_sandbox:
        assert (
            not {"Statistic", "Unit", "AlarmDescription", "DatapointsToAlarm"}
            & found["MetricAlarms"][0].keys()
        )


def alarm_of_several(aws):
    metric = {
        "Namespace": "Shop",
        "MetricName": "Orders",
        "Dimensions": [{"Name": "Service", "Value": "api"}],
    }
    orders = {"Metric": metric, "Period": 60, "Stat": "Sum", "Unit": "Count"}
    given = {
        "AlarmName": "rate",
        "EvaluationPeriods": 1,
        "Threshold": 1.0,
        "ComparisonOperator": "LessThanThreshold",
        "Metrics": [
            {"Id": "orders", "MetricStat": orders, "Label": "orders", "ReturnData": False},
            {"Id": "rate", "Expression": "orders / 60", "Label": "a second", "ReturnData": True},
        ],
    }
    aws("create of several", "cloudwatch.put_metric_alarm", **given)
    found = aws("read of several", "cloudwatch.describe_alarms", AlarmNames=["rate"])
    aws.holds(found, {"MetricAlarms": [given]})


def refused_alarms(aws, given):
    def asked(step, without=(), **changes):
        asked = {key: value for key, value in {**given, **changes}.items() if key not in without}
        return aws(step, "cloudwatch.put_metric_alarm", **{**asked, "AlarmName": "bad"})

    both = asked("create of two statistics", ExtendedStatistic="p99")
    aws.refuses(both, "InvalidParameterCombination")
    aws.refuses(asked("create of a crooked period", Period=45), "ValidationError")
    aws.refuses(asked("create of an unknown word", TreatMissingData="whatever"), "ValidationError")
    aws.refuses(asked("create without a threshold", without=["Threshold"]), "MissingParameter")
    days = asked("create over too many days", Period=3600, EvaluationPeriods=200)
    aws.refuses(days, "ValidationError")
