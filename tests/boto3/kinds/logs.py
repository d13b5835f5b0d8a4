"""CloudWatch log groups."""

from aws import at

from .kms import fresh_key


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


def log_group_guards(aws):
    """What a key and a protection do to a log group."""
    name = {"logGroupName": "/ecs/api"}
    key = fresh_key(aws)
    aws("create protected", "logs.create_log_group", **name, deletionProtectionEnabled=True, kmsKeyId=key)
    prefix = {"logGroupNamePrefix": "/ecs/api"}
    found = aws("read", "logs.describe_log_groups", **prefix)
    aws.holds(found, {"logGroups": [{**name, "kmsKeyId": key, "deletionProtectionEnabled": True}]})
    aws.refuses(aws("delete protected", "logs.delete_log_group", **name), "ValidationException")
    other = fresh_key(aws)
    aws("change the key", "logs.associate_kms_key", **name, kmsKeyId=other)
    aws.holds(aws("read changed", "logs.describe_log_groups", **prefix), {"logGroups": [{"kmsKeyId": other}]})
    aws("drop the key", "logs.disassociate_kms_key", **name)
    bare = {"logGroupIdentifier": "/ecs/api", "deletionProtectionEnabled": False}
    aws("unprotect", "logs.put_log_group_deletion_protection", **bare)
    aws("read unprotected", "logs.describe_log_groups", **prefix)
    aws("delete", "logs.delete_log_group", **name)
