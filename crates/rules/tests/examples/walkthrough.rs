//! The published walkthrough as a stack (`tests/walkthrough`): what is wrong in
//! it is found, number by number.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use recon_model::load::{Options, load};
use recon_rules::advise;

/// Rule, file and message of everything that is found in it.
static FOUND: LazyLock<Vec<(&str, String, String)>> = LazyLock::new(|| {
    let stack = load(Path::new("tests/walkthrough"), &Options::default())
        .unwrap_or_else(|failed| panic!("{:#?}", failed.problems));
    let file = |span: recon_model::load::Span| {
        let path = &stack.sources.get(span.file).unwrap().path;
        path.file_name().unwrap().to_string_lossy().into_owned()
    };
    advise(&stack).into_iter().map(|found| (found.rule.id, file(found.span), found.message)).collect()
});

fn has(rule: &str, file: &str, words: &str) -> bool {
    FOUND.iter().any(|(id, place, message)| *id == rule && place == file && message.contains(words))
}

/// `w_23 "what is wrong": ("CB-002", "2-build.toml", "a piece of the message");`
macro_rules! found {
    ($($number:ident $wrong:literal: $(($rule:literal, $file:literal, $words:literal)),+;)*) => {
        const SEEN: &[&str] = &[$(stringify!($number)),*];

        $(
            #[test]
            fn $number() {
                for (rule, file, words) in [$(($rule, $file, $words)),+] {
                    assert!(has(rule, file, words), "{}: no {rule} in {file} says `{words}`: {:#?}", $wrong, *FOUND);
                }
            }
        )*
    };
}

found! {
    w_01 "the container has another name in the pipeline's task definition":
        ("ART-010", "appspec.yml", "no container `test-api-server`"),
        ("ART-020", "taskdef.json", "name is `aws-cicd-test-api` here, and `test-api-server`");
    w_02 "the AppSpec deploys revision 1 for ever":
        ("ART-009", "appspec.yml", "test-api-td-prod:1` again");
    w_03 "the AppSpec has another name in the artifact":
        ("ART-002", "3-pipeline.toml", "no file `appspec.yaml`");
    w_04 "nothing says which image was built":
        ("ART-003", "3-pipeline.toml", "no file imageDetail.json");
    w_05 "the image file is the other deployment's":
        ("ART-004", "3-pipeline.toml", "imagedefinitions.json is for rolling deployments");
    w_06 "the task definition has no placeholder":
        ("ART-006", "3-pipeline.toml", "nothing is replaced"),
        ("TD-030", "taskdef.json", "another image");
    w_08 "the application is another service's":
        ("PL-028", "3-pipeline.toml", "`AppECS-test-cluster-aws-cicd-test-api`"),
        ("PL-028", "3-pipeline.toml", "`DgpECS-test-cluster-aws-cicd-test-api`");
    w_09 "the health check asks another path after the first deployment":
        ("ART-020", "taskdef.json", "health_check.command");
    w_10 "the console's image is of a repository that is never made":
        ("TD-031", "taskdef.console.json", "`test-api-server`");
    w_11 "accounts are masked, to other lengths":
        ("MISC-007", "taskdef.console.json", "`65xxxxxxxxxx`"),
        ("ART-021", "taskdef.json", "`6xxxxxxxxxxxx`"),
        ("CB-013", "2-build.toml", "`6xxxxxxxxxxxx`");
    w_12 "an account that is not masked":
        ("IAM-026", "codebuild-service-pass-role.json", "210987654321");
    w_13 "the user has two names":
        ("MISC-021", "1-source.toml", "`cicd-deploy-user`");
    w_14 "the application has two names":
        ("MISC-022", "2-build.toml", "`aws-cicd-test`");
    w_15 "the pipeline's role has three names":
        ("IAM-022", "1-source.toml", "`codepipline-service-role`");
    w_17 "the pipeline's role may read the source, and nothing else":
        ("IAM-013", "3-pipeline.toml", "codebuild:StartBuild"),
        ("IAM-014", "3-pipeline.toml", "ecs:RegisterTaskDefinition"),
        ("IAM-014", "3-pipeline.toml", "iam:PassRole"),
        ("IAM-015", "3-pipeline.toml", "s3:GetObject");
    w_18 "the trigger's role may not start the pipeline":
        ("EV-006", "3-pipeline.toml", "codepipeline:StartPipelineExecution");
    w_19 "a managed policy that AWS does not have":
        ("IAM-021", "1-source.toml", "`CodePipelineFull_Access`");
    w_20 "the deployment configuration is misspelled":
        ("CD-002", "5-codedeploy.toml", "CodeDeployDefaults.ECSAllAtOnce");
    w_21 "the task's roles are never made":
        ("TD-024", "taskdef.console.json", "`ecs-task-role`"),
        ("TD-024", "taskdef.console.json", "`ecs-task-exc-role`");
    w_22 "CodeDeploy's role may do nothing, and ECS may assume it":
        ("CD-029", "5-codedeploy.toml", "no policy"),
        ("IAM-005", "ecsCodeDeployRole.trust.json", "ecs.amazonaws.com");
    w_23 "privileged mode is called important and never set":
        ("CB-002", "2-build.toml", "not privileged");
    w_24 "the build's cache paths are ignored":
        ("CB-018", "2-build.toml", "no cache");
    w_25 "the tests run twice":
        ("CB-024", "buildspec-dev.yml", "again");
    w_26 "the build specification has another name":
        ("CB-017", "2-build.toml", "buildspec-dev.yml");
    w_27 "nothing ever runs":
        ("SVC-024", "4-ecs.toml", "runs no task");
    w_28 "tasks in public subnets without a public IP":
        ("MISC-012", "4-ecs.toml", "no public IP");
    w_29 "the load balancer has the default security group alone":
        ("LB-045", "4-ecs.toml", "open to nobody");
    w_30 "the second target group's port is nobody's":
        ("LB-020", "4-ecs.toml", "8081");
    w_31 "the health check's timeout is its interval":
        ("TD-026", "taskdef.console.json", "");
    w_32 "curl without -f never fails":
        ("TD-027", "taskdef.console.json", "");
    w_33 "the container takes all of the task":
        ("TD-008", "taskdef.console.json", "");
    w_34 "no logs on Fargate":
        ("TD-022", "taskdef.console.json", "");
    w_35 "one tag for every image":
        ("CB-015", "2-build.toml", "latest");
    w_36 "a region that CodeBuild sets itself":
        ("CB-011", "2-build.toml", "itself");
    w_37 "the build gives out no artifact, and the deployment reads one":
        ("PL-037", "3-pipeline.toml", "gives out no artifact"),
        ("PL-007", "3-pipeline.toml", "gives out `BuildArtifact`");
    w_38 "the error about the size means a file that is not there":
        ("ART-003", "3-pipeline.toml", "no file imageDetail.json");
    w_40 "placeholders in the build's policy":
        ("IAM-010", "codebuild-basepolicy.json", "`<your-account-id>`");
    w_44 "a namespace that nothing uses":
        ("MISC-010", "4-ecs.toml", "");
    w_45 "a project of its own source in a pipeline":
        ("CB-005", "2-build.toml", "own source");
    w_47 "one subnet twice, and none of them the service's":
        ("ART-014", "appspec.yml", "twice");
}

/// "More than 3 MB", says AWS of a file that is not there.
#[test]
fn what_aws_calls_too_large_is_told_as_a_missing_file() {
    assert!(has("ART-002", "3-pipeline.toml", "has no file"));
    assert!(!FOUND.iter().any(|(rule, ..)| *rule == "ART-018"));
}

/// What no folder of TOML can show, or what is no mistake in it.
const UNSEEN: &[(&str, &str)] = &[
    ("w_07", "the wrong name stands in a comment of the buildspec: no build runs it, and no file holds it"),
    (
        "w_16",
        "the console's form says it twice; in TOML a pipeline names one role, and nothing else can be said",
    ),
    ("w_39", "prose"),
    ("w_41", "prose"),
    ("w_42", "prose"),
    ("w_43", "prose"),
    ("w_46", "a change of what is there: the plan shows it as a replacement (SVC-001)"),
    ("w_48", "prose on what can be changed later: the plan shows it (LB-017)"),
    ("w_49", "no mistake: `w_49_is_no_mistake` holds that nothing is found"),
    ("w_50", "whether the branch is there is only seen in the repository (PL-040, in `recon plan`)"),
];

#[test]
fn every_number_is_found_or_says_why_not() {
    let all: BTreeSet<String> = (1..=50).map(|number| format!("w_{number:02}")).collect();
    let unseen = UNSEEN.iter().map(|(number, _)| *number);
    let told: Vec<&str> = SEEN.iter().copied().chain(unseen).collect();
    assert_eq!(told.len(), 50, "one of them is told twice, or not at all");
    assert_eq!(told.into_iter().map(str::to_string).collect::<BTreeSet<_>>(), all);
}

#[test]
fn w_49_is_no_mistake() {
    let about = |(_, _, message): &&(&str, String, String)| message.contains("GetRepository");
    assert_eq!(FOUND.iter().find(about), None);
}
