"""The tags of everything that has any, in AWS's two forms."""

TAGS = [{"Key": "Env", "Value": "test"}, {"Key": "recon:stack", "Value": "s"}]
LOWER_TAGS = [{"key": tag["Key"], "value": tag["Value"]} for tag in TAGS]


def tagged_resources(aws):
    """What has tags of all services, by tag and by type."""
    topic = aws.ask("sns.create_topic", Name="news", Tags=TAGS)["TopicArn"]
    aws.ask("sns.create_topic", Name="other", Tags=TAGS[:1])
    group = aws.ask("ecr.create_repository", repositoryName="api", tags=TAGS)["repository"]["repositoryArn"]
    owned = [{"Key": "recon:stack", "Values": ["s"]}]
    found = aws("read by tag", "resourcegroupstaggingapi.get_resources", TagFilters=owned)
    aws.holds(ordered_by_arn(found), [{"ResourceARN": arn, "Tags": TAGS} for arn in sorted([topic, group])])
    by_type = {"TagFilters": owned, "ResourceTypeFilters": ["sns"]}
    found = aws("read by type", "resourcegroupstaggingapi.get_resources", **by_type)
    aws.holds(found, {"ResourceTagMappingList": [{"ResourceARN": topic}]})
    none = [{"Key": "recon:stack", "Values": ["t"]}]
    found = aws("read by a tag that nothing has", "resourcegroupstaggingapi.get_resources", TagFilters=none)
    aws.holds(found, {"ResourceTagMappingList": []})


def ordered_by_arn(answer):
    return sorted(answer.get("ResourceTagMappingList", ()), key=lambda one: one["ResourceARN"])
