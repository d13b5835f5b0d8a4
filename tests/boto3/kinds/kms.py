"""KMS keys and their aliases."""

import json

from aws import ACCOUNT, at

TAGS = [{"TagKey": "Env", "TagValue": "test"}, {"TagKey": "recon:stack", "TagValue": "s"}]


def fresh_key(aws):
    """The ARN of a key that encrypts."""
    return aws.ask("kms.create_key")["KeyMetadata"]["Arn"]


def key_policy(*more):
    """The account's own people may do everything with the key, others what is said."""
    statement = {
        "Sid": "account",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    return {"Version": "2012-10-17", "Statement": [statement, *more]}


def key(aws):
    given = {
        "Description": "artifacts",
        "KeyUsage": "ENCRYPT_DECRYPT",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "Origin": "AWS_KMS",
        "MultiRegion": False,
    }
    made = aws("create", "kms.create_key", **given, Policy=json.dumps(key_policy()), Tags=TAGS)
    shown = {
        **given,
        "AWSAccountId": ACCOUNT,
        "Enabled": True,
        "KeyState": "Enabled",
        "KeyManager": "CUSTOMER",
    }
    aws.holds(made, {"KeyMetadata": shown})
    name = {"KeyId": at(made, "KeyMetadata", "KeyId")}
    aws.holds(aws("read", "kms.describe_key", **name), made)
    aws.holds(aws("read by ARN", "kms.describe_key", KeyId=at(made, "KeyMetadata", "Arn")), made)
    aws.holds(aws("list", "kms.list_keys"), {"Keys": [name], "Truncated": False})
    never = aws("read one that never was", "kms.describe_key", KeyId="00000000-0000-4000-8000-000000000000")
    aws.refuses(never, "NotFoundException")
    policy_of_key(aws, name)
    rotation_of_key(aws, name)

    aws("tag", "kms.tag_resource", **name, Tags=[{"TagKey": "Env", "TagValue": "prod"}])
    aws("untag", "kms.untag_resource", **name, TagKeys=["recon:stack"])
    tagged = aws("read tags", "kms.list_resource_tags", **name)
    aws.holds(tagged, {"Tags": [{"TagKey": "Env", "TagValue": "prod"}], "Truncated": False})
    aws("change", "kms.update_key_description", **name, Description="all artifacts")
    aws("disable", "kms.disable_key", **name)
    changed = {"Description": "all artifacts", "Enabled": False, "KeyState": "Disabled"}
    aws.holds(aws("read disabled", "kms.describe_key", **name), {"KeyMetadata": changed})
    aws("enable", "kms.enable_key", **name)
    deletion_of_key(aws, name)


def policy_of_key(aws, name):
    found = aws("read policy", "kms.get_key_policy", **name, PolicyName="default")
    aws.holds(json.loads(at(found, "Policy") or "{}"), key_policy())
    service = {"Service": "codepipeline.amazonaws.com"}
    more = {"Sid": "use", "Effect": "Allow", "Principal": service, "Action": "kms:Decrypt", "Resource": "*"}
    wider = key_policy(more)
    aws("put policy", "kms.put_key_policy", **name, PolicyName="default", Policy=json.dumps(wider))
    found = aws("read policy changed", "kms.get_key_policy", **name, PolicyName="default")
    aws.holds(json.loads(at(found, "Policy") or "{}"), wider)
    locked = json.dumps({"Version": "2012-10-17", "Statement": [more]})
    refused = aws(
        "put policy that locks out", "kms.put_key_policy", **name, PolicyName="default", Policy=locked
    )
    aws.refuses(refused, "MalformedPolicyDocumentException")


def rotation_of_key(aws, name):
    aws.holds(aws("read rotation", "kms.get_key_rotation_status", **name), {"KeyRotationEnabled": False})
    aws("enable rotation", "kms.enable_key_rotation", **name, RotationPeriodInDays=180)
    rotation = aws("read rotation enabled", "kms.get_key_rotation_status", **name)
    aws.holds(rotation, {"KeyRotationEnabled": True, "RotationPeriodInDays": 180})
    aws("disable rotation", "kms.disable_key_rotation", **name)
    rotation = aws("read rotation disabled", "kms.get_key_rotation_status", **name)
    aws.holds(rotation, {"KeyRotationEnabled": False})


def deletion_of_key(aws, name):
    hasty = aws("delete at once", "kms.schedule_key_deletion", **name, PendingWindowInDays=1)
    aws.refuses(hasty, "ValidationException")
    aws("delete", "kms.schedule_key_deletion", **name, PendingWindowInDays=7)
    pending = {"KeyMetadata": {"KeyState": "PendingDeletion", "Enabled": False}}
    aws.holds(aws("read while it waits", "kms.describe_key", **name), pending)
    again = aws("delete again", "kms.schedule_key_deletion", **name, PendingWindowInDays=7)
    aws.refuses(again, "KMSInvalidStateException")
    late = aws("change while it waits", "kms.update_key_description", **name, Description="too late")
    aws.refuses(late, "KMSInvalidStateException")
    aws("take it back", "kms.cancel_key_deletion", **name)
    back = {"KeyMetadata": {"KeyState": "Disabled", "Enabled": False}}
    aws.holds(aws("read taken back", "kms.describe_key", **name), back)
    aws("delete after all", "kms.schedule_key_deletion", **name, PendingWindowInDays=7)
    aws.later(8 * 86400)
    aws("read deleted", "kms.describe_key", **name)


def alias(aws):
    first, second = fresh_key(aws), fresh_key(aws)
    name = {"AliasName": "alias/artifacts"}
    aws("create", "kms.create_alias", **name, TargetKeyId=first)
    again = aws("create again", "kms.create_alias", **name, TargetKeyId=first)
    aws.refuses(again, "AlreadyExistsException")
    reserved = aws("create of AWS's name", "kms.create_alias", AliasName="alias/aws/mine", TargetKeyId=first)
    aws.refuses(reserved, "NotAuthorizedException")
    nowhere = "00000000-0000-4000-8000-000000000000"
    stray = aws("create for no key", "kms.create_alias", AliasName="alias/stray", TargetKeyId=nowhere)
    aws.refuses(stray, "NotFoundException")
    found = aws("read", "kms.list_aliases", KeyId=first)
    aws.holds(found, {"Aliases": [{**name, "TargetKeyId": first.rpartition("/")[2]}], "Truncated": False})
    aws.holds(
        aws("read key by alias", "kms.describe_key", KeyId="alias/artifacts"), {"KeyMetadata": {"Arn": first}}
    )
    aws("change", "kms.update_alias", **name, TargetKeyId=second)
    changed = aws("read key of changed alias", "kms.describe_key", KeyId="alias/artifacts")
    aws.holds(changed, {"KeyMetadata": {"Arn": second}})
    aws("delete", "kms.delete_alias", **name)
    aws.refuses(aws("delete again", "kms.delete_alias", **name), "NotFoundException")
    aws.refuses(
        aws("read key by deleted alias", "kms.describe_key", KeyId="alias/artifacts"), "NotFoundException"
    )
