"""CloudWatch log groups."""

from aws import at


def log_group(aws):
    name = {"logGroupName": "/ecs/api"}
    tags = {"Env": "test", "recon:stack": "s"}
    aws("create", "logs.create_log_group", **name, tags=tags, logGroupClass="STANDARD")
    aws.refuses(aws("create again", "logs.create_log_group", **name), "ResourceAlreadyExistsException")
    aws("set retention", "logs.put_retention_policy", **name, retentionInDays=30)
    prefix = {"logGroupNamePrefix": "/ecs/api"}
    found = aws("read", "logs.describe_log_groups", **prefix)
    aws.holds(found, {"logGroups": [{**name, "retentionInDays": 30, "logGroupClass": "STANDARD"}]})
    arn = at(found, "logGroups", 0, "arn").removesuffix(":*")
    aws.holds(aws("read tags", "logs.list_tags_for_resource", resourceArn=arn), {"tags": tags})

    aws("drop retention", "logs.delete_retention_policy", **name)
    aws("tag", "logs.tag_resource", resourceArn=arn, tags={"Env": "prod"})
    aws("untag", "logs.untag_resource", resourceArn=arn, tagKeys=["recon:stack"])
    aws("read changed", "logs.describe_log_groups", **prefix)
    changed = aws("read changed tags", "logs.list_tags_for_resource", resourceArn=arn)
    aws.holds(changed, {"tags": {"Env": "prod"}})

    aws("delete", "logs.delete_log_group", **name)
    aws.holds(aws("read deleted", "logs.describe_log_groups", **prefix), {"logGroups": []})
    aws.refuses(aws("delete again", "logs.delete_log_group", **name), "ResourceNotFoundException")
