//! Every place from which a stranger's text can come × what it may do × every form
//! in which it is printed.

use std::fs;

use clap::ValueEnum;
use recon::args::Cli;
use recon_sandbox::{Fault, Refusal};
use serde_json::{Value, json};

use super::judge::{PAYLOADS, harmless};
use crate::behaviour::{Place, Ran};
use crate::served::serve_hooked;

const HEAD: &str = "[stack]\nname = \"s\"\nregion = \"ap-northeast-2\"\naccount = \"123456789012\"\n";

/// Commands that print what the folder or the account says.
const TOLD: &[&str] =
    &["plan", "plan --full", "drift", "apply", "destroy", "output", "unlock", "adopt logs.log_group.a"];
const STILL: &[&str] = &["check", "check --advice", "graph", "policy apply"];

/// The command in every form that it has.
fn forms(words: &str) -> Vec<String> {
    let cli = Cli::read(format!("recon {words}").split(' ').map(Into::into)).unwrap();
    let name = |form: &recon::args::Format| form.to_possible_value().unwrap().get_name().to_string();
    cli.command.formats().iter().map(name).collect()
}

fn every_form(what: &str, place: &Place, words: &str, more: &[(&str, &str)]) -> String {
    let mut told = String::new();
    for form in forms(words) {
        let mut command = place.command(&format!("{words} --format {form}"));
        let ran = Ran::of(command.envs(more.iter().copied()));
        assert_ne!(ran.code(), 64, "{what}: {words}: {}", ran.err());
        harmless(&format!("{what}: {words}"), &form, &ran.out(), &ran.err());
        told.push_str(&ran.out());
    }
    told
}

fn everything(what: &str, place: &Place) {
    let told = TOLD.iter().map(|words| every_form(what, place, &format!("{words} --sandbox"), &[]));
    let still = STILL.iter().map(|words| every_form(what, place, words, &[]));
    let told: String = told.chain(still).collect();
    // it went beyond the errors of a check
    assert!(told.contains("Plan: ") && told.contains("digraph"), "{what}: {told}");
}

/// As a text of TOML.
fn toml(text: &str) -> String {
    serde_json::to_string(text).unwrap().replace("\\u007f", "")
}

#[test]
fn texts_of_the_toml_that_is_right() {
    for payload in PAYLOADS {
        let place = Place::empty();
        let p = toml(payload);
        place.write(
            "desired/stack.toml",
            &format!(
                "{HEAD}[variables]\nx = {p}\n[outputs]\n{p} = {p}\nplain = \"${{var.x}}\"\n\
                 [logs.log_group.a]\nname = \"/a\"\nretention_in_days = 30\n\
                 allow = [{{ rule = \"LB-001\", reason = {p} }}]\n\
                 [iam.role.r]\nname = \"r\"\ntrust = {{ services = [\"ecs-tasks.amazonaws.com\"] }}\n\
                 [ecs.task_definition.t]\nfamily = \"t\"\nfile = \"t.json\"\n"
            ),
        );
        let document = json!({"containerDefinitions": [{"name": "c", "image": "i:1", "command": [payload],
            "environment": [{"name": payload, "value": payload}], "memory": 64}]});
        place.write("desired/t.json", &document.to_string());
        everything(&format!("TOML {payload:?}"), &place);
    }
}

#[test]
fn texts_of_the_toml_that_is_wrong() {
    for payload in PAYLOADS {
        let p = toml(payload);
        for (what, text) in [
            ("a stack's name", HEAD.replace("\"s\"", &p)),
            ("an account", HEAD.replace("\"123456789012\"", &p)),
            ("a field", format!("{HEAD}[ecs.cluster.a]\n{p} = 1\n")),
            (
                "a description",
                format!(
                    "{HEAD}[iam.role.r]\nname = \"r\"\ndescription = {p}\ntrust = {{ services = [\"ecs-tasks.amazonaws.com\"] }}\n"
                ),
            ),
            ("a tag", format!("{HEAD}[logs.log_group.a]\nname = \"a\"\ntags = {{ Name = {p} }}\n")),
            ("a label", format!("{HEAD}[ecs.cluster.{p}]\nname = \"a\"\n")),
            ("a kind", format!("{HEAD}[ecs.{p}.a]\nname = \"a\"\n")),
            ("a word", format!("{HEAD}[ecr.repository.a]\nname = \"a\"\nimage_tag_mutability = {p}\n")),
            ("a name", format!("{HEAD}[logs.log_group.a]\nname = {p}\n")),
            ("a reference", format!("{HEAD}[ecs.service.a]\nname = \"a\"\ncluster = {p}\n")),
            ("a part of a text", format!("{HEAD}[outputs]\na = {}\n", toml(&format!("${{var.{payload}}}")))),
            (
                "a rule",
                format!(
                    "{HEAD}[logs.log_group.a]\nname = \"a\"\nallow = [{{ rule = {p}, reason = \"\" }}]\n"
                ),
            ),
            ("a file", format!("{HEAD}[ecs.task_definition.a]\nfamily = \"a\"\nfile = {p}\n")),
            ("a folder", format!("{HEAD}[codebuild.project.a]\nname = \"a\"\nfiles = {p}\n")),
            ("a move", format!("{HEAD}[[moved]]\nfrom = {p}\nto = \"ecs.cluster.a\"\n")),
            ("no TOML at all", format!("{HEAD}{payload}")),
        ] {
            let place = Place::empty();
            place.write("desired/stack.toml", &text);
            for words in ["plan --sandbox", "check", "graph"] {
                every_form(&format!("{what} {payload:?}"), &place, words, &[]);
            }
        }
    }
}

#[test]
fn names_of_files() {
    for payload in PAYLOADS {
        let place = Place::empty();
        let name = payload.replace('/', "");
        place.write("desired/stack.toml", &format!("{HEAD}[logs.log_group.a]\nname = \"/a\"\n"));
        place.write(&format!("desired/{name}.toml"), "[ecs.cluster.a]\nname = \"a\"\nx = 1\n");
        for words in ["plan --sandbox", "check", "drift --sandbox"] {
            every_form(&format!("a file {name:?}"), &place, words, &[]);
        }
        place.write(&format!("desired/{name}.toml"), "[ecs.cluster.a]\nname = \"a\"\n");
        for words in ["plan --sandbox", "check --advice", "graph", "policy plan"] {
            every_form(&format!("a file {name:?}"), &place, words, &[]);
        }
        // as a folder among many, and as an overlay
        fs::rename(place.path("desired"), place.path(&name)).unwrap();
        let mut many = place.command("plan --sandbox --format markdown -C");
        let ran = Ran::of(many.arg(&name).arg("nowhere"));
        harmless(&format!("a folder {name:?}"), "markdown", &ran.out(), &ran.err());
    }
}

/// What AWS says of resources, of tags and of a lock, and what a journal says.
#[test]
fn texts_of_the_account() {
    for payload in PAYLOADS {
        let place = Place::empty();
        let marker = "a-text-of-the-account";
        let stack = |text: &str| {
            format!(
                "{HEAD}[logs.log_group.a]\nname = \"/a\"\ntags = {{ Name = \"{text}\" }}\n\
                 [iam.role.r]\nname = \"r\"\ndescription = \"{text}\"\ntrust = {{ services = [\"ecs-tasks.amazonaws.com\"] }}\n"
            )
        };
        place.write("desired/stack.toml", &stack(marker));
        place.recon("apply --sandbox --auto-approve").expect(0);
        place.write("desired/stack.toml", &stack("another"));
        let died = place
            .command("apply --sandbox --auto-approve")
            .env("RECON_SANDBOX_FAULTS", "die=iam:UpdateRole")
            .output();
        assert_eq!(died.unwrap().status.code(), Some(137));
        let file = place.path(".recon/sandbox.json");
        let mut state: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        let mut poisoned = 0;
        poison(&mut state, &mut |key, text| {
            let ours = text == marker || key.starts_with("recon:lock:") && key != "recon:lock:run";
            poisoned += usize::from(ours);
            ours.then(|| payload.to_string())
        });
        assert!(poisoned >= 5, "{poisoned}");
        fs::write(&file, state.to_string()).unwrap();
        for journal in fs::read_dir(place.path(".recon/journal")).unwrap() {
            let path = journal.unwrap().path();
            let lines = fs::read_to_string(&path).unwrap();
            let line = |line: &str| {
                let mut line: Value = serde_json::from_str(line).unwrap();
                poison(&mut line, &mut |key, _| {
                    ["name", "op", "host", "command"].contains(&key).then(|| payload.to_string())
                });
                format!("{line}\n")
            };
            fs::write(&path, lines.lines().map(line).collect::<String>()).unwrap();
        }
        everything(&format!("AWS {payload:?}"), &place);
        // somebody else's by its tags, and gone from the TOML
        let mut state: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        poison(&mut state, &mut |key, _| (key == "recon:stack").then(|| payload.to_string()));
        fs::write(&file, state.to_string()).unwrap();
        everything(&format!("an owner {payload:?}"), &place);
        let apply = every_form("a lock", &place, "apply --sandbox --auto-approve", &[]);
        assert!(!apply.is_empty());
    }
}

/// Replaces texts by their keys; a pair of `Key` and `Value` is one, too.
fn poison(value: &mut Value, with: &mut impl FnMut(&str, &str) -> Option<String>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| poison(item, with)),
        Value::Object(map) => {
            for (key, value) in map.iter_mut() {
                match value.as_str().and_then(|text| with(key, text)) {
                    Some(text) => *value = json!(text),
                    None => poison(value, with),
                }
            }
        }
        _ => {}
    }
}

#[test]
fn what_aws_says_when_it_refuses() {
    for payload in PAYLOADS {
        let (_server, url) = serve_hooked(move |call| {
            let strikes = ["DescribeLogGroups", "CreateRole", "GetResources"].contains(&call.operation);
            strikes.then(|| Fault::Refuse(Refusal::bad("AccessDeniedException", *payload)))
        });
        let place = Place::empty();
        let role = "[iam.role.r]\nname = \"r\"\ntrust = { services = [\"ecs-tasks.amazonaws.com\"] }\n";
        let group = "[logs.log_group.a]\nname = \"/a\"\n";
        let env =
            [("AWS_ENDPOINT_URL", url.as_str()), ("AWS_ACCESS_KEY_ID", "x"), ("AWS_SECRET_ACCESS_KEY", "x")];
        for toml in [format!("{HEAD}{role}{group}"), format!("{HEAD}{role}")] {
            place.write("desired/stack.toml", &toml);
            for words in ["plan", "drift", "apply --auto-approve"] {
                every_form(&format!("a refusal {payload:?}"), &place, words, &env);
            }
        }
    }
}

/// A plan from a file: every text in it at once.
#[test]
fn texts_of_a_plan_in_a_file() {
    let reference = Place::with_the_reference_stack();
    reference.recon("apply --sandbox --auto-approve").expect(0);
    reference.edit("desired/taskdef.json", "Asia/Seoul", "UTC");
    reference.edit("desired/elb.toml", "\"test-tg-02\"", "\"test-tg-green\"");
    fs::remove_file(reference.path("desired/notifications.toml")).unwrap();
    reference.write("desired/more.toml", "[logs.log_group.more]\nname = \"/ecs/more\"\n");
    let plan = reference.recon("plan --sandbox --full --format json").out();
    let drift = reference.recon("drift --sandbox --format json").out();
    let many = reference.recon("plan -C desired nowhere --sandbox --format json").out();
    for payload in PAYLOADS {
        let place = Place::empty();
        for (file, text) in [("plan.json", &plan), ("many.json", &many), ("before.json", &drift)] {
            let mut document: Value = serde_json::from_str(text).unwrap();
            let mut poisoned = 0;
            poison(&mut document, &mut |key, text| {
                let fixed = ["action", "order", "result", "at", "since", "command"].contains(&key)
                    || ["delete_first", "create_first"].contains(&text);
                let address = text.parse::<recon_model::Address>().ok().filter(|_| key == "address");
                poisoned += 1;
                match address {
                    Some(address) => Some(format!("{}.{}", address.kind, payload.replace('.', ""))),
                    None => (!fixed).then(|| payload.to_string()),
                }
            });
            assert!(poisoned > 10, "{file}");
            place.write(file, &document.to_string());
        }
        let what = format!("a plan {payload:?}");
        let shown = every_form(&what, &place, "show plan.json", &[])
            + &every_form(&what, &place, "show plan.json --full", &[])
            + &every_form(&what, &place, "graph --plan plan.json", &[]);
        assert!(shown.contains("Plan: ") && shown.contains("digraph"), "{shown}");
        every_form(&what, &place, "report merge many.json", &[]);
        every_form(&what, &place, "policy apply plan.json", &[]);
    }
}
