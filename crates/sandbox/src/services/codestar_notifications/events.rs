//! The event types that AWS knows, and the resources that they come from.

use serde_json::{Value, json};

use super::invalid;
use crate::form::texts;
use crate::refusal::Refusal;

/// A kind of resource, and the names of its events by the ending of their ids.
struct Source {
    service: &'static str,
    name: &'static str,
    resource: &'static str,
    /// What the ids begin with.
    prefix: &'static str,
    events: &'static [(&'static str, &'static str)],
}

const SOURCES: [Source; 4] = [
    Source {
        service: "codecommit",
        name: "CodeCommit",
        resource: "Repository",
        prefix: "codecommit-repository-",
        events: &[
            ("comments-on-commits", "Comments: On commits"),
            ("comments-on-pull-requests", "Comments: On pull requests"),
            ("approvals-status-changed", "Approvals: Status changed"),
            ("approvals-rule-override", "Approvals: Rule override"),
            ("pull-request-created", "Pull request: Created"),
            ("pull-request-source-updated", "Pull request: Source updated"),
            ("pull-request-status-changed", "Pull request: Status changed"),
            ("pull-request-merged", "Pull request: Merged"),
            ("branches-and-tags-created", "Branches and tags: Created"),
            ("branches-and-tags-deleted", "Branches and tags: Deleted"),
            ("branches-and-tags-updated", "Branches and tags: Updated"),
        ],
    },
    Source {
        service: "codebuild",
        name: "CodeBuild",
        resource: "Project",
        prefix: "codebuild-project-",
        events: &[
            ("build-state-failed", "Build state: Failed"),
            ("build-state-succeeded", "Build state: Succeeded"),
            ("build-state-in-progress", "Build state: In-progress"),
            ("build-state-stopped", "Build state: Stopped"),
            ("build-phase-failure", "Build phase: Failure"),
            ("build-phase-success", "Build phase: Success"),
        ],
    },
    Source {
        service: "codedeploy",
        name: "CodeDeploy",
        resource: "Application",
        prefix: "codedeploy-application-",
        events: &[
            ("deployment-failed", "Deployment: Failed"),
            ("deployment-succeeded", "Deployment: Succeeded"),
            ("deployment-started", "Deployment: Started"),
        ],
    },
    Source {
        service: "codepipeline",
        name: "CodePipeline",
        resource: "Pipeline",
        prefix: "codepipeline-pipeline-",
        events: &[
            ("action-execution-succeeded", "Action execution: Succeeded"),
            ("action-execution-failed", "Action execution: Failed"),
            ("action-execution-canceled", "Action execution: Canceled"),
            ("action-execution-started", "Action execution: Started"),
            ("stage-execution-started", "Stage execution: Started"),
            ("stage-execution-succeeded", "Stage execution: Succeeded"),
            ("stage-execution-resumed", "Stage execution: Resumed"),
            ("stage-execution-canceled", "Stage execution: Canceled"),
            ("stage-execution-failed", "Stage execution: Failed"),
            ("pipeline-execution-failed", "Pipeline execution: Failed"),
            ("pipeline-execution-canceled", "Pipeline execution: Canceled"),
            ("pipeline-execution-started", "Pipeline execution: Started"),
            ("pipeline-execution-resumed", "Pipeline execution: Resumed"),
            ("pipeline-execution-succeeded", "Pipeline execution: Succeeded"),
            ("pipeline-execution-superseded", "Pipeline execution: Superseded"),
            ("manual-approval-failed", "Manual approval: Failed"),
            ("manual-approval-needed", "Manual approval: Needed"),
            ("manual-approval-succeeded", "Manual approval: Succeeded"),
        ],
    },
];

/// The event types of a request in the form of an answer, if the resource has them.
pub(super) fn summaries(resource: &str, request: &Value) -> Result<Value, Refusal> {
    let service = resource.split(':').nth(2).unwrap_or_default();
    let source = SOURCES
        .iter()
        .find(|source| source.service == service)
        .ok_or_else(|| invalid(format!("The resource {resource} has no notifications")))?;
    texts(request, "EventTypeIds").into_iter().map(|id| summary(source, id)).collect()
}

fn summary(source: &Source, id: &str) -> Result<Value, Refusal> {
    let ending = id.strip_prefix(source.prefix);
    let known = source.events.iter().find(|(event, _)| Some(*event) == ending);
    let (_, name) = known.ok_or_else(|| {
        invalid(format!("The event type {id} is not valid for the resource type {}", source.resource))
    })?;
    Ok(json!({
        "EventTypeId": id,
        "ServiceName": source.name,
        "EventTypeName": name,
        "ResourceType": source.resource,
    }))
}
