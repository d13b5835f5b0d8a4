"""ECR repositories, and what is set on them."""

import json

from aws import ACCOUNT, at

from .kms import fresh_key
from .tags import TAGS

NAME = {"repositoryName": "shop/api"}


def ecr_repository(aws):
    given = {
        **NAME,
        "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
        "imageTagMutabilityExclusionFilters": [{"filterType": "WILDCARD", "filter": "latest*"}],
        "imageScanningConfiguration": {"scanOnPush": True},
        "encryptionConfiguration": {"encryptionType": "KMS", "kmsKey": fresh_key(aws)},
    }
    made = aws("create", "ecr.create_repository", **given, tags=TAGS)
    uri = f"{ACCOUNT}.dkr.ecr.ap-northeast-2.amazonaws.com/shop/api"
    aws.holds(made, {"repository": {**given, "registryId": ACCOUNT, "repositoryUri": uri}})
    aws.refuses(aws("create again", "ecr.create_repository", **NAME), "RepositoryAlreadyExistsException")
    bare = aws("create with nothing set", "ecr.create_repository", repositoryName="bare")
    defaults = {
        "imageTagMutability": "MUTABLE",
        "imageScanningConfiguration": {"scanOnPush": False},
        "encryptionConfiguration": {"encryptionType": "AES256"},
    }
    aws.holds(bare, {"repository": defaults})
    found = aws("read", "ecr.describe_repositories", repositoryNames=["shop/api"])
    aws.holds(found, {"repositories": [made["repository"]]})
    aws("list", "ecr.describe_repositories")
    one_missing = aws("read one that never was", "ecr.describe_repositories", repositoryNames=["bare", "no"])
    aws.refuses(one_missing, "RepositoryNotFoundException")

    arn = at(made, "repository", "repositoryArn")
    aws("tag", "ecr.tag_resource", resourceArn=arn, tags=[{"Key": "Env", "Value": "prod"}])
    aws("untag", "ecr.untag_resource", resourceArn=arn, tagKeys=["recon:stack"])
    tagged = aws("read tags", "ecr.list_tags_for_resource", resourceArn=arn)
    aws.holds(tagged, {"tags": [{"Key": "Env", "Value": "prod"}]})
    ecr_changes(aws)
    repository_policy(aws)
    lifecycle_policy(aws)

    aws.holds(aws("list images", "ecr.list_images", **NAME), {"imageIds": []})
    aws("delete", "ecr.delete_repository", **NAME)
    aws.refuses(aws("delete again", "ecr.delete_repository", **NAME), "RepositoryNotFoundException")


def ecr_changes(aws):
    aws("change mutability", "ecr.put_image_tag_mutability", **NAME, imageTagMutability="IMMUTABLE")
    scanning = {"imageScanningConfiguration": {"scanOnPush": False}}
    aws("change scanning", "ecr.put_image_scanning_configuration", **NAME, **scanning)
    found = aws("read changed", "ecr.describe_repositories", repositoryNames=["shop/api"])
    aws.holds(found, {"repositories": [{"imageTagMutability": "IMMUTABLE", **scanning}]})


def repository_policy(aws):
    absent = "RepositoryPolicyNotFoundException"
    aws.refuses(aws("read policy before it is set", "ecr.get_repository_policy", **NAME), absent)
    statement = {
        "Sid": "pull",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    aws("set policy", "ecr.set_repository_policy", **NAME, policyText=json.dumps(policy))
    found = aws("read policy", "ecr.get_repository_policy", **NAME)
    aws.holds(json.loads(at(found, "policyText") or "{}"), policy)
    malformed = aws("set malformed policy", "ecr.set_repository_policy", **NAME, policyText='{"a": 1}')
    aws.refuses(malformed, "InvalidParameterException")
    aws("delete policy", "ecr.delete_repository_policy", **NAME)
    aws.refuses(aws("delete policy again", "ecr.delete_repository_policy", **NAME), absent)


def lifecycle_policy(aws):
    absent = "LifecyclePolicyNotFoundException"
    aws.refuses(aws("read lifecycle before it is set", "ecr.get_lifecycle_policy", **NAME), absent)
    selection = {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days"}
    rule = {
        "rulePriority": 1,
        "description": "leftovers",
        "selection": {**selection, "countNumber": 14},
        "action": {"type": "expire"},
    }
    policy = {"rules": [rule]}
    aws("put lifecycle", "ecr.put_lifecycle_policy", **NAME, lifecyclePolicyText=json.dumps(policy))
    found = aws("read lifecycle", "ecr.get_lifecycle_policy", **NAME)
    aws.holds(json.loads(at(found, "lifecyclePolicyText") or "{}"), policy)
    incomplete = json.dumps(
        {"rules": [{**rule, "action": {}, "description": "a rule that says nothing to do"}]}
    )
    refused = aws(
        "put lifecycle without an action", "ecr.put_lifecycle_policy", **NAME, lifecyclePolicyText=incomplete
    )
    aws.refuses(refused, "InvalidParameterException")
    aws("delete lifecycle", "ecr.delete_lifecycle_policy", **NAME)
    aws.refuses(aws("delete lifecycle again", "ecr.delete_lifecycle_policy", **NAME), absent)
