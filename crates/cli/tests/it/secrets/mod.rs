//! Secrets, wherever they can stand: nothing that a run leaves behind shows one.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::behaviour::{Place, Ran};

/// What must never be seen, and where it stands.
const SECRETS: &[&str] = &[
    "hunter2-task-env",
    "hunter2-label",
    "hunter2-log-option",
    "hunter2-build-env",
    "hunter2-buildspec",
    "hunter2-pipeline-env",
    "hunter2-oauth",
    "hunter2-oidc",
    // values of variables: by the environment, the command line, a file
    "hunter2-variable",
    "hunter2-line",
    "hunter2-file",
    "hunter2-changed",
    // the runner's own
    "hunter2-key",
    "hunter2-session",
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

# its webhook is made by hand: AWS answers with a token that only GitHub may know
[codebuild.project.hooked]
name = "hooked"
service_role = "build"
artifacts = "NO_ARTIFACTS"
logs_config = { cloud_watch_logs = { status = "ENABLED", group = "build" } }
environment = { type = "LINUX_CONTAINER", compute_type = "BUILD_GENERAL1_SMALL", image = "aws/codebuild/amazonlinux-x86_64-standard:5.0", environment_variables = [
  { name = "LINE_SECRET", value = "${var.line}" }, { name = "FILE_SECRET", value = "${var.token_of_file}" },
] }
source = { type = "GITHUB", location = "https://github.com/me/api.git", buildspec = """
version: 0.2
phases:
  build:
    commands:
      - make
""" }
webhook = { filter_groups = [[{ type = "EVENT", pattern = "PUSH" }]], manual_creation = true }

[ecs.task_definition.worker]
family = "worker"
requires_compatibilities = ["FARGATE"]
network_mode = "awsvpc"
cpu = "256"
memory = "512"
execution_role = "execution"

[[ecs.task_definition.worker.container_definitions]]
name = "worker"
image = "public.ecr.aws/docker/library/busybox:1.36"
log_configuration = { log_driver = "splunk", options = { splunk-url = "https://splunk.example.com", splunk-token = "hunter2-log-option" } }

[elb.listener.login]
load_balancer = "test"
port = 8443
protocol = "HTTPS"
certificates = ["arn:aws:acm:ap-northeast-2:123456789012:certificate/11111111-2222-3333-4444-555555555555"]
default_actions = [
  { type = "authenticate-oidc", authenticate_oidc_config = { issuer = "https://id.example.com", authorization_endpoint = "https://id.example.com/authorize", token_endpoint = "https://id.example.com/token", user_info_endpoint = "https://id.example.com/me", client_id = "client", client_secret = "hunter2-oidc" } },
  { type = "fixed-response", fixed_response_config = { status_code = "404" } },
]

[variables]
npm_token = { description = "from the environment" }
line = {}
token_of_file = {}
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
        "\"dockerLabels\": {",
        "\"dockerLabels\": { \"auth.token\": \"hunter2-label\",",
    );
    place.write("desired/other.toml", OTHER);
    place.write("vars.toml", "token_of_file = \"hunter2-file\"\n");
    place.edit(
        "desired/build.toml",
        "environment_variables = [",
        "environment_variables = [\n  { name = \"API_TOKEN\", value = \"hunter2-build-env\" },\n  \
         { name = \"NPM_TOKEN\", value = \"${var.npm_token}\" },",
    );
    place
}

/// Both streams.
pub fn all(ran: &Ran) -> String {
    format!("{}{}", ran.out(), ran.err())
}

/// Every file but the sandbox, which is the account itself.
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

/// Whatever `recon WORDS` says, and says on standard error of its calls.
fn run(place: &Place, words: &str) -> Ran {
    let takes_variables =
        ["plan", "drift", "check", "apply", "destroy", "adopt", "output", "graph", "policy"];
    let first = words.split(' ').next().unwrap();
    let variables =
        takes_variables.contains(&first) && !words.contains("--plan") && !words.contains("pulled");
    let given = if variables { "--var line=hunter2-line --var-file vars.toml" } else { "" };
    let mut command = place.command(&format!("{words} {given} -v"));
    command
        .env("RECON_VAR_npm_token", "hunter2-variable")
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "hunter2-key")
        .env("AWS_SESSION_TOKEN", "hunter2-session");
    let ran = Ran::of(&mut command);
    assert_ne!(ran.code(), 64, "{words}: {}", ran.err());
    assert_silent(&format!("`recon {words}`"), &all(&ran));
    ran
}

fn assert_silent(what: &str, text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{what} shows {secret}:\n{text}");
    }
    // a token of AWS's making is forty hexadecimal digits in the sandbox
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let token = |word: &&str| word.len() == 40 && word.chars().all(|c| c.is_ascii_hexdigit());
    assert_eq!(words.clone().find(token), None, "{what} shows a token:\n{text}");
}

/// Every command that only looks, in all of its forms, and every file that is left.
fn looks(place: &Place, state: &str) {
    for (command, formats) in [
        ("plan --sandbox", &["human", "json", "markdown", "html"][..]),
        ("plan --sandbox --full", &["human", "json"]),
        ("plan --sandbox --rehearse", &["human", "json"]),
        ("drift --sandbox", &["human", "json", "markdown", "sarif"]),
        ("check", &["human", "json", "sarif", "github"]),
        ("apply --sandbox", &["human", "json"]),
        ("destroy --sandbox", &["human", "json"]),
        ("adopt ecs.task_definition.api codebuild.project.api --sandbox", &["human", "json"]),
        ("output --sandbox", &["human", "json"]),
        ("graph", &["dot", "mermaid", "svg", "html"]),
        ("policy plan", &["human", "json"]),
        ("policy apply", &["human"]),
        ("policy destroy", &["human"]),
        ("unlock --sandbox", &["human", "json"]),
        ("explain ecs.task_definition", &["human"]),
    ] {
        for format in formats {
            run(place, &format!("{command} --format {format}"));
        }
    }
    run(place, "plan --sandbox --out plan --full");
    if place.path("plan").exists() {
        for format in ["human", "json", "markdown", "html"] {
            run(place, &format!("show plan --format {format}"));
        }
        run(place, "policy apply plan");
        run(place, "graph --plan plan --format html");
    }
    let mut found = BTreeMap::new();
    files(&place.path(".recon"), &mut found);
    found.insert("plan".into(), fs::read_to_string(place.path("plan")).unwrap_or_default());
    for (file, text) in &found {
        assert_silent(&format!("{state}: {file}"), text);
    }
}

#[test]
fn no_secret_is_in_any_output_file_or_error() {
    let place = with_secrets();
    looks(&place, "an empty account");
    run(&place, "apply --sandbox --auto-approve").expect(0);
    looks(&place, "as declared");
    place.edit("desired/taskdef.json", "hunter2-task-env", "hunter2-changed");
    place.edit("desired/other.toml", "hunter2-oidc", "hunter2-changed");
    looks(&place, "with a change of a secret");
    run(&place, "apply --sandbox --auto-approve --ignore-deployments --format json").expect(0);
    run(&place, "destroy --sandbox --auto-approve --ignore-deployments").expect(0);
}

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

/// What is read in the account is as secret as what stands in the TOML.
#[test]
fn a_stack_that_is_pulled_has_a_variable_for_each_secret() {
    let place = with_secrets();
    run(&place, "apply --sandbox --auto-approve").expect(0);
    let built = fs::read_to_string(place.path(".recon/sandbox.json")).unwrap();
    // nobody's, as if made by hand
    place.write(".recon/sandbox.json", &built.replace("\"recon:", "\"was-recon-"));
    for start in ["--cluster test-cluster", "--pipeline other", "--pipeline aws-cicd-pipeline-test"] {
        let _ = fs::remove_dir_all(place.path("pulled"));
        let words = format!("pull pulled {start} --name mine --region ap-northeast-2 --sandbox");
        let told = run(&place, &words).expect(0).out();
        let mut found = BTreeMap::new();
        files(&place.path("pulled"), &mut found);
        assert!(!found.is_empty());
        for (file, text) in &found {
            assert_silent(file, text);
        }
        let missing = run(&place, "plan -C pulled --sandbox").expect(1).err();
        let mut plan = place.command("plan -C pulled --sandbox --format json");
        let (_, names) = told.split_once("in the environment: ").unwrap();
        for variable in names.trim().split(", ") {
            let name = variable.strip_prefix("RECON_VAR_").unwrap();
            let value = match name {
                "db_password" => "hunter2-task-env",
                "token" => "hunter2-label",
                "api_token" => "hunter2-build-env",
                "npm_token" => "hunter2-variable",
                "secret" => "hunter2-pipeline-env",
                other => panic!("{other} stands for nothing that was planted there"),
            };
            assert!(name == "npm_token" || missing.contains(&format!("`{name}` has no value")), "{missing}");
            plan.env(variable, value);
        }
        let plan = Ran::of(&mut plan);
        assert_silent("the plan of what was pulled", &all(&plan));
        for step in plan.expect(0).json()["steps"].as_array().unwrap() {
            let quiet = step["fields"].as_array().is_some_and(Vec::is_empty);
            assert!((step["action"] == "adopt" || step["action"] == "keep") && quiet, "{start}: {step:#}");
        }
    }
}
