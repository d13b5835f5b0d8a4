//! The task definition that the pipeline registers beside the declared one.

use recon_model::{Scalar, Tree};
use std::collections::BTreeSet;

use serde_json::Value;

use super::templates;
use crate::at::At;
use crate::cx::Cx;
use crate::finding::Finding;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;
use crate::svc;

pub static ART_019: Rule = Rule {
    id: "ART-019",
    severity: Severity::Warning,
    title: "a pipeline that registers another family than the service's",
    doc: "The deploy action registers the file under the family that it names. With another name than the declared \
          task definition's the service runs revisions of a second family, and the first one stays where it is.",
    fix: "give both one family",
    source: "AWS API: ecs RegisterTaskDefinition, family",
    bad: r#"
[ecs.task_definition.api]
execution_role = "execution"
# file: taskdef.json
{
  "family": "app",
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
        for (template, declared) in pairs(cx) {
            let (at, own) = (template.get("family"), declared.get("family"));
            if let (Some(family), Some(other)) = (at.text(), own.text())
                && family != other
            {
                out.at(
                    &at,
                    format!(
                        "the pipeline registers family `{family}`, the service is declared with `{other}`"
                    ),
                )
                .related(&own, "the service's");
            }
        }
    }),
};

pub static ART_020: Rule = Rule {
    id: "ART-020",
    severity: Severity::Warning,
    title: "a pipeline that registers something else than what is declared",
    doc: "The declared task definition is what the service begins with; from the pipeline's first run on it is what \
          the file says. Where the two differ in more than the image, that run changes the service without anybody \
          having decided it.",
    fix: "declare the task definition by that file: file = \"taskdef.json\"",
    source: "AWS: CodePipeline user guide, action reference CodeDeployToECS",
    bad: r#"
[ecs.task_definition.api]
memory = "2048"
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
    good: r#"
[ecs.task_definition.api]
memory = "1024"
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
        for (template, declared) in pairs(cx) {
            let aside = ["container_definitions", "family", "tags", "initial_image"];
            differences(&template, &declared, &aside, "", out);
            containers(&template, &declared, out);
        }
    }),
};

/// The task definition in a pipeline's file, and the one that its service is declared with.
fn pairs<'c>(cx: &'c Cx<'c>) -> impl Iterator<Item = (At<'c>, At<'c>)> {
    templates(cx).filter_map(|(action, template)| {
        let declared = svc::task_definition(&action.service()?)?;
        Some((template.canonical(), declared.canonical()))
    })
}

fn containers(template: &At<'_>, declared: &At<'_>, out: &mut Sink<'_>) {
    let (here, there): (Vec<_>, Vec<_>) =
        (svc::containers(template).collect(), svc::containers(declared).collect());
    // one container under another name is the same one
    if let ([one], [other]) = (here.as_slice(), there.as_slice()) {
        differences(one, other, &["image"], &words(one), out);
        return;
    }
    for one in &here {
        let name = one.get("name").text().unwrap_or_default();
        match svc::container(declared, &name) {
            Some(other) => differences(one, &other, &["image"], &words(one), out),
            None => {
                out.at(one, format!("the declared task definition has no container `{name}`"))
                    .related(&declared.get("container_definitions"), "the declared one");
            }
        }
    }
    for other in &there {
        let name = other.get("name").text().unwrap_or_default();
        if svc::container(template, &name).is_none() {
            out.at(
                &template.get("container_definitions"),
                format!("container `{name}` is declared, and not here"),
            )
            .related(other, "the declared one");
        }
    }
}

fn words(container: &At<'_>) -> String {
    container.get("name").text().map_or_else(String::new, |name| format!("container `{name}`: "))
}

/// A finding for every member in which two tables differ; members that the file
/// does not have are told together.
fn differences(here: &At<'_>, there: &At<'_>, aside: &[&str], what: &str, out: &mut Sink<'_>) {
    let mut missing = Vec::new();
    for name in names(here, there).iter().filter(|name| !aside.contains(&name.as_str())) {
        let (one, other) = (here.key(name), there.key(name));
        if same(&one, &other) {
            continue;
        }
        if one.is_table() && other.is_table() {
            differences(&one, &other, &[], &format!("{what}{name}."), out);
        } else if one.value().is_none() {
            missing.push((name.clone(), or(&other, there)));
        } else {
            let message = match (shown(&one), shown(&other)) {
                (Some(a), Some(b)) => format!("{what}{name} is {a} here, and {b} in {}", there.address()),
                _ => format!("{what}{name} is another here than in {}", there.address()),
            };
            tell(&one, message, out).related(&or(&other, there), "the declared one");
        }
    }
    if !missing.is_empty() {
        let names: Vec<&str> = missing.iter().map(|(name, _)| name.as_str()).collect();
        let message = format!("{what}without {}, which {} has", names.join(", "), there.address());
        let finding = tell(here, message, out);
        for (name, at) in &missing {
            finding.related(at, format!("the declared {name}"));
        }
    }
}

fn tell<'o>(at: &At<'_>, message: String, out: &'o mut Sink<'_>) -> &'o mut Finding {
    out.at(at, message).label("from the pipeline's first run on")
}

fn or<'c>(at: &At<'c>, around: &At<'c>) -> At<'c> {
    if at.exists() { at.clone() } else { around.clone() }
}

/// A single value as it is said; a missing one is nothing.
fn shown(at: &At<'_>) -> Option<String> {
    match at.value() {
        None => Some("not said".into()),
        Some(_) if at.is_table() || at.is_list() => None,
        Some(_) => at.text().map(|text| format!("`{text}`")),
    }
}

fn names(one: &At<'_>, other: &At<'_>) -> BTreeSet<String> {
    let keys = |at: &At<'_>| at.entries().map(|(key, _)| key.to_string()).collect::<Vec<_>>();
    keys(one).into_iter().chain(keys(other)).collect()
}

/// Do they say the same? What is not known here is not different.
fn same(one: &At<'_>, other: &At<'_>) -> bool {
    match (one.value().as_deref(), other.value().as_deref()) {
        (Some(Tree::List(a)), Some(Tree::List(b))) => {
            let has = |item: At<'_>| other.items().any(|other| same(&item, &other));
            a.len() == b.len() && one.items().all(has)
        }
        (a, b) if matches!(a.or(b), Some(Tree::Map(_))) => {
            names(one, other).iter().all(|name| same(&one.key(name), &other.key(name)))
        }
        (a, b) => match (silent(a), silent(b)) {
            (true, true) => true,
            (false, false) => match (said(one), said(other)) {
                (Some(a), Some(b)) => a == b,
                _ => true,
            },
            _ => false,
        },
    }
}

/// Nothing, and what AWS takes for nothing.
fn silent(tree: Option<&Tree>) -> bool {
    match tree {
        None | Some(Tree::Scalar(Scalar::Null | Scalar::Bool(false))) => true,
        Some(Tree::Scalar(Scalar::Text(text))) => text.is_empty(),
        Some(Tree::List(items)) => items.is_empty(),
        Some(Tree::Map(map)) => map.is_empty(),
        Some(Tree::Scalar(_) | Tree::Template(_)) => false,
    }
}

/// The text in the form in which the field is compared.
fn said(at: &At<'_>) -> Option<String> {
    let text = at.text()?;
    let normal = at.field().and_then(|field| field.normal);
    Some(match normal.map(|normal| normal(&Value::String(text.clone().into_owned()))) {
        Some(Value::String(text)) => text,
        Some(other) => other.to_string(),
        None => text.into_owned(),
    })
}
