"""Every kind of resource made, read, changed and taken away, with a client that recon did not write.

The same steps run against the sandbox, where what was given must come back, and
against moto, where every difference must stand in DIFFERENCES with its reason.

    cargo run -p recon-sandbox --example serve -- --port 4600
    moto_server -p 4601
    RECON_SANDBOX_URL=http://127.0.0.1:4600 MOTO_URL=http://127.0.0.1:4601 pytest tests/boto3
"""

import functools
import os
import re
from dataclasses import dataclass

import pytest

from aws import ABSENT, Endpoint, differences
from kinds import KINDS

SANDBOX_URL = os.environ.get("RECON_SANDBOX_URL")
MOTO_URL = os.environ.get("MOTO_URL")
needs_sandbox = pytest.mark.skipif(not SANDBOX_URL, reason="RECON_SANDBOX_URL is not set")
needs_both = pytest.mark.skipif(
    not (SANDBOX_URL and MOTO_URL), reason="RECON_SANDBOX_URL or MOTO_URL is not set"
)


@dataclass
class Difference:
    kind: str
    step: str
    path: str
    ours: object
    theirs: object

    def __str__(self):
        return f"{self.kind} | {self.step} | {self.path}: {self.ours!r}, moto {self.theirs!r}"


# What a difference can be: each row below claims one of these.
def lacks(difference):
    return difference.theirs == ABSENT


def adds(difference):
    return difference.ours == ABSENT


def takes(difference):
    """AWS refuses the step, moto does it."""
    return difference.path == "" and "Error" in difference.ours and "Error" not in difference.theirs


def cannot(difference):
    """AWS does the step, moto refuses it or breaks down."""
    return difference.path == "" and "Error" in difference.theirs


def differs(difference):
    return ABSENT not in (difference.ours, difference.theirs)


# kinds, steps, paths (with * for anything), what it is, why
DIFFERENCES = [
    ("role", "create", ".Role.RoleLastUsed", adds, "AWS tells it in GetRole only"),
    ("role", "read attached", "*.PolicyArn", differs, "moto has no policies of AWS's own"),
    #
    ("log_group", "read*", ".logGroups[0].deletionProtectionEnabled", lacks, "newer than moto"),
    ("log_group", "read*", ".logGroups[0].logGroupClass", lacks, "moto does not keep it"),
    #
    ("cluster", "*", "*.statistics", lacks, "AWS shows an empty list"),
    ("cluster", "read the bare minimum", ".clusters[0].configuration", adds, "shown where asked for"),
    ("cluster", "read the bare minimum", ".clusters[0].settings", differs, "shown where asked for"),
    ("cluster", "read the bare minimum", ".clusters[0].tags", lacks, "AWS shows an empty list"),
    ("cluster", "delete", ".cluster.configuration", adds, "shown where asked for"),
    ("cluster", "delete", ".cluster.tags", differs, "shown where asked for"),
    ("cluster", "read deleted", ".clusters[0].tags", differs, "tags go with the cluster"),
    #
    ("task_definition", "*", ".tags", lacks, "moto leaves the tags out of the answer"),
    ("task_definition", "*", "*.containerDefinitions[0].systemControls", lacks, "AWS fills in an empty list"),
    ("task_definition", "*", "*.enableFaultInjection", lacks, "AWS fills in its default"),
    ("task_definition", "*", "*.registeredAt", lacks, "moto does not keep it"),
    ("task_definition", "*", "*.registeredBy", lacks, "moto does not keep it"),
    ("task_definition", "*", "*.deregisteredAt", lacks, "moto does not keep it"),
    ("task_definition", "*", "*.deleteRequestedAt", lacks, "moto does not keep it"),
    ("task_definition", "*", "*.requiresAttributes", lacks, "moto does not work them out"),
    ("task_definition", "*", "*.volumes[0].host", lacks, "AWS fills in an empty host"),
    ("task_definition", "create with*", "*.compatibilities", differs, "moto does not know EXTERNAL"),
    ("task_definition", "create of a size that Fargate lacks", "", takes, "moto does not know the sizes"),
    #
    ("lookups", "*", "*.BlockPublicAccessStates", lacks, "newer than moto"),
    ("lookups", "vpc", ".Vpcs[0].DhcpOptionsId", differs, "moto has no set of DHCP options"),
    ("lookups", "vpc", ".Vpcs[0].Ipv6CidrBlockAssociationSet", adds, "AWS leaves an empty set out"),
    ("lookups", "subnets", "*.EnableDns64", lacks, "moto does not know it"),
    ("lookups", "subnets", "*.MapCustomerOwnedIpOnLaunch", lacks, "moto does not know it"),
    ("lookups", "security groups", "*.IpPermissions", differs, "AWS's default group lets in itself"),
    ("lookups", "zones", ".AvailabilityZones", differs, "moto has four zones and fewer members"),
    ("lookups", "caller", ".Arn", differs, "the caller's name is made up"),
    ("lookups", "caller", ".UserId", differs, "the caller's name is made up"),
    #
    ("*load_balancer", "*", "*AvailabilityZones[*].LoadBalancerAddresses", lacks, "AWS shows an empty list"),
    ("*load_balancer", "*attributes*", ".Attributes.*", lacks, "moto has half of the attributes"),
    ("load_balancer", "*attributes*", ".Attributes.*cross_zone.enabled", differs, "an ALB always does"),
    ("load_balancer", "change subnets", ".IpAddressType", lacks, "moto leaves it out of the answer"),
    ("load_balancer_refusals", "*", "", takes, "moto checks neither name nor protection"),
    ("network_load_balancer", "*", "*.EnablePrefixForIpv6SourceNat", lacks, "newer than moto"),
    ("network_load_balancer", "*", "*.LoadBalancerArn", differs, "moto calls every load balancer app"),
    ("network_load_balancer", "*", "*.SecurityGroups", adds, "this one has none"),
    #
    ("target_group", "create*", "*.LoadBalancerArns", lacks, "moto leaves it out of the answer"),
    ("target_group", "*attributes*", ".Attributes.*", lacks, "moto has half of the attributes"),
    ("target_group", "read attributes*", ".Attributes.waf.*", adds, "it is a load balancer's"),
    ("target_group", "delete again", "", cannot, "AWS takes it"),
    #
    ("listener", "*", "*.AlpnPolicy", adds, "only TLS listeners have one"),
    ("listener", "*", "*.SslPolicy", adds, "only HTTPS and TLS listeners have one"),
    ("listener*", "*", "*ctions[0].ForwardConfig", lacks, "AWS shows both forms"),
    ("listener*", "*", "*ctions[0].Order", lacks, "AWS numbers the actions"),
    ("listener*", "read *", "*.RuleArn", differs, "moto makes up another form of id"),
    ("listener", "change to https", "*.MutualAuthentication", lacks, "AWS fills in its default"),
    ("listener", "create on the same port", "", takes, "moto does not check the port"),
    ("listener_rule", "*", "*.Actions[0].TargetGroupArn", lacks, "AWS shows both forms"),
    ("listener_rule", "*", "*.Conditions[*].Values", lacks, "AWS shows both forms"),
    ("listener_rule", "*", "*.Conditions[0].PathPatternConfig", lacks, "AWS shows both forms"),
    #
    ("application", "read*", "*.linkedToGitHub", lacks, "moto does not know it"),
    ("application", "rename", "", cannot, "moto has no UpdateApplication"),
    ("application", "list renamed", ".applications[0]", differs, "moto has no UpdateApplication"),
    ("application", "delete", "", cannot, "moto has no DeleteApplication"),
    #
    ("deployment_config", "*", "", cannot, "moto has no deployment configs"),
    ("deployment_config", "read deleted", ".Error", differs, "moto has no deployment configs"),
    #
    ("deployment_group", "read*", "*.alarmConfiguration.*", lacks, "moto loses it"),
    ("deployment_group", "read*", "*.ec2TagSet", adds, "AWS leaves it out for ECS"),
    ("deployment_group", "read*", "*.onPremisesTagSet", adds, "AWS leaves it out for ECS"),
    ("deployment_group", "read*", "*.last*Deployment", adds, "there was none"),
    ("deployment_group", "read*", "*.targetRevision", adds, "there was no deployment"),
    ("deployment_group", "read*", "*.outdatedInstancesStrategy", lacks, "AWS fills in its default"),
    ("deployment_group", "read*", "*.terminationHookEnabled", lacks, "AWS fills in its default"),
    ("deployment_group", "read several", "", cannot, "moto has no BatchGetDeploymentGroups"),
    ("deployment_group", "list", ".nextToken", adds, "AWS leaves out the token of no page"),
    ("deployment_group", "change", "", cannot, "moto has no UpdateDeploymentGroup"),
    ("deployment_group", "read changed", "*", differs, "moto has no UpdateDeploymentGroup"),
    ("deployment_group", "delete", "", cannot, "moto has no DeleteDeploymentGroup"),
    ("deployment_group", "read deleted", "", takes, "moto has no DeleteDeploymentGroup"),
    #
    ("service*", "*", "*.availabilityZoneRebalancing", lacks, "AWS fills in its default"),
    ("service*", "*", "*.createdAt", lacks, "moto does not keep it"),
    ("service*", "*", "*.createdBy", lacks, "moto does not keep it"),
    ("service*", "*", "*.enableECSManagedTags", lacks, "moto loses it"),
    ("service*", "*", "*.enableExecuteCommand", lacks, "moto loses it"),
    ("service*", "*", "*.healthCheckGracePeriodSeconds", lacks, "moto loses it"),
    ("service*", "*", "*.placementConstraints", lacks, "AWS shows an empty list"),
    ("service*", "*", "*.placementStrategy", lacks, "AWS shows an empty list"),
    ("service*", "*", "*.platformFamily", lacks, "AWS works it out"),
    ("service*", "*", "*.resourceManagementType", lacks, "newer than moto"),
    ("service*", "*", "*.roleArn", lacks, "AWS shows the service-linked role"),
    ("service*", "*", "*.runningCount", differs, "moto runs no tasks"),
    ("service*", "*", "*.pendingCount", differs, "moto runs no tasks"),
    ("service*", "delete", ".service.status", differs, "in moto there is no DRAINING"),
    ("service*", "*", ".service.tags", adds, "AWS shows tags in DescribeServices and CreateService only"),
    ("service*", "read deleted", ".services[0].tags", differs, "tags go with the service"),
    ("service*", "read one that never was", ".failures[0].arn", differs, "moto leaves the cluster out"),
    ("service*", "*", "*.deploymentConfiguration*", lacks, "AWS fills in its defaults"),
    ("service", "*", "*.taskSets", adds, "a service of ECS's own controller has none"),
    ("service", "*", "*.currentService*", lacks, "newer than moto"),
    ("service", "*", "*.taskDefinition", differs, "moto keeps the name it was given, and deploys nothing"),
    ("service", "*", "*.deployments*", differs, "moto deploys nothing after the first deployment"),
    ("service_code_deploy", "*", "*askSets", differs, "moto makes no task set of CodeDeploy's"),
    ("service_*", "read task sets", ".failures", lacks, "AWS shows an empty list"),
    ("service_external", "create task set", "", cannot, "moto breaks down once the task set is made"),
    ("service_external", "* task set", "", cannot, "moto did not tell the id of the task set"),
    ("service_external", "make it primary", "", cannot, "moto did not tell the id of the task set"),
    ("service_external", "read task sets", "*.status", differs, "moto did not tell the id of the task set"),
    ("service_external", "read task sets", "*Count", lacks, "moto runs no tasks"),
    ("service_external", "read task sets", "*.capacityProviderStrategy", adds, "it has none"),
    ("service_external", "read task sets", "*.externalId", adds, "it has none"),
    ("service_external", "*", "*.launchType", adds, "a task set has one, not the service"),
    ("service_external", "*", "*.launchType", differs, "AWS shows that of the primary task set"),
    ("service_external", "*", "*.networkConfiguration", adds, "a task set has one, not the service"),
    ("service_external", "*", "*.awsvpcConfiguration", lacks, "AWS shows that of the primary task set"),
    ("service_external", "*", "*.loadBalancers", differs, "AWS shows those of the primary task set"),
    ("service_external", "*", "*.platformVersion", lacks, "AWS shows that of the primary task set"),
    ("service_external", "*", "*.taskDefinition", lacks, "AWS shows that of the primary task set"),
    ("service_external", "*", "*.taskSets", differs, "moto could not delete it"),
    ("service_refusals", "*", "", takes, "moto checks neither controllers nor what is in use"),
]


def matches(pattern, text):
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), text) is not None


def explains(row, difference):
    kind, step, path, nature, _ = row
    where = (
        matches(kind, difference.kind) and matches(step, difference.step) and matches(path, difference.path)
    )
    return where and nature(difference)


@functools.cache
def run(kind, url, is_sandbox):
    endpoint = Endpoint(url, is_sandbox)
    endpoint.reset()
    KINDS[kind](endpoint)
    return endpoint.steps


def compared(kind):
    """All differences of a kind. Where one side refuses the step, that is the one difference."""
    ours, theirs = run(kind, SANDBOX_URL, True), run(kind, MOTO_URL, False)
    assert ours.keys() == theirs.keys()
    for step in ours:
        if ("Error" in ours[step]) != ("Error" in theirs[step]):
            yield Difference(kind, step, "", ours[step], theirs[step])
        else:
            for path, one, other in differences(ours[step], theirs[step], ""):
                yield Difference(kind, step, path, one, other)


@needs_sandbox
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_given_comes_back_until_it_is_deleted(kind):
    run(kind, SANDBOX_URL, True)


@pytest.fixture(scope="module")
def found():
    return [difference for kind in KINDS for difference in compared(kind)]


@needs_both
def test_every_difference_from_moto_has_a_reason(found):
    unexplained = [d for d in found if not any(explains(row, d) for row in DIFFERENCES)]
    assert not unexplained, "\n" + "\n".join(map(str, unexplained))


@needs_both
def test_every_reason_still_has_its_difference(found):
    gone = [row for row in DIFFERENCES if not any(explains(row, d) for d in found)]
    assert not gone, "\n" + "\n".join(
        f"{kind} | {step} | {path}: {reason}" for kind, step, path, _, reason in gone
    )
