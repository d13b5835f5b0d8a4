"""Every kind of resource: made, read, changed and taken away.

Each function is one sequence of steps against one endpoint; KINDS names them all.
"""

from .autoscaling import scalable_target, scaling_policy
from .cloudwatch import alarm
from .codebuild import codebuild_project, codebuild_refusals, webhook
from .codecommit import codecommit_repository
from .codedeploy import application, deployment, deployment_config, deployment_group
from .codepipeline import pipeline_refusals, pipeline_secret, pipeline_v1, pipeline_v2
from .ecr import ecr_repository
from .ecs import cluster, task_definition
from .ecs_service import service, service_code_deploy, service_deployments, service_external, service_refusals
from .elb import (
    listener,
    listener_rule,
    listener_settings,
    load_balancer,
    load_balancer_refusals,
    network_load_balancer,
    target_group,
)
from .events import event_rule
from .iam import linked_role, role, role_listings
from .iam_people import group, policy, service_credential, user
from .kms import alias, key
from .logs import log_group, log_group_guards
from .network import lookups
from .notifications import notification_rule
from .s3 import bucket
from .servicediscovery import http_namespace, private_dns_namespace
from .sns import fifo_topic, subscription, topic
from .tags import tagged_resources

# the services themselves, and all that they stand on
OF_THE_SERVICE = (
    role,
    role_listings,
    linked_role,
    log_group,
    log_group_guards,
    cluster,
    task_definition,
    lookups,
    load_balancer,
    load_balancer_refusals,
    network_load_balancer,
    target_group,
    listener,
    listener_rule,
    listener_settings,
    service,
    service_deployments,
    service_refusals,
    service_code_deploy,
    service_external,
    application,
    deployment_config,
    deployment_group,
    deployment,
    tagged_resources,
)

# what brings the source to them, who may, and who is told
OF_THE_PIPELINE = (
    codecommit_repository,
    ecr_repository,
    codebuild_project,
    codebuild_refusals,
    webhook,
    pipeline_v1,
    pipeline_v2,
    pipeline_secret,
    pipeline_refusals,
    event_rule,
    bucket,
    http_namespace,
    private_dns_namespace,
    key,
    alias,
    policy,
    user,
    group,
    service_credential,
    topic,
    fifo_topic,
    subscription,
    notification_rule,
    scalable_target,
    scaling_policy,
    alarm,
)

KINDS = {kind.__name__: kind for kind in (*OF_THE_SERVICE, *OF_THE_PIPELINE)}
