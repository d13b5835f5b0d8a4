"""CodeCommit repositories."""

from aws import ACCOUNT, at

from .kms import fresh_key


def codecommit_repository(aws):
    name = {"repositoryName": "api"}
    tags = {"Env": "test", "recon:stack": "s"}
    key = fresh_key(aws)
    described = {**name, "repositoryDescription": "the source", "kmsKeyId": key}
    made = aws("create", "codecommit.create_repository", **described, tags=tags)
    host = "git-codecommit.ap-northeast-2.amazonaws.com/v1/repos/api"
    urls = {"cloneUrlHttp": f"https://{host}", "cloneUrlSsh": f"ssh://{host}"}
    aws.holds(made, {"repositoryMetadata": {**described, **urls, "accountId": ACCOUNT}})
    again = aws("create again", "codecommit.create_repository", **name)
    aws.refuses(again, "RepositoryNameExistsException")
    forbidden = aws("create of a forbidden name", "codecommit.create_repository", repositoryName="api.git")
    aws.refuses(forbidden, "InvalidRepositoryNameException")
    aws.holds(aws("read", "codecommit.get_repository", **name), made)
    several = aws("read several", "codecommit.batch_get_repositories", repositoryNames=["api", "other"])
    shown = {"repositories": [made["repositoryMetadata"]], "repositoriesNotFound": ["other"]}
    aws.holds(several, shown)
    aws.holds(aws("list", "codecommit.list_repositories"), {"repositories": [name]})

    arn = at(made, "repositoryMetadata", "Arn")
    aws("tag", "codecommit.tag_resource", resourceArn=arn, tags={"Env": "prod"})
    aws("untag", "codecommit.untag_resource", resourceArn=arn, tagKeys=["recon:stack"])
    found = aws("read tags", "codecommit.list_tags_for_resource", resourceArn=arn)
    aws.holds(found, {"tags": {"Env": "prod"}})
    repository_triggers(aws, name)
    repository_changes(aws, name)


def repository_triggers(aws, name):
    topic = aws.ask("sns.create_topic", Name="pushed")["TopicArn"]
    trigger = {
        "name": "pushed",
        "destinationArn": topic,
        "customData": "of api",
        "branches": ["main"],
        "events": ["updateReference", "createReference"],
    }
    aws("put triggers", "codecommit.put_repository_triggers", **name, triggers=[trigger])
    aws.holds(aws("read triggers", "codecommit.get_repository_triggers", **name), {"triggers": [trigger]})


def repository_changes(aws, name):
    more = {"repositoryDescription": "all of the source"}
    aws("change", "codecommit.update_repository_description", **name, **more)
    other = fresh_key(aws)
    aws("change the key", "codecommit.update_repository_encryption_key", **name, kmsKeyId=other)
    aws.holds(aws("list branches", "codecommit.list_branches", **name), {"branches": []})
    branch = aws("read a branch before the first push", "codecommit.get_branch", **name, branchName="main")
    aws.refuses(branch, "BranchDoesNotExistException")
    default = {**name, "defaultBranchName": "main"}
    default = aws("set it as the default one", "codecommit.update_default_branch", **default)
    aws.refuses(default, "BranchDoesNotExistException")
    aws("rename", "codecommit.update_repository_name", oldName="api", newName="shop")
    found = aws("read changed", "codecommit.get_repository", repositoryName="shop")
    aws.holds(found, {"repositoryMetadata": {**more, "repositoryName": "shop", "kmsKeyId": other}})
    aws("delete", "codecommit.delete_repository", repositoryName="shop")
    gone = aws("read deleted", "codecommit.get_repository", repositoryName="shop")
    aws.refuses(gone, "RepositoryDoesNotExistException")
    aws.holds(aws("delete again", "codecommit.delete_repository", repositoryName="shop"), {})
