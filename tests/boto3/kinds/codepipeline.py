"""CodePipeline's pipelines of both types."""

import json

from aws import ACCOUNT, at

from .iam import trust
from .kms import fresh_key
from .tags import LOWER_TAGS

CONNECTION = f"arn:aws:codeconnections:ap-northeast-2:{ACCOUNT}:connection/one"


def piping_role(aws):
    """The ARN of a role in whose name CodePipeline may act."""
    document = trust("codepipeline.amazonaws.com")
    return aws.ask("iam.create_role", RoleName="pipe", AssumeRolePolicyDocument=document)["Role"]["Arn"]


def action(category, provider, *, inputs=(), outputs=(), owner="AWS", configuration=None, **more):
    return {
        "name": provider,
        "actionTypeId": {"category": category, "owner": owner, "provider": provider, "version": "1"},
        "runOrder": 1,
        "configuration": configuration or {},
        "inputArtifacts": [{"name": name} for name in inputs],
        "outputArtifacts": [{"name": name} for name in outputs],
        **more,
    }


def stage(name, *actions, **gates):
    return {"name": name, "actions": list(actions), **gates}


def commit_source(branch):
    watched = {"RepositoryName": "api", "BranchName": branch, "PollForSourceChanges": "false"}
    return action("Source", "CodeCommit", outputs=["Source"], configuration=watched)


def build():
    variables = json.dumps([{"name": "A", "value": "1", "type": "PLAINTEXT"}])
    built = {"ProjectName": "api", "BatchEnabled": "true", "EnvironmentVariables": variables}
    return action("Build", "CodeBuild", inputs=["Source"], outputs=["Built"], configuration=built)


def deploy():
    deployed = {
        "ApplicationName": "api",
        "DeploymentGroupName": "api",
        "TaskDefinitionTemplateArtifact": "Source",
        "AppSpecTemplateArtifact": "Source",
        "Image1ArtifactName": "Built",
        "Image1ContainerName": "IMAGE1_NAME",
    }
    return action("Deploy", "CodeDeployToECS", inputs=["Source", "Built"], configuration=deployed)


def first_type(aws, **changes):
    """A pipeline of the first type: source, build, approval and deployment."""
    store = {
        "type": "S3",
        "location": "recon-artifacts",
        "encryptionKey": {"id": fresh_key(aws), "type": "KMS"},
    }
    approval = action("Approval", "Manual", configuration={"CustomData": "look twice"})
    return {
        "name": "api",
        "roleArn": f"arn:aws:iam::{ACCOUNT}:role/pipe",
        "artifactStore": store,
        "stages": [
            stage("Source", commit_source("main")),
            stage("Build", build()),
            stage("Deploy", approval, {**deploy(), "runOrder": 2}),
        ],
        **changes,
    }


def pipeline_v1(aws):
    piping_role(aws)
    given = first_type(aws)
    filled = {**given, "version": 1, "pipelineType": "V1", "executionMode": "SUPERSEDED"}
    made = aws("create", "codepipeline.create_pipeline", pipeline=given, tags=LOWER_TAGS)
    aws.holds(made, {"pipeline": filled, "tags": LOWER_TAGS})
    again = aws("create again", "codepipeline.create_pipeline", pipeline=given)
    aws.refuses(again, "PipelineNameInUseException")
    arn = f"arn:aws:codepipeline:ap-northeast-2:{ACCOUNT}:api"
    found = aws("read", "codepipeline.get_pipeline", name="api")
    aws.holds(found, {"pipeline": filled, "metadata": {"pipelineArn": arn}})
    summary = {"name": "api", "version": 1, "pipelineType": "V1", "executionMode": "SUPERSEDED"}
    aws.holds(aws("list", "codepipeline.list_pipelines"), {"pipelines": [summary]})
    aws("tag", "codepipeline.tag_resource", resourceArn=arn, tags=[{"key": "Env", "value": "prod"}])
    aws("untag", "codepipeline.untag_resource", resourceArn=arn, tagKeys=["recon:stack"])
    tagged = aws("read tags", "codepipeline.list_tags_for_resource", resourceArn=arn)
    aws.holds(tagged, {"tags": [{"key": "Env", "value": "prod"}]})
    transitions(aws)
    changed = {**given, "stages": [stage("Source", commit_source("release")), *given["stages"][1:]]}
    aws("change", "codepipeline.update_pipeline", pipeline=changed)
    aws.holds(
        aws("read changed", "codepipeline.get_pipeline", name="api"), {"pipeline": {**changed, "version": 2}}
    )
    aws.holds(aws("read as it was", "codepipeline.get_pipeline", name="api", version=1), {"pipeline": filled})
    aws("delete", "codepipeline.delete_pipeline", name="api")
    aws.refuses(aws("read deleted", "codepipeline.get_pipeline", name="api"), "PipelineNotFoundException")
    aws("delete again", "codepipeline.delete_pipeline", name="api")


def transitions(aws):
    inbound = {"pipelineName": "api", "stageName": "Deploy", "transitionType": "Inbound"}
    aws("stop a stage", "codepipeline.disable_stage_transition", **inbound, reason="frozen")
    found = aws("read state", "codepipeline.get_pipeline_state", name="api")
    stopped = {"enabled": False, "disabledReason": "frozen"}
    aws.holds(at(found, "stageStates", 2) or {}, {"stageName": "Deploy", "inboundTransitionState": stopped})
    aws("let the stage go", "codepipeline.enable_stage_transition", **inbound)
    found = aws("read state after", "codepipeline.get_pipeline_state", name="api")
    aws.holds(at(found, "stageStates", 2) or {}, {"inboundTransitionState": {"enabled": True}})
    never = {**inbound, "stageName": "Never"}
    aws.refuses(
        aws("let no stage go", "codepipeline.enable_stage_transition", **never), "StageNotFoundException"
    )
    first = aws("list executions", "codepipeline.list_pipeline_executions", pipelineName="api")
    if aws.is_sandbox:
        assert len(first["pipelineExecutionSummaries"]) == 1, "creation starts the first execution"


def gate(result, **more):
    rule = {
        "name": "errors",
        "ruleTypeId": {"category": "Rule", "owner": "AWS", "provider": "CloudWatchAlarm", "version": "1"},
        "configuration": {"AlarmName": "errors"},
        "inputArtifacts": [],
        "roleArn": f"arn:aws:iam::{ACCOUNT}:role/pipe",
        "region": "ap-northeast-2",
        "timeoutInMinutes": 10,
        **more,
    }
    return {"conditions": [{"result": result, "rules": [rule]}]}


def trigger():
    branches = {"includes": ["main"], "excludes": ["wip"]}
    files = {"includes": ["src/**"], "excludes": ["doc/**"]}
    tags = {"tags": {"includes": ["v*"], "excludes": ["v0*"]}}
    asked = {"events": ["OPEN", "UPDATED"], "branches": branches, "filePaths": files}
    watched = {
        "sourceActionName": "CodeStarSourceConnection",
        "push": [{"branches": branches, "filePaths": files}, tags],
        "pullRequest": [asked],
    }
    return {"providerType": "CodeStarSourceConnection", "gitConfiguration": watched}


def second_type(**changes):
    """A pipeline of the second type, with all that only it can have."""
    connected = {"ConnectionArn": CONNECTION, "FullRepositoryId": "me/api", "BranchName": "main"}
    source = action(
        "Source", "CodeStarSourceConnection", outputs=["Source"], configuration=connected, namespace="Src"
    )
    commands = action(
        "Build",
        "Commands",
        inputs=["Source"],
        commands=["make", "make test"],
        outputVariables=["VERSION"],
        roleArn=f"arn:aws:iam::{ACCOUNT}:role/pipe",
        region="ap-northeast-2",
        timeoutInMinutes=30,
        environmentVariables=[{"name": "MODE", "value": "release", "type": "PLAINTEXT"}],
    )
    commands["outputArtifacts"] = [{"name": "Built", "files": ["out/**"]}]
    gates = {"beforeEntry": gate("FAIL"), "onSuccess": gate("FAIL"), "onFailure": gate("ROLLBACK")}
    retry = {"result": "RETRY", "retryConfiguration": {"retryMode": "FAILED_ACTIONS"}}
    published = action(
        "Deploy", "S3", inputs=["Built"], configuration={"BucketName": "site", "Extract": "true"}
    )
    rolled = action(
        "Deploy", "ECS", inputs=["Built"], configuration={"ClusterName": "test", "ServiceName": "api"}
    )
    return {
        "name": "api",
        "roleArn": f"arn:aws:iam::{ACCOUNT}:role/pipe",
        "artifactStores": {"ap-northeast-2": {"type": "S3", "location": "recon-artifacts"}},
        "pipelineType": "V2",
        "executionMode": "QUEUED",
        "variables": [{"name": "tag", "defaultValue": "latest", "description": "what to deploy"}],
        "triggers": [trigger()],
        "stages": [
            stage("Source", source),
            stage("Build", commands, **gates),
            stage("Deploy", published, rolled, onFailure=retry),
        ],
        **changes,
    }


def pipeline_v2(aws):
    piping_role(aws)
    given = second_type()
    made = aws("create", "codepipeline.create_pipeline", pipeline=given)
    aws.holds(made, {"pipeline": {**given, "version": 1}})
    aws.holds(aws("read", "codepipeline.get_pipeline", name="api"), {"pipeline": given})
    changed = second_type(executionMode="SUPERSEDED", variables=[{"name": "tag"}])
    del changed["triggers"]
    aws("change", "codepipeline.update_pipeline", pipeline=changed)
    found = aws("read changed", "codepipeline.get_pipeline", name="api")
    aws.holds(found, {"pipeline": {**changed, "version": 2}})
    if aws.is_sandbox:
        assert "triggers" not in found["pipeline"]
    parallel = second_type(executionMode="PARALLEL")
    refused = aws("change to parallel with rollback", "codepipeline.update_pipeline", pipeline=parallel)
    aws.refuses(refused, "InvalidStageDeclarationException")
    aws("delete", "codepipeline.delete_pipeline", name="api")


def pipeline_secret(aws):
    """A token that is given is never shown."""
    piping_role(aws)
    fetched = {"Owner": "me", "Repo": "api", "Branch": "main", "OAuthToken": "ghp_1"}
    github = action("Source", "GitHub", owner="ThirdParty", outputs=["Source"], configuration=fetched)
    given = first_type(aws)
    given["stages"][0] = stage("Source", github)
    made = aws("create", "codepipeline.create_pipeline", pipeline=given)
    found = aws("read", "codepipeline.get_pipeline", name="api")
    masked = {**fetched, "OAuthToken": "****"}
    for answer in (made, found):
        shown = at(answer, "pipeline", "stages", 0, "actions", 0, "configuration")
        aws.holds(shown or {}, masked)


def pipeline_refusals(aws):
    stages = first_type(aws)["stages"]
    source, built, deployed = stages

    def refused(step, code, **changes):
        answer = aws(f"create {step}", "codepipeline.create_pipeline", pipeline=first_type(aws, **changes))
        aws.refuses(answer, f"Invalid{code}Exception")

    refused("before its role", "Structure")
    piping_role(aws)
    refused("of one stage", "Structure", stages=[source])
    refused("without a source", "Structure", stages=[built, deployed])
    refused("with a source too late", "Structure", stages=[source, stage("More", commit_source("more"))])
    refused("with a name twice", "StageDeclaration", stages=[source, built, built])
    unconfigured = {**build(), "configuration": {}}
    refused("with half an action", "ActionDeclaration", stages=[source, stage("Build", unconfigured)])
    unknown = action("Build", "Bakery", inputs=["Source"])
    refused("with an action unknown", "ActionDeclaration", stages=[source, stage("Build", unknown)])
    stray = {**build(), "inputArtifacts": [{"name": "Nothing"}]}
    refused("with an artifact of nobody", "ActionDeclaration", stages=[source, stage("Build", stray)])
    refused("with variables in V1", "Structure", variables=[{"name": "tag"}])
    refused("queued in V1", "Structure", executionMode="QUEUED")
    gated = stage("Build", build(), onFailure={"result": "ROLLBACK"})
    refused("with conditions in V1", "StageDeclaration", stages=[source, gated])
