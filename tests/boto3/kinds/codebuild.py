"""CodeBuild projects and their webhooks."""

from aws import ACCOUNT, at

from .iam import trust
from .kms import fresh_key
from .network import network
from .tags import LOWER_TAGS

CONNECTION = f"arn:aws:codeconnections:ap-northeast-2:{ACCOUNT}:connection/one"


def building_role(aws):
    """The ARN of a role in whose name CodeBuild may act, in a VPC too."""
    name = {"RoleName": "build"}
    document = trust("codebuild.amazonaws.com")
    arn = aws.ask("iam.create_role", **name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
    aws.ask("iam.attach_role_policy", **name, PolicyArn=aws.managed_policy("AdministratorAccess"))
    return arn


def source(place, **more):
    return {
        "type": "GITHUB",
        "location": f"https://github.com/me/{place}.git",
        "gitCloneDepth": 1,
        "gitSubmodulesConfig": {"fetchSubmodules": True},
        "buildspec": "ci/build.yml",
        "auth": {"type": "CODECONNECTIONS", "resource": CONNECTION},
        "reportBuildStatus": True,
        "buildStatusConfig": {"context": "ci", "targetUrl": "https://example.com/builds"},
        "insecureSsl": False,
        **more,
    }


def artifacts(name, **more):
    return {
        "type": "S3",
        "location": "bucket",
        "path": "out",
        "namespaceType": "BUILD_ID",
        "name": name,
        "packaging": "ZIP",
        "overrideArtifactName": True,
        "encryptionDisabled": False,
        "bucketOwnerAccess": "FULL",
        **more,
    }


def environment():
    return {
        "type": "LINUX_CONTAINER",
        "computeType": "BUILD_GENERAL1_SMALL",
        "image": "public.ecr.aws/docker/library/rust:1",
        "environmentVariables": [
            {"name": "TAG", "value": "latest", "type": "PLAINTEXT"},
            {"name": "HOST", "value": "/db/host", "type": "PARAMETER_STORE"},
            {"name": "TOKEN", "value": "token", "type": "SECRETS_MANAGER"},
        ],
        "privilegedMode": True,
        "certificate": "bucket/ca.pem",
        "registryCredential": {"credential": "hub", "credentialProvider": "SECRETS_MANAGER"},
        "imagePullCredentialsType": "SERVICE_ROLE",
    }


def full_project(aws):
    """Every member that goes with every other one."""
    role = building_role(aws)
    vpc, subnets, groups = network(aws)
    logs = {
        "cloudWatchLogs": {"status": "ENABLED", "groupName": "build", "streamName": "api"},
        "s3Logs": {"status": "ENABLED", "location": "bucket/logs", "encryptionDisabled": False},
    }
    files = {
        "type": "EFS",
        "location": "fs-1:/",
        "mountPoint": "/mnt",
        "identifier": "efs",
        "mountOptions": "hard",
    }
    restrictions = {"maximumBuildsAllowed": 5, "computeTypesAllowed": ["BUILD_GENERAL1_SMALL"]}
    batch = {
        "serviceRole": role,
        "combineArtifacts": True,
        "restrictions": restrictions,
        "timeoutInMins": 60,
        "batchReportMode": "REPORT_AGGREGATED_BATCH",
    }
    return {
        "name": "api",
        "description": "builds the application",
        "source": source("api"),
        "secondarySources": [source("lib", sourceIdentifier="lib")],
        "sourceVersion": "main",
        "secondarySourceVersions": [{"sourceIdentifier": "lib", "sourceVersion": "v1"}],
        "artifacts": artifacts("api.zip"),
        "secondaryArtifacts": [artifacts("docs.zip", artifactIdentifier="docs")],
        "cache": {"type": "S3", "location": "bucket/cache", "cacheNamespace": "api"},
        "environment": environment(),
        "serviceRole": role,
        "timeoutInMinutes": 30,
        "queuedTimeoutInMinutes": 60,
        "encryptionKey": fresh_key(aws),
        "tags": LOWER_TAGS,
        "vpcConfig": {"vpcId": vpc, "subnets": subnets, "securityGroupIds": groups},
        "logsConfig": logs,
        "fileSystemLocations": [files],
        "buildBatchConfig": batch,
        "concurrentBuildLimit": 2,
        "autoRetryLimit": 1,
    }


def codebuild_project(aws):
    given = full_project(aws)
    made = aws("create", "codebuild.create_project", **given, badgeEnabled=True)
    aws.holds(made, {"project": {**given, "badge": {"badgeEnabled": True}, "projectVisibility": "PRIVATE"}})
    aws.refuses(aws("create again", "codebuild.create_project", **given), "ResourceAlreadyExistsException")
    found = aws("read", "codebuild.batch_get_projects", names=["api", "other"])
    aws.holds(found, {"projects": [given], "projectsNotFound": ["other"]})
    aws.holds(aws("list", "codebuild.list_projects"), {"projects": ["api"]})
    changes_of_project(aws, given)
    aws(
        "publish",
        "codebuild.update_project_visibility",
        projectArn=at(made, "project", "arn"),
        projectVisibility="PUBLIC_READ",
        resourceAccessRole=given["serviceRole"],
    )
    found = aws("read published", "codebuild.batch_get_projects", names=["api"])
    aws.holds(
        found,
        {"projects": [{"projectVisibility": "PUBLIC_READ", "resourceAccessRole": given["serviceRole"]}]},
    )
    aws("delete", "codebuild.delete_project", name="api")
    gone = aws("read deleted", "codebuild.batch_get_projects", names=["api"])
    aws.holds(gone, {"projects": [], "projectsNotFound": ["api"]})
    aws("delete again", "codebuild.delete_project", name="api")
    aws.refuses(aws("change deleted", "codebuild.update_project", name="api"), "ResourceNotFoundException")


def changes_of_project(aws, given):
    """What is not named stays; nothing, or -1, takes away."""
    changes = {
        "description": "builds it all",
        "source": {
            "type": "CODECOMMIT",
            "location": "https://git-codecommit.ap-northeast-2.amazonaws.com/v1/repos/api",
        },
        "artifacts": {"type": "NO_ARTIFACTS"},
        "secondarySources": [],
        "secondarySourceVersions": [],
        "secondaryArtifacts": [],
        "cache": {"type": "LOCAL", "modes": ["LOCAL_SOURCE_CACHE", "LOCAL_DOCKER_LAYER_CACHE"]},
        "environment": {**environment(), "computeType": "BUILD_GENERAL1_LARGE", "environmentVariables": []},
        "tags": [{"key": "Env", "value": "prod"}],
        "timeoutInMinutes": 90,
    }
    nothing = {"vpcConfig": {}, "buildBatchConfig": {}, "concurrentBuildLimit": -1}
    aws("change", "codebuild.update_project", name="api", **changes, **nothing, badgeEnabled=False)
    found = aws("read changed", "codebuild.batch_get_projects", names=["api"])
    kept = {key: given[key] for key in ("sourceVersion", "serviceRole", "encryptionKey", "autoRetryLimit")}
    aws.holds(found, {"projects": [{**kept, **changes, "badge": {"badgeEnabled": False}}]})
    if aws.is_sandbox:
        assert not nothing.keys() & found["projects"][0].keys()


def least_project(aws, name="bare", **changes):
    """What CodePipeline builds with: everything else is filled in."""
    return {
        "name": name,
        "source": {"type": "CODEPIPELINE"},
        "artifacts": {"type": "CODEPIPELINE"},
        "environment": {
            "type": "LINUX_CONTAINER",
            "image": "aws/codebuild/standard:7.0",
            "computeType": "BUILD_GENERAL1_SMALL",
        },
        "serviceRole": f"arn:aws:iam::{ACCOUNT}:role/build",
        **changes,
    }


def codebuild_refusals(aws):
    building_role(aws)
    bare = aws("create with nothing set", "codebuild.create_project", **least_project(aws))
    filled = {"timeoutInMinutes": 60, "queuedTimeoutInMinutes": 480, "cache": {"type": "NO_CACHE"}}
    environment = {
        "privilegedMode": False,
        "imagePullCredentialsType": "CODEBUILD",
        "environmentVariables": [],
    }
    aws.holds(bare, {"project": {**filled, "environment": environment, "badge": {"badgeEnabled": False}}})

    def refused(step, **changes):
        answer = aws(f"create {step}", "codebuild.create_project", **least_project(aws, "bad", **changes))
        aws.refuses(answer, "InvalidInputException")

    refused("for a role that is not there", serviceRole=f"arn:aws:iam::{ACCOUNT}:role/none")
    refused("with half a pipeline", artifacts={"type": "NO_ARTIFACTS"})
    refused("from nowhere", source={"type": "GITHUB"}, artifacts={"type": "NO_ARTIFACTS"})
    refused("without a buildspec", source={"type": "NO_SOURCE"}, artifacts={"type": "NO_ARTIFACTS"})
    refused("with a cache that is nowhere", cache={"type": "S3"})
    reserved = {"name": "CODEBUILD_X", "value": "1"}
    image = least_project(aws)["environment"]
    refused("with a reserved variable", environment={**image, "environmentVariables": [reserved]})


def webhook(aws):
    building_role(aws)
    github = {"source": source("api"), "artifacts": {"type": "NO_ARTIFACTS"}}
    name = {"projectName": "api"}
    stray = aws("create for no project", "codebuild.create_webhook", **name)
    aws.refuses(stray, "ResourceNotFoundException")
    aws.ask("codebuild.create_project", **least_project(aws, "api", **github))
    pushed = {"type": "EVENT", "pattern": "PUSH", "excludeMatchedPattern": False}
    main = {"type": "HEAD_REF", "pattern": "^refs/heads/main$", "excludeMatchedPattern": False}
    given = {"filterGroups": [[pushed, main]], "buildType": "BUILD"}
    made = aws("create", "codebuild.create_webhook", **name, **given)
    aws.holds(made, {"webhook": given})
    aws.refuses(aws("create again", "codebuild.create_webhook", **name), "ResourceAlreadyExistsException")
    found = aws("read", "codebuild.batch_get_projects", names=["api"])
    aws.holds(found, {"projects": [{"webhook": given}]})
    if aws.is_sandbox:
        assert "secret" not in found["projects"][0]["webhook"]
    changes = {"filterGroups": [[pushed]], "buildType": "BUILD_BATCH"}
    aws("change", "codebuild.update_webhook", **name, **changes)
    found = aws("read changed", "codebuild.batch_get_projects", names=["api"])
    aws.holds(found, {"projects": [{"webhook": changes}]})
    eventless = aws("change to no event", "codebuild.update_webhook", **name, filterGroups=[[main]])
    aws.refuses(eventless, "InvalidInputException")
    aws("delete", "codebuild.delete_webhook", **name)
    aws.refuses(aws("delete again", "codebuild.delete_webhook", **name), "ResourceNotFoundException")
    aws("create a pipeline's project", "codebuild.create_project", **least_project(aws, "piped"))
    piped = aws("create for a pipeline's project", "codebuild.create_webhook", projectName="piped")
    aws.refuses(piped, "InvalidInputException")
