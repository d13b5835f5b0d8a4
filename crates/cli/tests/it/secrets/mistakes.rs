//! Errors of every kind: what they quote, and what AWS repeats.

use std::fs;

use recon_sandbox::{Fault, Refusal};
use serde_json::Value;
use tokio::runtime::Runtime;

use super::planted::{PASSWORD, with_secrets};
use super::{all, assert_files_silent, assert_silent, command, run};
use crate::behaviour::Ran;
use crate::served::serve_hooked;

#[test]
fn no_mistake_beside_a_secret_quotes_it() {
    let place = with_secrets();
    let wrong = |file: &str, from: &str, to: &str| {
        let text = fs::read_to_string(place.path(file)).unwrap();
        place.edit(file, from, to);
        for words in ["plan --sandbox", "check", "check --format json", "apply --sandbox --format json"] {
            let ran = run(&place, words);
            assert_ne!(ran.code(), 0, "{to}: nothing is wrong: {}", ran.out());
        }
        place.write(file, &text);
    };
    // a value of the wrong kind, a comma too few
    let field = "\"value\": \"hunter2-task-env\" }";
    wrong("desired/taskdef.json", field, "\"value\": { \"a\": \"hunter2-task-env\" } }");
    wrong("desired/taskdef.json", field, "\"value\": [\"hunter2-task-env\"] }");
    wrong("desired/taskdef.json", field, "\"value\": \"hunter2-task-env\" \"x\": 1 }");
    wrong("desired/other.toml", "client_secret = \"hunter2-oidc\"", "client_secret = \"hunter2-oidc\" x");
    wrong("desired/other.toml", "OAuthToken = \"hunter2-oauth\"", "OAuthToken = { a = \"hunter2-oauth\" }");
    wrong(
        "desired/other.toml",
        "    DB_PASSWORD: hunter2-buildspec",
        "    DB_PASSWORD: hunter2-buildspec: x",
    );
    wrong("desired/other.toml", "client_secret = \"hunter2-oidc\"", "client_secret = hunter2-oidc");
    wrong("vars.toml", "token_of_file = \"hunter2-file\"", "token_of_file = \"hunter2-file");
    wrong("vars.toml", "token_of_file = \"hunter2-file\"", "token_of_file = { a = \"hunter2-file\" }");
    wrong("desired/other.toml", "[variables]", "[outputs]\nleak = \"${var.npm_token}\"\n[variables]");
}

/// A value that is put where it does not belong is quoted by whoever refuses it.
#[test]
fn no_secret_in_the_wrong_place_is_quoted() {
    for (place_of_it, toml) in [
        ("a number", "[logs.log_group.x]\nname = \"/x\"\nretention_in_days = \"${var.db_password}\"\n"),
        ("one of a few words", "[ecr.repository.x]\nname = \"x\"\nimage_tag_mutability = \"${var.dsn}\"\n"),
        ("a reference", "[ecs.service.x]\nname = \"x\"\ncluster = \"${var.db_password}\"\n"),
        ("a name", "[logs.log_group.x]\nname = \"${var.dsn}!\"\n"),
        ("a file", "[ecs.task_definition.x]\nfamily = \"x\"\nfile = \"${var.db_password}\"\n"),
        ("an output", "[outputs]\nleak = \"${var.dsn}\"\n"),
        ("a part of an output", "[outputs]\nleak = \"at ${var.db_password}\"\n"),
        (
            "a variable that says so itself",
            "[variables.plain]\nsecret = true\ndefault = \"hunter2-dsn\"\n[outputs]\nleak = \"${var.plain}\"\n",
        ),
    ] {
        let place = with_secrets();
        place.write("desired/wrong.toml", toml);
        for words in [
            "plan --sandbox",
            "plan --sandbox --format json",
            "plan --sandbox --format markdown",
            "check",
            "check --format sarif",
            "check --format github",
            "check --format json",
        ] {
            let ran = run(&place, words);
            assert_ne!(ran.code(), 0, "{place_of_it}: nothing is wrong: {}", ran.out());
        }
    }
}

#[test]
fn a_secret_on_a_wrong_command_line_is_not_quoted() {
    let place = with_secrets();
    for (words, code) in [
        ("plan --sandbox --var hunter2-line", 64),
        ("plan --sandbox --var =hunter2-line", 64),
        ("apply --sandbox --var lin=hunter2-line", 1),
        ("output --sandbox --var hunter2-line --format json", 64),
    ] {
        let ran = place.recon(words).expect(code);
        assert_silent(words, &all(&ran), &place);
    }
    let told = place.recon("plan --var hunter2-line").err();
    assert!(told.contains("invalid value '…' for '--var <NAME=VALUE>': write NAME=VALUE"), "{told}");
}

#[test]
fn what_aws_repeats_of_a_secret_is_not_repeated() {
    let place = with_secrets();
    // a word that AWS does not know; its refusal quotes the whole item
    place.edit(
        "desired/build.toml",
        "value = \"hunter2-build-env\"",
        "value = \"hunter2-build-env\", type = \"SECRETS_MANAGR\"",
    );
    run(&place, "apply --sandbox --auto-approve").expect(1);
}

/// An AWS that refuses and quotes all that it was told, as it does for what it cannot read.
#[test]
fn nothing_of_a_whole_request_is_repeated() {
    let place = with_secrets();
    // alone, it needs nothing that takes its time
    place.write("alone/stack.toml", ALONE);
    for (service, operation, target) in [
        ("ecs", "RegisterTaskDefinition", "ecs.task_definition.api"),
        ("codebuild", "CreateProject", "codebuild.project.hooked"),
        ("codepipeline", "CreatePipeline", "codepipeline.pipeline.alone -C alone"),
    ] {
        let (_server, url) = quoting(service, operation);
        for form in ["human", "json"] {
            let mut apply =
                command(&place, &format!("apply --auto-approve --no-lock --target {target} --format {form}"));
            let ran = Ran::of(apply.env("AWS_ENDPOINT_URL", &url)).expect(1);
            let told = all(&ran);
            assert!(told.contains("you said "), "{operation}: {told}");
            assert_silent(operation, &told, &place);
            assert_files_silent(operation, &place);
            // the next sandbox is an empty account again
            let _ = std::fs::remove_file(place.path(PASSWORD));
        }
    }
}

const ALONE: &str = r#"
[stack]
name = "alone"
region = "ap-northeast-2"
account = "123456789012"

[variables]
line = { secret = true }
token_of_file = ""

[s3.bucket.artifacts]
name = "alone-artifacts"

[iam.role.pipeline]
name = "alone-pipeline"
trust = { services = ["codepipeline.amazonaws.com"] }

[iam.role.pipeline.inline.all]
Version = "2012-10-17"

[[iam.role.pipeline.inline.all.Statement]]
Effect = "Allow"
Action = "s3:*"
Resource = "*"

[codepipeline.pipeline.alone]
name = "alone"
role = "pipeline"
artifact_store = "artifacts"
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "GitHub", output_artifacts = ["Source"], configuration = { Owner = "me", Repo = "api", Branch = "main", OAuthToken = "hunter2-oauth" } }] },
  { name = "Yes", actions = [{ name = "Yes", provider = "Manual", configuration = { CustomData = "${var.line}" } }] },
]
"#;

/// A sandbox that refuses one operation with its whole input, as JSON in a text.
fn quoting(service: &'static str, operation: &'static str) -> (Runtime, String) {
    serve_hooked(move |call| {
        let strikes = call.service == service && call.operation == operation;
        let words =
            format!("Value '{}' failed to satisfy constraint, you said {}", texts(call.input), call.input);
        strikes.then(|| Fault::Refuse(Refusal::bad("ValidationException", words)))
    })
}

/// All texts of a document, one after the other.
fn texts(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text} "),
        Value::Array(items) => items.iter().map(texts).collect(),
        Value::Object(map) => map.values().map(texts).collect(),
        _ => String::new(),
    }
}
