//! What a folder of TOML says, and what recon says of a wrong one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests may panic")]

#[path = "load/documents.rs"]
mod documents;

use std::fs;
use std::path::Path;

use recon_model::load::{Failed, Options, load};
use recon_model::{Address, Stack, Tree, graph};

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

const STACK: &str = "[stack]\nname = \"s\"\nregion = \"eu-west-1\"\naccount = \"123456789012\"\n";

fn read(toml: &str) -> Result<Stack, Failed> {
    read_with(toml, &Options::default())
}

fn read_with(toml: &str, options: &Options) -> Result<Stack, Failed> {
    let folder = folder(&[("stack.toml", STACK), ("a.toml", toml)]);
    load(folder.path(), options)
}

/// `line:column message; help`, one a line.
fn mistakes(toml: &str) -> String {
    let failed = read(toml).expect_err("this is wrong");
    let line = |p: &recon_model::load::Problem| {
        let place = p
            .span
            .map(|span| failed.sources.position(span))
            .map_or(String::new(), |(l, c)| format!("{l}:{c} "));
        let help = p.help.as_deref().map_or(String::new(), |help| format!("; {help}"));
        format!("{place}{}{help}", p.message)
    };
    failed.problems.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

#[test]
fn the_reference_stack_is_read_and_ordered() {
    let stack =
        load(Path::new("../../desired"), &Options::default()).unwrap_or_else(|f| panic!("{:#?}", f.problems));
    let order = graph::ordered(&stack);
    let at = |name: &str| order.iter().position(|a| a.address == address(name)).unwrap();
    assert!(at("iam.role.execution") < at("ecs.task_definition.api"), "named by ARN in taskdef.json");
    assert!(at("logs.log_group.api") < at("ecs.task_definition.api"), "named in taskdef.json's log options");
    assert!(at("ecs.service.api") < at("codedeploy.deployment_group.api"));
    assert!(
        at("codedeploy.deployment_group.api") < at("codepipeline.pipeline.api"),
        "named by its deploy action"
    );
    assert!(at("codepipeline.pipeline.api") < at("events.rule.source"));
}

#[test]
fn every_example_is_read() {
    let examples: Vec<_> =
        fs::read_dir("../../examples").unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(examples.len() >= 3);
    for example in examples {
        let stack = load(&example, &Options::default())
            .unwrap_or_else(|f| panic!("{}: {:#?}", example.display(), f.problems));
        let unreplaced = format!("{:?}", stack.resources).contains("${stack");
        assert!(!unreplaced, "{}: a variable that names the stack", example.display());
    }
}

#[test]
fn no_policy_says_all_resources_where_aws_knows_better() {
    let mut found = 0;
    for folder in ["desired", "examples/a-alb-nlb", "examples/b-nlb", "examples/c-nlb"] {
        found += on_everything(&Path::new("../..").join(folder));
    }
    assert_eq!(found, 6, "each of those is somewhere");
}

/// How often a policy of the stack allows something on everything, which must be
/// where AWS knows no resources.
fn on_everything(folder: &Path) -> usize {
    let stack = load(folder, &Options::default()).unwrap();
    // AWS knows no resources for these two
    let only_all = ["ecr:GetAuthorizationToken", "ecs:RegisterTaskDefinition"];
    let mut found = 0;
    for resource in stack.resources.values().filter(|resource| resource.kind.name().starts_with("iam.")) {
        for (name, document) in
            resource.spec.get("inline").and_then(|tree| tree.as_map()).into_iter().flatten()
        {
            let Some(Tree::List(statements)) = document.get("Statement") else {
                panic!("{name}: no statements")
            };
            for statement in
                statements.iter().filter(|s| s.get("Resource").and_then(Tree::as_str) == Some("*"))
            {
                let action = statement.get("Action").and_then(Tree::as_str).unwrap_or_default();
                assert!(
                    only_all.contains(&action),
                    "{}: {name} allows {action} on everything",
                    resource.address
                );
                found += 1;
            }
        }
    }
    found
}

#[test]
fn an_unknown_field_names_the_nearest_one_and_its_place() {
    assert_eq!(
        mistakes("[ecs.cluster.a]\nname = \"a\"\nsetings = {}\n"),
        "3:1 unknown field `setings`; did you mean `settings`?"
    );
}

#[test]
fn awss_own_spelling_is_recognised() {
    assert_eq!(
        mistakes("[ecs.cluster.a]\nname = \"a\"\ncapacityProviders = []\n"),
        "3:1 unknown field `capacityProviders`; AWS's `capacityProviders` is `capacity_providers` here"
    );
}

#[test]
fn a_wrong_type_says_what_was_expected_and_found() {
    assert_eq!(
        mistakes("[ecs.service.a]\nname = \"a\"\ncluster = { name = \"c\" }\ndesired_count = \"many\"\n"),
        "4:17 expected an integer, found a text"
    );
}

#[test]
fn a_value_outside_awss_enum_names_the_nearest_one() {
    assert_eq!(
        mistakes(
            "[ecs.service.a]\nname = \"a\"\ncluster = { name = \"c\" }\ndeployment_controller = \"CODEDEPLOY\"\n"
        ),
        "4:25 `CODEDEPLOY` is not a value that AWS knows here; did you mean `CODE_DEPLOY`?"
    );
}

#[test]
fn a_dangling_reference_names_the_nearest_label() {
    assert_eq!(
        mistakes("[ecs.cluster.test]\nname = \"a\"\n[ecs.service.a]\nname = \"a\"\ncluster = \"tset\"\n"),
        "5:11 there is no ecs.cluster `tset` in this stack; did you mean `test`?"
    );
}

#[test]
fn a_missing_field_is_asked_for() {
    assert!(mistakes("[ecs.cluster.a]\n").contains("ecs.cluster.a: `name` is missing"));
}

#[test]
fn two_resources_of_one_identity_are_refused() {
    let text = mistakes("[ecs.cluster.a]\nname = \"x\"\n[ecs.cluster.b]\nname = \"x\"\n");
    assert!(text.contains("ecs.cluster.a and ecs.cluster.b are one resource in AWS: x"), "{text}");
}

#[test]
fn a_cycle_is_named_whole() {
    let text = mistakes(
        "[ecs.cluster.a]\nname = \"a\"\ndepends_on = [\"ecs.cluster.b\"]\n[ecs.cluster.b]\nname = \"b\"\ndepends_on = [\"ecs.cluster.a\"]\n",
    );
    assert!(text.contains("these resources wait for each other: ecs.cluster.a → ecs.cluster.b"), "{text}");
}

#[test]
fn a_resource_declared_in_two_files_is_refused() {
    let folder = folder(&[
        ("stack.toml", STACK),
        ("a.toml", "[ecs.cluster.a]\nname = \"a\"\n"),
        ("b.toml", "[ecs.cluster.a]\nname = \"a\"\n"),
    ]);
    let failed = load(folder.path(), &Options::default()).unwrap_err();
    assert_eq!(failed.problems[0].message, "`a` is declared twice");
    assert_eq!(failed.problems[0].related.len(), 1);
}

#[test]
fn variables_keep_their_type_and_the_strongest_value_wins() {
    let toml = "[variables]\nn = 1\nname = \"x\"\n[ecs.service.a]\nname = \"${var.name}-svc\"\ncluster = { name = \"c\" }\ndesired_count = \"${var.n}\"\n";
    let mut options = Options::default();
    options.env_vars.insert("n".into(), "2".into());
    options.env_vars.insert("name".into(), "env".into());
    options.vars.insert("n".into(), "3".into());
    let stack = read_with(toml, &options).unwrap_or_else(|f| panic!("{:#?}", f.problems));
    let spec = &stack.resources[&address("ecs.service.a")].spec;
    assert_eq!(spec.get("desired_count").unwrap().value().unwrap(), 3);
    assert_eq!(spec.get("name").unwrap().as_str(), Some("env-svc"));
}

#[test]
fn an_unknown_variable_is_an_error_at_its_place() {
    assert_eq!(
        mistakes("[variables]\nname = \"x\"\n[ecs.cluster.a]\nname = \"${var.nmae}\"\n"),
        "4:8 `${var.nmae}` is not declared; did you mean `${var.name}`?"
    );
}

#[test]
fn an_overlay_changes_field_by_field() {
    let folder = folder(&[
        ("stack.toml", STACK),
        ("a.toml", "[ecs.service.a]\nname = \"a\"\ncluster = { name = \"c\" }\ndesired_count = 1\n"),
        ("env/prod.toml", "[ecs.service.a]\ndesired_count = 5\n"),
    ]);
    let options = Options { env: Some("prod".into()), ..Options::default() };
    let stack = load(folder.path(), &options).unwrap_or_else(|f| panic!("{:#?}", f.problems));
    let spec = &stack.resources[&address("ecs.service.a")].spec;
    assert_eq!(spec.get("desired_count").unwrap().value().unwrap(), 5);
    assert_eq!(spec.get("name").unwrap().as_str(), Some("a"));
    let failed = load(folder.path(), &Options { env: Some("prd".into()), ..Options::default() }).unwrap_err();
    assert_eq!(failed.problems[0].help.as_deref(), Some("did you mean --env prod?"));
}

#[test]
fn a_file_outside_the_folder_is_refused() {
    for path in ["../x.json", "/etc/passwd", "a/../../x.json"] {
        let text = mistakes(&format!("[ecs.task_definition.a]\nfile = \"{path}\"\n"));
        assert!(text.contains("leads out of the stack's folder"), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_of_the_folder_is_refused() {
    let folder = folder(&[("stack.toml", STACK), ("a.toml", "[ecs.task_definition.a]\nfile = \"x.json\"\n")]);
    std::os::unix::fs::symlink("/etc/hostname", folder.path().join("x.json")).unwrap();
    let failed = load(folder.path(), &Options::default()).unwrap_err();
    assert!(failed.problems[0].message.contains("is a link that leads out"), "{:?}", failed.problems);
}

#[test]
fn iams_own_variables_are_left_alone() {
    let toml = "[iam.role.a]\nname = \"a\"\ntrust = { services = [\"x.amazonaws.com\"] }\n[iam.role.a.inline.p]\nVersion = \"2012-10-17\"\nStatement = [{ Effect = \"Allow\", Action = \"s3:*\", Resource = \"arn:aws:s3:::b/${aws:username}/*\" }]\n";
    let stack = read(toml).unwrap_or_else(|f| panic!("{:#?}", f.problems));
    let value = stack.resources[&address("iam.role.a")].spec.get("inline").unwrap().value().unwrap();
    assert_eq!(value["p"]["Statement"][0]["Resource"], "arn:aws:s3:::b/${aws:username}/*");
}

#[test]
fn broken_toml_is_shown_where_it_breaks() {
    let text = mistakes("[ecs.cluster.a]\nname = \n");
    assert!(text.starts_with("2:"), "{text}");
}

fn moved(from: &str, to: &str) -> String {
    format!("{{ from = \"ecs.cluster.{from}\", to = \"ecs.cluster.{to}\" }}")
}

fn moves(moves: &[(&str, &str)], declared: &[&str]) -> String {
    let moves: Vec<String> = moves.iter().map(|(from, to)| moved(from, to)).collect();
    let tables = declared.iter().map(|label| format!("[ecs.cluster.{label}]\nname = \"{label}\"\n"));
    format!("moved = [{}]\n{}", moves.join(", "), tables.collect::<String>())
}

#[test]
fn a_move_goes_from_what_was_to_what_is() {
    let stack = read(&moves(&[("old", "new")], &["new"])).unwrap_or_else(|f| panic!("{:#?}", f.problems));
    assert_eq!(stack.moved, [(address("ecs.cluster.old"), address("ecs.cluster.new"))]);
}

#[test]
fn moves_that_lead_nowhere_or_in_circles_are_named() {
    for (pairs, declared, words) in [
        (&[("a", "b")][..], &["a", "b"][..], "is moved away and still declared; rename its table"),
        (&[("a", "clustr")], &["cluster"], "which is not declared; did you mean `ecs.cluster.cluster`?"),
        (&[("a", "b"), ("b", "c")], &["c"], "is moved on to ecs.cluster.c; say it in one move"),
        (&[("a", "b"), ("b", "a")], &["a", "b"], "is moved in a circle to ecs.cluster.a"),
        (&[("a", "b"), ("b", "c"), ("c", "a")], &["a"], "is moved in a circle"),
        (&[("a", "a")], &["a"], "is moved to itself"),
        (&[("a", "c"), ("b", "c")], &["c"], "two resources are moved to ecs.cluster.c"),
        (&[("a", "b"), ("a", "c")], &["b", "c"], "ecs.cluster.a is moved twice"),
    ] {
        let text = mistakes(&moves(pairs, declared));
        assert!(text.contains(words), "{pairs:?}: {text}");
    }
    let kinds = mistakes("moved = [{ from = \"ecs.cluster.a\", to = \"ecs.service.b\" }]\n");
    assert!(kinds.contains("two addresses of one kind"), "{kinds}");
    let key = mistakes("moved = [{ from = \"ecs.cluster.a\", form = \"x\" }]\n");
    assert!(key.contains("unknown field `form`; did you mean `from`?"), "{key}");
}

#[test]
fn an_output_names_what_there_is_and_no_secret() {
    let cluster = "[ecs.cluster.main]\nname = \"c\"\n";
    for (output, words) in [
        (
            "${ecs.cluster.mian.arn}",
            "there is no ecs.cluster.mian in this stack; did you mean `ecs.cluster.main`?",
        ),
        ("${ecs.cluster.main.anr}", "has no attribute `anr`; did you mean `arn`?"),
        ("https://ghp_secret@host", "would show a secret of codepipeline.pipeline.p"),
    ] {
        let pipeline = "[codepipeline.pipeline.p]\nname = \"p\"\nrole = { arn = \"arn:aws:iam::123456789012:role/p\" }\n\
            artifact_store = { location = { name = \"b\" } }\n\
            stages = [{ name = \"Source\", actions = [{ name = \"S\", provider = \"GitHub\", output_artifacts = [\"o\"], \
            configuration = { Owner = \"me\", Repo = \"r\", Branch = \"main\", OAuthToken = \"ghp_secret\" } }] }, \
            { name = \"Build\", actions = [{ name = \"B\", provider = \"CodeBuild\", input_artifacts = [\"o\"], \
            configuration = { ProjectName = \"p\" } }] }]\n";
        let text = mistakes(&format!("[outputs]\none = \"{output}\"\n{cluster}{pipeline}"));
        assert!(text.contains(words), "{output}: {text}");
    }
}
