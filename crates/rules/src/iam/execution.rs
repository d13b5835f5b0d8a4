//! What ECS does for a task as its execution role.

use recon_model::KindId::{EcrRepository, EcsTaskDefinition};

use super::arn::{Thing, by_name, text, unknown};
use super::build::{log_group, repository, writes_log};
use super::need::{Need, demand};
use crate::at::At;
use crate::rule::{By, Rule, Severity};
use crate::svc::containers;

pub static IAM_020: Rule = Rule {
    id: "IAM-020",
    severity: Severity::Error,
    title: "an execution role that may not start its tasks",
    doc: "Before a container runs, ECS pulls its image, opens its log stream and reads its secrets, all as the \
          execution role; tasks end with ResourceInitializationError otherwise. AmazonECSTaskExecutionRolePolicy has \
          the first two, but neither logs:CreateLogGroup (for `awslogs-create-group`) nor secrets.",
    fix: "add the statement to the execution role",
    source: "AWS: ECS developer guide, task execution IAM role; AWS managed policy AmazonECSTaskExecutionRolePolicy",
    bad: r#"
[ecs.task_definition.jobs]
family                = "jobs"
execution_role        = "execution"
container_definitions = [{ name = "jobs", image = "jobs:1", memory = 64, secrets = [{ name = "TOKEN", value_from = "/jobs/token" }] }]
"#,
    good: r#"
[ecs.task_definition.jobs]
family                = "jobs"
execution_role        = "execution"
container_definitions = [{ name = "jobs", image = "jobs:1", memory = 64, user = "1000", readonly_root_filesystem = true, secrets = [{ name = "TOKEN", value_from = "/jobs/token" }] }]

[iam.role.execution.inline.secrets]
Version = "2012-10-17"

[[iam.role.execution.inline.secrets.Statement]]
Effect   = "Allow"
Action   = "ssm:GetParameters"
Resource = "arn:aws:ssm:eu-central-1:123456789012:parameter/jobs/*"
"#,
    by: By::Check(|cx, out| {
        let mut needs = Vec::new();
        for definition in cx.of(EcsTaskDefinition) {
            let Some(role) = definition.get("execution_role").target() else { continue };
            for container in containers(&definition) {
                needs.extend(image(&role, &definition, &container));
                needs.extend(logs(&role, &container));
                needs.extend(secrets(&role, &container));
            }
        }
        demand(needs, out);
    }),
};

fn image<'c>(role: &At<'c>, definition: &At<'c>, container: &At<'c>) -> Vec<Need<'c>> {
    let mut at = container.get("image");
    if text(&at).is_some_and(|image| image.starts_with('<')) {
        at = definition.get("initial_image");
    }
    let thing = match repository(&at) {
        Some(own) => Thing::of(&own),
        None => match text(&at).as_deref().and_then(|image| outside(image, at.cx.stack)) {
            Some(thing) => thing,
            None => return Vec::new(),
        },
    };
    let why = "its image is pulled from there";
    let need = |actions: &[&'static str], thing| Need::new(role, &at, why, actions, thing).named("image");
    let pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
    vec![need(&["ecr:GetAuthorizationToken"], Thing::all()), need(&pull, thing)]
}

/// `123456789012.dkr.ecr.eu-central-1.amazonaws.com/worker:1`, of whatever account.
fn outside(image: &str, stack: &recon_model::Stack) -> Option<Thing> {
    let (host, path) = image.split_once('/')?;
    let mut parts = host.split('.');
    let (account, dkr, ecr, region) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if (dkr, ecr) != ("dkr", "ecr") {
        return None;
    }
    let home = recon_model::schema::Home {
        account: account.to_string(),
        region: region.to_string(),
        partition: stack.home.partition.clone(),
    };
    let name = path.split([':', '@']).next().unwrap_or(path);
    Some(Thing::literal(by_name(EcrRepository, &home, name)))
}

fn logs<'c>(role: &At<'c>, container: &At<'c>) -> Vec<Need<'c>> {
    let logs = container.get("log_configuration");
    if !logs.get("log_driver").is("awslogs") {
        return Vec::new();
    }
    let option = |name: &str| logs.get("options").key(name);
    let at = option("awslogs-group");
    let Some(name) = text(&at) else { return Vec::new() };
    let mut group = log_group(at.cx, &name);
    let region = text(&option("awslogs-region"));
    if let Some(region) = region.filter(|region| *region != at.cx.stack.home.region) {
        let home = recon_model::schema::Home { region, ..at.cx.stack.home.clone() };
        group = (Thing::literal(by_name(recon_model::KindId::LogsLogGroup, &home, &name)), false);
    }
    let creates = option("awslogs-create-group").flag();
    let mut needs = writes_log(role, &at, group, "the container logs there");
    if !creates {
        // who does not create the group needs it only to be there
        needs.truncate(1);
    } else if let Some(last) = needs.last_mut() {
        last.severity = None;
    }
    needs
}

fn secrets<'c>(role: &At<'c>, container: &At<'c>) -> Vec<Need<'c>> {
    let lists = ["secrets", "log_configuration.secret_options"].map(|list| container.get(list));
    let mut places: Vec<At<'c>> =
        lists.iter().flat_map(|list| list.items()).map(|secret| secret.get("value_from")).collect();
    places.push(container.get("repository_credentials.credentials_parameter"));
    places.iter().filter_map(|at| secret(role, at)).collect()
}

fn secret<'c>(role: &At<'c>, at: &At<'c>) -> Option<Need<'c>> {
    let text = text(at)?;
    let why = "the container is given this secret";
    let need = |action, thing| Need::new(role, at, why, &[action], thing).named("secrets");
    let parts: Vec<&str> = text.split(':').collect();
    if parts.get(2) == Some(&"secretsmanager") {
        // what follows the name picks a key and a version of it
        let arn = parts.iter().take(7).copied().collect::<Vec<_>>().join(":");
        let whole = Thing::literal(format!("{arn}-{}", unknown("six letters")));
        return Some(need("secretsmanager:GetSecretValue", Thing::literal(arn)).or_on(whole));
    }
    if parts.get(2) == Some(&"ssm") {
        return Some(need("ssm:GetParameters", Thing::literal(text)));
    }
    if text.contains(crate::marked::MARK) {
        return None;
    }
    let home = &at.cx.stack.home;
    let account = if home.account.is_empty() { unknown("account") } else { home.account.clone() };
    let name = text.trim_start_matches('/');
    let arn = format!("arn:{}:ssm:{}:{account}:parameter/{name}", home.partition, home.region);
    Some(need("ssm:GetParameters", Thing::literal(arn)))
}
