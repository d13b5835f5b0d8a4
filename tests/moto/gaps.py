"""What moto lacks, and nothing else says so. A line that no longer holds fails the run.

The sandbox has no such table: there everything must be as in the books.
"""

import re


def matches(pattern, text):
    """With * for anything."""
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), text) is not None


# moto starts no tasks, so that no service is ever steady: waiting for it would take the whole patience.
# The sandbox is asked the same; that waiting ends is shown in process, on a clock that stands still.
NO_WAITING = ["--no-wait"]

# moto does not tell of a pipeline's executions (no ListPipelineExecutions), and on the loopback's sandbox the one
# that a new pipeline begins with takes its minutes. What recon makes of them is shown in process (flights.rs).
NOT_ASKED = ["--ignore-deployments"]

# Kinds that moto cannot hold, by the operation without which recon cannot keep them.
LACKS = {
    "autoscaling.target": "application-autoscaling ListTagsForResource",
    "autoscaling.policy": "application-autoscaling TagResource",
    "codebuild.project": "codebuild UpdateProject",
    "codecommit.repository": "codecommit BatchGetRepositories",
    "codedeploy.deployment_config": "codedeploy GetDeploymentConfig",
    "codedeploy.deployment_group": "codedeploy UpdateDeploymentGroup",
    "iam.service_credential": "iam ListServiceSpecificCredentials",
    "notifications.rule": "codestar-notifications ListNotificationRules",
}

# By kind: what of its scenes fails (`base · step`, with * for anything), and why.
GAPS = {
    "cloudwatch.alarm": [
        ("of one metric · keeps: sns.topic.* attributes.delivery_policy", "moto makes up another default"),
        ("of several metrics · keeps: *.account_id", "lost"),
        ("of a query · keeps: *", "no alarms on PromQL"),
    ],
    "codedeploy.application": [
        ("* · replace *", "no DeleteApplication"),
        ("* · destroy", "no DeleteApplication"),
    ],
    "codepipeline.pipeline": [
        ("from a connection · base", "no DisableStageTransition"),
    ],
    "ecr.repository": [("with everything · replace name", "the search by tag finds no repositories")],
    "ecs.cluster": [("* · behind settings.containerInsights *", "no UpdateClusterSettings")],
    "ecs.service": [
        ("rolling, on Fargate · replace *", "CreateService loses what only an update then brings"),
        ("rolling, on Fargate · behind deployment_configuration.* by ecs UpdateService", "the rest is lost, not kept"),
        ("rolling, on instances · replace scheduling_strategy", "CreateService loses what only an update then brings"),
        ("rolling, on instances · replace launch_type", "no launch type EXTERNAL"),
        ("rolling, nothing said · base", "breaks down without security groups"),
        ("with strategies of its own · base", "breaks down without security groups"),
        ("blue and green by ECS · base", "breaks down without security groups"),
        ("linear by ECS · base", "breaks down without security groups"),
        ("canary by ECS · base", "breaks down without security groups"),
        ("behind a network load balancer · base", "breaks down without security groups"),
        ("connected · base", "breaks down without security groups"),
        ("deployed by CodeDeploy · base", "no deployment configs"),
        ("deployed by others · replace deployment_controller.type", "breaks down without security groups"),
    ],
    "ecs.task_definition": [
        ("on Fargate · keeps: ecs.task_definition.api enable_fault_injection", "lost"),
        ("on instances, bridged · change trusted_execution_configuration", "lost"),
    ],
    "elb.listener": [
        ("https · keeps: * mutual_authentication.*", "lost"),
        ("https · change certificates*", "one that is taken away stays"),
        ("with a token · base", "no jwt-validation"),
        ("tcp · change protocol", "no UDP"),
        ("tls · change *", "CreateListener loses the ALPN policy and further certificates"),
    ],
    "elb.listener_rule": [
        ("forward · change conditions*", "ModifyRule breaks down over these conditions"),
        ("forward · * transforms*", "ModifyRule knows no transforms"),
        ("every other condition, rewritten, redirected · base", "no transforms"),
        ("behind TLS, with a token · base", "no jwt-validation"),
    ],
    "elb.load_balancer": [
        ("application · change attributes.health_check_logs.s3.enabled", "does not know the attribute"),
        ("network · base", "SetSubnets wants two zones even of a network load balancer"),
        ("network, subnets · change subnet*", "SetSubnets wants two zones even of a network load balancer"),
    ],
    "elb.target_group": [
        ("tcp, tasks by address · change health_check_protocol", "keeps what the old protocol had"),
        ("http, tasks by address · base", "loses target_control_port"),
        ("grpc · keeps: elb.target_group.api matcher.http_code", "makes one up"),
        ("grpc · change matcher.grpc_code", "loses it"),
    ],
    "events.rule": [("* · replace name", "the search by tag finds no rules")],
    "iam.group": [("with everything · base", "the account's details tell no policy's name")],
    "iam.policy": [("with everything · base", "the account's details tell no policy's name")],
    "iam.user": [
        ("with everything · base", "the account's details tell no policy's name"),
        ("bare · change path", "UpdateUser loses it"),
        ("bare · change permissions_boundary", "no PutUserPermissionsBoundary"),
    ],
    "kms.key": [("* · base", "GetKeyPolicy finds none")],
    "logs.log_group": [
        ("* · change kms_key", "no AssociateKmsKey"),
        ("* · behind kms_key *", "no DisassociateKmsKey"),
        ("* · change deletion_protection_enabled", "no PutLogGroupDeletionProtection"),
        ("* · behind deletion_protection_enabled *", "no PutLogGroupDeletionProtection"),
        ("* · replace log_group_class", "CreateLogGroup loses it"),
    ],
    "servicediscovery.namespace": [
        ("for DNS · replace name", "one private zone for each VPC"),
        ("for the API · replace name", "the search by tag finds no namespaces"),
    ],
    "sns.topic": [
        ("with everything · keeps: sns.topic.ops attributes.*_feedback_*", "lost"),
        ("with everything · keeps: sns.topic.ops attributes.signature_version", "lost"),
        ("with everything · keeps: sns.topic.ops attributes.tracing_config", "lost"),
        ("with subscribers · keeps: sns.topic.ops attributes.delivery_policy", "makes up another default"),
        ("with subscribers · change subscriptions[ops@example.com]", "one by mail need not confirm"),
        ("in order · base", "no ReplayPolicy of a subscription"),
    ],
    "s3.bucket": [
        ("bare · replace name", "a new bucket is without AWS's block of public access, which an update then brings"),
        ("with everything · base", "no logging without grants that AWS no longer asks for"),
    ],
}

# What a plan of desired/ or an example shows after its apply: the line, the folder, and why.
LOST = [
    ("update elb.target_group.* matcher.http_code", "a-alb-nlb", "makes one up"),
    ("update elb.target_group.* matcher.http_code", "b-nlb", "makes one up"),
    ("update elb.target_group.* matcher.http_code", "c-nlb", "makes one up"),
    ("update sns.topic.* attributes.delivery_policy", "c-nlb", "moto makes up another default"),
    ("update sns.topic.* attributes.delivery_policy", "desired", "moto makes up another default"),
]

# What of it stays in moto when everything is destroyed, and why.
STAYS = [
    ("codedeploy.application.*", "no DeleteApplication"),
]

# What a plan of the TOML that `recon pull` wrote shows beside the taking over: the line, the folder, and why.
NOT_PULLED = [("adopt sns.topic.* attributes.delivery_policy", "c-nlb", "makes up another default")]
