//! What must never be seen, and where it stands.

use std::fs;

use crate::behaviour::Place;

/// One secret a place, so that a leak says whose it is.
pub const SECRETS: &[&str] = &[
    "hunter2-task-env",
    "hunter2-label",
    "hunter2-log-option",
    "hunter2-build-env",
    "hunter2-buildspec",
    "hunter2-file-of-the-source",
    "hunter2-pipeline-env",
    "hunter2-oauth",
    "hunter2-oidc",
    // values of variables: by the environment, the command line, a file, their default
    "hunter2-variable",
    "hunter2-line",
    "hunter2-file",
    "hunter2-default",
    // under names that say nothing: of a variable that sounds secret, and of one that says so
    "hunter2-in-a-url",
    "hunter2-dsn",
    "hunter2-changed",
    // the runner's own
    "hunter2-key",
    "hunter2-session",
];

/// Where AWS's password of a Git credential goes, and nowhere else.
pub const PASSWORD: &str = "desired/password";

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
  { name = "FROM_A_DEFAULT", value = "${var.default_token}" },
  { name = "DATABASE", value = "postgres://shop:${var.db_password}@db/shop" },
  { name = "QUEUE", value = "${var.dsn}" },
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
default_token = "hunter2-default"
db_password = {}
dsn = { secret = true }
"#;

/// The reference stack and more, with a secret in every place that may have one.
pub fn with_secrets() -> Place {
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
    let token = "    SONAR_TOKEN: hunter2-file-of-the-source\n    GRADLE_USER_HOME";
    place.edit("desired/buildspec.yml", "    GRADLE_USER_HOME", token);
    place.edit(
        "desired/source.toml",
        "service_name = \"codecommit.amazonaws.com\"",
        "service_name = \"codecommit.amazonaws.com\"\npassword_file = \"password\"",
    );
    let more = "[stack]\nname = \"more\"\nregion = \"ap-northeast-2\"\naccount = \"123456789012\"\n";
    let variables = "[variables]\nline = \"\"\ntoken_of_file = \"\"\n";
    let group = "[logs.log_group.more]\nname = \"more\"\n";
    place.write("more/stack.toml", &format!("{more}{variables}{group}"));
    place
}

/// Those that AWS has made by now.
pub fn made(place: &Place) -> Vec<String> {
    let password = fs::read_to_string(place.path(PASSWORD)).unwrap_or_default().trim().to_string();
    if password.is_empty() { Vec::new() } else { vec![password] }
}
