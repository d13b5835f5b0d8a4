//! `recon check`, and the check before a plan.

use std::process::Command;

use serde_json::{Value, json};

use super::behaviour::{Place, Ran};
use super::build::*;

/// The reference stack with a Fargate size that is none, in a JSON file.
fn with_an_error() -> Place {
    let place = Place::with_the_reference_stack();
    place.edit("desired/taskdef.json", "\"cpu\": \"256\"", "\"cpu\": \"300\"");
    place
}

/// And a warning: an allow that allows nothing.
fn with_a_warning() -> Place {
    let place = Place::with_the_reference_stack();
    let table = "[logs.log_group.build]\n";
    place.edit(
        "desired/build.toml",
        table,
        &format!("{table}allow = [{{ rule = \"SVC-022\", reason = \"r\" }}]\n"),
    );
    place
}

fn findings(ran: &Ran) -> Vec<Value> {
    let document = ran.json();
    assert_eq!(document["format"], 1, "{document}");
    document["findings"].as_array().unwrap().clone()
}

#[test]
fn the_folder_is_named_by_place_or_by_option_but_not_by_both() {
    let place = Place::with_the_reference_stack();
    std::fs::rename(place.path("desired"), place.path("other")).unwrap();
    place.recon("check other").expect(0);
    place.recon("check -C other").expect(0);
    place.recon("check -C other other").expect(64);
    assert!(place.recon("check").expect(1).out().contains("desired cannot be read"));
    // neither network nor credentials, nor an account to be compared with
    place.recon("check other --sandbox").expect(64);
}

#[test]
fn a_finding_names_rule_place_and_cure() {
    let place = with_an_error();
    let ran = place.recon("check").expect(1);
    assert!(
        ran.out().contains("error[TD-002]") && ran.out().contains("desired/taskdef.json:"),
        "{}",
        ran.out()
    );
    let found = findings(&place.recon("check --format json").expect(1));
    let one = found.iter().find(|one| one["file"] == "desired/taskdef.json").unwrap();
    let keys: Vec<&String> = one.as_object().unwrap().keys().collect();
    let mut wanted =
        vec!["rule", "severity", "address", "file", "line", "column", "message", "fix", "related"];
    wanted.sort_unstable();
    let mut sorted = keys.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, wanted);
    assert_eq!(one["severity"], "error");
    assert_eq!(one["address"], "ecs.task_definition.api");
    assert!(one["line"].as_u64() > Some(1) && one["column"].as_u64() > Some(1), "{one}");
}

#[test]
fn warnings_are_errors_to_those_who_say_so() {
    let place = with_a_warning();
    assert!(place.recon("check").expect(0).out().contains("warning[META-001]"));
    place.recon("check --deny warnings").expect(1);
    let plan = place.recon("plan --sandbox --format json").expect(0);
    assert_eq!(plan.json()["format"], 1);
    assert!(plan.err().contains("META-001"), "{}", plan.err());
    assert!(!plan.out().contains("META-001"));
}

#[test]
fn plan_and_apply_stop_before_anything_is_asked() {
    let place = with_an_error();
    // without --sandbox and without credentials: it does not get that far
    for command in ["plan", "apply --auto-approve", "plan --sandbox", "apply --sandbox --auto-approve"] {
        let ran = place.recon(command).expect(1);
        assert!(ran.err().contains("error[TD-002]"), "{command}: {}", ran.err());
        assert_eq!(ran.out(), "", "{command}");
        let found = findings(&place.recon(&format!("{command} --format json")).expect(1));
        assert!(found.iter().any(|one| one["rule"] == "TD-002"), "{command}");
    }
    assert!(!place.path(".recon").exists());
}

#[test]
fn what_has_findings_can_still_be_destroyed_and_watched() {
    let place = Place::with_the_reference_stack();
    place.recon("apply --sandbox --auto-approve").expect(0);
    place.edit("desired/taskdef.json", "\"cpu\": \"256\"", "\"cpu\": \"300\"");
    place.recon("drift --sandbox").expect(2);
    place.recon("destroy --sandbox --auto-approve").expect(0);
}

#[test]
fn what_keeps_the_folder_from_being_read_is_found_in_every_form() {
    let place = Place::with_the_reference_stack();
    place.edit("desired/ecs.toml", "platform_version ", "platform_vershun ");
    assert!(place.recon("check").expect(1).out().contains("desired/ecs.toml:"));
    let found = findings(&place.recon("check --format json").expect(1));
    assert_eq!(found[0]["rule"], "META-004");
    assert_eq!(found[0]["file"], "desired/ecs.toml");
    assert!(found[0]["fix"].as_str().unwrap().contains("platform_version"), "{found:?}");
    let github = place.recon("check --format github").expect(1).out();
    assert!(github.starts_with("::error file=desired/ecs.toml,line="), "{github}");
    let sarif = place.recon("check --format sarif").expect(1).json();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "META-004");
    let nowhere = findings(&place.recon("check nowhere --format json").expect(1));
    assert_eq!((&nowhere[0]["file"], &nowhere[0]["line"]), (&Value::Null, &Value::Null));
    assert!(
        place.recon("check nowhere --format github").expect(1).out().starts_with("::error title=META-004::")
    );
    place.recon("check nowhere --format sarif").expect(1).json();
}

#[test]
fn the_forms_for_machines_are_as_they_were_agreed() {
    let place = Place::empty();
    place.write(
        "desired/stack.toml",
        "[stack]\nname = \"s\"\nregion = \"eu-west-1\"\naccount = \"123456789012\"\n\n\
         [elb.load_balancer.front]\nname = \"internal-front\"\nsubnets = [\"subnet-0a1b2c3d\", \"subnet-0a1b2c3d\"]\n\
         allow = [{ rule = \"SVC-022\", reason = \"100% right\" }]\n",
    );
    let json = place.recon("check --format json").expect(1).out();
    snapshot("check", "findings.json", &json);
    snapshot("check", "findings.github", &place.recon("check --format github").expect(1).out());
    let mut sarif = place.recon("check --format sarif").expect(1).json();
    sarif["runs"][0]["tool"]["driver"]["semanticVersion"] = json!("(version)");
    snapshot("check", "findings.sarif", &recon::render::json(&sarif));
}

#[test]
fn nothing_hostile_in_a_file_reaches_terminal_or_build_log() {
    let place = Place::empty();
    let evil = "\\u001b[2J\\u0007\\u009b31m\\u202e\\r\\n::add-mask::x\\n##[add-path]y %0A";
    place.write(
        "desired/a::b\u{1b},c.toml",
        &format!(
            "[stack]\nname = \"s\"\nregion = \"eu-west-1\"\naccount = \"123456789012\"\n\n\
             # ::set-env:: ##[add-mask]z \u{9b}\u{202e}\n\
             [elb.load_balancer.front]\nname = \"{evil}\"\nsubnets = [\"{evil}\", \"{evil}\"]\n\
             allow = [{{ rule = \"{evil}\", reason = \"{evil}\" }}]\n"
        ),
    );
    for form in ["human", "json", "sarif", "github"] {
        let ran = place.recon(&format!("check --advice --format {form}")).expect(1);
        for text in [ran.out(), ran.err()] {
            let bad = |c: &char| c.is_control() && *c != '\n' || *c == '\u{202e}';
            assert_eq!(text.chars().find(bad), None, "{form}: {text:?}");
            let obeyed = |line: &&str| match form {
                // one command a line, and that one is ours
                "github" => !["::error ", "::warning ", "::notice "].iter().any(|own| line.starts_with(own)),
                _ => line.trim_start().starts_with("::") || line.contains("##["),
            };
            if form != "json" && form != "sarif" {
                assert_eq!(text.lines().find(obeyed), None, "{form}: {text}");
            }
        }
    }
    let broken = place.recon("plan --sandbox").expect(1).err();
    assert!(!broken.contains('\u{1b}') && !broken.contains("##["), "{broken}");
}

#[test]
fn every_rule_is_explained_to_people_and_machines() {
    let place = Place::empty();
    let list = place.recon("explain --list").expect(0).out();
    let rules = place.recon("explain --list --format json").expect(0).json();
    let ids: Vec<&str> =
        rules["rules"].as_array().unwrap().iter().map(|rule| rule["rule"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), list.lines().count());
    assert!(list.lines().zip(&ids).all(|(line, id)| line.starts_with(id)), "{list}");
    let one = place.recon("explain svc-001 --format json").expect(0).json();
    assert_eq!(one["rules"][0]["rule"], "SVC-001");
    assert!(place.recon("explain SVC-001").expect(0).out().starts_with("SVC-001 · error · "));
    assert!(place.recon("explain SVC-0001").expect(1).err().contains("did you mean"));
    place.recon("explain SVC-001 --list").expect(64);
}

#[test]
fn a_check_asks_nothing_of_its_environment() {
    let place = Place::with_the_reference_stack();
    let run = |command: &mut Command| command.output().unwrap().status.code();
    let mut command = place.command("check");
    // an endpoint that nobody answers at, and credentials that are none
    command.env("AWS_ENDPOINT_URL", "http://127.0.0.1:1").env("AWS_PROFILE", "no-such");
    assert_eq!(run(&mut command), Some(0));
}

#[test]
fn what_the_account_shows_is_blocked_or_noticed_in_the_plan() {
    let place = Place::with_the_reference_stack();
    let allow = "allow           = [{ rule = \"LB-026\"";
    place.edit("desired/elb.toml", allow, "tags = { was = \"allowed\" } # ");
    let plan = place.recon("plan --sandbox").expect(0).out();
    assert!(plan.contains("LB-026") && plan.contains("desired/elb.toml:6"), "{plan}");
    let plan = place.recon("plan --sandbox --format json").expect(0).json();
    let notices = plan["notices"].as_array().unwrap();
    let notice = notices.iter().find(|notice| notice["code"] == "LB-026").unwrap();
    assert_eq!(notice["address"], "elb.load_balancer.test");
    place.recon("apply --sandbox --auto-approve").expect(0);
    place.recon("plan --sandbox --detailed-exitcode").expect(0);

    // two zones as far as the folder tells, one in the account
    let place = Place::with_the_reference_stack();
    place.edit("desired/stack.toml", "\"ap-northeast-2b\"", "\"ap-northeast-2z\"");
    place.recon("check").expect(0);
    let plan = place.recon("plan --sandbox --format json").expect(0).json();
    let step = |address: &str| {
        let mut steps = plan["steps"].as_array().unwrap().iter();
        steps.find(|step| step["address"] == address).unwrap().clone()
    };
    assert_eq!(step("elb.load_balancer.test")["because"][0]["code"], "LB-016");
    assert_eq!(step("elb.listener.test")["action"], "blocked");
    assert_eq!(step("ecs.cluster.test")["action"], "create");
    let refused = place.recon("apply --sandbox --auto-approve").expect(1);
    assert!(refused.out().contains("LB-016"), "{}", refused.out());
    assert!(!place.path(".recon").exists());
}
