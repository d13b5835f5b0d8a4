//! Images, and what is put into containers in the clear.

use std::collections::BTreeSet;

use recon_model::KindId::{EcrRepository, EcsService, EcsTaskDefinition};
use recon_model::load::nearest;

use super::all_containers;
use crate::cx::Cx;
use crate::misc::is_account;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;
use crate::svc::{containers, controller, task_definition};

/// The tag of an image, `latest` where none is given; `None` for a digest or a placeholder.
pub(crate) fn tag(image: &str) -> Option<&str> {
    if image.contains('@') || image.starts_with('<') {
        return None;
    }
    let last = image.rsplit('/').next().unwrap_or(image);
    Some(last.split_once(':').map_or("latest", |(_, tag)| tag))
}

pub static TD_030: Rule = Rule {
    id: "TD-030",
    severity: Severity::Warning,
    title: "blue and green by one moving tag",
    doc: "`latest` (or no tag) names another image after every build. The old task set may start a task from the new \
          image, and a rollback goes back to a task definition that names the very same tag.",
    fix: "tag images by commit or version, or name a digest",
    source: "AWS: ECS, software version consistency for containerized applications",
    bad: r#"
[[ecs.task_definition.api.container_definitions]]
name              = "api"
image             = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/api:latest"
port_mappings     = [{ container_port = 8080 }]
log_configuration = { log_driver = "awslogs", options = { awslogs-group = "/ecs/api", awslogs-region = "eu-central-1", awslogs-stream-prefix = "api" } }
"#,
    good: r#"
[[ecs.task_definition.api.container_definitions]]
name              = "api"
image             = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/api:1.3.0"
port_mappings     = [{ container_port = 8080 }]
log_configuration = { log_driver = "awslogs", options = { awslogs-group = "/ecs/api", awslogs-region = "eu-central-1", awslogs-stream-prefix = "api" } }
"#,
    by: By::Check(moving_tag),
};

fn moving_tag(cx: &Cx<'_>, out: &mut Sink<'_>) {
    let blue_green = cx.of(EcsService).filter(|service| {
        let strategy = service.get("deployment_configuration.strategy");
        controller(service) == "CODE_DEPLOY" || (controller(service) == "ECS" && !strategy.is("ROLLING"))
    });
    let used: BTreeSet<_> =
        blue_green.filter_map(|service| task_definition(&service)).map(|d| d.address().clone()).collect();
    // what a pipeline's file says is deployed by CodeDeploy
    let declared = cx.of(EcsTaskDefinition).filter(|definition| used.contains(definition.address()));
    for definition in declared.chain(cx.templates()) {
        for at in containers(&definition).map(|container| container.get("image")) {
            if at.text().is_some_and(|image| tag(&image) == Some("latest")) {
                out.at(&at, "this tag names another image after the next build")
                    .label("blue and green cannot differ");
            }
        }
    }
}

pub static TD_031: Rule = Rule {
    id: "TD-031",
    severity: Severity::Warning,
    title: "an image of a repository that the stack does not have",
    doc: "The image lies in ECR, in the stack's own account and region, in a repository that no table declares. Unless it \
          is made elsewhere, no task starts: CannotPullContainerError. A stack that declares no repository at all has \
          them elsewhere, and is left alone.",
    fix: "declare it: [ecr.repository.…]; if it is shared, say so: allow = [{ rule = \"TD-031\", reason = \"…\" }]",
    source: "AWS: ECS developer guide, CannotPullContainer task errors",
    bad: r#"
[ecs.task_definition.worker]
container_definitions = [{ name = "worker", image = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/apo:1.2.0", memory = 256 }]
"#,
    good: r#"
[ecs.task_definition.worker]
container_definitions = [{ name = "worker", image = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/api:1.2.0", memory = 256 }]
"#,
    by: By::Check(known_repository),
};

fn known_repository(cx: &Cx<'_>, out: &mut Sink<'_>) {
    let known: Vec<_> = cx.of(EcrRepository).filter_map(|repository| repository.get("name").text()).collect();
    if known.is_empty() {
        return;
    }
    for at in all_containers(cx).map(|(_, container)| container.get("image")) {
        let Some(image) = at.text() else { continue };
        let Some(name) = own_repository(cx, &image).filter(|name| !known.iter().any(|known| known == name))
        else {
            continue;
        };
        let found = out.at(&at, format!("the stack has no repository `{name}`"));
        if let Some(near) = nearest(name, known.iter().map(|name| &**name)) {
            found.fix(format!("did you mean `{near}`?"));
        }
    }
}

/// The repository of an image in the stack's own registry. A masked account is
/// meant to be it.
fn own_repository<'i>(cx: &Cx<'_>, image: &'i str) -> Option<&'i str> {
    let (registry, rest) = image.split_once('/')?;
    let (account, host) = registry.split_once(".dkr.ecr.")?;
    let home = &cx.stack.home;
    let own = account == home.account || !is_account(account);
    let here = host.split('.').next() == Some(&*home.region);
    (own && here).then(|| rest.split(['@', ':']).next().unwrap_or(rest))
}

/// Words that name a secret, and words after them that do not.
const SECRET: &[&str] =
    &["PASSWORD", "PASSWD", "SECRET", "TOKEN", "API_KEY", "APIKEY", "PRIVATE_KEY", "ACCESS_KEY"];
const HARMLESS: &[&str] =
    &["_ARN", "_NAME", "_ID", "_FILE", "_PATH", "_URL", "_TTL", "_EXPIRY", "_SECONDS", "_LENGTH"];

/// Does a variable of that name and value look like a secret in the clear?
pub(crate) fn looks_secret(name: &str, value: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let named =
        SECRET.iter().any(|word| upper.contains(word)) && !HARMLESS.iter().any(|end| upper.ends_with(end));
    let plain = value.len() >= 6
        && !["true", "false"].contains(&value)
        && !value.starts_with("arn:")
        && !value.starts_with('/')
        && !value.contains("://")
        && value.parse::<f64>().is_err();
    (named && plain) || is_access_key(value)
}

/// AWS's own form of an access key's id.
fn is_access_key(value: &str) -> bool {
    value.len() == 20
        && (value.starts_with("AKIA") || value.starts_with("ASIA"))
        && value.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}

pub static TD_034: Rule = Rule {
    id: "TD-034",
    severity: Severity::Warning,
    title: "a secret in the clear",
    doc: "Environment variables of a task definition can be read by everybody who may describe it, for ever: \
          revisions are kept. `secrets` takes them from Secrets Manager or Parameter Store when the task starts.",
    fix: "secrets = [{ name = \"…\", value_from = \"arn:aws:secretsmanager:…\" }]",
    source: "AWS: ECS developer guide, passing sensitive data to a container",
    bad: r#"
[ecs.task_definition.other]
family                = "other"
container_definitions = [{ name = "other", image = "other:1", memory = 64, environment = { DB_PASSWORD = "correct horse" } }]
"#,
    good: r#"
[ecs.task_definition.other]
family                = "other"
execution_role        = "execution"
container_definitions = [{ name = "other", image = "other:1", memory = 64, secrets = [{ name = "DB_PASSWORD", value_from = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:db" }] }]
"#,
    by: By::Check(|cx, out| {
        for (_, container) in all_containers(cx) {
            for (name, at) in container.get("environment").entries() {
                if at.text().is_some_and(|value| looks_secret(name, &value)) {
                    out.at(&at, format!("`{name}` looks like a secret, and stands here in the clear"));
                }
            }
        }
    }),
};
