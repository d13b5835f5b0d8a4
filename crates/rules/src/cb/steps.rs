//! What the commands of a build do.

use recon_model::KindId::CodepipelinePipeline;
use serde_json::Value;

use super::buildspec::specs;
use super::commands::{Command, assigns, commands, sources, uses};
use super::variables;
use crate::at::At;
use crate::cx::Cx;
use crate::place::Place;
use crate::rule::{By, Rule, Severity};
use crate::sink::Sink;

/// What of Docker asks its daemon.
const DAEMON: &[&str] = &["build", "push", "run", "pull", "tag", "buildx", "compose", "images", "ps"];

pub static CB_002: Rule = Rule {
    id: "CB-002",
    severity: Severity::Error,
    title: "Docker in a build without privileged mode",
    doc: "A build runs in a container. Docker's daemon runs inside it in privileged mode only: \"Cannot connect to the \
          Docker daemon at unix:/var/run/docker.sock. Is the docker daemon running?\" (A docker_server is another \
          machine that has one.)",
    fix: "environment = { privileged_mode = true }",
    source: "AWS: CodeBuild user guide, troubleshooting; AWS API: codebuild ProjectEnvironment, privilegedMode",
    bad: r#"
[codebuild.project.api.environment]
privileged_mode = false
"#,
    good: r#"
[codebuild.project.api.environment]
privileged_mode = true
"#,
    by: By::Check(|cx, out| {
        for (project, spec) in specs(cx) {
            let environment = project.get("environment");
            let privileged = environment.get("privileged_mode");
            let container = environment.get("type").text().is_some_and(|kind| kind.ends_with("_CONTAINER"));
            if privileged.flag()
                || !privileged.known()
                || environment.get("docker_server").exists()
                || !container
            {
                continue;
            }
            let docker = |command: &Command<'_>| {
                command.runs("docker", DAEMON) || command.runs("docker-compose", &["up", "build", "run"])
            };
            if let Some(command) = commands(&spec).into_iter().find(docker) {
                let place = if privileged.exists() { &privileged } else { &environment };
                out.at(place, "the build runs Docker, and is not privileged")
                    .label("no Docker daemon here")
                    .related(&command.at, "Docker runs here");
            }
        }
    }),
};

/// What CodeBuild, the shell and AWS's images set.
const GIVEN: &[&str] = &[
    "HOME",
    "PATH",
    "PWD",
    "OLDPWD",
    "USER",
    "HOSTNAME",
    "SHELL",
    "TERM",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "IFS",
    "RANDOM",
    "SECONDS",
    "LINENO",
    "UID",
    "EUID",
    "PPID",
    "OPTARG",
    "OPTIND",
    "REPLY",
    "SHLVL",
    "NO_COLOR",
    "DEBIAN_FRONTEND",
    "GOPATH",
    "GOROOT",
    "NODE_OPTIONS",
    "PIP_CACHE_DIR",
    "DOCKER_BUILDKIT",
];
const GIVEN_BEGIN: &[&str] = &[
    "CODEBUILD_",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_CONTAINER_",
    "AWS_EXECUTION_ENV",
    "BASH",
    "JAVA_",
    "JDK_",
    "JRE_",
];
const GIVEN_END: &[&str] = &["_HOME", "_VERSION", "_PATH", "_DIR"];

fn is_given(name: &str) -> bool {
    GIVEN.contains(&name)
        || GIVEN_BEGIN.iter().any(|begin| name.starts_with(begin))
        || GIVEN_END.iter().any(|end| name.ends_with(end))
        // the shell's own, and loop variables
        || name.chars().any(|c| c.is_ascii_lowercase())
}

pub static CB_012: Rule = Rule {
    id: "CB-012",
    severity: Severity::Error,
    title: "a variable that nothing sets",
    doc: "The shell puts nothing where a variable is that nobody set: `docker push .dkr.ecr..amazonaws.com/:`. A variable \
          comes from the project, from the pipeline's action, from the build specification or from CodeBuild. In an \
          image of one's own it may be the image's, and is a warning.",
    fix: "set it in environment_variables, or in the build specification's env",
    source: "AWS: CodeBuild user guide, environment variables in build environments",
    bad: r#"
[codebuild.project.api.environment]
environment_variables = [{ name = "IMAGE_NAME", value = "api" }]
# file: buildspec.yml
version: 0.2
phases:
  build:
    commands: [docker build -t $IMAGE_NAME:$COMMIT .]
artifacts:
  files: [appspec.yaml, taskdef.json, imageDetail.json]
"#,
    good: r#"
[codebuild.project.api.environment]
environment_variables = [{ name = "IMAGE_NAME", value = "api" }]
# file: buildspec.yml
version: 0.2
phases:
  build:
    commands:
      - COMMIT=${CODEBUILD_RESOLVED_SOURCE_VERSION:-local}
      - docker build -t $IMAGE_NAME:$COMMIT .
artifacts:
  files: [appspec.yaml, taskdef.json, imageDetail.json]
"#,
    by: By::Check(unset),
};

fn unset(cx: &Cx<'_>, out: &mut Sink<'_>) {
    for (project, spec) in specs(cx) {
        let steps = commands(&spec);
        if steps.iter().any(|step| sources(&step.text)) {
            continue;
        }
        let Some(mut known) = known_names(cx, &project, &spec) else { continue };
        let own_image =
            !project.get("environment.image").text().is_some_and(|image| image.starts_with("aws/"));
        for step in &steps {
            known.extend(assigns(&step.text).into_iter().map(str::to_string));
            for used in uses(&step.text) {
                if used.has_fallback || is_given(used.name) || known.iter().any(|known| known == used.name) {
                    continue;
                }
                // once is enough
                known.push(used.name.to_string());
                let severity = if own_image { Severity::Warning } else { Severity::Error };
                let found = out.within(&step.at, format!("nothing sets `{}`", used.name)).severity(severity);
                found.related(&project.get("environment"), "the project's environment");
                if let Some(near) = recon_model::load::nearest(
                    used.name,
                    known.iter().map(String::as_str).filter(|n| *n != used.name),
                ) {
                    found.fix(format!("did you mean `{near}`?"));
                }
            }
        }
    }
}

/// The names that a build begins with; `None` where they cannot be told.
fn known_names(cx: &Cx<'_>, project: &At<'_>, spec: &Place<'_>) -> Option<Vec<String>> {
    let mut known: Vec<String> = Vec::new();
    for variable in variables(project) {
        known.push(variable.get("name").text()?.into_owned());
    }
    let env = spec.get("env");
    for table in ["variables", "parameter-store", "secrets-manager"] {
        known.extend(env.get(table).entries().map(|(name, _)| name.to_string()));
    }
    known.extend(env.get("git-credential-helper").exists().then(|| "GIT_ASKPASS".to_string()));
    // a batch sets variables by build, and PowerShell has a language of its own
    if spec.get("batch").exists() || env.get("shell").text().is_some_and(|shell| shell.contains("powershell"))
    {
        return None;
    }
    for action in actions_of(cx, project) {
        known.extend(passed_names(&action)?);
        known.extend(
            action
                .get("environment_variables")
                .items()
                .filter_map(|v| Some(v.get("name").text()?.into_owned())),
        );
    }
    Some(known)
}

/// The actions of pipelines that run a project.
pub(super) fn actions_of<'c>(cx: &'c Cx<'c>, project: &At<'c>) -> Vec<At<'c>> {
    let actions = cx
        .of(CodepipelinePipeline)
        .flat_map(|pipeline| pipeline.get("stages").items())
        .flat_map(|stage| stage.get("actions").items());
    let runs = |action: &At<'_>| {
        let named = action.get("configuration.ProjectName");
        let by_reference = named.reference().is_some_and(|reference| reference.target == *project.address());
        by_reference || named.text() == project.get("name").text()
    };
    actions.filter(runs).collect()
}

/// The names in an action's EnvironmentVariables, which is JSON in a text.
fn passed_names(action: &At<'_>) -> Option<Vec<String>> {
    let at = action.get("configuration.EnvironmentVariables");
    if !at.exists() {
        return Some(Vec::new());
    }
    let text = at.text()?;
    let Value::Array(items) = serde_json::from_str::<Value>(&text).ok()? else { return None };
    Some(items.iter().filter_map(|item| item.get("name")?.as_str().map(str::to_string)).collect())
}

pub static CB_024: Rule = Rule {
    id: "CB-024",
    severity: Severity::Warning,
    title: "tests that run twice",
    doc: "`gradle build` and `mvn package` run the tests themselves; after a step that has run them already, they run once \
          more.",
    fix: "./gradlew build -x test, mvn package -DskipTests",
    source: "Gradle: the Java plugin, build depends on check; Maven: the default lifecycle",
    bad: r#"
[codebuild.project.api]
description = "its buildspec.yml tests twice"
# file: buildspec.yml
version: 0.2
phases:
  pre_build:
    commands: [./gradlew test]
  build:
    commands: [./gradlew build]
artifacts:
  files: [appspec.yaml, taskdef.json, imageDetail.json]
"#,
    good: r#"
[codebuild.project.api]
description = "its buildspec.yml tests once"
# file: buildspec.yml
version: 0.2
phases:
  pre_build:
    commands: [./gradlew test]
  build:
    commands: [./gradlew build -x test]
artifacts:
  files: [appspec.yaml, taskdef.json, imageDetail.json]
"#,
    by: By::Check(|cx, out| {
        for (_, spec) in specs(cx) {
            let steps = commands(&spec);
            for (i, step) in steps.iter().enumerate().filter(|(_, step)| builds_with_tests(step)) {
                if let Some(first) = steps[..i].iter().find(|step| tests(step)) {
                    out.within(&step.at, "this runs the tests again")
                        .related(&first.at, "they run here already");
                }
            }
        }
    }),
};

fn gradle(step: &Command<'_>, tasks: &[&str]) -> bool {
    step.runs("gradlew", tasks) || step.runs("gradle", tasks)
}

fn maven(step: &Command<'_>, goals: &[&str]) -> bool {
    step.runs("mvnw", goals) || step.runs("mvn", goals)
}

fn tests(step: &Command<'_>) -> bool {
    let skipped = step.text.contains("-x test");
    (gradle(step, &["test", "check"]) && !skipped) || maven(step, &["test"])
}

fn builds_with_tests(step: &Command<'_>) -> bool {
    let skips = ["-x test", "--exclude-task test", "-DskipTests", "-Dmaven.test.skip"];
    let skipped = skips.iter().any(|skip| step.text.contains(skip));
    !skipped
        && (gradle(step, &["build", "check"]) || maven(step, &["package", "verify", "install", "deploy"]))
}

pub static CB_026: Rule = Rule {
    id: "CB-026",
    severity: Severity::Warning,
    title: "a push after a build that failed",
    doc: "post_build runs after a failed build, too. Without asking CODEBUILD_BUILD_SUCCEEDING it pushes an image that is \
          not there, or the one of an older build.",
    fix: "test \"$CODEBUILD_BUILD_SUCCEEDING\" = 1 before the push, or on-failure: ABORT in the build phase",
    source: "AWS: CodeBuild user guide, build specification reference, phases; build phase transitions",
    bad: r#"
[codebuild.project.api]
description = "its buildspec.yml pushes in any case"
# file: buildspec.yml
version: 0.2
phases:
  build:
    commands: [docker build -t api .]
  post_build:
    commands: [docker push api]
artifacts:
  files: [appspec.yaml, taskdef.json, imageDetail.json]
"#,
    good: r#"
[codebuild.project.api]
description = "its buildspec.yml asks first"
# file: buildspec.yml
version: 0.2
phases:
  build:
    commands: [docker build -t api .]
  post_build:
    commands: ['test "$CODEBUILD_BUILD_SUCCEEDING" = 1', docker push api, ./say-which.sh]
artifacts:
  files: [appspec.yaml, taskdef.json, imageDetail.json]
"#,
    by: By::Check(|cx, out| {
        for (_, spec) in specs(cx) {
            if spec
                .get("phases")
                .get("build")
                .get("on-failure")
                .text()
                .is_some_and(|word| word.starts_with("ABORT"))
            {
                continue;
            }
            let steps = commands(&spec);
            let last: Vec<&Command<'_>> = steps.iter().filter(|step| step.phase == "post_build").collect();
            let asks = |step: &&Command<'_>| step.text.contains("CODEBUILD_BUILD_SUCCEEDING");
            let Some(push) = last.iter().position(|step| step.runs("docker", &["push"])) else { continue };
            if !last[..=push].iter().any(asks) {
                out.within(&last[push].at, "this pushes although the build may have failed");
            }
        }
    }),
};
