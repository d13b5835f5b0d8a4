"""ECS services under each controller."""

from aws import ACCOUNT, at

from .ecs import definition, running_role
from .elb import balanced, forward
from .network import network
from .tags import LOWER_TAGS


def around(aws, controller, **more):
    """Cluster, task definition and load balancer, and a service behind the first target group."""
    balancer, blue, green = balanced(aws)
    _, subnets, groups = network(aws)
    listening = {"LoadBalancerArn": balancer, "Protocol": "HTTP", "Port": 80}
    made = aws.ask("elbv2.create_listener", **listening, DefaultActions=[forward(blue)])
    running_role(aws)
    aws.ask("ecs.create_cluster", clusterName="test", capacityProviders=["FARGATE", "FARGATE_SPOT"])
    container = {"name": "api", "image": "nginx", "portMappings": [{"containerPort": 8080}]}
    plain = definition(containerDefinitions=[container], volumes=[])
    aws.ask("ecs.register_task_definition", **plain)
    aws.ask("ecs.register_task_definition", **plain)
    network_configuration = {"subnets": subnets, "securityGroups": groups, "assignPublicIp": "DISABLED"}
    given = {
        "serviceName": "api",
        "taskDefinition": "api:1",
        "desiredCount": 1,
        "launchType": "FARGATE",
        "platformVersion": "1.4.0",
        "deploymentController": {"type": controller},
        "networkConfiguration": {"awsvpcConfiguration": network_configuration},
        "loadBalancers": [{"targetGroupArn": blue, "containerName": "api", "containerPort": 8080}],
        "healthCheckGracePeriodSeconds": 30,
        "enableExecuteCommand": True,
        "enableECSManagedTags": True,
        "propagateTags": "SERVICE",
        "tags": LOWER_TAGS,
        **more,
    }
    return given, made["Listeners"][0]["ListenerArn"]


READ_SERVICE = {"cluster": "test", "services": ["api"], "include": ["TAGS"]}


def shown(given):
    """The service as AWS shows what was given."""
    arn = f"arn:aws:ecs:ap-northeast-2:{ACCOUNT}:task-definition/{given['taskDefinition']}"
    return {"services": [{**given, "taskDefinition": arn}], "failures": []}


def end_of_service(aws):
    scaled = aws("scale to nothing", "ecs.update_service", cluster="test", service="api", desiredCount=0)
    aws.holds(scaled, {"service": {"desiredCount": 0}})
    aws.later(300)
    aws("delete", "ecs.delete_service", cluster="test", service="api")
    aws.later(300)
    aws.holds(
        aws("read deleted", "ecs.describe_services", **READ_SERVICE), {"services": [{"status": "INACTIVE"}]}
    )
    missing = aws("read one that never was", "ecs.describe_services", cluster="test", services=["other"])
    aws.holds(missing, {"services": [], "failures": [{"reason": "MISSING"}]})


def service(aws):
    configuration = {
        "maximumPercent": 150,
        "minimumHealthyPercent": 50,
        "deploymentCircuitBreaker": {"enable": True, "rollback": True},
        "alarms": {"alarmNames": ["errors"], "enable": True, "rollback": True},
    }
    given, _ = around(aws, "ECS", deploymentConfiguration=configuration)
    aws("create", "ecs.create_service", cluster="test", **given)
    aws.later(300)
    found = aws("read", "ecs.describe_services", **READ_SERVICE)
    aws.holds(found, shown(given))
    arn = at(found, "services", 0, "serviceArn")
    aws.holds(aws("list", "ecs.list_services", cluster="test"), {"serviceArns": [arn]})
    changes = {
        "taskDefinition": "api:2",
        "desiredCount": 2,
        "healthCheckGracePeriodSeconds": 60,
        "enableExecuteCommand": False,
        "propagateTags": "TASK_DEFINITION",
        "deploymentConfiguration": {**configuration, "maximumPercent": 200},
    }
    aws("change", "ecs.update_service", cluster="test", service="api", **changes)
    aws("tag", "ecs.tag_resource", resourceArn=arn, tags=[{"key": "Env", "value": "prod"}])
    aws("untag", "ecs.untag_resource", resourceArn=arn, tagKeys=["recon:stack"])
    aws.later(300)
    changed = {**given, **changes, "tags": [{"key": "Env", "value": "prod"}]}
    aws.holds(aws("read changed", "ecs.describe_services", **READ_SERVICE), shown(changed))
    in_use = aws("delete while it runs", "ecs.delete_service", cluster="test", service="api")
    aws.refuses(in_use, "InvalidParameterException")
    end_of_service(aws)


def service_refusals(aws):
    given, _ = around(aws, "ECS")
    aws.ask("ecs.create_service", cluster="test", **given)
    aws.later(300)
    again = aws(
        "create again, otherwise", "ecs.create_service", cluster="test", **{**given, "desiredCount": 2}
    )
    aws.refuses(again, "InvalidParameterException")
    moved = {"cluster": "test", "service": "api", "deploymentController": {"type": "CODE_DEPLOY"}}
    aws.refuses(aws("change the controller", "ecs.update_service", **moved), "InvalidParameterException")
    other = {**given, "serviceName": "other", "deploymentController": {"type": "CODE_DEPLOY"}}
    aws.ask("ecs.create_service", cluster="test", **other)
    deployed = {"cluster": "test", "service": "other", "taskDefinition": "api:2"}
    aws.refuses(
        aws("change what CodeDeploy changes", "ecs.update_service", **deployed), "InvalidParameterException"
    )
    aws.refuses(
        aws("delete the cluster", "ecs.delete_cluster", cluster="test"), "ClusterContainsServicesException"
    )


def service_code_deploy(aws):
    given, _ = around(aws, "CODE_DEPLOY")
    aws("create", "ecs.create_service", cluster="test", **given)
    aws.later(300)
    aws.holds(aws("read", "ecs.describe_services", **READ_SERVICE), shown(given))
    aws("read task sets", "ecs.describe_task_sets", cluster="test", service="api")
    update = {"cluster": "test", "service": "api"}
    changes = {"desiredCount": 2, "healthCheckGracePeriodSeconds": 60}
    aws("change", "ecs.update_service", **update, **changes)
    aws.later(300)
    aws.holds(aws("read changed", "ecs.describe_services", **READ_SERVICE), shown({**given, **changes}))
    end_of_service(aws)


def service_external(aws):
    full, _ = around(aws, "EXTERNAL")
    of_task_set = ("taskDefinition", "launchType", "platformVersion", "networkConfiguration", "loadBalancers")
    given = {key: value for key, value in full.items() if key not in of_task_set}
    del given["healthCheckGracePeriodSeconds"]
    aws("create", "ecs.create_service", cluster="test", **given)
    found = aws("read", "ecs.describe_services", **READ_SERVICE)
    aws.holds(found, {"services": [given]})
    name = {"cluster": "test", "service": "api"}
    task_set = {key: full[key] for key in of_task_set}
    made = aws(
        "create task set", "ecs.create_task_set", **name, **task_set, scale={"value": 100, "unit": "PERCENT"}
    )
    arn = at(made, "taskSet", "taskSetArn")
    aws.later(300)
    aws("make it primary", "ecs.update_service_primary_task_set", **name, primaryTaskSet=arn)
    found = aws("read task sets", "ecs.describe_task_sets", **name)
    aws.holds(found, {"taskSets": [{"status": "PRIMARY", "loadBalancers": full["loadBalancers"]}]})
    aws("scale task set", "ecs.update_task_set", **name, taskSet=arn, scale={"value": 0, "unit": "PERCENT"})
    aws.later(300)
    aws("delete task set", "ecs.delete_task_set", **name, taskSet=arn)
    aws.later(300)
    end_of_service(aws)


def service_deployments(aws):
    """What ECS remembers of each change of a service."""
    given, _ = around(aws, "ECS")
    arn = aws.ask("ecs.create_service", cluster="test", **given)["service"]["serviceArn"]
    aws.later(300)
    aws.ask("ecs.update_service", cluster="test", service="api", taskDefinition="api:2")
    aws.later(600)
    of_service = {"cluster": "test", "service": "api"}
    listed = aws("list", "ecs.list_service_deployments", **of_service)
    briefs = at(listed, "serviceDeployments") or []
    newest = [brief["serviceDeploymentArn"] for brief in briefs][:1]
    found = aws("read", "ecs.describe_service_deployments", serviceDeploymentArns=newest)
    aws.holds(found, {"serviceDeployments": [{"serviceArn": arn, "status": "SUCCESSFUL"}], "failures": []})
    revision = at(found, "serviceDeployments", 0, "targetServiceRevision", "arn")
    read = aws("read revision", "ecs.describe_service_revisions", serviceRevisionArns=[revision])
    definition = f"arn:aws:ecs:ap-northeast-2:{ACCOUNT}:task-definition/api:2"
    aws.holds(read, {"serviceRevisions": [{"serviceArn": arn, "taskDefinition": definition}]})
    tasks = aws("list tasks", "ecs.list_tasks", cluster="test", serviceName="api")
    found = aws("read tasks", "ecs.describe_tasks", cluster="test", tasks=at(tasks, "taskArns"))
    aws.holds(
        found, {"tasks": [{"taskDefinitionArn": definition, "lastStatus": "RUNNING", "group": "service:api"}]}
    )
