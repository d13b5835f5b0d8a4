"""Takes recon's tags off what it built: then it is nobody's, as if made by hand."""

import re

from botocore import xform_name

from target import MODELS


def keys(calls):
    """Every key of recon's own that the calls wrote."""
    return sorted(set(re.findall(r"'(recon:[^']*)'", repr(calls))))


def untag(target, arns, keys):
    for arn in arns:
        service, name = arn.split(":", 5)[2], arn.split(":", 5)[5]
        OTHERWISE.get(service, plainly)(target, service, arn, name, keys)


def plainly(target, service, arn, name, keys):
    """`UntagResource`, which every service writes in its own way."""
    shape = MODELS.get_service_model(service).operation_model("UntagResource").input_shape
    of_keys = next(member for member in shape.members if member.lower().endswith("keys"))
    of_arn = next(member for member in shape.required_members if member != of_keys)
    target.client(service).untag_resource(**{of_arn: arn, of_keys: keys})


def of_iam(target, service, arn, name, keys):
    kind = name.split("/")[0]
    if kind == "group":
        return
    named = {"PolicyArn": arn} if kind == "policy" else {f"{kind.capitalize()}Name": name.rsplit("/", 1)[-1]}
    getattr(target.client("iam"), f"untag_{xform_name(kind)}")(**named, TagKeys=keys)


def of_project(target, service, arn, name, keys):
    client, name = target.client("codebuild"), name.removeprefix("project/")
    tags = client.batch_get_projects(names=[name])["projects"][0]["tags"]
    client.update_project(name=name, tags=[tag for tag in tags if tag["key"] not in keys])


OTHERWISE = {
    "iam": of_iam,
    "codebuild": of_project,
    "elasticloadbalancing": lambda target, service, arn, name, keys: target.client("elbv2").remove_tags(
        ResourceArns=[arn], TagKeys=keys
    ),
    "s3": lambda target, service, arn, name, keys: target.client("s3").delete_bucket_tagging(Bucket=name),
}
