//! Accounts in the task definition that a pipeline registers.

use crate::at::At;
use crate::cx::Cx;
use crate::misc::{is_account, registry_account};
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;
use crate::svc;

pub static ART_021: Rule = Rule {
    id: "ART-021",
    severity: Severity::Error,
    title: "a task definition with another account's role, or with none",
    doc: "ECS takes roles of the account in which the task runs, and an account has twelve digits. The pipeline finds \
          out when it deploys: \"Role is not valid\", or AccessDenied at iam:PassRole.",
    fix: "write the account of this stack",
    source: "AWS API: ecs RegisterTaskDefinition; iam ARNs",
    bad: r#"
[ecs.task_definition.api]
execution_role = "execution"
# file: taskdef.json
{
  "family": "api",
  "executionRoleArn": "arn:aws:iam::12345678901x:role/execution",
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
        for template in cx.templates() {
            for role in ["task_role", "execution_role"] {
                judge(cx, &template.get(role), out);
            }
            for image in svc::containers(&template).map(|container| container.get("image")) {
                registry(&image, out);
            }
        }
    }),
};

fn judge(cx: &Cx<'_>, at: &At<'_>, out: &mut Sink<'_>) {
    let Some(text) = at.text() else { return };
    let Some(account) = text.strip_prefix("arn:").and_then(|rest| rest.split(':').nth(3)) else { return };
    let own = &cx.stack.home.account;
    if !is_account(account) {
        out.at(at, format!("`{account}` is no account: one has twelve digits"));
    } else if !own.is_empty() && account != own {
        out.at(at, format!("the role is account {account}'s, the stack is {own}'s"));
    }
}

fn registry(at: &At<'_>, out: &mut Sink<'_>) {
    let Some(image) = at.text() else { return };
    let Some(account) = registry_account(&image) else { return };
    if !is_account(account) {
        out.at(at, format!("`{account}` is no account: one has twelve digits"))
            .fix("write the registry's account");
    }
}
