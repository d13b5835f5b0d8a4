"""IAM policies, users, groups and the credentials of CodeCommit."""

import json

from aws import ACCOUNT, at

from .tags import TAGS


def allowing(*actions):
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def own_policy(aws, name, *actions):
    """The ARN of a policy of the account."""
    document = json.dumps(allowing(*actions))
    return aws.ask("iam.create_policy", PolicyName=name, PolicyDocument=document)["Policy"]["Arn"]


def policy(aws):
    given = {"PolicyName": "build", "Path": "/ci/"}
    document = json.dumps(allowing("s3:GetObject"))
    described = {**given, "Description": "what builds may do", "PolicyDocument": document}
    made = aws("create", "iam.create_policy", **described, Tags=TAGS)
    arn = f"arn:aws:iam::{ACCOUNT}:policy/ci/build"
    counts = {"AttachmentCount": 0, "PermissionsBoundaryUsageCount": 0, "IsAttachable": True}
    aws.holds(made, {"Policy": {**given, **counts, "Arn": arn, "DefaultVersionId": "v1", "Tags": TAGS}})
    again = aws("create again", "iam.create_policy", **given, PolicyDocument=document)
    aws.refuses(again, "EntityAlreadyExists")
    malformed = aws(
        "create malformed", "iam.create_policy", PolicyName="bad", PolicyDocument='{"Statement": []'
    )
    aws.refuses(malformed, "MalformedPolicyDocument")
    name = {"PolicyArn": arn}
    found = aws("read", "iam.get_policy", **name)
    aws.holds(found, {"Policy": {**made["Policy"], "Description": "what builds may do"}})
    listed = aws("list", "iam.list_policies", Scope="Local", PathPrefix="/ci/")
    aws.holds(listed, {"Policies": [{"PolicyName": "build", "Arn": arn}]})
    first = aws("read version", "iam.get_policy_version", **name, VersionId="v1")
    aws.holds(first, {"PolicyVersion": {"Document": allowing("s3:GetObject"), "IsDefaultVersion": True}})
    aws("tag", "iam.tag_policy", **name, Tags=[{"Key": "Env", "Value": "prod"}])
    aws("untag", "iam.untag_policy", **name, TagKeys=["recon:stack"])
    tagged = aws("read tags", "iam.list_policy_tags", **name)
    aws.holds(tagged, {"Tags": [{"Key": "Env", "Value": "prod"}]})
    versions_of_policy(aws, name)
    deletion_of_policy(aws, name)


def versions_of_policy(aws, name):
    for number in range(2, 6):
        document = json.dumps(allowing("s3:GetObject", f"s3:GetObject{number}"))
        create = {**name, "PolicyDocument": document, "SetAsDefault": True}
        aws(f"create version {number}", "iam.create_policy_version", **create)
    sixth = aws("create one version too many", "iam.create_policy_version", **create)
    aws.refuses(sixth, "LimitExceeded")
    aws.holds(aws("read changed", "iam.get_policy", **name), {"Policy": {"DefaultVersionId": "v5"}})
    aws("list versions", "iam.list_policy_versions", **name)
    default = aws("delete the default version", "iam.delete_policy_version", **name, VersionId="v5")
    aws.refuses(default, "DeleteConflict")
    aws("delete a version", "iam.delete_policy_version", **name, VersionId="v1")
    gone = aws("read deleted version", "iam.get_policy_version", **name, VersionId="v1")
    aws.refuses(gone, "NoSuchEntity")


def deletion_of_policy(aws, name):
    aws.ask("iam.create_group", GroupName="builders")
    aws.ask("iam.attach_group_policy", GroupName="builders", **name)
    attached = aws("list who has it", "iam.list_entities_for_policy", **name)
    aws.holds(attached, {"PolicyGroups": [{"GroupName": "builders"}], "PolicyUsers": [], "PolicyRoles": []})
    aws.refuses(aws("delete attached", "iam.delete_policy", **name), "DeleteConflict")
    aws("detach", "iam.detach_group_policy", GroupName="builders", **name)
    aws.refuses(aws("delete with versions", "iam.delete_policy", **name), "DeleteConflict")
    for version in ("v2", "v3", "v4"):
        aws(f"delete {version}", "iam.delete_policy_version", **name, VersionId=version)
    aws("delete", "iam.delete_policy", **name)
    aws.refuses(aws("read deleted", "iam.get_policy", **name), "NoSuchEntity")


def user(aws):
    name = {"UserName": "dev"}
    bound = own_policy(aws, "bound", "s3:*")
    aws("create", "iam.create_user", **name, Path="/people/", PermissionsBoundary=bound, Tags=TAGS)
    aws.refuses(aws("create again", "iam.create_user", UserName="DEV"), "EntityAlreadyExists")
    shown = {**name, "Path": "/people/", "Arn": f"arn:aws:iam::{ACCOUNT}:user/people/dev", "Tags": TAGS}
    found = aws("read", "iam.get_user", **name)
    aws.holds(found, {"User": {**shown, "PermissionsBoundary": {"PermissionsBoundaryArn": bound}}})
    aws.holds(aws("list", "iam.list_users", PathPrefix="/people/"), {"Users": [name]})
    policies_of_user(aws, name)
    aws("drop boundary", "iam.delete_user_permissions_boundary", **name)
    aws("put boundary", "iam.put_user_permissions_boundary", **name, PermissionsBoundary=bound)
    aws("drop boundary again", "iam.delete_user_permissions_boundary", **name)
    aws("tag", "iam.tag_user", **name, Tags=[{"Key": "Env", "Value": "prod"}])
    aws("untag", "iam.untag_user", **name, TagKeys=["recon:stack"])
    aws.holds(aws("read tags", "iam.list_user_tags", **name), {"Tags": [{"Key": "Env", "Value": "prod"}]})
    aws("change", "iam.update_user", **name, NewPath="/", NewUserName="developer")
    changed = aws("read changed", "iam.get_user", UserName="developer")
    aws.holds(changed, {"User": {"Path": "/", "Arn": f"arn:aws:iam::{ACCOUNT}:user/developer"}})
    aws.refuses(aws("read by its old name", "iam.get_user", **name), "NoSuchEntity")
    deletion_of_user(aws, {"UserName": "developer"})


def policies_of_user(aws, name):
    managed = own_policy(aws, "managed", "s3:GetObject")
    inline = allowing("codecommit:GitPull")
    aws("attach", "iam.attach_user_policy", **name, PolicyArn=managed)
    attached = aws("read attached", "iam.list_attached_user_policies", **name)
    aws.holds(attached, {"AttachedPolicies": [{"PolicyName": "managed", "PolicyArn": managed}]})
    aws("put inline", "iam.put_user_policy", **name, PolicyName="in", PolicyDocument=json.dumps(inline))
    aws.holds(aws("list inline", "iam.list_user_policies", **name), {"PolicyNames": ["in"]})
    found = aws("read inline", "iam.get_user_policy", **name, PolicyName="in")
    aws.holds(found, {**name, "PolicyName": "in", "PolicyDocument": inline})
    long = json.dumps(allowing(*[f"codecommit:Get{number:03}" for number in range(150)]))
    refused = aws(
        "put one that is too long", "iam.put_user_policy", **name, PolicyName="long", PolicyDocument=long
    )
    aws.refuses(refused, "LimitExceeded")


def deletion_of_user(aws, name):
    managed = f"arn:aws:iam::{ACCOUNT}:policy/managed"
    aws.refuses(aws("delete in use", "iam.delete_user", **name), "DeleteConflict")
    aws("detach", "iam.detach_user_policy", **name, PolicyArn=managed)
    aws("delete inline", "iam.delete_user_policy", **name, PolicyName="in")
    aws("delete", "iam.delete_user", **name)
    aws.refuses(aws("delete again", "iam.delete_user", **name), "NoSuchEntity")


def group(aws):
    name = {"GroupName": "developers"}
    made = aws("create", "iam.create_group", **name, Path="/people/")
    shown = {**name, "Path": "/people/", "Arn": f"arn:aws:iam::{ACCOUNT}:group/people/developers"}
    aws.holds(made, {"Group": shown})
    aws.refuses(aws("create again", "iam.create_group", **name), "EntityAlreadyExists")
    aws.holds(aws("list", "iam.list_groups", PathPrefix="/people/"), {"Groups": [shown]})
    members_of_group(aws, name)
    managed = own_policy(aws, "managed", "s3:GetObject")
    inline = allowing("codecommit:GitPull")
    aws("attach", "iam.attach_group_policy", **name, PolicyArn=managed)
    attached = aws("read attached", "iam.list_attached_group_policies", **name)
    aws.holds(attached, {"AttachedPolicies": [{"PolicyArn": managed}]})
    aws("put inline", "iam.put_group_policy", **name, PolicyName="in", PolicyDocument=json.dumps(inline))
    aws.holds(aws("list inline", "iam.list_group_policies", **name), {"PolicyNames": ["in"]})
    found = aws("read inline", "iam.get_group_policy", **name, PolicyName="in")
    aws.holds(found, {"PolicyName": "in", "PolicyDocument": inline})
    aws("change", "iam.update_group", **name, NewPath="/")
    aws.holds(aws("read changed", "iam.get_group", **name), {"Group": {**name, "Path": "/"}})
    deletion_of_group(aws, name, managed)


def members_of_group(aws, name):
    aws.ask("iam.create_user", UserName="dev")
    member = {**name, "UserName": "dev"}
    aws("add a member", "iam.add_user_to_group", **member)
    aws("add the member again", "iam.add_user_to_group", **member)
    aws.holds(aws("read", "iam.get_group", **name), {"Group": name, "Users": [{"UserName": "dev"}]})
    found = aws("read groups of the member", "iam.list_groups_for_user", UserName="dev")
    aws.holds(found, {"Groups": [name]})
    aws.refuses(aws("delete the member", "iam.delete_user", UserName="dev"), "DeleteConflict")
    stranger = aws("add somebody unknown", "iam.add_user_to_group", **name, UserName="nobody")
    aws.refuses(stranger, "NoSuchEntity")


def deletion_of_group(aws, name, managed):
    aws.refuses(aws("delete with a member", "iam.delete_group", **name), "DeleteConflict")
    aws("remove the member", "iam.remove_user_from_group", **name, UserName="dev")
    aws.refuses(aws("delete with policies", "iam.delete_group", **name), "DeleteConflict")
    aws("detach", "iam.detach_group_policy", **name, PolicyArn=managed)
    aws("delete inline", "iam.delete_group_policy", **name, PolicyName="in")
    aws("delete", "iam.delete_group", **name)
    aws.refuses(aws("read deleted", "iam.get_group", **name), "NoSuchEntity")


def service_credential(aws):
    aws.ask("iam.create_user", UserName="dev")
    asked = {"UserName": "dev", "ServiceName": "codecommit.amazonaws.com"}
    made = aws("create", "iam.create_service_specific_credential", **asked)
    shown = {**asked, "ServiceUserName": f"dev-at-{ACCOUNT}", "Status": "Active"}
    aws.holds(made, {"ServiceSpecificCredential": shown})
    secret = at(made, "ServiceSpecificCredential", "ServicePassword")
    second = aws("create a second one", "iam.create_service_specific_credential", **asked)
    aws.holds(second, {"ServiceSpecificCredential": {"ServiceUserName": f"dev+1-at-{ACCOUNT}"}})
    third = aws("create one too many", "iam.create_service_specific_credential", **asked)
    aws.refuses(third, "LimitExceeded")
    found = aws("list", "iam.list_service_specific_credentials", **asked)
    first = {
        "UserName": "dev",
        "ServiceSpecificCredentialId": at(made, "ServiceSpecificCredential", "ServiceSpecificCredentialId"),
    }
    if aws.is_sandbox:
        assert len(found["ServiceSpecificCredentials"]) == 2
        assert secret and "ServicePassword" not in str(found)
    changes_of_credential(aws, first, secret)
    aws.refuses(aws("delete its user", "iam.delete_user", UserName="dev"), "DeleteConflict")
    aws("delete", "iam.delete_service_specific_credential", **first)
    again = aws("delete again", "iam.delete_service_specific_credential", **first)
    aws.refuses(again, "NoSuchEntity")


def changes_of_credential(aws, name, secret):
    aws("change", "iam.update_service_specific_credential", **name, Status="Inactive")
    found = aws("list changed", "iam.list_service_specific_credentials", UserName="dev")
    states = [one["Status"] for one in at(found, "ServiceSpecificCredentials") or ()]
    fresh = aws("reset the password", "iam.reset_service_specific_credential", **name)
    if aws.is_sandbox:
        assert sorted(states) == ["Active", "Inactive"]
        assert at(fresh, "ServiceSpecificCredential", "ServicePassword") not in (None, secret)
