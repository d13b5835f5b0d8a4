"""boto3 against the sandbox: each service in the protocol that boto3 speaks to it.

Needs a running sandbox, RECON_SANDBOX_URL=http://127.0.0.1:4600. The tests ask
only what the frame answers before a service's handler is reached, so they hold
whatever the handlers do.
"""

import os

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

URL = os.environ.get("RECON_SANDBOX_URL")
pytestmark = pytest.mark.skipif(not URL, reason="RECON_SANDBOX_URL is not set")


def client(service):
    return boto3.client(
        service,
        endpoint_url=URL,
        region_name="ap-northeast-2",
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
    )


# One operation of each service that recon does not speak.
UNKNOWN = {
    "application-autoscaling": ("get_predictive_scaling_forecast", {}),
    "cloudwatch": ("list_dashboards", {}),
    "codebuild": ("list_curated_environment_images", {}),
    "codecommit": ("list_approval_rule_templates", {}),
    "codedeploy": ("list_on_premises_instances", {}),
    "codepipeline": ("list_action_types", {}),
    "codestar-notifications": ("list_event_types", {}),
    "ec2": ("describe_key_pairs", {}),
    "ecr": ("describe_registry", {}),
    "ecs": ("list_account_settings", {}),
    "elbv2": ("describe_ssl_policies", {}),
    "events": ("list_api_destinations", {}),
    "iam": ("list_mfa_devices", {}),
    "kms": ("list_retirable_grants", {"RetiringPrincipal": "x"}),
    "logs": ("describe_destinations", {}),
    "resourcegroupstaggingapi": ("get_tag_keys", {}),
    "s3": ("get_bucket_acl", {"Bucket": "b"}),
    "servicediscovery": ("get_instances_health_status", {"ServiceId": "s"}),
    "sns": ("list_phone_numbers_opted_out", {}),
    "sts": ("get_session_token", {}),
}


@pytest.mark.parametrize("service", UNKNOWN)
def test_an_operation_that_the_sandbox_lacks_is_an_error_with_that_code(service):
    operation, arguments = UNKNOWN[service]
    with pytest.raises(ClientError) as caught:
        getattr(client(service), operation)(**arguments)
    error = caught.value.response
    assert error["Error"]["Code"] == "UnknownOperationException"
    assert service in error["Error"]["Message"]
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert error["ResponseMetadata"]["RequestId"]


# A mistake deep inside an input, and how the sandbox names it: it can do so only
# if it read everything around it. One service per protocol, and all that speak CBOR.
MISTAKES = {
    "json": (
        "ecs",
        "create_cluster",
        {"clusterName": "c", "settings": [{"name": "bogus", "value": "é"}]},
        ["settings[0].name: is not one of [containerInsights]"],
    ),
    "query": (
        "elbv2",
        "create_target_group",
        {"Name": "blue", "Port": 80, "Matcher": {"HttpCode": "200"}, "Tags": [{"Value": "v"}, {"Key": ""}]},
        ["Tags[0]: required member Key is missing", "Tags[1].Key: 0 characters, at least 1 needed"],
    ),
    "query, another service": (
        "iam",
        "create_role",
        {"RoleName": "a b", "AssumeRolePolicyDocument": '{"a": "&%"}', "MaxSessionDuration": 5},
        ["RoleName: does not match [\\w+=,.@-]+", "MaxSessionDuration: 5 is outside 3600 to 43200"],
    ),
    "ec2": (
        "ec2",
        "describe_subnets",
        {"Filters": [{"Name": "vpc-id", "Values": ["vpc-1"]}], "MaxResults": 1},
        ["MaxResults: 1 is outside 5 to 1000"],
    ),
    "rest-xml": (
        "s3",
        "put_bucket_versioning",
        {"Bucket": "b", "VersioningConfiguration": {"Status": "Perhaps"}},
        ["VersioningConfiguration.Status: is not one of [Enabled, Suspended]"],
    ),
    "rest-xml, nested lists": (
        "s3",
        "put_bucket_lifecycle_configuration",
        {
            "Bucket": "b",
            "LifecycleConfiguration": {
                "Rules": [
                    {"Status": "Enabled", "Filter": {"Prefix": "a"}, "Transitions": [{"StorageClass": "NEW"}]},
                ]
            },
        },
        ["LifecycleConfiguration.Rules[0].Transitions[0].StorageClass: is not one of ["],
    ),
    "rest-json": (
        "codestar-notifications",
        "create_notification_rule",
        {
            "Name": "n",
            "EventTypeIds": ["e"],
            "Resource": "arn:aws:codecommit:ap-northeast-2:123456789012:r",
            "Targets": [{"TargetType": "SNS", "TargetAddress": "a"}],
            "DetailType": "SOME",
        },
        ["DetailType: is not one of [BASIC, FULL]"],
    ),
    "cbor: codedeploy": (
        "codedeploy",
        "create_deployment_group",
        {
            "applicationName": "a",
            "deploymentGroupName": "g",
            "serviceRoleArn": "r",
            "loadBalancerInfo": {"targetGroupPairInfoList": [{"targetGroups": [{"name": 7}]}]},
        },
        ["loadBalancerInfo.targetGroupPairInfoList[0].targetGroups[0].name: is not a string"],
    ),
    "cbor: codebuild": (
        "codebuild",
        "create_project",
        {"name": "p", "source": {"type": "NOWHERE"}},
        ["source.type: is not one of ["],
    ),
    "cbor: codepipeline": (
        "codepipeline",
        "create_pipeline",
        {"pipeline": {"name": "p", "roleArn": "arn:aws:iam::123456789012:role/a", "version": 0}},
        ["pipeline.version: 0 is outside 1 to", "required member stages is missing"],
    ),
    "cbor: servicediscovery": (
        "servicediscovery",
        "create_private_dns_namespace",
        {"Name": "n", "Vpc": "v", "CreatorRequestId": "c", "Tags": [{"Key": "k"}]},
        ["Tags[0]: required member Value is missing"],
    ),
    "cbor: cloudwatch": (
        "cloudwatch",
        "put_metric_alarm",
        {
            "AlarmName": "a",
            "EvaluationPeriods": 0,
            "ComparisonOperator": "GreaterThanThreshold",
            "Threshold": 80.5,
        },
        ["EvaluationPeriods: 0 is outside 1 to"],
    ),
    "cbor: tagging": (
        "resourcegroupstaggingapi",
        "get_resources",
        {"TagFilters": [{"Key": "k", "Values": ["v", 1]}]},
        ["TagFilters[0].Values[1]: is not a string"],
    ),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_deep_in_an_input_is_found_where_it_is(case):
    service, operation, arguments, violations = MISTAKES[case]
    with pytest.raises(ClientError) as caught:
        getattr(client(service), operation)(**arguments)
    for violation in violations:
        assert violation in caught.value.response["Error"]["Message"]


def test_error_codes_become_boto3s_exception_classes():
    ecs = client("ecs")
    with pytest.raises(ecs.exceptions.InvalidParameterException):
        ecs.update_cluster()


def test_an_s3_object_arrives_with_its_key_and_headers():
    # a wrong enum in a header is named only if bucket, key and headers were told apart
    with pytest.raises(ClientError) as caught:
        client("s3").put_object(Bucket="b", Key="a/b c+é", Body=b"\x00\xff", StorageClass="NEW")
    assert caught.value.response["Error"]["Message"].count(": ") == 2
    assert "StorageClass: is not one of [" in caught.value.response["Error"]["Message"]


def test_a_reset_is_answered_without_a_body():
    import urllib.request

    with urllib.request.urlopen(urllib.request.Request(f"{URL}/_recon/reset", method="POST")) as answer:
        assert answer.status == 204
        assert answer.read() == b""
