"""Cloud Map namespaces: made, changed and taken away in Cloud Map's own time."""

from aws import at

from .network import network
from .tags import TAGS


def finished(aws, step, answer):
    """What was asked for is done; the id of its namespace."""
    aws.later(300)
    found = aws(f"{step} is done", "servicediscovery.get_operation", OperationId=at(answer, "OperationId"))
    aws.holds(found, {"Operation": {"Status": "SUCCESS"}})
    return at(found, "Operation", "Targets", "NAMESPACE")


def http_namespace(aws):
    given = {"Name": "shop", "Description": "of the cluster"}
    made = aws("create", "servicediscovery.create_http_namespace", **given, CreatorRequestId="1", Tags=TAGS)
    begun = aws("create is begun", "servicediscovery.get_operation", OperationId=at(made, "OperationId"))
    aws.holds(begun, {"Operation": {"Type": "CREATE_NAMESPACE", "Status": "SUBMITTED"}})
    name = {"Id": finished(aws, "create", made)}
    again = aws("create again", "servicediscovery.create_http_namespace", Name="shop")
    aws.refuses(again, "NamespaceAlreadyExists")
    found = aws("read", "servicediscovery.get_namespace", **name)
    properties = {"HttpProperties": {"HttpName": "shop"}}
    shown = {**name, **given, "Type": "HTTP", "Properties": properties, "CreatorRequestId": "1"}
    aws.holds(found, {"Namespace": shown})
    listed = {"Namespaces": [{**name, "Name": "shop", "Type": "HTTP"}]}
    aws.holds(aws("list", "servicediscovery.list_namespaces"), listed)
    for filtered in ("NAME", "HTTP_NAME"):
        filters = [{"Name": filtered, "Values": ["shop"], "Condition": "EQ"}]
        aws.holds(aws(f"list by {filtered}", "servicediscovery.list_namespaces", Filters=filters), listed)
    none = aws(
        "list of another type",
        "servicediscovery.list_namespaces",
        Filters=[{"Name": "TYPE", "Values": ["DNS_PRIVATE"]}],
    )
    aws.holds(none, {"Namespaces": []})
    tags_of_namespace(aws, at(found, "Namespace", "Arn"))
    change = {**name, "Namespace": {"Description": "of all clusters"}}
    finished(aws, "change", aws("change", "servicediscovery.update_http_namespace", **change))
    changed = aws("read changed", "servicediscovery.get_namespace", **name)
    aws.holds(changed, {"Namespace": {"Description": "of all clusters"}})
    deletion_of_namespace(aws, name)


def tags_of_namespace(aws, arn):
    aws("tag", "servicediscovery.tag_resource", ResourceARN=arn, Tags=[{"Key": "Env", "Value": "prod"}])
    aws("untag", "servicediscovery.untag_resource", ResourceARN=arn, TagKeys=["recon:stack"])
    found = aws("read tags", "servicediscovery.list_tags_for_resource", ResourceARN=arn)
    aws.holds(found, {"Tags": [{"Key": "Env", "Value": "prod"}]})


def deletion_of_namespace(aws, name):
    finished(aws, "delete", aws("delete", "servicediscovery.delete_namespace", **name))
    aws.refuses(aws("read deleted", "servicediscovery.get_namespace", **name), "NamespaceNotFound")
    aws.refuses(aws("delete again", "servicediscovery.delete_namespace", **name), "NamespaceNotFound")


def private_dns_namespace(aws):
    vpc, _, _ = network(aws)

    def ttl(seconds):
        return {"DnsProperties": {"SOA": {"TTL": seconds}}}

    given = {"Name": "shop.internal", "Description": "of the VPC"}
    create = {**given, "Vpc": vpc, "Properties": ttl(60), "Tags": TAGS}
    made = aws("create", "servicediscovery.create_private_dns_namespace", **create)
    name = {"Id": finished(aws, "create", made)}
    found = aws("read", "servicediscovery.get_namespace", **name)
    aws.holds(found, {"Namespace": {**name, **given, "Type": "DNS_PRIVATE", "Properties": ttl(60)}})
    tags_of_namespace(aws, at(found, "Namespace", "Arn"))
    change = {"Description": "of all VPCs", "Properties": ttl(30)}
    changed = aws("change", "servicediscovery.update_private_dns_namespace", **name, Namespace=change)
    finished(aws, "change", changed)
    aws.holds(aws("read changed", "servicediscovery.get_namespace", **name), {"Namespace": change})
    stray = aws(
        "create in no VPC", "servicediscovery.create_private_dns_namespace", Name="stray", Vpc="vpc-0"
    )
    aws.later(300)
    failed = aws(
        "create in no VPC fails", "servicediscovery.get_operation", OperationId=at(stray, "OperationId")
    )
    aws.holds(failed, {"Operation": {"Status": "FAIL"}})
    deletion_of_namespace(aws, name)
