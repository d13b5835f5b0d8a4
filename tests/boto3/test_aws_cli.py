"""The AWS CLI against the sandbox, as it comes: one chain of commands for each protocol.

RECON_SANDBOX_URL=http://127.0.0.1:4600 RECON_AWS_CLI=.venv-cli/bin/aws pytest tests/boto3/test_aws_cli.py
"""

import json
import os
import subprocess

import pytest

from aws import ACCOUNT, REGION, Endpoint
from kinds.ecs_service import around
from kinds.iam import trust

URL = os.environ.get("RECON_SANDBOX_URL")
CLI = os.environ.get("RECON_AWS_CLI")
pytestmark = pytest.mark.skipif(not (URL and CLI), reason="RECON_SANDBOX_URL or RECON_AWS_CLI is not set")

# what the CLI of PyPI leaves with, whoever refused
FAILED = 255


@pytest.fixture(autouse=True)
def sandbox():
    endpoint = Endpoint(URL, True)
    endpoint.reset()
    return endpoint


def start(*words):
    settings = {
        "AWS_ENDPOINT_URL": URL,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "PATH": os.environ["PATH"],
    }
    return subprocess.Popen(
        [CLI, *words], env=settings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def aws(*words):
    """What a command that succeeds prints."""
    command = start(*words)
    output, complaint = command.communicate(timeout=60)
    assert (command.returncode, complaint) == (0, ""), complaint
    return json.loads(output) if output.startswith("{") else output


def refused(*words):
    """What a command that fails says."""
    command = start(*words)
    output, complaint = command.communicate(timeout=60)
    assert (command.returncode, output) == (FAILED, ""), output
    return complaint.strip()


def test_json_log_groups():
    names = ["/ecs/a", "/ecs/b", "/ecs/c"]
    for name in names:
        aws("logs", "create-log-group", "--log-group-name", name)
    aws("logs", "put-retention-policy", "--log-group-name", "/ecs/b", "--retention-in-days", "30")
    found = aws("logs", "describe-log-groups", "--page-size", "1")
    assert [group["logGroupName"] for group in found["logGroups"]] == names
    assert found["logGroups"][1]["retentionInDays"] == 30
    first = aws("logs", "describe-log-groups", "--max-items", "2")
    rest = aws("logs", "describe-log-groups", "--starting-token", first["NextToken"])
    assert [group["logGroupName"] for group in first["logGroups"] + rest["logGroups"]] == names
    assert refused("logs", "create-log-group", "--log-group-name", "/ecs/a") == (
        "An error occurred (ResourceAlreadyExistsException) when calling the CreateLogGroup operation: "
        "The specified log group already exists"
    )


def test_cbor_applications():
    create = ("deploy", "create-application", "--compute-platform", "ECS", "--application-name")
    made = aws(*create, "app", "--tags", "Key=Env,Value=test")
    assert len(made["applicationId"]) == 36
    found = aws("deploy", "get-application", "--application-name", "app")
    assert found["application"]["computePlatform"] == "ECS"
    assert aws("deploy", "list-applications") == {"applications": ["app"]}
    assert "(ApplicationAlreadyExistsException) when calling the CreateApplication" in refused(*create, "app")


def test_query_roles(tmp_path):
    document = tmp_path / "trust.json"
    document.write_text(trust("ecs-tasks.amazonaws.com"))
    create = ("iam", "create-role", "--assume-role-policy-document", f"file://{document}", "--role-name")
    for name in ("run", "task"):
        aws(*create, name)
    found = aws("iam", "get-role", "--role-name", "run")["Role"]
    assert found["Arn"] == f"arn:aws:iam::{ACCOUNT}:role/run"
    assert found["AssumeRolePolicyDocument"] == json.loads(document.read_text())
    listed = aws("iam", "list-roles", "--page-size", "1", "--query", "Roles[].RoleName", "--output", "text")
    assert listed.split() == ["run", "task"]
    assert refused("iam", "get-role", "--role-name", "nobody") == (
        "An error occurred (NoSuchEntity) when calling the GetRole operation: "
        "The role with name nobody cannot be found."
    )


def test_ec2_query_network():
    vpc = aws("ec2", "describe-vpcs", "--filters", "Name=isDefault,Values=true")["Vpcs"][0]["VpcId"]
    within = ("--filters", f"Name=vpc-id,Values={vpc}")
    all_subnets = aws("ec2", "describe-subnets", *within)["Subnets"]
    paged = aws("ec2", "describe-subnets", *within, "--max-items", "2")
    assert paged["Subnets"] == all_subnets[:2]
    never = "vpc-00000000000000000"
    assert refused("ec2", "describe-vpcs", "--vpc-ids", never) == (
        "An error occurred (InvalidVpcID.NotFound) when calling the DescribeVpcs operation: "
        f"The vpc ID '{never}' does not exist"
    )


def test_rest_xml_buckets(sandbox, tmp_path):
    bucket = ("--bucket", "recon-artifacts")
    here = ("--create-bucket-configuration", f"LocationConstraint={REGION}")
    aws("s3api", "create-bucket", *bucket, *here)
    aws("s3api", "put-bucket-versioning", *bucket, "--versioning-configuration", "Status=Enabled")
    assert aws("s3api", "get-bucket-versioning", *bucket) == {"Status": "Enabled"}
    file = tmp_path / "taskdef.json"
    file.write_text('{"family": "api"}')
    aws("s3", "cp", "--quiet", str(file), "s3://recon-artifacts/b")
    for key in ("a", "c"):
        sandbox.ask("s3.put_object", Bucket="recon-artifacts", Key=key, Body=b"")
    found = aws("s3api", "list-objects-v2", *bucket, "--page-size", "1")
    assert [one["Key"] for one in found["Contents"]] == ["a", "b", "c"]
    copy = tmp_path / "copy.json"
    aws("s3api", "get-object", *bucket, "--key", "b", str(copy))
    assert copy.read_text() == file.read_text()
    assert refused("s3api", "delete-bucket", *bucket).startswith(
        "An error occurred (BucketNotEmpty) when calling the DeleteBucket operation: "
        "The bucket you tried to delete is not empty"
    )
    assert refused("s3api", "head-bucket", "--bucket", "recon-nowhere") == (
        "An error occurred (404) when calling the HeadBucket operation: Not Found"
    )


def test_rest_json_notification_rules():
    made = aws("codecommit", "create-repository", "--repository-name", "api")
    resource = ("--resource", made["repositoryMetadata"]["Arn"])
    topic = aws("sns", "create-topic", "--name", "news")["TopicArn"]
    events = ("--event-type-ids", "codecommit-repository-pull-request-created")
    target = ("--targets", f"TargetType=SNS,TargetAddress={topic}", "--detail-type", "FULL")
    create = ("codestar-notifications", "create-notification-rule", *resource, *events, *target, "--name")
    arns = [aws(*create, name)["Arn"] for name in ("news", "more")]
    found = aws("codestar-notifications", "describe-notification-rule", "--arn", arns[0])
    assert (found["Name"], found["DetailType"]) == ("news", "FULL")
    listed = aws("codestar-notifications", "list-notification-rules", "--page-size", "1")
    assert {rule["Arn"] for rule in listed["NotificationRules"]} == set(arns)
    assert "(ResourceAlreadyExistsException) when calling the CreateNotificationRule" in refused(
        *create, "news"
    )


def test_waiters_wait_until_it_is_so(sandbox):
    given, _ = around(sandbox, "ECS")
    sandbox.ask("ecs.create_service", cluster="test", **given)
    subnet = sandbox.ask("ec2.describe_subnets")["Subnets"][0]["SubnetId"]
    balancer = aws(
        "elbv2", "create-load-balancer", "--name", "late", "--type", "network", "--subnets", subnet
    )
    arn = balancer["LoadBalancers"][0]["LoadBalancerArn"]
    waiting = [
        start("ecs", "wait", "services-stable", "--cluster", "test", "--services", "api"),
        start("elbv2", "wait", "load-balancer-available", "--load-balancer-arns", arn),
    ]
    never = refused("ecs", "wait", "services-stable", "--cluster", "test", "--services", "never")
    assert never.startswith("Waiter ServicesStable failed: Waiter encountered a terminal failure state")
    assert [waiter.poll() for waiter in waiting] == [None, None]
    sandbox.later(600)
    assert [(waiter.communicate(timeout=60), waiter.returncode) for waiter in waiting] == [(("", ""), 0)] * 2
