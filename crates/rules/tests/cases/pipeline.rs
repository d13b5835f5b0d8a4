//! Files of the pipeline, and pipelines, where one example of a rule is not enough.

use recon_rules::{Severity, check};

use super::{line, read};

/// What is found, without advice: `RULE place message`.
fn found(example: &str) -> Vec<String> {
    let stack = read(example).unwrap_or_else(|failed| panic!("{:#?}", failed.problems));
    check(&stack).iter().map(|finding| line(&stack, finding)).collect()
}

/// The ids of what is found on files and pipelines, each once.
fn ids(example: &str) -> Vec<String> {
    let stack = read(example).unwrap_or_else(|failed| panic!("{:#?}", failed.problems));
    let mut ids: Vec<String> = check(&stack).iter().map(|finding| finding.rule.id.to_string()).collect();
    ids.retain(|id| id.starts_with("ART-") || id.starts_with("PL-"));
    ids.sort();
    ids.dedup();
    ids
}

const NOTHING: [&str; 0] = [];

/// A buildspec whose artifacts are these lines.
fn artifacts(lines: &str) -> String {
    format!(
        "[ecs.cluster.main]\nname = \"main\"\n# file: buildspec.yml\nversion: 0.2\nphases: {{ build: {{ commands: [make] }} }}\n{lines}"
    )
}

#[test]
fn an_artifact_is_judged_by_what_its_buildspec_says() {
    for (lines, expected) in [
        ("artifacts: { files: ['**/*.json', appspec.yaml] }", vec![]),
        ("artifacts: { files: ['deploy/*'], discard-paths: yes }", vec![]),
        ("artifacts: { files: ['deploy/*'], base-directory: out }", vec!["ART-001", "ART-002", "ART-003"]),
        ("artifacts: { files: ['*'], base-directory: deploy }", vec![]),
        ("artifacts: { files: ['**/*'] }", vec!["ART-018"]),
        ("artifacts: { files: $FILES }", vec![]),
        ("artifacts: { files: [a/taskdef.json, a/appspec.yaml, imageDetail.json] }", vec!["ART-023"]),
        ("artifacts: { files: [a/imageDetail.json, taskdef.json, appspec.yaml] }", vec!["ART-003"]),
        (
            "artifacts: { secondary-artifacts: { BuildArtifact: { files: [taskdef.json, appspec.yaml, imageDetail.json] } } }",
            vec![],
        ),
        (
            "artifacts: { secondary-artifacts: { Other: { files: ['**/*'] } } }",
            vec!["ART-001", "ART-002", "ART-003"],
        ),
        ("", vec!["ART-001", "ART-002", "ART-003"]),
    ] {
        assert_eq!(ids(&artifacts(lines)), expected, "{lines}");
    }
}

#[test]
fn a_build_specification_in_the_toml_is_judged_there() {
    let lines = found(
        "[codebuild.project.api]\nsource = { type = \"CODEPIPELINE\", buildspec = '''\nversion: 0.2\nphases: { build: { commands: [make] } }\nartifacts:\n  files: [taskdef.json, appspec.yml, imageDetail.json]\n''' }\n",
    );
    assert_eq!(
        lines,
        [
            "ART-002 pipeline.toml:41:34 `BuildArtifact` has no file `appspec.yaml`, from which the AppSpec is read \
          [6:3: what the build puts into the artifact] (the buildspec has `appspec.yml`: give both one name)"
        ]
    );
}

/// A pipeline of these stages.
fn pipeline(stages: &str) -> String {
    format!("[codepipeline.pipeline.api]\nstages = [\n{stages}\n]\n")
}

const SOURCE: &str = r#"{ name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["SourceArtifact"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } }] },"#;

#[test]
fn an_image_from_a_registry_has_its_details_and_nothing_else() {
    let stages = r#"
{ name = "Source", actions = [
  { name = "Code", provider = "CodeCommit", output_artifacts = ["Code"], configuration = { RepositoryName = "${codecommit.repository.app.name}", BranchName = "main", PollForSourceChanges = "false" } },
  { name = "Image", provider = "ECR", output_artifacts = ["Image"], configuration = { RepositoryName = "${ecr.repository.api.name}", ImageTag = "release" } },
] },
{ name = "Deploy", actions = [{ name = "Deploy", provider = "CodeDeployToECS", input_artifacts = ["Code", "Image"], configuration = { ApplicationName = "${codedeploy.application.api.name}", DeploymentGroupName = "${codedeploy.deployment_group.api.name}", TaskDefinitionTemplateArtifact = "DEFINITION", AppSpecTemplateArtifact = "Code", Image1ArtifactName = "Image", Image1ContainerName = "IMAGE1_NAME" } }] },"#;
    assert_eq!(ids(&pipeline(&stages.replace("DEFINITION", "Code"))), NOTHING);
    assert_eq!(ids(&pipeline(&stages.replace("DEFINITION", "Image"))), ["ART-001"]);
}

#[test]
fn a_build_with_two_artifacts_names_each_in_its_buildspec() {
    let stages = format!(
        r#"{SOURCE}
{{ name = "Build", actions = [{{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], output_artifacts = ["Deployment", "Reports"], configuration = {{ ProjectName = "${{codebuild.project.api.name}}" }} }}] }},
{{ name = "Deploy", actions = [{{ name = "Deploy", provider = "CodeDeployToECS", input_artifacts = ["Deployment"], configuration = {{ ApplicationName = "${{codedeploy.application.api.name}}", DeploymentGroupName = "${{codedeploy.deployment_group.api.name}}", TaskDefinitionTemplateArtifact = "Deployment", AppSpecTemplateArtifact = "Deployment" }} }}] }},"#
    );
    let spec = |files: &str| {
        format!(
            "{}# file: buildspec.yml\nversion: 0.2\nphases: {{ build: {{ commands: [make] }} }}\nartifacts:\n  files: [unused]\n  secondary-artifacts:\n    Reports: {{ files: ['**/*'] }}\n    Deployment: {{ files: [{files}] }}\n",
            pipeline(&stages)
        )
    };
    assert_eq!(ids(&spec("taskdef.json, appspec.yaml")), NOTHING);
    assert_eq!(ids(&spec("appspec.yaml")), ["ART-001"]);
}

#[test]
fn artifacts_are_made_by_run_order_within_a_stage() {
    let stages = |first: u8, second: u8| {
        pipeline(&format!(
            r#"{SOURCE}
{{ name = "Build", actions = [
  {{ name = "Build", provider = "CodeBuild", run_order = {first}, input_artifacts = ["SourceArtifact"], output_artifacts = ["Built"], configuration = {{ ProjectName = "${{codebuild.project.api.name}}" }} }},
  {{ name = "Test", provider = "CodeBuild", run_order = {second}, input_artifacts = ["Built"], configuration = {{ ProjectName = "${{codebuild.project.api.name}}" }} }},
] }},"#
        ))
    };
    assert_eq!(ids(&stages(1, 2)), NOTHING);
    let late = found(&stages(2, 1));
    assert!(late[0].starts_with("PL-007") && late[0].contains("does not run before this one"), "{late:?}");
    assert_eq!(ids(&stages(1, 1)), ["PL-007"]);
}

/// An AppSpec with these lines in its service's properties.
fn appspec(lines: &str) -> String {
    format!(
        "[ecs.cluster.main]\nname = \"main\"\n# file: appspec.yaml\nversion: 0.0\nResources:\n  - TargetService:\n      Type: AWS::ECS::Service\n      Properties:\n        TaskDefinition: <TASK_DEFINITION>\n        LoadBalancerInfo:\n          ContainerName: api\n          ContainerPort: 8080\n{lines}"
    )
}

#[test]
fn an_appspec_may_be_written_in_other_ways() {
    assert_eq!(ids(&appspec("        PlatformVersion: LATEST\n")), NOTHING);
    assert_eq!(ids(&appspec("Hooks:\n  - AfterInstall: look\n  - BeforeAllowTraffic: look\n")), NOTHING);
    assert_eq!(ids(&appspec("Hooks:\n  - ApplicationStop: look\n")), ["ART-016"]);
    let json = r#"{ "version": 0.0, "resources": [{ "targetService": { "type": "AWS::ECS::Service", "properties": { "taskDefinition": "<TASK_DEFINITION>", "loadBalancerInfo": { "containerName": "api", "containerPort": "8080" } } } }] }"#;
    assert_eq!(ids(&format!("[ecs.cluster.main]\nname = \"main\"\n# file: appspec.yaml\n{json}\n")), NOTHING);
}

#[test]
fn networks_are_compared_where_they_are_known() {
    let network = |subnets: &str, public: &str| {
        appspec(&format!(
            "        NetworkConfiguration:\n          AwsvpcConfiguration:\n            Subnets: [{subnets}]\n            SecurityGroups: [sg-0123456789abcdef0]\n            AssignPublicIp: {public}\n"
        ))
    };
    assert_eq!(ids(&network("subnet-0123456789abcdef0", "DISABLED")), NOTHING, "the service's are looked up");
    assert_eq!(ids(&network("subnet-0123456789abcdef0", "ENABLED")), ["ART-014"]);
    let twice = found(&network("subnet-0123456789abcdef0, subnet-0123456789abcdef0", "DISABLED"));
    assert!(twice[0].starts_with("ART-014") && twice[0].contains("is listed twice"), "{twice:?}");
}

#[test]
fn a_definition_in_a_file_is_judged_like_a_declared_one() {
    let lines = found(
        "[ecs.cluster.main]\nname = \"main\"\n# file: taskdef.json\n{ \"family\": \"api\", \"requiresCompatibilities\": [\"FARGATE\"], \"cpu\": \"300\", \"memory\": \"512\", \"networkMode\": \"awsvpc\", \"containerDefinitions\": [{ \"name\": \"api\", \"image\": \"<IMAGE1_NAME>\" }] }\n",
    );
    assert!(lines.iter().any(|line| line.starts_with("TD-002 taskdef.json:1:")), "{lines:#?}");
}

#[test]
fn a_finding_in_a_file_is_allowed_at_the_pipeline() {
    let allow = "[codepipeline.pipeline.api]\nallow = [{ rule = \"ART-014\", reason = \"tried out\" }]\n";
    let example = appspec("        PlatformVersion: 1.3.0\n");
    assert_eq!(ids(&example), ["ART-014"]);
    assert_eq!(ids(&format!("{allow}{example}")), NOTHING);
}

#[test]
fn a_key_that_is_new_at_aws_is_a_warning() {
    let stages = |key: &str| {
        pipeline(&format!(
            r#"{SOURCE}
{{ name = "Build", actions = [{{ name = "Build", provider = "CodeBuild", input_artifacts = ["SourceArtifact"], configuration = {{ ProjectName = "${{codebuild.project.api.name}}", {key} = "x" }} }}] }},"#
        ))
    };
    for (key, severity) in [("SomethingNew", Severity::Warning), ("BatchEnable", Severity::Error)] {
        let stack = read(&stages(key)).unwrap();
        let finding = check(&stack).into_iter().find(|finding| finding.rule.id == "PL-011").unwrap();
        assert_eq!(finding.severity, severity, "{key}");
    }
}

#[test]
fn names_by_the_consoles_pattern_are_known() {
    let stages = format!(
        r#"{SOURCE}
{{ name = "Deploy", actions = [{{ name = "Deploy", provider = "CodeDeployToECS", input_artifacts = ["SourceArtifact"], configuration = {{ ApplicationName = "AppECS-main-something-else", DeploymentGroupName = "DgpECS-main-something-else", TaskDefinitionTemplateArtifact = "SourceArtifact", AppSpecTemplateArtifact = "SourceArtifact" }} }}] }},"#
    );
    let lines = found(&pipeline(&stages));
    assert_eq!(lines.iter().filter(|line| line.starts_with("PL-028")).count(), 2, "{lines:#?}");
    let outside =
        pipeline(&stages.replace("AppECS-", "").replace("DgpECS-", "").replace("main-something", "whatever"));
    assert_eq!(ids(&outside), NOTHING, "outside the stack: the plan's to see");
}

#[test]
fn a_source_with_the_appspec_under_another_name_is_told() {
    let stages = format!(
        r#"{SOURCE}
{{ name = "Deploy", actions = [{{ name = "Deploy", provider = "CodeDeployToECS", input_artifacts = ["SourceArtifact"], configuration = {{ ApplicationName = "${{codedeploy.application.api.name}}", DeploymentGroupName = "${{codedeploy.deployment_group.api.name}}", TaskDefinitionTemplateArtifact = "SourceArtifact", AppSpecTemplateArtifact = "SourceArtifact" }} }}] }},"#
    );
    let spec = appspec("");
    let (_, spec) = spec.split_once("# file: appspec.yaml").unwrap();
    let with = |name: &str| format!("{}# file: {name}{spec}", pipeline(&stages));
    assert_eq!(ids(&with("appspec.yaml")), NOTHING);
    let found = found(&with("appspec.yml"));
    assert!(
        found.iter().any(|line| line.contains("there is no appspec.yaml, but there is appspec.yml")),
        "{found:#?}"
    );
}

#[test]
fn what_a_script_writes_is_not_known() {
    let build = |command: &str| {
        format!(
            "[ecs.cluster.main]\nname = \"main\"\n# file: buildspec.yml\nversion: 0.2\nphases: {{ build: {{ commands: [docker push api, '{command}'] }} }}\nartifacts: {{ files: [taskdef.json, appspec.yaml, imageDetail.json] }}\n"
        )
    };
    assert_eq!(ids(&build("echo done")), ["ART-029"]);
    assert_eq!(ids(&build("./gradlew build")), ["ART-029"]);
    for script in ["./release.sh", "make release", "bash release", "cd ci && npm run release"] {
        assert_eq!(ids(&build(script)), NOTHING, "{script}");
    }
}

/// Findings in files, of which the TOML says that they are right.
const SHARED: &str = r#"
[ecs.task_definition.api]
execution_role = "execution"
# file: taskdef.json
{
  "family": "api",
  "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
  "containerDefinitions": [
    { "name": "api", "image": "<IMAGE1_NAME>", "memory": 512 },
    { "name": "agent", "image": "123456789012.dkr.ecr.eu-central-1.amazonaws.com/shared/agent:1.2.0", "memory": 64, "essential": false }
  ]
}
"#;

#[test]
fn an_allow_speaks_for_the_files_that_its_resource_names() {
    let of = |id: &str, text: &str| {
        found(text).into_iter().filter(|line| line.starts_with(id)).collect::<Vec<_>>()
    };
    let allowing = |table: &str, id: &str, text: &str| {
        format!(
            "[{table}]\nallow = [{{ rule = \"{id}\", reason = \"it is right here\" }}]\n{}",
            text.trim_start()
        )
    };
    let appspec = r#"
[ecs.cluster.main]
name = "main"
# file: appspec.yaml
version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: "arn:aws:ecs:eu-central-1:123456789012:task-definition/api:1"
        LoadBalancerInfo: { ContainerName: api, ContainerPort: 8080 }
"#;
    let buildspec = r#"
[ecs.cluster.main]
name = "main"
# file: buildspec.yml
version: 0.2
phases:
  build:
    commands: ["docker build -t api:$NOBODY_SETS_THIS ."]
artifacts:
  files: [appspec.yaml, taskdef.json, imageDetail.json]
"#;
    for (id, file, owner, text) in [
        ("TD-031", "taskdef.json", "codepipeline.pipeline.api", SHARED),
        ("ART-009", "appspec.yaml", "codepipeline.pipeline.api", appspec),
        ("CB-012", "buildspec.yml", "codebuild.project.api", buildspec),
    ] {
        let told = of(id, text);
        assert!(told.len() == 1 && told[0].contains(file), "{id}: {told:#?}");
        let allowed = allowing(owner, id, text);
        assert_eq!(of(id, &allowed), NOTHING, "{id}");
        assert_eq!(of("META-001", &allowed), NOTHING, "{id}: it is used");
        // somebody who has nothing to do with the file
        let beside = allowing("logs.log_group.api", id, text);
        assert_eq!(of(id, &beside).len(), 1, "{id}");
        assert_eq!(of("META-001", &beside).len(), 1, "{id}: it allows nothing");
    }
}

/// A build that pushes to a repository of another stack, and a task that runs its image.
#[test]
fn a_shared_repository_is_allowed_where_it_is_named() {
    let tables = [
        (
            "TD-031",
            "[ecs.task_definition.worker]",
            "container_definitions = [{ name = \"worker\", image = \"123456789012.dkr.ecr.eu-central-1.amazonaws.com/shared:1.2.0\", memory = 256 }]",
        ),
        (
            "CB-014",
            "[codebuild.project.api]",
            "environment.environment_variables = [{ name = \"IMAGE_REPO_NAME\", value = \"shared\" }]",
        ),
    ];
    for (id, table, field) in tables {
        let told = found(&format!("{table}\n{field}\n"));
        assert!(told.iter().any(|line| line.starts_with(id)), "{id}: {told:#?}");
        let allow = format!("allow = [{{ rule = \"{id}\", reason = \"shared by all teams\" }}]");
        let told = found(&format!("{table}\n{field}\n{allow}\n"));
        assert!(!told.iter().any(|line| line.starts_with(id) || line.starts_with("META")), "{id}: {told:#?}");
    }
}
