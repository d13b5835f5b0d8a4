//! References inside texts that are none.

use recon_model::load::nearest;
use recon_model::{Part, Scalar, Tree};

use super::near::walk;
use crate::at::At;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

pub static MISC_032: Rule = Rule {
    id: "MISC-032",
    severity: Severity::Error,
    title: "a reference that refers to nothing",
    doc: "A text may hold `${…}` that is AWS's or a shell's and not recon's. What reads like the address of a resource and \
          names no kind is a slip: it would go to AWS as it stands.",
    fix: "write it as `${KIND.LABEL.ATTRIBUTE}`",
    source: "recon",
    bad: r#"
[iam.role.task.inline.pull]
Version   = "2012-10-17"
Statement = [{ Effect = "Allow", Action = "ecr:BatchGetImage", Resource = "${ecr.repositry.api.arn}" }]
"#,
    good: r#"
[iam.role.task.inline.pull]
Version   = "2012-10-17"
Statement = [{ Effect = "Allow", Action = "ecr:BatchGetImage", Resource = "${ecr.repository.api.arn}" }]
"#,
    by: By::Check(|cx, out| {
        for resource in cx.all() {
            look(&resource, out);
        }
    }),
};

fn look(at: &At<'_>, out: &mut Sink<'_>) {
    match at.tree() {
        Some(Tree::Scalar(Scalar::Text(text))) => slips(text).for_each(|wrong| say(at, wrong, out)),
        Some(Tree::Template(parts)) => {
            for part in parts {
                if let Part::Text(text) = part {
                    slips(text).for_each(|wrong| say(at, wrong, out));
                }
            }
        }
        Some(Tree::List(_)) => at.items().for_each(|item| look(&item, out)),
        Some(Tree::Map(_)) => at.entries().for_each(|(_, member)| look(&member, out)),
        Some(Tree::Scalar(_)) | None => {}
    }
}

fn say(at: &At<'_>, wrong: &str, out: &mut Sink<'_>) {
    let kinds = recon_model::KindId::ALL.iter().map(|kind| kind.name());
    let own: String = wrong.split('.').take(2).collect::<Vec<_>>().join(".");
    let found = out.at(at, format!("`${{{wrong}}}` is no reference: there is no kind {own}"));
    if let Some(near) = nearest(&own, kinds) {
        found.fix(format!("did you mean {near}?"));
    }
}

/// What stands in `${…}` and is made of four names or more: a family, a kind, a label, an attribute.
fn slips(text: &str) -> impl Iterator<Item = &str> {
    let name = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    };
    text.split("${")
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(inside, _)| inside))
        .filter(move |inside| inside.split('.').count() >= 4 && inside.split('.').all(name))
}

pub static MISC_035: Rule = Rule {
    id: "MISC-035",
    severity: Severity::Error,
    title: "an empty text where something is named",
    doc: "A role, a cluster, a key: nothing is called \"\", and AWS says so (\"Role is not valid\").",
    fix: "leave the field out, or name what is meant",
    source: "AWS API: each service's own words",
    bad: r#"
[ecs.task_definition.api]
execution_role = "execution"
# file: taskdef.json
{
  "family": "api",
  "taskRoleArn": "",
  "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
  "containerDefinitions": [{ "name": "api", "image": "<IMAGE1_NAME>", "memory": 512 }]
}
"#,
    good: r#"
[ecs.task_definition.api]
execution_role = "execution"
# file: taskdef.json
{
  "family": "api",
  "networkMode": "awsvpc",
  "requiresCompatibilities": ["FARGATE"],
  "cpu": "512",
  "memory": "1024",
  "taskRoleArn": "arn:aws:iam::123456789012:role/task",
  "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
  "containerDefinitions": [
    {
      "name": "api",
      "image": "<IMAGE1_NAME>",
      "cpu": 256,
      "memoryReservation": 512,
      "user": "1000",
      "readonlyRootFilesystem": true,
      "portMappings": [{ "containerPort": 8080 }],
      "environment": [{ "name": "LOG_LEVEL", "value": "info" }],
      "healthCheck": { "command": ["CMD-SHELL", "curl -fsS http://127.0.0.1:8080/health || exit 1"], "startPeriod": 30 },
      "logConfiguration": { "logDriver": "awslogs", "options": { "awslogs-group": "/ecs/api", "awslogs-region": "eu-central-1", "awslogs-stream-prefix": "api" } }
    }
  ]
}
"#,
    by: By::Check(|cx, out| {
        for root in cx.all().chain(cx.templates()) {
            walk(&root, &mut |at| {
                if at.tree().and_then(Tree::as_str) == Some("") {
                    let name = at.path().rsplit('.').next().unwrap_or_default();
                    out.at(at, format!("`{name}` names nothing"));
                }
            });
        }
    }),
};
