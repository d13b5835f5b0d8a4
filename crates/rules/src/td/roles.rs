//! The roles of a task.

use recon_model::KindId::IamRole;
use recon_model::load::nearest;

use super::{definitions, fargate_containers, name};
use crate::at::At;
use crate::cx::Cx;
use crate::misc::is_account;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;
use crate::svc::containers;

/// Is it an image in a private ECR repository?
pub(crate) fn is_ecr(image: &str) -> bool {
    image.split('/').next().is_some_and(|host| host.contains(".dkr.ecr."))
}

pub static TD_023: Rule = Rule {
    id: "TD-023",
    severity: Severity::Error,
    title: "a task that needs an execution role and has none",
    doc: "Before the container starts, AWS itself must act for it: pull the image from ECR, make log streams, read \
          secrets. \"Fargate requires task definition to have execution role ARN to support ECR images.\"",
    fix: "execution_role = \"…\", a role with AmazonECSTaskExecutionRolePolicy",
    source: "AWS: ECS developer guide, task execution IAM role",
    bad: r#"
[ecs.task_definition.small]
family                   = "small"
network_mode             = "awsvpc"
requires_compatibilities = ["FARGATE"]
cpu                      = "256"
memory                   = "512"
container_definitions    = [{ name = "small", image = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/api:1", log_configuration = { log_driver = "splunk" } }]
"#,
    good: r#"
[ecs.task_definition.small]
family                   = "small"
network_mode             = "awsvpc"
requires_compatibilities = ["FARGATE"]
cpu                      = "256"
memory                   = "512"
execution_role           = "execution"
container_definitions    = [{ name = "small", image = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/api:1", log_configuration = { log_driver = "splunk" } }]
"#,
    by: By::Check(needs_role),
};

fn needs_role(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for (definition, container) in fargate_containers(cx) {
        if definition.get("execution_role").exists() {
            continue;
        }
        let image = container.get("image");
        let logs = container.get("log_configuration.log_driver");
        let credentials = container.get("repository_credentials");
        let why = [
            (image.text().is_some_and(|image| is_ecr(&image)), &image, "pulls its image from ECR"),
            (logs.is("awslogs"), &logs, "logs by awslogs"),
            (credentials.exists(), &credentials, "pulls its image from a private registry"),
        ];
        for (_, at, words) in why.into_iter().filter(|(needed, ..)| *needed) {
            out.at(at, format!("{} {words}: its task needs an execution role", name(&container)))
                .related(&definition, "has no execution_role");
        }
    }
    for definition in definitions(cx).filter(|definition| !definition.get("execution_role").exists()) {
        for container in containers(&definition) {
            let lists = ["secrets", "log_configuration.secret_options"].map(|field| container.get(field));
            for at in lists.iter().filter(|at| !at.is_empty()) {
                out.at(
                    at,
                    format!("{} is given secrets: its task needs an execution role", name(&container)),
                )
                .related(&definition, "has no execution_role");
            }
        }
    }
}

pub static TD_024: Rule = Rule {
    id: "TD-024",
    severity: Severity::Warning,
    title: "a role that the stack does not have",
    doc: "The task definition's file names a role of this account by ARN, and the stack declares no such role. If \
          nobody else made it, RegisterTaskDefinition answers \"ClientException: Role is not valid.\"",
    fix: "declare the role; one that is made elsewhere is said in TOML, beside `file`: task_role = { arn = \"…\" }",
    source: "AWS: ECS answers so to RegisterTaskDefinition",
    bad: r#"
[ecs.task_definition.other]
file = "other.json"

# file: other.json
{
  "family": "other",
  "taskRoleArn": "arn:aws:iam::123456789012:role/taks",
  "containerDefinitions": [{ "name": "other", "image": "other:1", "memory": 64 }]
}
"#,
    good: r#"
[ecs.task_definition.other]
file = "other.json"

# file: other.json
{
  "family": "other",
  "taskRoleArn": "arn:aws:iam::123456789012:role/task",
  "containerDefinitions": [{ "name": "other", "image": "other:1", "memory": 64 }]
}
"#,
    by: By::Check(|cx, out| {
        let own = format!("arn:{}:iam::{}:role/", cx.stack.home.partition, cx.stack.home.account);
        let known: Vec<_> = cx.of(IamRole).filter_map(|role| role.get("name").text()).collect();
        for definition in definitions(cx) {
            for at in ["task_role", "execution_role"].map(|field| definition.get(field)) {
                let Some(arn) = at.text().filter(|_| at.target().is_none() && in_json(&at)) else { continue };
                // that it names nothing is another rule's
                if arn.is_empty() {
                    continue;
                }
                if arn.contains(':') && !arn.starts_with("arn:") {
                    out.at(&at, format!("`{arn}` is no ARN")).fix("arn:aws:iam::ACCOUNT:role/NAME");
                    continue;
                }
                let Some(role) = arn.strip_prefix(&own).or_else(|| of_masked(&arn)) else { continue };
                // the account is wrong, and that is another rule's
                if known.iter().any(|name| name == role) {
                    continue;
                }
                let found = out.at(&at, format!("the stack has no role `{role}`"));
                if let Some(near) = nearest(role, known.iter().map(|name| &**name)) {
                    found.fix(format!("did you mean `{near}`?"));
                }
            }
        }
    }),
};

/// The role of an account that is none: one that was masked is meant to be the stack's.
fn of_masked(arn: &str) -> Option<&str> {
    let (account, role) = arn.split_once(":iam::")?.1.split_once(":role/")?;
    (!is_account(account)).then_some(role)
}

/// Was it written in a file of AWS's, where nothing but literals can stand?
fn in_json(at: &At<'_>) -> bool {
    let source = at.cx.stack.sources.get(at.span().file);
    source.is_some_and(|source| source.path.extension().is_some_and(|extension| extension == "json"))
}
