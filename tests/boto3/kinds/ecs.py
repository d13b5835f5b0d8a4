"""ECS clusters and task definitions."""

from aws import ACCOUNT, at

from .iam import trust
from .tags import LOWER_TAGS


def cluster(aws):
    given = {
        "clusterName": "test",
        "settings": [{"name": "containerInsights", "value": "enabled"}],
        "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
        "defaultCapacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 1, "base": 1}],
        "configuration": {"executeCommandConfiguration": {"logging": "DEFAULT"}},
        "tags": LOWER_TAGS,
    }
    read = {
        "clusters": ["test"],
        "include": ["TAGS", "SETTINGS", "CONFIGURATIONS", "ATTACHMENTS", "STATISTICS"],
    }
    arn = at(aws("create", "ecs.create_cluster", **given), "cluster", "clusterArn")
    aws.holds(aws("read", "ecs.describe_clusters", **read), {"clusters": [given], "failures": []})
    aws("read the bare minimum", "ecs.describe_clusters", clusters=["test"])
    aws.holds(aws("list", "ecs.list_clusters"), {"clusterArns": [arn]})

    settings = [{"name": "containerInsights", "value": "disabled"}]
    aws("change", "ecs.update_cluster", cluster="test", settings=settings)
    enhanced = [{"name": "containerInsights", "value": "enhanced"}]
    changed = aws("change settings", "ecs.update_cluster_settings", cluster="test", settings=enhanced)
    aws.holds(changed, {"cluster": {"settings": enhanced}})
    strategy = [{"capacityProvider": "FARGATE_SPOT", "weight": 2, "base": 0}]
    providers = {"capacityProviders": ["FARGATE_SPOT"], "defaultCapacityProviderStrategy": strategy}
    aws("change providers", "ecs.put_cluster_capacity_providers", cluster="test", **providers)
    aws("tag", "ecs.tag_resource", resourceArn=arn, tags=[{"key": "Env", "value": "prod"}])
    aws("untag", "ecs.untag_resource", resourceArn=arn, tagKeys=["recon:stack"])
    changed = {**providers, "settings": enhanced, "tags": [{"key": "Env", "value": "prod"}]}
    aws.holds(aws("read changed", "ecs.describe_clusters", **read), {"clusters": [changed]})

    aws("delete", "ecs.delete_cluster", cluster="test")
    aws.holds(aws("read deleted", "ecs.describe_clusters", **read), {"clusters": [{"status": "INACTIVE"}]})
    missing = aws("read one that never was", "ecs.describe_clusters", clusters=["other"])
    aws.holds(missing, {"clusters": [], "failures": [{"reason": "MISSING"}]})
    aws.refuses(
        aws("delete one that never was", "ecs.delete_cluster", cluster="other"), "ClusterNotFoundException"
    )


def definition(**changes):
    container = {
        "name": "api",
        "image": "nginx:1",
        "cpu": 128,
        "memoryReservation": 256,
        "essential": True,
        "portMappings": [
            {
                "name": "http",
                "containerPort": 8080,
                "hostPort": 8080,
                "protocol": "tcp",
                "appProtocol": "http",
            }
        ],
        "environment": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
        "secrets": [{"name": "S", "valueFrom": f"arn:aws:ssm:ap-northeast-2:{ACCOUNT}:parameter/s"}],
        "command": ["serve"],
        "entryPoint": ["/bin/sh"],
        "workingDirectory": "/app",
        "user": "1000",
        "readonlyRootFilesystem": True,
        "stopTimeout": 30,
        "startTimeout": 60,
        "ulimits": [{"name": "nofile", "softLimit": 1024, "hardLimit": 4096}],
        "mountPoints": [{"sourceVolume": "data", "containerPath": "/data", "readOnly": True}],
        "dockerLabels": {"a": "b"},
        "linuxParameters": {"initProcessEnabled": True},
        "healthCheck": {
            "command": ["CMD", "true"],
            "interval": 30,
            "timeout": 5,
            "retries": 3,
            "startPeriod": 10,
        },
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": "/ecs/api",
                "awslogs-region": "ap-northeast-2",
                "awslogs-stream-prefix": "ecs",
            },
        },
    }
    return {
        "family": "api",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "256",
        "memory": "512",
        "executionRoleArn": f"arn:aws:iam::{ACCOUNT}:role/run",
        "taskRoleArn": f"arn:aws:iam::{ACCOUNT}:role/run",
        "runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
        "ephemeralStorage": {"sizeInGiB": 30},
        "volumes": [{"name": "data"}],
        "containerDefinitions": [container],
        **changes,
    }


def running_role(aws):
    aws.ask("iam.create_role", RoleName="run", AssumeRolePolicyDocument=trust("ecs-tasks.amazonaws.com"))


def task_definition(aws):
    running_role(aws)
    given = definition()
    made = aws("create", "ecs.register_task_definition", **given, tags=LOWER_TAGS)
    aws.holds(made, {"taskDefinition": {**given, "revision": 1, "status": "ACTIVE"}, "tags": LOWER_TAGS})
    aws.holds(aws("read", "ecs.describe_task_definition", taskDefinition="api", include=["TAGS"]), made)
    bare = {"family": "bare", "containerDefinitions": [{"name": "c", "image": "nginx", "memory": 64}]}
    aws("create with nothing set", "ecs.register_task_definition", **bare)
    changed = aws("change", "ecs.register_task_definition", **definition(cpu="512", memory="1024"))
    aws.holds(changed, {"taskDefinition": {"revision": 2, "cpu": "512", "memory": "1024"}})
    aws("read changed", "ecs.describe_task_definition", taskDefinition="api")
    first = at(made, "taskDefinition", "taskDefinitionArn")
    second = at(changed, "taskDefinition", "taskDefinitionArn")
    aws.holds(
        aws("list", "ecs.list_task_definitions", familyPrefix="api"), {"taskDefinitionArns": [first, second]}
    )
    aws.holds(
        aws("list families", "ecs.list_task_definition_families", familyPrefix="api"), {"families": ["api"]}
    )
    aws("tag", "ecs.tag_resource", resourceArn=second, tags=LOWER_TAGS)
    aws.holds(aws("read tags", "ecs.list_tags_for_resource", resourceArn=second), {"tags": LOWER_TAGS})
    sizes = definition(cpu="256", memory="8192")
    aws.refuses(
        aws("create of a size that Fargate lacks", "ecs.register_task_definition", **sizes), "ClientException"
    )

    aws("deregister", "ecs.deregister_task_definition", taskDefinition="api:1")
    old = aws("read deregistered", "ecs.describe_task_definition", taskDefinition="api:1")
    aws.holds(old, {"taskDefinition": {"status": "INACTIVE"}})
    deleted = aws("delete", "ecs.delete_task_definitions", taskDefinitions=["api:1"])
    aws.holds(deleted, {"taskDefinitions": [{"status": "DELETE_IN_PROGRESS"}], "failures": []})
    never = aws("read one that never was", "ecs.describe_task_definition", taskDefinition="other")
    aws.refuses(never, "ClientException")
