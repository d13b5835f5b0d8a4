//! A pull request from a stranger, planned by a runner with credentials; and
//! secrets, wherever they can stand.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Stdio;

use super::behaviour::{Place, Ran};

const HEAD: &str = "[stack]\nname = \"s\"\nregion = \"ap-northeast-2\"\naccount = \"123456789012\"\n";

#[test]
fn a_folder_reads_nothing_outside_itself() {
    let place = Place::empty();
    place.write("outside/credentials", "aws_secret = \"hunter2-outside\"\n[default\n");
    place.write("desired/stack.toml", HEAD);
    for (link, to) in [
        ("desired/link.toml", "../outside/credentials"),
        ("desired/env/prod.toml", "../../outside/credentials"),
    ] {
        fs::create_dir_all(place.path(link).parent().unwrap()).unwrap();
        symlink(to, place.path(link)).unwrap();
        let ran = place.recon("plan --sandbox --env prod").expect(1);
        assert!(ran.err().contains("is a link that leads out of the stack's folder"), "{}", ran.err());
        assert!(!all(&ran).contains("hunter2"), "{}", all(&ran));
        fs::remove_file(place.path(link)).unwrap();
    }
    symlink("../outside", place.path("desired/inner")).unwrap();
    let absolute = place.path("outside/credentials").display().to_string();
    for named in ["../outside/credentials", &absolute, "inner/credentials", "./../outside/credentials"] {
        let task = format!("[ecs.task_definition.t]\nfamily = \"t\"\nfile = \"{named}\"\n");
        place.write("desired/stack.toml", &format!("{HEAD}{task}"));
        let ran = place.recon("plan --sandbox").expect(1);
        assert!(ran.err().contains("out of the stack's folder"), "{named}: {}", ran.err());
        assert!(!all(&ran).contains("hunter2"), "{named}: {}", all(&ran));
    }
}

/// The region is part of the name of the host that signed requests go to.
#[test]
fn no_text_of_the_toml_names_a_host() {
    for region in ["x.evil.example/", "evil.example#", "a@evil.example", "eu-central-1.evil", "", "EU", "-a"]
    {
        let place = Place::empty();
        place.write("desired/stack.toml", &HEAD.replace("ap-northeast-2", region));
        let mut command = place.command("plan");
        command.env("AWS_ACCESS_KEY_ID", "x").env("AWS_SECRET_ACCESS_KEY", "x");
        let err = Ran::of(&mut command).expect(1).err();
        assert!(err.contains("no region"), "{region}: {err}");
    }
}

#[test]
fn deep_and_large_documents_end_in_an_error() {
    let deep = |open: &str, close: &str, n: usize| format!("{}{}", open.repeat(n), close.repeat(n));
    let task = "[ecs.task_definition.t]\nfamily = \"t\"\nfile = \"t.json\"\n";
    let build = "[codebuild.project.b]\nname = \"b\"\nsource = { type = \"NO_SOURCE\", buildspec = { file = \"b.yml\" } }\n";
    let aliases = (1..30).fold("a0: &a0 [x]\n".to_string(), |text, i| {
        format!("{text}a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 10].join(","))
    });
    let large = "#".repeat(2 * 1024 * 1024);
    for (toml, file, text) in [
        (format!("{HEAD}x = {}", deep("[", "]", 100_000)), "t.json", String::new()),
        (format!("{HEAD}x = {}1{}", "{a=".repeat(50_000), "}".repeat(50_000)), "t.json", String::new()),
        (format!("{HEAD}[{}a]\n", "a.".repeat(100_000)), "t.json", String::new()),
        (format!("{HEAD}{task}"), "t.json", deep("[", "]", 200_000)),
        (format!("{HEAD}{task}"), "t.json", deep("{\"a\":", "}", 100_000)),
        (format!("{HEAD}{task}"), "t.json", large.clone()),
        (format!("{HEAD}{build}"), "b.yml", deep("[", "]", 100_000)),
        (format!("{HEAD}{build}"), "b.yml", "- ".repeat(100_000)),
        (format!("{HEAD}{build}"), "b.yml", aliases),
        (format!("{HEAD}{large}"), "t.json", String::new()),
    ] {
        let place = Place::empty();
        place.write("desired/stack.toml", &toml);
        place.write(&format!("desired/{file}"), &text);
        let ran = place.recon("plan --sandbox").expect(1);
        let first: String = ran.err().chars().chain(ran.out().chars()).take(300).collect();
        assert!(first.contains("error"), "{first}");
    }
    let place = Place::empty();
    for text in [deep("[", "]", 200_000), deep("{\"plan\":", "}", 100_000)] {
        place.write("plan", &text);
        place.recon("show plan").expect(1);
        place.write("plan", &format!("recon-plan 1 x {}\n{text}", text.len()));
        place.recon("show plan").expect(1);
        place.recon("apply plan --sandbox").expect(1);
    }
}

/// Every place that may hold a secret, and what must never be seen of it.
const SECRETS: &[&str] = &[
    "hunter2-task-env",
    "hunter2-build-env",
    "hunter2-oauth",
    "hunter2-variable",
    "hunter2-changed",
    "hunter2-label",
    "hunter2-pipeline-env",
    "hunter2-buildspec",
];

const OTHER: &str = r#"
[codepipeline.pipeline.other]
name = "other"
role = "pipeline"
artifact_store = "artifacts"
stages = [
  { name = "Source", actions = [{ name = "Source", provider = "GitHub", output_artifacts = ["Source"], configuration = { Owner = "me", Repo = "api", Branch = "main", OAuthToken = "hunter2-oauth" } }] },
  { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["Source"], configuration = { ProjectName = "aws-cicd-codebuild-test", EnvironmentVariables = '[{"name":"API_TOKEN","value":"hunter2-pipeline-env","type":"PLAINTEXT"}]' } }] },
]

[codebuild.project.other]
name = "other"
service_role = "build"
artifacts = "NO_ARTIFACTS"
logs_config = { cloud_watch_logs = { status = "ENABLED", group = "build" } }
environment = { type = "LINUX_CONTAINER", compute_type = "BUILD_GENERAL1_SMALL", image = "aws/codebuild/amazonlinux-x86_64-standard:5.0" }
source = { type = "NO_SOURCE", buildspec = """
version: 0.2
env:
  variables:
    DB_PASSWORD: hunter2-buildspec
phases:
  build:
    commands:
      - make
""" }
"#;

fn with_secrets() -> Place {
    let place = Place::with_the_reference_stack();
    place.edit(
        "desired/taskdef.json",
        "\"environment\": [",
        "\"environment\": [{ \"name\": \"DB_PASSWORD\", \"value\": \"hunter2-task-env\" },",
    );
    place.edit(
        "desired/taskdef.json",
        "\"environment\": [",
        "\"dockerLabels\": { \"auth.token\": \"hunter2-label\" }, \"environment\": [",
    );
    place.write("desired/other.toml", OTHER);
    place.edit(
        "desired/build.toml",
        "environment_variables = [",
        "environment_variables = [\n  { name = \"API_TOKEN\", value = \"hunter2-build-env\" },\n  \
         { name = \"NPM_TOKEN\", value = \"${var.npm_token}\" },",
    );
    place.write("desired/secret.toml", "[variables.npm_token]\ndescription = \"from outside\"\n");
    place
}

/// Whatever a run leaves behind: both streams, and every file but the sandbox,
/// which is the account itself.
fn all(ran: &Ran) -> String {
    format!("{}{}", ran.out(), ran.err())
}

fn files(folder: &Path, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else if !path.ends_with("sandbox.json") {
            let bytes = fs::read(&path).unwrap();
            found.insert(path.display().to_string(), String::from_utf8_lossy(&bytes).into_owned());
        }
    }
}

#[test]
fn no_secret_is_in_any_output_file_or_error() {
    let place = with_secrets();
    let run = |words: &str| {
        let mut command = place.command(words);
        command.env("RECON_VAR_npm_token", "hunter2-variable").stdin(Stdio::null());
        let ran = Ran::of(&mut command);
        let text = all(&ran);
        for secret in SECRETS {
            assert!(!text.contains(secret), "`recon {words}` shows {secret}:\n{text}");
        }
        ran
    };
    let everywhere = |state: &str| {
        for (command, formats) in [
            ("plan --sandbox", &["human", "json", "markdown", "html"][..]),
            ("plan --sandbox --full", &["human", "json"]),
            ("drift --sandbox", &["human", "json", "markdown", "sarif"]),
            ("check", &["human", "json", "sarif", "github", "junit"]),
            ("apply --sandbox", &["human", "json"]),
            ("destroy --sandbox", &["human", "json"]),
        ] {
            for format in formats {
                run(&format!("{command} -v --format {format}"));
            }
        }
        run("plan --sandbox --out plan --full");
        for format in ["human", "json", "markdown", "html"] {
            run(&format!("show plan -v --format {format}"));
        }
        let mut found = BTreeMap::new();
        files(&place.path(".recon"), &mut found);
        files(&place.path("plan"), &mut found);
        found.insert("plan".into(), fs::read_to_string(place.path("plan")).unwrap_or_default());
        for (file, text) in &found {
            for secret in SECRETS {
                assert!(!text.contains(secret), "{state}: {file} holds {secret}");
            }
        }
    };
    everywhere("an empty account");
    run("apply --sandbox --auto-approve -v").expect(0);
    everywhere("as declared");
    place.edit("desired/taskdef.json", "hunter2-task-env", "hunter2-changed");
    everywhere("with a change of a secret");
    run("apply --sandbox --auto-approve --format json -v").expect(0);
    // mistakes on the lines where secrets stand
    place.edit(
        "desired/taskdef.json",
        "\"value\": \"hunter2-changed\" }",
        "\"value\": \"hunter2-changed\", \"valeu\": 1 }",
    );
    everywhere("with a wrong field beside a secret");
    place.edit("desired/taskdef.json", "\"valeu\": 1 }", "");
    everywhere("with a syntax error beside a secret");
}

#[test]
fn what_aws_repeats_of_a_secret_is_not_repeated() {
    let place = with_secrets();
    // longer than AWS takes; its refusal quotes the value
    place.edit(
        "desired/build.toml",
        "value = \"hunter2-build-env\"",
        "value = \"hunter2-build-env\", type = \"SECRETS_MANAGR\"",
    );
    let mut command = place.command("apply --sandbox --auto-approve -v");
    command.env("RECON_VAR_npm_token", "hunter2-variable");
    let ran = Ran::of(&mut command).expect(1);
    assert!(!all(&ran).contains("hunter2"), "{}", all(&ran));
}
