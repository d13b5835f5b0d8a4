"""EventBridge rules and what they start."""

import json

from aws import ACCOUNT, at

from .iam import trust
from .tags import TAGS

NAME = {"Name": "on-push"}
PIPELINE = f"arn:aws:codepipeline:ap-northeast-2:{ACCOUNT}:api"


def pattern(branch):
    return json.dumps(
        {
            "source": ["aws.codecommit"],
            "detail-type": ["CodeCommit Repository State Change"],
            "resources": [f"arn:aws:codecommit:ap-northeast-2:{ACCOUNT}:api"],
            "detail": {"referenceType": ["branch"], "referenceName": [branch]},
        }
    )


def starting_role(aws):
    """The ARN of a role in whose name EventBridge may act."""
    document = trust("events.amazonaws.com")
    return aws.ask("iam.create_role", RoleName="starts", AssumeRolePolicyDocument=document)["Role"]["Arn"]


def event_rule(aws):
    role = starting_role(aws)
    given = {
        "Description": "a push starts it",
        "EventPattern": pattern("main"),
        "State": "DISABLED",
        "RoleArn": role,
    }
    made = aws("create", "events.put_rule", **NAME, **given, Tags=TAGS)
    found = aws("read", "events.describe_rule", **NAME)
    aws.holds(found, {**NAME, **given, "EventBusName": "default", "Arn": at(made, "RuleArn")})
    aws.holds(aws("list", "events.list_rules", NamePrefix="on-"), {"Rules": [{**NAME, **given}]})
    arn = at(made, "RuleArn")
    aws("tag", "events.tag_resource", ResourceARN=arn, Tags=[{"Key": "Env", "Value": "prod"}])
    aws("untag", "events.untag_resource", ResourceARN=arn, TagKeys=["recon:stack"])
    tagged = aws("read tags", "events.list_tags_for_resource", ResourceARN=arn)
    aws.holds(tagged, {"Tags": [{"Key": "Env", "Value": "prod"}]})
    changes_of_rule(aws)
    targets_of_rule(aws, role)
    aws.refuses(aws("delete with a target", "events.delete_rule", **NAME), "ValidationException")
    aws("remove targets", "events.remove_targets", Rule="on-push", Ids=["pipeline"])
    aws("delete", "events.delete_rule", **NAME)
    aws("delete again", "events.delete_rule", **NAME)
    aws.refuses(aws("read deleted", "events.describe_rule", **NAME), "ResourceNotFoundException")


def changes_of_rule(aws):
    """What PutRule is not told again is gone."""
    aws("enable", "events.enable_rule", **NAME)
    aws.holds(aws("read enabled", "events.describe_rule", **NAME), {"State": "ENABLED"})
    aws("disable", "events.disable_rule", **NAME)
    aws("change", "events.put_rule", **NAME, ScheduleExpression="rate(1 hour)")
    found = aws("read changed", "events.describe_rule", **NAME)
    aws.holds(found, {"ScheduleExpression": "rate(1 hour)", "State": "ENABLED"})
    if aws.is_sandbox:
        assert not {"EventPattern", "Description", "RoleArn"} & found.keys()
    aws("change back", "events.put_rule", **NAME, EventPattern=pattern("release"))
    neither = aws("put with neither pattern nor schedule", "events.put_rule", **NAME)
    aws.refuses(neither, "ValidationException")
    malformed = aws("put a malformed pattern", "events.put_rule", **NAME, EventPattern='{"source": "x"}')
    aws.refuses(malformed, "InvalidEventPatternException")
    irregular = aws("put a malformed schedule", "events.put_rule", **NAME, ScheduleExpression="rate(1 hours)")
    aws.refuses(irregular, "ValidationException")


def targets_of_rule(aws, role):
    rule = {"Rule": "on-push"}
    queue = f"arn:aws:sqs:ap-northeast-2:{ACCOUNT}:lost"
    start = {
        "Id": "pipeline",
        "Arn": PIPELINE,
        "RoleArn": role,
        "DeadLetterConfig": {"Arn": queue},
        "RetryPolicy": {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 600},
    }
    transformer = {
        "InputPathsMap": {"branch": "$.detail.referenceName"},
        "InputTemplate": '"<branch> was pushed"',
    }
    tell = {
        "Id": "news",
        "Arn": f"arn:aws:sns:ap-northeast-2:{ACCOUNT}:news",
        "InputTransformer": transformer,
    }
    put = aws("put targets", "events.put_targets", **rule, Targets=[start, tell])
    aws.holds(put, {"FailedEntryCount": 0, "FailedEntries": []})
    found = aws("read targets", "events.list_targets_by_rule", **rule)
    if aws.is_sandbox:
        assert {target["Id"]: target for target in found["Targets"]} == {"pipeline": start, "news": tell}
    names = aws("read rules of a target", "events.list_rule_names_by_target", TargetArn=PIPELINE)
    aws.holds(names, {"RuleNames": ["on-push"]})
    plain = {key: start[key] for key in ("Id", "Arn", "RoleArn")}
    changed = {**plain, "Input": '{"why": "a push"}'}
    aws("change a target", "events.put_targets", **rule, Targets=[changed])
    removed = aws("remove targets, one unknown", "events.remove_targets", **rule, Ids=["news", "other"])
    aws.holds(removed, {"FailedEntryCount": 1, "FailedEntries": [{"TargetId": "other"}]})
    found = aws("read targets changed", "events.list_targets_by_rule", **rule)
    aws.holds(found, {"Targets": [changed]})
    targets_that_are_refused(aws, rule, plain)


def targets_that_are_refused(aws, rule, target):
    roleless = {"Id": "roleless", "Arn": PIPELINE}
    refused = aws("put a target without a role", "events.put_targets", **rule, Targets=[roleless])
    aws.refuses(refused, "ValidationException")
    both = {**target, "Input": "{}", "InputPath": "$.detail"}
    refused = aws("put a target with two inputs", "events.put_targets", **rule, Targets=[both])
    aws.refuses(refused, "ValidationException")
    many = [{"Id": f"t{n}", "Arn": f"arn:aws:sns:ap-northeast-2:{ACCOUNT}:t{n}"} for n in range(5)]
    refused = aws("put more than five targets", "events.put_targets", **rule, Targets=many)
    aws.refuses(refused, "LimitExceededException")
    stray = aws("put a target on no rule", "events.put_targets", Rule="other", Targets=[target])
    aws.refuses(stray, "ResourceNotFoundException")
