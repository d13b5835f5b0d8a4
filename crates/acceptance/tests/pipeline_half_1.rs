//! The pipeline half, first part: what its kinds do beyond taking every value
//! of every field, which the matrix shows.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use recon_acceptance::{Planned, World, address, outline, stack, touched};
use recon_diff::Options;
use recon_model::Stack;
use recon_model::plan::Action;
use recon_sandbox::{Fault, Refusal};
use serde_json::{Value, json};

const REGION: &str = "ap-northeast-2";

const EVERYTHING: &str = r#"
[codecommit.repository.source]
name = "source"

[ecr.repository.api]
name = "api"
lifecycle_policy = { rules = [{ rulePriority = 1, selection = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 9 }, action = { type = "expire" } }] }

[s3.bucket.artifacts]
name = "test-artifacts"
versioning = "Enabled"

[iam.role.build]
name = "build"
trust = { services = ["codebuild.amazonaws.com"] }

[codebuild.project.api]
name = "api"
service_role = "build"
source = { type = "CODEPIPELINE" }
artifacts = "CODEPIPELINE"
environment = { type = "LINUX_CONTAINER", compute_type = "BUILD_GENERAL1_SMALL", image = "aws/codebuild/amazonlinux-x86_64-standard:5.0" }

[iam.role.pipeline]
name = "pipeline"
trust = { services = ["codepipeline.amazonaws.com"] }

[codepipeline.pipeline.api]
name = "api"
role = "pipeline"
artifact_store = "artifacts"
stages = [
    { name = "Source", actions = [{ name = "Source", provider = "CodeCommit", output_artifacts = ["Source"], configuration = { RepositoryName = "${codecommit.repository.source.name}", BranchName = "main", PollForSourceChanges = false } }] },
    { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["Source"], configuration = { ProjectName = "${codebuild.project.api.name}" } }] },
]

[iam.role.start]
name = "start"
trust = { services = ["events.amazonaws.com"] }

[events.rule.source]
name = "source"
event_pattern = { source = ["aws.codecommit"], resources = ["${codecommit.repository.source.arn}"] }
targets = [{ id = "pipeline", target = "codepipeline.pipeline.api", role = "start" }]
"#;

fn call(world: &World, service: &str, operation: &str, input: Value) -> Value {
    world.sandbox.call(service, operation, REGION, &input).unwrap_or_else(|refusal| panic!("{refusal}"))
}

fn push(world: &World, repository: &str, branch: &str) {
    world.sandbox.edit(|state| {
        assert!(state.regions.get_mut(REGION).unwrap().codecommit.push(repository, branch, "c1"));
    });
}

fn push_image(world: &World, repository: &str) {
    world.sandbox.edit(|state| {
        assert!(state.regions.get_mut(REGION).unwrap().ecr.push(repository, "v1", "sha256:1"));
    });
}

fn put_object(world: &World, bucket: &str, key: &str) {
    call(world, "s3", "PutObject", json!({"Bucket": bucket, "Key": key, "Body": ""}));
}

async fn destruction(world: &World, stack: &Stack) -> Planned {
    world.plan_with(stack, &Options { destroy: true, ..Options::default() }).await
}

/// The plan stops before the end of something that holds what nobody may lose.
fn assert_guarded(planned: &Planned, at: &str, what: &str) {
    let step = planned.plan.step(&address(at)).unwrap();
    let because = &step.action.because()[0];
    assert!(matches!(step.action, Action::Blocked(_)), "{}", outline(&planned.plan));
    assert_eq!(because.code, "HOLDS");
    assert!(because.text.contains(what) && because.text.contains("force_delete"), "{}", because.text);
}

#[tokio::test(start_paused = true)]
async fn from_an_empty_account_to_a_pipeline_and_back() {
    let world = World::new().await;
    let before = world.sandbox.state().remains();
    let all = stack(EVERYTHING);
    let planned = world.converge(&all).await;
    assert_eq!(planned.plan.summary.create, 9, "{}", outline(&planned.plan));
    world.destroy(&all).await;
    assert_eq!(world.sandbox.state().remains(), before);
}

#[tokio::test(start_paused = true)]
async fn what_is_taken_out_of_the_toml_is_deleted_dependents_first() {
    let world = World::new().await;
    let before = world.sandbox.state().remains();
    world.converge(&stack(EVERYTHING)).await;
    let planned = world.converge(&stack("")).await;
    assert_eq!(planned.plan.summary.delete, 9, "{}", outline(&planned.plan));
    let place = |at: &str| planned.plan.step(&address(at)).unwrap().order;
    assert!(place("events.rule.source") < place("codepipeline.pipeline.api"));
    assert!(place("codepipeline.pipeline.api") < place("s3.bucket.artifacts"));
    assert!(place("codebuild.project.api") < place("iam.role.build"));
    assert_eq!(world.sandbox.state().remains(), before);
}

#[tokio::test(start_paused = true)]
async fn a_repository_with_source_ends_only_when_the_toml_said_so_before() {
    let world = World::new().await;
    let source = stack("[codecommit.repository.source]\nname = \"source\"\n");
    let forced = stack("[codecommit.repository.source]\nname = \"source\"\nforce_delete = true\n");
    world.converge(&source).await;
    push(&world, "source", "main");
    assert_guarded(&world.plan(&stack("")).await, "codecommit.repository.source", "branch `main`");
    assert_guarded(&destruction(&world, &source).await, "codecommit.repository.source", "branch `main`");

    let planned = world.converge(&forced).await;
    assert_eq!(touched(&planned.plan), ["update codecommit.repository.source force_delete"]);
    // the word is in AWS now: it counts although the declaration is gone
    let planned = world.converge(&stack("")).await;
    assert_eq!(planned.plan.summary.delete, 1);
    assert!(world.sandbox.state().remains().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_word_taken_back_guards_again() {
    let world = World::new().await;
    world.converge(&stack("[codecommit.repository.source]\nname = \"source\"\nforce_delete = true\n")).await;
    world.converge(&stack("[codecommit.repository.source]\nname = \"source\"\n")).await;
    push(&world, "source", "main");
    assert_guarded(&world.plan(&stack("")).await, "codecommit.repository.source", "branch `main`");
}

#[tokio::test(start_paused = true)]
async fn the_word_of_the_toml_is_enough_to_destroy_what_it_declares() {
    let world = World::new().await;
    world.converge(&stack("[codecommit.repository.source]\nname = \"source\"\n")).await;
    push(&world, "source", "main");
    world.destroy(&stack("[codecommit.repository.source]\nname = \"source\"\nforce_delete = true\n")).await;
    assert!(world.sandbox.state().remains().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_is_pushed_after_the_plan_is_not_deleted_either() {
    let world = World::new().await;
    world.converge(&stack("[codecommit.repository.source]\nname = \"source\"\n")).await;
    let planned = world.plan(&stack("")).await;
    push(&world, "source", "main");
    let report = world.try_apply(&planned).await;
    assert!(report.failed[0].error.contains("force_delete"), "{:?}", report.failed);
    assert_eq!(world.sandbox.state().remains().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_default_branch_is_nobodys_to_choose_before_a_push_and_the_tomls_after_two() {
    let world = World::new().await;
    let source = stack("[codecommit.repository.source]\nname = \"source\"\ndefault_branch = \"next\"\n");
    world.converge(&source).await;
    push(&world, "source", "main");
    push(&world, "source", "next");
    let planned = world.converge(&source).await;
    assert_eq!(touched(&planned.plan), ["update codecommit.repository.source default_branch"]);
}

#[tokio::test(start_paused = true)]
async fn a_repository_given_another_name_keeps_its_source_and_all_that_name_it_follow() {
    let world = World::new().await;
    world.converge(&stack(EVERYTHING)).await;
    push(&world, "source", "main");
    let renamed = stack(&EVERYTHING.replacen("name = \"source\"", "name = \"renamed\"", 1));
    let planned = world.converge(&renamed).await;
    assert_eq!(
        touched(&planned.plan),
        [
            "update codecommit.repository.source name",
            "update codepipeline.pipeline.api stages[0].actions[Source].configuration.RepositoryName",
            "update events.rule.source event_pattern",
        ]
    );
    let answer = call(&world, "codecommit", "GetRepository", json!({"repositoryName": "renamed"}));
    assert_eq!(answer["repositoryMetadata"]["defaultBranch"], "main");
    let rule = call(&world, "events", "DescribeRule", json!({"Name": "source"}));
    assert!(rule["EventPattern"].as_str().unwrap().contains(":renamed"), "{rule}");
}

#[tokio::test(start_paused = true)]
async fn a_registry_with_images_and_a_bucket_with_objects_end_only_by_force() {
    let world = World::new().await;
    let toml = |force: bool| {
        stack(&format!(
            "[ecr.repository.api]\nname = \"api\"\nforce_delete = {force}\n\
             [s3.bucket.artifacts]\nname = \"test-artifacts\"\nversioning = \"Enabled\"\nforce_delete = {force}\n"
        ))
    };
    world.converge(&toml(false)).await;
    push_image(&world, "api");
    for n in 0..1100 {
        put_object(&world, "test-artifacts", &format!("builds/{n}"));
    }
    put_object(&world, "test-artifacts", "builds/7");
    call(&world, "s3", "DeleteObject", json!({"Bucket": "test-artifacts", "Key": "builds/8"}));
    for planned in [world.plan(&stack("")).await, destruction(&world, &toml(false)).await] {
        assert_guarded(&planned, "ecr.repository.api", "images");
        assert_guarded(&planned, "s3.bucket.artifacts", "objects");
    }
    world.converge(&toml(true)).await;
    world.converge(&stack("")).await;
    assert!(world.sandbox.state().remains().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_comes_into_a_registry_or_a_bucket_after_the_plan_stops_its_end() {
    let world = World::new().await;
    let toml = "[ecr.repository.api]\nname = \"api\"\n[s3.bucket.artifacts]\nname = \"test-artifacts\"\n";
    world.converge(&stack(toml)).await;
    let planned = world.plan(&stack("")).await;
    push_image(&world, "api");
    put_object(&world, "test-artifacts", "a");
    let report = world.try_apply(&planned).await;
    assert!(!report.failed.is_empty());
    assert!(report.failed.iter().all(|failed| failed.error.contains("force_delete")), "{:?}", report.failed);
    assert_eq!(world.sandbox.state().remains().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_bucket_with_objects_is_not_replaced_without_a_word() {
    let world = World::new().await;
    world.converge(&stack("[s3.bucket.artifacts]\nname = \"test-artifacts\"\n")).await;
    put_object(&world, "test-artifacts", "a");
    let planned = world.plan(&stack("[s3.bucket.artifacts]\nname = \"test-others\"\n")).await;
    assert_guarded(&planned, "s3.bucket.artifacts", "objects");
    world.converge(&stack("[s3.bucket.artifacts]\nname = \"test-others\"\nforce_delete = true\n")).await;
    assert_eq!(world.sandbox.state().remains(), ["arn:aws:s3:::test-others"]);
}

#[tokio::test(start_paused = true)]
async fn a_bucket_whose_creation_was_never_answered_is_the_stacks_own() {
    let world = World::new().await;
    let first = AtomicBool::new(true);
    world.sandbox.on_call(Box::new(move |call| {
        let lost = call.operation == "CreateBucket" && first.swap(false, Ordering::Relaxed);
        lost.then(|| {
            Fault::RefuseAfter(Refusal::new(500, "InternalError", "We encountered an internal error."))
        })
    }));
    world
        .converge(&stack("[s3.bucket.artifacts]\nname = \"test-artifacts\"\nversioning = \"Enabled\"\n"))
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_bucket_of_the_account_that_the_stack_did_not_make_is_not_taken_over() {
    let world = World::new().await;
    let bucket = stack("[s3.bucket.artifacts]\nname = \"test-artifacts\"\n");
    let planned = world.plan(&bucket).await;
    let place = json!({"LocationConstraint": REGION});
    call(
        &world,
        "s3",
        "CreateBucket",
        json!({"Bucket": "test-artifacts", "CreateBucketConfiguration": place}),
    );
    let report = world.try_apply(&planned).await;
    assert!(report.failed[0].error.contains("BucketAlreadyOwnedByYou"), "{:?}", report.failed);
    let planned = world.plan(&bucket).await;
    let step = planned.plan.step(&address("s3.bucket.artifacts")).unwrap();
    assert_eq!(step.action.because()[0].code, "NOT_OWNED");
}

#[tokio::test(start_paused = true)]
async fn a_bucket_of_another_account_is_unreadable_and_not_absent() {
    let world = World::new().await;
    world.sandbox.on_call(Box::new(|call| {
        let denied = call.service == "s3" && call.operation == "GetBucketPolicy";
        denied.then(|| Fault::Refuse(Refusal::new(403, "AccessDenied", "Access Denied")))
    }));
    let bucket = stack("[s3.bucket.artifacts]\nname = \"test-artifacts\"\n");
    let place = json!({"LocationConstraint": REGION});
    call(
        &world,
        "s3",
        "CreateBucket",
        json!({"Bucket": "test-artifacts", "CreateBucketConfiguration": place}),
    );
    let planned = world.plan(&bucket).await;
    let step = planned.plan.step(&address("s3.bucket.artifacts")).unwrap();
    assert_eq!(step.action.because()[0].code, "UNREADABLE", "{}", outline(&planned.plan));
}

const GITHUB: &str = r#"
[iam.role.pipeline]
name = "pipeline"
trust = { services = ["codepipeline.amazonaws.com"] }

[s3.bucket.artifacts]
name = "test-artifacts"

[codepipeline.pipeline.api]
name = "api"
role = "pipeline"
artifact_store = "artifacts"
SETTINGS
stages = [
    { name = "Source", actions = [{ name = "Source", provider = "GitHub", output_artifacts = ["Source"], configuration = { Owner = "me", Repo = "api", Branch = "main", OAuthToken = "ghp_secret" } }] },
    { name = "Build", actions = [{ name = "Build", provider = "CodeBuild", input_artifacts = ["Source"], configuration = { ProjectName = "PROJECT" } }] },
]
"#;

fn github(settings: &str, project: &str) -> Stack {
    stack(&GITHUB.replace("SETTINGS", settings).replace("PROJECT", project))
}

fn kept(world: &World) -> Value {
    let state = world.sandbox.state();
    state.regions[REGION].codepipeline.pipeline("api").unwrap()["stages"].clone()
}

#[tokio::test(start_paused = true)]
async fn a_token_never_shows_never_differs_and_survives_an_update_of_the_whole() {
    let world = World::new().await;
    let planned = world.converge(&github("", "one")).await;
    assert!(!serde_json::to_string(&planned.plan).unwrap().contains("ghp_secret"));
    let planned = world.converge(&github("", "two")).await;
    assert!(!serde_json::to_string(&planned.plan).unwrap().contains("ghp_secret"));
    assert_eq!(planned.plan.summary.update, 1);
    assert_eq!(kept(&world)[0]["actions"][0]["configuration"]["OAuthToken"], "ghp_secret");
}

#[tokio::test(start_paused = true)]
async fn an_update_of_the_whole_pipeline_leaves_unmanaged_fields_as_they_are() {
    let world = World::new().await;
    let unmanaged = "unmanaged = [\"stages.actions.configuration\"]";
    world.converge(&github(unmanaged, "one")).await;
    let mut stages = kept(&world);
    stages[1]["actions"][0]["configuration"]["ProjectName"] = json!("by-hand");
    stages[1]["actions"][0]["timeoutInMinutes"] = json!(30);
    let mut pipeline =
        call(&world, "codepipeline", "GetPipeline", json!({"name": "api"}))["pipeline"].clone();
    pipeline["stages"] = stages;
    call(&world, "codepipeline", "UpdatePipeline", json!({"pipeline": pipeline}));
    let planned = world.converge(&github(&format!("{unmanaged}\npipeline_type = \"V2\""), "one")).await;
    assert_eq!(touched(&planned.plan), ["update codepipeline.pipeline.api pipeline_type"]);
    let stages = kept(&world);
    assert_eq!(stages[1]["actions"][0]["configuration"]["ProjectName"], "by-hand");
    assert_eq!(stages[1]["actions"][0]["timeoutInMinutes"], 30);
    // AWS shows the token as `****`, which must not become the token
    assert_eq!(stages[0]["actions"][0]["configuration"]["OAuthToken"], "ghp_secret");
}

#[tokio::test(start_paused = true)]
async fn what_is_unmanaged_inside_a_field_stays_when_the_field_is_written() {
    let world = World::new().await;
    let toml = |privileged: bool, key: bool| {
        stack(&format!(
            r#"
[iam.role.build]
name = "build"
trust = {{ services = ["codebuild.amazonaws.com"] }}

[codebuild.project.api]
name = "api"
service_role = "build"
source = {{ type = "CODEPIPELINE" }}
artifacts = "CODEPIPELINE"
environment = {{ type = "LINUX_CONTAINER", compute_type = "BUILD_GENERAL1_SMALL", image = "aws/codebuild/standard:1.0", privileged_mode = {privileged} }}
unmanaged = ["environment.image"]

[s3.bucket.artifacts]
name = "test-artifacts"
encryption = {{ rules = [{{ bucket_key_enabled = {key}, apply_server_side_encryption_by_default = {{ sse_algorithm = "aws:kms" }} }}] }}
"#
        ))
    };
    world.converge(&toml(false, false)).await;
    let mut environment = call(&world, "codebuild", "BatchGetProjects", json!({"names": ["api"]}))["projects"][0]["environment"].clone();
    environment["image"] = json!("aws/codebuild/standard:2.0");
    call(&world, "codebuild", "UpdateProject", json!({"name": "api", "environment": environment}));
    let rule = json!({"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BlockedEncryptionTypes": {"EncryptionType": ["SSE-C"]}});
    let encryption =
        json!({"Bucket": "test-artifacts", "ServerSideEncryptionConfiguration": {"Rules": [rule]}});
    call(&world, "s3", "PutBucketEncryption", encryption);

    let planned = world.converge(&toml(true, true)).await;
    assert_eq!(
        touched(&planned.plan),
        [
            "update s3.bucket.artifacts encryption.rules[0].bucket_key_enabled",
            "update codebuild.project.api environment.privileged_mode",
        ]
    );
    let project =
        call(&world, "codebuild", "BatchGetProjects", json!({"names": ["api"]}))["projects"][0].clone();
    assert_eq!(project["environment"]["image"], "aws/codebuild/standard:2.0");
    let answer = call(&world, "s3", "GetBucketEncryption", json!({"Bucket": "test-artifacts"}));
    let rule = &answer["ServerSideEncryptionConfiguration"]["Rules"][0];
    assert_eq!(rule["BlockedEncryptionTypes"]["EncryptionType"], json!(["SSE-C"]));
}

#[tokio::test(start_paused = true)]
async fn a_rule_that_somebody_switched_off_stays_off_when_its_state_is_unmanaged() {
    let world = World::new().await;
    let rule = |description: &str| {
        stack(&format!(
            "[events.rule.nightly]\nname = \"nightly\"\nschedule_expression = \"rate(1 day)\"\n\
             unmanaged = [\"state\"]\ndescription = \"{description}\"\n"
        ))
    };
    world.converge(&rule("one")).await;
    call(&world, "events", "DisableRule", json!({"Name": "nightly"}));
    let planned = world.converge(&rule("two")).await;
    assert_eq!(touched(&planned.plan), ["update events.rule.nightly description"]);
    assert_eq!(call(&world, "events", "DescribeRule", json!({"Name": "nightly"}))["State"], "DISABLED");
}

#[tokio::test(start_paused = true)]
async fn a_target_that_aws_takes_and_then_reports_as_failed_is_a_failure() {
    let world = World::new().await;
    let rule = stack(
        "[events.rule.nightly]\nname = \"nightly\"\nschedule_expression = \"rate(1 day)\"\n\
         targets = [{ id = \"one\", target = { arn = \"arn:aws:sns\" } }]\n",
    );
    let planned = world.plan(&rule).await;
    let report = world.try_apply(&planned).await;
    let error = &report.failed[0].error;
    assert!(error.contains("target one") && error.contains("not valid"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn five_targets_can_be_exchanged_for_five_others() {
    let world = World::new().await;
    let rule = |prefix: &str| {
        let target = |n| {
            format!(
                "{{ id = \"{prefix}{n}\", target = {{ arn = \"arn:aws:sns:{REGION}:123456789012:t\" }} }}"
            )
        };
        let targets: Vec<String> = (0..5).map(target).collect();
        stack(&format!(
            "[events.rule.nightly]\nname = \"nightly\"\nschedule_expression = \"rate(1 day)\"\ntargets = [{}]\n",
            targets.join(", ")
        ))
    };
    world.converge(&rule("a")).await;
    world.converge(&rule("b")).await;
    let ids = call(&world, "events", "ListTargetsByRule", json!({"Rule": "nightly"}));
    assert_eq!(ids["Targets"].as_array().unwrap().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_rule_goes_with_the_targets_that_somebody_else_gave_it() {
    let world = World::new().await;
    let rule = "[events.rule.nightly]\nname = \"nightly\"\nschedule_expression = \"rate(1 day)\"\n";
    world.converge(&stack(rule)).await;
    let planned = world.plan(&stack("")).await;
    let target = json!({"Id": "mine", "Arn": "arn:aws:sns:ap-northeast-2:123456789012:t"});
    call(&world, "events", "PutTargets", json!({"Rule": "nightly", "Targets": [target]}));
    assert!(world.try_apply(&planned).await.is_whole());
    assert!(world.sandbox.state().remains().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_new_role_that_is_not_everywhere_yet_is_waited_for() {
    let world = World::new().await;
    let (projects, pipelines) = (AtomicU8::new(0), AtomicU8::new(0));
    world.sandbox.on_call(Box::new(move |call| {
        let (count, code) = match call.operation {
            "CreateProject" => (&projects, "InvalidInputException"),
            "CreatePipeline" => (&pipelines, "InvalidStructureException"),
            _ => return None,
        };
        let early = count.fetch_add(1, Ordering::Relaxed) < 3;
        early.then(|| Fault::Refuse(Refusal::bad(code, "not authorized to perform sts:AssumeRole")))
    }));
    world.converge(&stack(EVERYTHING)).await;
}

#[tokio::test(start_paused = true)]
async fn one_missing_name_does_not_hide_the_others() {
    let world = World::new().await;
    let two = |names: [&str; 2]| {
        let repository = |kind: &str, name: &str| format!("[{kind}.{name}]\nname = \"{name}\"\n");
        let kinds = ["codecommit.repository", "ecr.repository"];
        let toml: String = kinds.iter().flat_map(|kind| names.map(|name| repository(kind, name))).collect();
        stack(&toml)
    };
    world.converge(&two(["one", "two"])).await;
    call(&world, "codecommit", "DeleteRepository", json!({"repositoryName": "one"}));
    call(&world, "ecr", "DeleteRepository", json!({"repositoryName": "one"}));
    let planned = world.plan(&two(["one", "two"])).await;
    assert_eq!(touched(&planned.plan).iter().filter(|line| line.starts_with("create")).count(), 2);
    assert_eq!(
        (planned.plan.summary.create, planned.plan.summary.keep),
        (2, 2),
        "{}",
        outline(&planned.plan)
    );
}

#[tokio::test(start_paused = true)]
async fn reading_six_kinds_takes_few_calls() {
    let world = World::new().await;
    let all = stack(EVERYTHING);
    world.converge(&all).await;
    world.sandbox.record(true);
    world.plan(&all).await;
    let log = world.sandbox.log();
    let count = |service: &str| log.iter().filter(|call| call.service == service).count();
    assert_eq!(count("codecommit"), 3, "repository, tags, triggers");
    assert_eq!(count("ecr"), 5, "repository, tags, two policies, images");
    assert_eq!(count("codebuild"), 1, "one batch with everything");
    assert_eq!(count("codepipeline"), 2, "pipeline and tags");
    assert_eq!(count("events"), 3, "rule, targets, tags");
    assert_eq!(count("s3"), 9, "an aspect a call, and whether it is empty");
}
