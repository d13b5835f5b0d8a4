"""Application Auto Scaling of a service: target, policies and scheduled actions."""

import datetime

from aws import at

from .ecs_service import around

DIMENSION = {"ServiceNamespace": "ecs", "ScalableDimension": "ecs:service:DesiredCount"}
SERVICE = {**DIMENSION, "ResourceId": "service/test/api"}
LISTED = {"ServiceNamespace": "ecs", "ResourceId": "service/test/api"}


def scaled_service(aws):
    given, _ = around(aws, "ECS")
    aws.ask("ecs.create_service", cluster="test", **given)
    aws.later(300)


def scalable_target(aws):
    scaled_service(aws)
    suspended = {
        "DynamicScalingInSuspended": True,
        "DynamicScalingOutSuspended": False,
        "ScheduledScalingSuspended": True,
    }
    given = {**SERVICE, "MinCapacity": 2, "MaxCapacity": 4, "SuspendedState": suspended}
    tags = {"Env": "test", "recon:stack": "s"}
    made = aws("create", "application-autoscaling.register_scalable_target", **given, Tags=tags)
    arn = {"ScalableTargetARN": at(made, "ScalableTargetARN")}
    read = "application-autoscaling.describe_scalable_targets"
    aws.holds(
        aws("read", read, ServiceNamespace="ecs", ResourceIds=["service/test/api"]),
        {"ScalableTargets": [{**given, **arn}]},
    )
    service = aws("read the service", "ecs.describe_services", cluster="test", services=["api"])
    aws.holds(service, {"services": [{"desiredCount": 2}]})
    resource = {"ResourceARN": arn["ScalableTargetARN"]}
    aws("tag", "application-autoscaling.tag_resource", **resource, Tags={"Env": "prod"})
    aws("untag", "application-autoscaling.untag_resource", **resource, TagKeys=["recon:stack"])
    tagged = aws("read tags", "application-autoscaling.list_tags_for_resource", **resource)
    aws.holds(tagged, {"Tags": {"Env": "prod"}})
    changes = {"MaxCapacity": 8, "SuspendedState": {**suspended, "ScheduledScalingSuspended": False}}
    aws.holds(aws("change", "application-autoscaling.register_scalable_target", **SERVICE, **changes), arn)
    aws.holds(aws("read changed", read, ServiceNamespace="ecs"), {"ScalableTargets": [{**given, **changes}]})
    refused_targets(aws)
    scheduled_action(aws)
    aws("delete", "application-autoscaling.deregister_scalable_target", **SERVICE)
    aws.holds(aws("read deleted", read, ServiceNamespace="ecs"), {"ScalableTargets": []})
    again = aws("delete again", "application-autoscaling.deregister_scalable_target", **SERVICE)
    aws.refuses(again, "ObjectNotFoundException")


def refused_targets(aws):
    register = "application-autoscaling.register_scalable_target"
    upside_down = aws("change upside down", register, **SERVICE, MinCapacity=9, MaxCapacity=1)
    aws.refuses(upside_down, "ValidationException")
    other = {**DIMENSION, "ResourceId": "service/test/other"}
    aws.refuses(
        aws("create for no service", register, **other, MinCapacity=1, MaxCapacity=2), "ValidationException"
    )


def scheduled_action(aws):
    name = {**SERVICE, "ScheduledActionName": "night"}
    given = {
        **name,
        "Schedule": "cron(0 22 * * ? *)",
        "Timezone": "Asia/Seoul",
        "StartTime": datetime.datetime(2030, 1, 1, tzinfo=datetime.UTC),
        "EndTime": datetime.datetime(2031, 1, 1, tzinfo=datetime.UTC),
        "ScalableTargetAction": {"MinCapacity": 1, "MaxCapacity": 2},
    }
    aws("schedule", "application-autoscaling.put_scheduled_action", **given)
    read = "application-autoscaling.describe_scheduled_actions"
    found = aws("read scheduled", read, **LISTED)
    aws.holds(found, {"ScheduledActions": [given]})
    changes = {"Schedule": "rate(1 day)", "ScalableTargetAction": {"MaxCapacity": 3}}
    aws("schedule otherwise", "application-autoscaling.put_scheduled_action", **name, **changes)
    aws.holds(aws("read scheduled otherwise", read, **LISTED), {"ScheduledActions": [changes]})
    never = aws(
        "schedule never", "application-autoscaling.put_scheduled_action", **name, Schedule="now and then"
    )
    aws.refuses(never, "ValidationException")
    aws("unschedule", "application-autoscaling.delete_scheduled_action", **name)
    aws.holds(aws("read unscheduled", read, **LISTED), {"ScheduledActions": []})
    again = aws("unschedule again", "application-autoscaling.delete_scheduled_action", **name)
    aws.refuses(again, "ObjectNotFoundException")


def tracking(target, **changes):
    return {
        "TargetValue": target,
        "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
        "ScaleOutCooldown": 60,
        "ScaleInCooldown": 120,
        "DisableScaleIn": True,
        **changes,
    }


def stepping(cooldown):
    return {
        "AdjustmentType": "PercentChangeInCapacity",
        "StepAdjustments": [
            {"MetricIntervalLowerBound": 0.0, "MetricIntervalUpperBound": 10.0, "ScalingAdjustment": 10},
            {"MetricIntervalLowerBound": 10.0, "ScalingAdjustment": 30},
        ],
        "MinAdjustmentMagnitude": 1,
        "Cooldown": cooldown,
        "MetricAggregationType": "Maximum",
    }


POLICIES = {
    "cpu": ("TargetTrackingScaling", tracking(50.0), tracking(70.0, DisableScaleIn=False)),
    "steps": ("StepScaling", stepping(60), stepping(30)),
}


def scaling_policy(aws):
    scaled_service(aws)
    put, read = (
        "application-autoscaling.put_scaling_policy",
        "application-autoscaling.describe_scaling_policies",
    )
    early = {
        "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": tracking(50.0),
    }
    refused = aws("create before its target", put, **SERVICE, PolicyName="early", **early)
    aws.refuses(refused, "ObjectNotFoundException")
    aws.ask("application-autoscaling.register_scalable_target", **SERVICE, MinCapacity=1, MaxCapacity=4)
    for name, (kind, first, second) in POLICIES.items():
        policy = {**SERVICE, "PolicyName": name, "PolicyType": kind}
        for step, configuration in (("create", first), ("change", second)):
            given = {**policy, f"{kind}PolicyConfiguration": configuration}
            aws(f"{step} {name}", put, **given)
            found = aws(f"read after {step} {name}", read, ServiceNamespace="ecs", PolicyNames=[name])
            aws.holds(found, {"ScalingPolicies": [given]})
    mixed = {"PolicyType": "StepScaling", "TargetTrackingScalingPolicyConfiguration": tracking(50.0)}
    aws.refuses(aws("create mixed", put, **SERVICE, PolicyName="mixed", **mixed), "ValidationException")
    aws("list", read, **LISTED)
    delete = "application-autoscaling.delete_scaling_policy"
    for name in POLICIES:
        aws(f"delete {name}", delete, **SERVICE, PolicyName=name)
    aws.refuses(aws("delete again", delete, **SERVICE, PolicyName="cpu"), "ObjectNotFoundException")
    aws.holds(aws("read deleted", read, **LISTED), {"ScalingPolicies": []})
