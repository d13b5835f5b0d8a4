"""IAM roles."""

import json

from .tags import TAGS


def trust(service):
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def role(aws):
    name = {"RoleName": "deploy"}
    given = {
        **name,
        "Path": "/ci/",
        "AssumeRolePolicyDocument": trust("codedeploy.amazonaws.com"),
        "Description": "deploys",
        "MaxSessionDuration": 7200,
    }
    policy = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    )
    bound = aws.ask("iam.create_policy", PolicyName="bound", PolicyDocument=policy)["Policy"]["Arn"]
    managed = aws.managed_policy("AWSCodeDeployRoleForECS")
    aws("create", "iam.create_role", **given, PermissionsBoundary=bound, Tags=TAGS)
    aws.refuses(aws("create again", "iam.create_role", **given), "EntityAlreadyExists")
    found = aws("read", "iam.get_role", **name)
    wanted = {
        **given,
        "AssumeRolePolicyDocument": json.loads(given["AssumeRolePolicyDocument"]),
        "Tags": TAGS,
    }
    aws.holds(found, {"Role": {**wanted, "PermissionsBoundary": {"PermissionsBoundaryArn": bound}}})

    aws("attach", "iam.attach_role_policy", **name, PolicyArn=managed)
    aws("put inline", "iam.put_role_policy", **name, PolicyName="in", PolicyDocument=policy)
    aws.holds(
        aws("read attached", "iam.list_attached_role_policies", **name),
        {"AttachedPolicies": [{"PolicyArn": managed}]},
    )
    aws.holds(aws("list inline", "iam.list_role_policies", **name), {"PolicyNames": ["in"]})
    inline = aws("read inline", "iam.get_role_policy", **name, PolicyName="in")
    aws.holds(inline, {"PolicyName": "in", "PolicyDocument": json.loads(policy)})

    aws("change", "iam.update_role", **name, Description="deploys more", MaxSessionDuration=3600)
    aws("change trust", "iam.update_assume_role_policy", **name, PolicyDocument=trust("ecs.amazonaws.com"))
    aws("drop boundary", "iam.delete_role_permissions_boundary", **name)
    aws("tag", "iam.tag_role", **name, Tags=[{"Key": "Env", "Value": "prod"}])
    aws("untag", "iam.untag_role", **name, TagKeys=["recon:stack"])
    found = aws("read changed", "iam.get_role", **name)
    changed = {
        "Description": "deploys more",
        "MaxSessionDuration": 3600,
        "Tags": [{"Key": "Env", "Value": "prod"}],
    }
    aws.holds(
        found, {"Role": {**changed, "AssumeRolePolicyDocument": json.loads(trust("ecs.amazonaws.com"))}}
    )

    aws.refuses(aws("delete in use", "iam.delete_role", **name), "DeleteConflict")
    aws("detach", "iam.detach_role_policy", **name, PolicyArn=managed)
    aws("delete inline", "iam.delete_role_policy", **name, PolicyName="in")
    aws("delete", "iam.delete_role", **name)
    aws.refuses(aws("read deleted", "iam.get_role", **name), "NoSuchEntity")


def role_listings(aws):
    """Roles in lists, and what AWS makes for its services."""
    name = {"RoleName": "run"}
    aws.ask("iam.create_role", **name, AssumeRolePolicyDocument=trust("ecs-tasks.amazonaws.com"), Tags=TAGS)
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    document = {"PolicyDocument": json.dumps(policy)}
    bound = aws.ask("iam.create_policy", PolicyName="bound", **document)["Policy"]["Arn"]
    aws.ask("iam.put_role_policy", **name, PolicyName="in", **document)
    aws("put boundary", "iam.put_role_permissions_boundary", **name, PermissionsBoundary=bound)
    found = aws("list", "iam.list_roles", PathPrefix="/")
    aws.holds(
        found, {"Roles": [{**name, "AssumeRolePolicyDocument": json.loads(trust("ecs-tasks.amazonaws.com"))}]}
    )
    aws.holds(aws("read tags", "iam.list_role_tags", **name), {"Tags": TAGS})
    aws("read profiles", "iam.list_instance_profiles_for_role", **name)
    details = aws(
        "read everything", "iam.get_account_authorization_details", Filter=["Role", "LocalManagedPolicy"]
    )
    detail = {
        **name,
        "Tags": TAGS,
        "RolePolicyList": [{"PolicyName": "in", "PolicyDocument": policy}],
        "PermissionsBoundary": {"PermissionsBoundaryArn": bound},
    }
    aws.holds(
        details, {"RoleDetailList": [detail], "Policies": [{"PolicyName": "bound"}], "UserDetailList": []}
    )


def linked_role(aws):
    service = {"AWSServiceName": "ecs.amazonaws.com"}
    made = aws("create", "iam.create_service_linked_role", **service)
    path = "/aws-service-role/ecs.amazonaws.com/"
    name = {"RoleName": "AWSServiceRoleForECS"}
    aws.holds(made, {"Role": {**name, "Path": path}})
    aws.refuses(aws("create again", "iam.create_service_linked_role", **service), "InvalidInput")
    aws.refuses(aws("delete as any other", "iam.delete_role", **name), "UnmodifiableEntity")
    aws("delete", "iam.delete_service_linked_role", **name)
    aws.refuses(aws("read deleted", "iam.get_role", **name), "NoSuchEntity")
