"""CodeDeploy applications, deployment groups and deployment configs."""

import json

from aws import ACCOUNT, at

from .ecs_service import around
from .iam import trust
from .tags import TAGS


def application(aws):
    name = {"applicationName": "app"}
    aws("create", "codedeploy.create_application", **name, computePlatform="ECS", tags=TAGS)
    again = aws("create again", "codedeploy.create_application", **name, computePlatform="ECS")
    aws.refuses(again, "ApplicationAlreadyExistsException")
    found = aws("read", "codedeploy.get_application", **name)
    aws.holds(found, {"application": {**name, "computePlatform": "ECS", "linkedToGitHub": False}})
    aws("read several", "codedeploy.batch_get_applications", applicationNames=["app"])
    aws.holds(aws("list", "codedeploy.list_applications"), {"applications": ["app"]})
    codedeploy_tags(aws, "application:app")
    aws("rename", "codedeploy.update_application", **name, newApplicationName="new")
    aws.holds(aws("list renamed", "codedeploy.list_applications"), {"applications": ["new"]})
    aws("delete", "codedeploy.delete_application", applicationName="new")
    deleted = aws("read deleted", "codedeploy.get_application", applicationName="new")
    aws.refuses(deleted, "ApplicationDoesNotExistException")


def codedeploy_tags(aws, resource):
    arn = f"arn:aws:codedeploy:ap-northeast-2:{ACCOUNT}:{resource}"
    aws("tag", "codedeploy.tag_resource", ResourceArn=arn, Tags=[{"Key": "Env", "Value": "prod"}])
    aws("untag", "codedeploy.untag_resource", ResourceArn=arn, TagKeys=["recon:stack"])
    found = aws("read tags", "codedeploy.list_tags_for_resource", ResourceArn=arn)
    aws.holds(found, {"Tags": [{"Key": "Env", "Value": "prod"}]})


def deployment_config(aws):
    canary = {"canaryPercentage": 20, "canaryInterval": 10}
    linear = {"linearPercentage": 10, "linearInterval": 2}
    for name, routing in [
        ("canary", {"type": "TimeBasedCanary", "timeBasedCanary": canary}),
        ("linear", {"type": "TimeBasedLinear", "timeBasedLinear": linear}),
    ]:
        given = {"deploymentConfigName": name, "computePlatform": "ECS", "trafficRoutingConfig": routing}
        aws(f"create {name}", "codedeploy.create_deployment_config", **given)
        found = aws(f"read {name}", "codedeploy.get_deployment_config", deploymentConfigName=name)
        aws.holds(found, {"deploymentConfigInfo": given})
    predefined = "CodeDeployDefault.ECSCanary10Percent5Minutes"
    aws("read a predefined one", "codedeploy.get_deployment_config", deploymentConfigName=predefined)
    aws("delete", "codedeploy.delete_deployment_config", deploymentConfigName="canary")
    deleted = aws("read deleted", "codedeploy.get_deployment_config", deploymentConfigName="canary")
    aws.refuses(deleted, "DeploymentConfigDoesNotExistException")


def around_group(aws):
    """A service behind a pair of target groups, and a group that deploys it with every setting."""
    given, listener_arn = around(aws, "CODE_DEPLOY")
    aws.ask("ecs.create_service", cluster="test", **given)
    role_name = {"RoleName": "deploy"}
    role_arn = aws.ask(
        "iam.create_role", **role_name, AssumeRolePolicyDocument=trust("codedeploy.amazonaws.com")
    )
    aws.ask("iam.attach_role_policy", **role_name, PolicyArn=aws.managed_policy("AWSCodeDeployRoleForECS"))
    topic = aws.ask("sns.create_topic", Name="news")["TopicArn"]
    aws.ask("codedeploy.create_application", applicationName="app", computePlatform="ECS")
    name = {"applicationName": "app", "deploymentGroupName": "group"}
    pair = {
        "targetGroups": [{"name": "blue"}, {"name": "green"}],
        "prodTrafficRoute": {"listenerArns": [listener_arn]},
    }
    settings = {
        "deploymentConfigName": "CodeDeployDefault.ECSAllAtOnce",
        "serviceRoleArn": role_arn["Role"]["Arn"],
        "deploymentStyle": {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
        "ecsServices": [{"clusterName": "test", "serviceName": "api"}],
        "loadBalancerInfo": {"targetGroupPairInfoList": [pair]},
        "blueGreenDeploymentConfiguration": {
            "deploymentReadyOption": {"actionOnTimeout": "STOP_DEPLOYMENT", "waitTimeInMinutes": 10},
            "terminateBlueInstancesOnDeploymentSuccess": {
                "action": "TERMINATE",
                "terminationWaitTimeInMinutes": 60,
            },
        },
        "autoRollbackConfiguration": {"enabled": True, "events": ["DEPLOYMENT_FAILURE"]},
        "alarmConfiguration": {
            "enabled": True,
            "ignorePollAlarmFailure": False,
            "alarms": [{"name": "errors"}],
        },
        "triggerConfigurations": [
            {"triggerName": "t", "triggerTargetArn": topic, "triggerEvents": ["DeploymentFailure"]}
        ],
    }
    return name, settings


def deployment_group(aws):
    name, settings = around_group(aws)
    aws("create", "codedeploy.create_deployment_group", **name, **settings, tags=TAGS)
    aws.holds(
        aws("read", "codedeploy.get_deployment_group", **name), {"deploymentGroupInfo": {**name, **settings}}
    )
    batch = {"applicationName": "app", "deploymentGroupNames": ["group"]}
    aws("read several", "codedeploy.batch_get_deployment_groups", **batch)
    listed = aws("list", "codedeploy.list_deployment_groups", applicationName="app")
    aws.holds(listed, {"applicationName": "app", "deploymentGroups": ["group"]})
    codedeploy_tags(aws, "deploymentgroup:app/group")
    changes = {
        "deploymentConfigName": "CodeDeployDefault.ECSCanary10Percent5Minutes",
        "autoRollbackConfiguration": {
            "enabled": True,
            "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_REQUEST"],
        },
        "triggerConfigurations": [],
    }
    current = {"applicationName": "app", "currentDeploymentGroupName": "group"}
    aws("change", "codedeploy.update_deployment_group", **current, **changes)
    changed = {"deploymentGroupInfo": {**name, **settings, **changes}}
    aws.holds(aws("read changed", "codedeploy.get_deployment_group", **name), changed)
    aws("delete", "codedeploy.delete_deployment_group", **name)
    deleted = aws("read deleted", "codedeploy.get_deployment_group", **name)
    aws.refuses(deleted, "DeploymentGroupDoesNotExistException")


def deployment(aws):
    """One deployment is under way, is stopped, and leaves its record."""
    name, settings = around_group(aws)
    aws.ask("codedeploy.create_deployment_group", **name, **settings)
    definition = f"arn:aws:ecs:ap-northeast-2:{ACCOUNT}:task-definition/api:2"
    behind = {"ContainerName": "api", "ContainerPort": 8080}
    target = {"Properties": {"TaskDefinition": definition, "LoadBalancerInfo": behind}}
    target["Type"] = "AWS::ECS::Service"
    content = json.dumps({"version": 0.0, "Resources": [{"TargetService": target}]})
    revision = {"revisionType": "AppSpecContent", "appSpecContent": {"content": content}}
    made = aws("create", "codedeploy.create_deployment", **name, revision=revision, description="by hand")
    of_it = {"deploymentId": at(made, "deploymentId")}
    again = aws("create while it runs", "codedeploy.create_deployment", **name, revision=revision)
    aws.refuses(again, "DeploymentLimitExceededException")
    found = aws("read", "codedeploy.get_deployment", **of_it)
    shown = {**name, **of_it, "revision": revision, "description": "by hand", "computePlatform": "ECS"}
    aws.holds(found, {"deploymentInfo": shown})
    several = aws("read several", "codedeploy.batch_get_deployments", deploymentIds=[of_it["deploymentId"]])
    aws.holds(several, {"deploymentsInfo": [shown]})
    aws.holds(aws("list", "codedeploy.list_deployments", **name), {"deployments": [of_it["deploymentId"]]})
    aws("stop", "codedeploy.stop_deployment", **of_it, autoRollbackEnabled=False)
    aws.later(600)
    stopped = aws("read stopped", "codedeploy.get_deployment", **of_it)
    aws.holds(stopped, {"deploymentInfo": {"status": "Stopped"}})
    aws("list configs", "codedeploy.list_deployment_configs")
    never = aws("read one that never was", "codedeploy.get_deployment", deploymentId="d-000000000")
    aws.refuses(never, "DeploymentDoesNotExistException")
