//! Every command in all of its forms, in every state of the account.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use clap::ValueEnum;
use recon::args::Cli;

use super::planted::with_secrets;
use super::{PASSWORD, assert_files_silent, assert_silent, command, files, run};
use crate::behaviour::{Place, Ran};

/// What they say hangs on the account.
const LOOKS: &[&str] = &[
    "plan --sandbox",
    "plan --sandbox --full",
    "plan --sandbox --rehearse",
    "plan -C desired more --sandbox",
    "drift --sandbox",
    "drift -C desired more --sandbox",
    "apply --sandbox",
    "apply --sandbox --rehearse",
    "destroy --sandbox",
    "adopt ecs.task_definition.api codebuild.project.api --sandbox",
    "output --sandbox",
    "output registry --sandbox",
    "unlock --sandbox",
];

/// What they say hangs on the folder alone, or on nothing.
const STILL: &[&str] = &[
    "check",
    "check --advice",
    "graph",
    "policy plan",
    "policy apply --split",
    "policy destroy",
    "explain SVC-001",
    "explain --list",
    "schema",
    "completions bash",
    "man men",
    "init new --shape rolling --name new --region ap-northeast-2 --account 123456789012 --port 8080",
    "sandbox reset --sandbox=emptied.json",
    "sandbox serve --sandbox=emptied.json --faults flood=1",
];

/// What they say hangs on a kept plan.
const KEPT: &[&str] = &[
    "show plan",
    "show plan --full",
    "show plan.json",
    "policy apply plan",
    "graph --plan plan",
    "report merge many.json",
    "drift --sandbox --since before.json",
];

/// The same command in each form that it has.
fn in_every_form(words: &str) -> Vec<String> {
    let line = format!("recon {words}");
    let cli = Cli::read(line.split(' ').map(Into::into)).unwrap();
    let name = |format: &recon::args::Format| format.to_possible_value().unwrap().get_name().to_string();
    // the page is of one stack
    let forms = cli.command.formats().iter().filter(|form| !(line.contains(" more") && name(form) == "html"));
    forms.map(|form| format!("{words} --format {}", name(form))).collect()
}

fn looks(place: &Place, state: &str) {
    for words in LOOKS.iter().flat_map(|words| in_every_form(words)) {
        run(place, &words);
    }
    run(place, "plan --sandbox --timings --trace trace.json");
    run(place, "plan --sandbox --out plan --full");
    let kept = |words: &str, file: &str| place.write(file, &run(place, words).out());
    kept("plan --sandbox --format json", "plan.json");
    kept("plan -C desired more --sandbox --format json", "many.json");
    kept("drift --sandbox --format json", "before.json");
    if place.path("plan").exists() {
        for words in KEPT.iter().flat_map(|words| in_every_form(words)) {
            run(place, &words);
        }
    }
    assert_files_silent(state, place);
}

#[test]
fn no_secret_is_in_any_output_file_or_error() {
    let place = with_secrets();
    looks(&place, "an empty account");
    run(&place, "apply --sandbox --auto-approve --trace applied.json --timings").expect(0);
    assert!(fs::read_to_string(place.path(PASSWORD)).unwrap().trim().len() > 8);
    looks(&place, "as declared");
    place.edit("desired/taskdef.json", "hunter2-task-env", "hunter2-changed");
    place.edit("desired/other.toml", "hunter2-oidc", "hunter2-changed");
    place.edit("desired/other.toml", "hunter2-default", "hunter2-changed");
    place.edit("desired/other.toml", "hunter2-pipeline-env", "hunter2-changed");
    place.edit("desired/buildspec.yml", "hunter2-file-of-the-source", "hunter2-changed");
    looks(&place, "with a change of secrets");
    run(&place, "apply --sandbox --auto-approve --ignore-deployments --format json").expect(0);
    fs::rename(place.path("desired/other.toml"), place.path("desired/other")).unwrap();
    let variables = "[variables]\nnpm_token = {}\nline = {}\ntoken_of_file = {}\n";
    place.write("desired/variables.toml", variables);
    looks(&place, "declared no more");
    fs::remove_file(place.path("desired/variables.toml")).unwrap();
    fs::rename(place.path("desired/other"), place.path("desired/other.toml")).unwrap();
    run(&place, "destroy --sandbox --auto-approve --ignore-deployments").expect(0);
    assert_files_silent("nothing", &place);
}

#[test]
fn no_secret_is_in_what_a_run_leaves_that_dies() {
    let place = with_secrets();
    let mut dying = command(&place, "apply --sandbox --auto-approve");
    let ran = Ran::of(dying.env("RECON_SANDBOX_FAULTS", "die-after=codepipeline:CreatePipeline")).expect(137);
    assert_silent("a run that dies", &super::all(&ran), &place);
    // its lock stands: who and what, and nothing of the command line
    let unlock = run(&place, "unlock --sandbox");
    assert!(unlock.err().contains("is locked"), "{}", unlock.err());
    for words in ["plan --sandbox", "plan --sandbox --format markdown", "apply --sandbox --format json"] {
        run(&place, words);
    }
    assert_files_silent("a run that dies", &place);
}

#[test]
fn no_secret_is_in_what_hangs_on_the_folder_or_on_nothing() {
    let place = with_secrets();
    for words in STILL.iter().flat_map(|words| in_every_form(words)) {
        run(&place, &words);
    }
    assert_files_silent("an empty account", &place);
}

#[test]
fn no_secret_is_in_what_a_served_sandbox_says() {
    let place = with_secrets();
    let mut serving = command(&place, "sandbox serve --port 0 --sandbox .recon/sandbox.json");
    let mut serving = serving.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(serving.stdout.take().unwrap());
    let mut url = String::new();
    out.read_line(&mut url).unwrap();
    for words in ["apply --auto-approve --target codebuild.project.hooked", "plan"] {
        let mut command = command(&place, words);
        let ran = Ran::of(command.env("AWS_ENDPOINT_URL", url.trim())).expect(0);
        assert_silent(words, &super::all(&ran), &place);
    }
    serving.kill().unwrap();
    let told = serving.wait_with_output().unwrap();
    assert_silent("a served sandbox", &String::from_utf8_lossy(&told.stderr), &place);
    assert_files_silent("served", &place);
}

/// A command that is new is not overlooked.
#[test]
fn every_command_is_tried() {
    let help = Place::empty().recon("--help").expect(0).out();
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    let (commands, _) = commands.split_once("\n\n").unwrap();
    let there = commands.lines().filter(|line| !line.starts_with("   "));
    let there = there.filter_map(|line| line.split_whitespace().next());
    let there: BTreeSet<&str> = there.filter(|word| !["help", "pull"].contains(word)).collect();
    let tried = LOOKS.iter().chain(STILL).chain(KEPT).filter_map(|words| words.split(' ').next());
    assert_eq!(there, tried.collect());
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
        let mut found = std::collections::BTreeMap::new();
        files(&place.path("pulled"), &mut found);
        assert!(!found.is_empty());
        for (file, text) in &found {
            assert_silent(file, text, &place);
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
            assert!(
                ["npm_token", "db_password"].contains(&name)
                    || missing.contains(&format!("`{name}` has no value")),
                "{missing}"
            );
            plan.env(variable, value);
        }
        let plan = Ran::of(&mut plan);
        assert_silent("the plan of what was pulled", &super::all(&plan), &place);
        for step in plan.expect(0).json()["steps"].as_array().unwrap() {
            let quiet = step["fields"].as_array().is_some_and(Vec::is_empty);
            assert!((step["action"] == "adopt" || step["action"] == "keep") && quiet, "{start}: {step:#}");
        }
    }
}
