"""Notification rules of the developer tools."""

from aws import ACCOUNT, at


def notification_rule(aws):
    resource = aws.ask("codecommit.create_repository", repositoryName="api")["repositoryMetadata"]["Arn"]
    topics = [aws.ask("sns.create_topic", Name=name)["TopicArn"] for name in ("news", "more")]
    targets = [{"TargetType": "SNS", "TargetAddress": arn} for arn in topics]
    events = ["codecommit-repository-pull-request-created", "codecommit-repository-pull-request-merged"]
    given = {"Name": "news", "Resource": resource, "DetailType": "FULL", "Status": "ENABLED"}
    create = {**given, "EventTypeIds": events, "Targets": targets[:1], "ClientRequestToken": "1"}
    tags = {"Env": "test", "recon:stack": "s"}
    made = aws("create", "codestar-notifications.create_notification_rule", **create, Tags=tags)
    name = {"Arn": at(made, "Arn")}
    repeated = aws(
        "create by the same token", "codestar-notifications.create_notification_rule", **create, Tags=tags
    )
    aws.holds(repeated, name)
    other = {**create, "ClientRequestToken": "2"}
    again = aws("create again", "codestar-notifications.create_notification_rule", **other)
    aws.refuses(again, "ResourceAlreadyExistsException")
    found = aws("read", "codestar-notifications.describe_notification_rule", **name)
    shown = [
        {"EventTypeId": event, "ServiceName": "CodeCommit", "ResourceType": "Repository"} for event in events
    ]
    aws.holds(found, {**given, **name, "EventTypes": shown, "Targets": targets[:1], "Tags": tags})
    aws.holds(aws("list", "codestar-notifications.list_notification_rules"), {"NotificationRules": [name]})
    aws("tag", "codestar-notifications.tag_resource", **name, Tags={"Env": "prod"})
    aws("untag", "codestar-notifications.untag_resource", **name, TagKeys=["recon:stack"])
    tagged = aws("read tags", "codestar-notifications.list_tags_for_resource", **name)
    aws.holds(tagged, {"Tags": {"Env": "prod"}})
    changes = {"Name": "quiet", "DetailType": "BASIC", "Status": "DISABLED", "Targets": targets[1:]}
    change = {**name, **changes, "EventTypeIds": events[:1]}
    aws("change", "codestar-notifications.update_notification_rule", **change)
    found = aws("read changed", "codestar-notifications.describe_notification_rule", **name)
    aws.holds(found, {**changes, "EventTypes": shown[:1], "Tags": {"Env": "prod"}})
    refused_notifications(aws, create)
    aws("delete", "codestar-notifications.delete_notification_rule", **name)
    gone = aws("read deleted", "codestar-notifications.describe_notification_rule", **name)
    aws.refuses(gone, "ResourceNotFoundException")
    aws("delete again", "codestar-notifications.delete_notification_rule", **name)


def refused_notifications(aws, create):
    def asked(step, **changes):
        changed = {**create, "Name": "bad", "ClientRequestToken": step, **changes}
        return aws(f"create for {step}", "codestar-notifications.create_notification_rule", **changed)

    nowhere = f"arn:aws:codecommit:ap-northeast-2:{ACCOUNT}:other"
    aws.refuses(asked("no repository", Resource=nowhere), "ValidationException")
    foreign = ["codepipeline-pipeline-pipeline-execution-failed"]
    aws.refuses(asked("events of another kind", EventTypeIds=foreign), "ValidationException")
