"""What a careful person would write by hand: boto3, sixteen threads, every batch call that AWS has.

It reads the same aspects of the reference stack that `recon plan` compares, asks for nothing twice, and
starts each read as soon as what it needs is there. Where recon asks for tags resource by resource, this asks
the tag search once: it lags behind writes, which a reader for a benchmark may shrug at.

Prints the milliseconds of the read phase alone, and the calls: the interpreter's start, the imports and the
making of the clients are over by then.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Condition

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

REGION, ACCOUNT = "ap-northeast-2", "123456789012"
BUCKET = f"codepipeline-{REGION}-{ACCOUNT}"
CONFIG = Config(region_name=REGION, max_pool_connections=32, retries={"total_max_attempts": 1})
SESSION = boto3.Session(aws_access_key_id="reader", aws_secret_access_key="reader", region_name=REGION)
SERVICES = """sts iam s3 logs ecs elbv2 ec2 ecr codebuild codecommit codedeploy codepipeline events
    servicediscovery sns codestar-notifications resourcegroupstaggingapi""".split()
CLIENTS = {name: SESSION.client(name, config=CONFIG) for name in SERVICES}


class Reader:
    """A pool whose reads may begin further reads; `wait` returns when none is left."""

    def __init__(self, threads):
        self.pool = ThreadPoolExecutor(threads)
        self.pending, self.calls, self.done, self.failed = 0, 0, Condition(), []

    def ask(self, service, operation, then=None, **arguments):
        with self.done:
            self.pending += 1
            self.calls += 1
        self.pool.submit(self._ask, service, operation, then, arguments)

    def _ask(self, service, operation, then, arguments):
        try:
            answer = getattr(CLIENTS[service], operation)(**arguments)
            if then:
                then(answer)
        except ClientError as error:
            # an aspect that was never set is an answer, too
            if not error.response["Error"]["Code"].startswith(("NoSuch", "Repository", "Lifecycle", "ServerSide")):
                self.failed.append(f"{service} {operation}: {error}")
        except Exception as error:  # noqa: BLE001
            self.failed.append(f"{service} {operation}: {error}")
        finally:
            with self.done:
                self.pending -= 1
                self.done.notify_all()

    def wait(self):
        with self.done:
            self.done.wait_for(lambda: self.pending == 0)


def read(r):
    def load_balancers(answer):
        for one in answer["LoadBalancers"]:
            arn = one["LoadBalancerArn"]
            r.ask("elbv2", "describe_load_balancer_attributes", LoadBalancerArn=arn)
            r.ask("elbv2", "describe_listeners", listeners, LoadBalancerArn=arn)

    def listeners(answer):
        arns = [one["ListenerArn"] for one in answer["Listeners"]]
        for arn in arns:
            r.ask("elbv2", "describe_rules", ListenerArn=arn)
            r.ask("elbv2", "describe_listener_attributes", ListenerArn=arn)

    def target_groups(answer):
        for one in answer["TargetGroups"]:
            r.ask("elbv2", "describe_target_group_attributes", TargetGroupArn=one["TargetGroupArn"])

    def notification_rules(answer):
        for one in answer["NotificationRules"]:
            r.ask("codestar-notifications", "describe_notification_rule", Arn=one["Arn"])

    r.ask("sts", "get_caller_identity")
    r.ask("resourcegroupstaggingapi", "get_resources",
          TagFilters=[{"Key": "recon:stack", "Values": ["aws-cicd-test"]}], ResourcesPerPage=100)
    r.ask("elbv2", "describe_load_balancers", load_balancers)
    r.ask("elbv2", "describe_target_groups", target_groups)
    r.ask("codestar-notifications", "list_notification_rules", notification_rules)
    r.ask("iam", "get_account_authorization_details", Filter=["Role", "User", "Group", "LocalManagedPolicy"],
          MaxItems=1000)
    for role in ROLES:
        r.ask("iam", "get_role", RoleName=role)
    r.ask("iam", "list_service_specific_credentials", UserName=USER)
    for aspect in ("encryption", "lifecycle_configuration", "logging", "ownership_controls", "policy", "tagging",
                   "versioning"):
        r.ask("s3", f"get_bucket_{aspect}", Bucket=BUCKET)
    r.ask("s3", "get_public_access_block", Bucket=BUCKET)
    r.ask("ec2", "describe_vpcs", Filters=[{"Name": "is-default", "Values": ["true"]}])
    r.ask("ec2", "describe_subnets", Filters=[{"Name": "default-for-az", "Values": ["true"]}])
    r.ask("ec2", "describe_security_groups", Filters=[{"Name": "group-name", "Values": ["default"]}])
    r.ask("ecs", "describe_clusters", clusters=["test-cluster"], include=["TAGS", "SETTINGS", "CONFIGURATIONS"])
    r.ask("ecs", "describe_services", cluster="test-cluster", services=["test-service-prod"], include=["TAGS"])
    r.ask("ecs", "describe_task_definition", taskDefinition="test-api-td-prod", include=["TAGS"])
    r.ask("ecr", "describe_repositories", repositoryNames=["aws-cicd-test"])
    r.ask("ecr", "get_lifecycle_policy", repositoryName="aws-cicd-test")
    r.ask("ecr", "get_repository_policy", repositoryName="aws-cicd-test")
    r.ask("logs", "describe_log_groups")
    r.ask("codebuild", "batch_get_projects", names=["aws-cicd-codebuild-test"])
    r.ask("codecommit", "batch_get_repositories", repositoryNames=["aws-cicde-test"])
    r.ask("codecommit", "get_repository_triggers", repositoryName="aws-cicde-test")
    r.ask("codedeploy", "batch_get_applications", applicationNames=["AppECS-test-cluster-test-service-prod"])
    r.ask("codedeploy", "get_deployment_group", applicationName="AppECS-test-cluster-test-service-prod",
          deploymentGroupName="DgpECS-test-cluster-test-service-prod")
    r.ask("codepipeline", "get_pipeline", name=PIPELINE)
    r.ask("events", "describe_rule", Name=RULE)
    r.ask("events", "list_targets_by_rule", Rule=RULE)
    r.ask("servicediscovery", "list_namespaces")
    r.ask("sns", "get_topic_attributes", TopicArn=f"arn:aws:sns:{REGION}:{ACCOUNT}:{PIPELINE}")


PIPELINE = "aws-cicd-pipeline-test"
ROLES = ("codebuild-service-role", "ecsCodeDeployRole", "ecs-task-role", "ecs-task-exc-role",
         f"cwe-role-{REGION}-{PIPELINE}", f"AWSCodePipelineServiceRole-{PIPELINE}")
USER, RULE = "cicd-deploy-user", "codepipeline-aws-cicde-test-master-rule"


def main():
    reader = Reader(16)
    start = time.perf_counter()
    read(reader)
    reader.wait()
    took = time.perf_counter() - start
    print(f"{took * 1000:.1f} {reader.calls}")
    for line in reader.failed:
        print(line, file=sys.stderr)
    sys.exit(1 if reader.failed else 0)


if __name__ == "__main__":
    main()
