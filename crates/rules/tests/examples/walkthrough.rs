//! The published walkthrough as a stack (`tests/walkthrough`): what is wrong in
//! it is found, number by number.

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
    w_10 "the console's image is of a repository that is never made":
        ("TD-031", "taskdef.console.json", "`test-api-server`");
    w_11 "accounts are masked, to other lengths":
        ("MISC-007", "taskdef.console.json", "`65xxxxxxxxxx`"),
        ("CB-013", "2-build.toml", "`6xxxxxxxxxxxx`");
    w_13 "the user has two names":
        ("MISC-021", "1-source.toml", "`cicd-deploy-user`");
    w_14 "the application has two names":
        ("MISC-022", "2-build.toml", "`aws-cicd-test`");
    w_20 "the deployment configuration is misspelled":
        ("CD-002", "5-codedeploy.toml", "CodeDeployDefaults.ECSAllAtOnce");
    w_21 "the task's roles are never made":
        ("TD-024", "taskdef.console.json", "`ecs-task-role`"),
        ("TD-024", "taskdef.console.json", "`ecs-task-exc-role`");
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
    w_44 "a namespace that nothing uses":
        ("MISC-010", "4-ecs.toml", "");
    w_45 "a project of its own source in a pipeline":
        ("CB-005", "2-build.toml", "own source");
}

#[test]
fn w_49_is_no_mistake() {
    let about = |(_, _, message): &&(&str, String, String)| message.contains("GetRepository");
    assert_eq!(FOUND.iter().find(about), None);
}
