"""Every kind of resource: made, read, changed and taken away.

Each function is one sequence of steps against one endpoint; KINDS names them all.
"""

from .codedeploy import application, deployment_config, deployment_group
from .ecs import cluster, task_definition
from .ecs_service import service, service_code_deploy, service_external, service_refusals
from .elb import (
    listener,
    listener_rule,
    load_balancer,
    load_balancer_refusals,
    network_load_balancer,
    target_group,
)
from .iam import role
from .logs import log_group
from .network import lookups

KINDS = {
    kind.__name__: kind
    for kind in (
        role,
        log_group,
        cluster,
        task_definition,
        lookups,
        load_balancer,
        load_balancer_refusals,
        network_load_balancer,
        target_group,
        listener,
        listener_rule,
        service,
        service_refusals,
        service_code_deploy,
        service_external,
        application,
        deployment_config,
        deployment_group,
    )
}
