//! Many stacks in one run, in parts, and the parts put together.

use serde_json::Value;

use super::behaviour::{Place, Ran};
use super::build::*;
use super::served::serve_with;

fn stack(name: &str, retention: u32) -> String {
    format!(
        "[stack]\nname = \"{name}\"\nregion = \"eu-west-1\"\naccount = \"123456789012\"\n\
         [ecs.cluster.a]\nname = \"{name}\"\n\
         [logs.log_group.a]\nname = \"/{name}\"\nretention_in_days = {retention}\n\
         [iam.role.r]\nname = \"{name}-task\"\ntrust = {{ services = [\"ecs-tasks.amazonaws.com\"] }}\n"
    )
}

/// `same` is as declared, `moved` is not, `fresh` is not there, `broken` is no TOML.
fn estate() -> Place {
    let place = Place::empty();
    for name in ["same", "moved", "fresh"] {
        place.write(&format!("stacks/{name}/stack.toml"), &stack(name, 7));
    }
    for name in ["same", "moved"] {
        place.recon(&format!("apply -C stacks/{name} --sandbox=box.json --auto-approve")).expect(0);
    }
    place.edit("stacks/moved/stack.toml", "retention_in_days = 7", "retention_in_days = 14");
    place
}

const ALL: &str = "-C stacks/fresh stacks/moved stacks/same --sandbox=box.json";

/// Without what differs from run to run.
fn steady(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut words: Vec<String> = line.split(' ').map(str::to_string).collect();
        for at in 1..words.len() {
            if words[at - 1] == "plan"
                && words[at].len() == 8
                && words[at].chars().all(|c| c.is_ascii_hexdigit())
            {
                words[at] = "00000000".into();
            }
        }
        out.push_str(&words.join(" "));
        out.push('\n');
    }
    out
}

fn without_times(mut document: Value) -> Value {
    for entry in document["stacks"].as_array_mut().unwrap() {
        if let Some(result) = entry["result"].as_object_mut() {
            result.remove("at");
            for one in result.get_mut("differences").and_then(Value::as_array_mut).into_iter().flatten() {
                one.as_object_mut().unwrap().remove("since");
            }
        }
    }
    document
}

#[test]
fn several_folders_are_planned_in_one_run_under_their_names_with_a_total() {
    let place = estate();
    let ran = place.recon(&format!("plan {ALL}")).expect(0);
    assert_eq!(too_wide(&ran.out(), 80), Vec::<String>::new());
    snapshot("many", "plan", &steady(&ran.out()));
    let markdown = place.recon(&format!("plan {ALL} --format markdown")).expect(0).out();
    assert!(markdown.starts_with("<!-- recon:plan:* -->\n"), "{markdown}");
    snapshot("many", "plan.markdown", &steady(&markdown));
}

#[test]
fn the_document_holds_what_each_stack_alone_would_have_printed() {
    let place = estate();
    let whole = place.recon(&format!("plan {ALL} --format json --detailed-exitcode")).expect(2).json();
    assert_eq!((&whole["format"], &whole["command"], &whole["exit"]), (&1.into(), &"plan".into(), &2.into()));
    let mut steps = 0;
    for entry in whole["stacks"].as_array().unwrap() {
        let folder = entry["folder"].as_str().unwrap();
        let alone =
            place.recon(&format!("plan -C {folder} --sandbox=box.json --format json --detailed-exitcode"));
        assert_eq!(entry["exit"], alone.code(), "{folder}");
        let (mut together, mut alone) = (entry["result"].clone(), alone.json());
        // the account's number and the dump of IAM were asked by one for all
        together["calls"].take();
        alone["calls"].take();
        assert_eq!(together, alone, "{folder}");
        steps += alone["steps"].as_array().unwrap().len();
    }
    let counts = whole["summary"].as_object().unwrap().values().map(|n| n.as_u64().unwrap());
    assert_eq!(counts.sum::<u64>(), steps as u64);
}

#[test]
fn what_is_the_accounts_is_asked_once_for_all() {
    let place = estate();
    let (_server, url) = serve_with(&place, &[]);
    let run = |folders: &str| {
        let mut command =
            place.command(&format!("plan -C {folders} --format json --timings --trace trace.json"));
        command.env("AWS_ENDPOINT_URL", &url).env("AWS_ACCESS_KEY_ID", "x").env("AWS_SECRET_ACCESS_KEY", "x");
        let calls = Ran::of(&mut command).expect(0).json()["calls"].clone();
        let trace = std::fs::read_to_string(place.path("trace.json")).unwrap();
        (calls, trace.matches("\"GetAccountAuthorizationDetails\",").count())
    };
    let (_, dumps_of_one) = run("stacks/same");
    let (three, dumps) = run("stacks/fresh stacks/moved stacks/same");
    assert_eq!(dumps, dumps_of_one, "one dump of IAM");
    assert_eq!(three["by_service"]["sts"], 1, "{three}");
    assert_eq!(three["timings"]["services"]["sts"]["calls"], 1, "{three}");
}

#[test]
fn what_goes_wrong_with_one_stops_no_other_and_an_error_counts_most() {
    let place = estate();
    place.write("stacks/broken/stack.toml", "[stack\n");
    let ran = place.recon(&format!("plan --detailed-exitcode {ALL} -C stacks/broken")).expect(1);
    assert!(
        ran.out().contains("── stacks/broken") && ran.out().contains("stacks/broken/stack.toml"),
        "{}",
        ran.out()
    );
    assert!(ran.out().contains("── 4 stacks: 1 unchanged, 2 with changes, 1 with errors"), "{}", ran.out());
    let json = place.recon(&format!("drift {ALL} -C stacks/broken --format json")).expect(1);
    let document = json.json();
    assert_eq!(document["stacks"][3]["exit"], 1);
    assert!(document["stacks"][3]["result"]["errors"][0]["message"].is_string(), "{document}");
    assert!(json.err().contains("stacks/broken"), "{}", json.err());
    // a folder twice is one stack
    let same = "-C stacks/same ./stacks/same/ --sandbox=box.json";
    assert!(place.recon(&format!("drift {same}")).expect(0).out().contains("── 1 stack: 1 without drift"));
}

#[test]
fn parts_put_together_are_the_whole() {
    let place = estate();
    place.write("stacks/broken/stack.toml", "[stack\n");
    for command in ["plan", "drift"] {
        let all = format!("{command} {ALL} -C stacks/broken --format json");
        let whole = place.recon(&all).expect(1);
        let mut files = Vec::new();
        for index in 1..=4 {
            let part = place.recon(&format!("{all} --shard {index}/4"));
            place.write(&format!("{index}.json"), &part.out());
            files.insert(0, format!("{index}.json"));
        }
        let files = files.join(" ");
        let merged = place.recon(&format!("report merge {files} --format json")).expect(1).json();
        let mut whole = without_times(whole.json());
        whole["stacks"].as_array_mut().unwrap().sort_by_key(|entry| entry["folder"].to_string());
        let mut merged = without_times(merged);
        for document in [&mut whole, &mut merged] {
            // each part asks by itself
            document["calls"].take();
            for entry in document["stacks"].as_array_mut().unwrap() {
                entry["result"]["calls"].take();
            }
        }
        assert_eq!(merged, whole);
        for format in ["human", "markdown"] {
            let text = place.recon(&format!("report merge {files} --format {format}")).expect(1).out();
            assert!(text.contains("stacks/broken/stack.toml:1:"), "{text}");
            assert!(text.contains("retention_in_days"), "{text}");
        }
    }
}

#[test]
fn a_part_that_is_missing_is_no_good_news() {
    let place = estate();
    let part = |index: u32| {
        let ran =
            place.recon(&format!("drift -C stacks/same --sandbox=box.json --shard {index}/2 --format json"));
        place.write(&format!("{index}.json"), &ran.out());
        ran.expect(0).json()["stacks"].as_array().unwrap().len()
    };
    assert_eq!(part(1) + part(2), 1, "in one of the two");
    place.recon("report merge 1.json 2.json").expect(0);
    let ran = place.recon("report merge 1.json --format json").expect(1);
    assert_eq!(ran.json()["missing"], serde_json::json!([{ "index": 2, "of": 2 }]));
    assert!(ran.err().contains("shard 2/2 is not among the files"), "{}", ran.err());
}

#[test]
fn what_are_no_parts_of_one_run_is_not_put_together() {
    let place = estate();
    for (file, words) in [
        ("plan.json", format!("plan {ALL}")),
        ("drift.json", format!("drift {ALL}")),
        ("one.json", "plan -C stacks/same --sandbox=box.json".to_string()),
        ("half.json", "plan -C stacks/same --sandbox=box.json --shard 1/2".to_string()),
        ("third.json", "plan -C stacks/fresh --sandbox=box.json --shard 1/3".to_string()),
    ] {
        let ran = place.recon(&format!("{words} --format json"));
        place.write(file, &ran.out());
    }
    place.write("later.json", "{ \"format\": 2 }");
    for (files, words) in [
        ("plan.json drift.json", "drift.json is of `recon drift`, the others of `recon plan`"),
        ("plan.json plan.json", "stacks/fresh stands in plan.json and in plan.json"),
        ("one.json", "one.json is no report of several stacks"),
        ("half.json third.json", "one part is one of 2, another one of 3"),
        ("later.json", "later.json is of format 2, this recon reads 1"),
        ("none.json", "none.json cannot be read"),
    ] {
        let ran = place.recon(&format!("report merge {files}")).expect(1);
        assert!(ran.err().contains(words), "{files}: {}", ran.err());
    }
}

#[test]
fn what_is_of_one_stack_is_not_asked_of_many() {
    let place = estate();
    for words in ["--out kept", "--target ecs.cluster.a", "--replace ecs.cluster.a", "--format html"] {
        let ran = place.recon(&format!("plan {ALL} {words}")).expect(64);
        assert!(ran.err().contains("of one stack: give one folder with -C"), "{}", ran.err());
    }
    place.recon("plan -C stacks/same --shard 3/2").expect(64);
    place.recon("apply -C stacks/same stacks/moved --sandbox=box.json").expect(1);
}

#[test]
fn a_drift_of_many_knows_what_the_run_before_told_and_gives_one_log() {
    let place = estate();
    let before = place.recon(&format!("drift {ALL} --format json")).expect(2);
    place.write("before.json", &before.out());
    place.edit("stacks/same/stack.toml", "retention_in_days = 7", "retention_in_days = 3");
    let out = place.recon(&format!("drift {ALL} --since before.json")).expect(2).out();
    let of = |folder: &str| out.split("── ").find(|part| part.starts_with(folder)).unwrap().to_string();
    assert!(of("stacks/moved").contains("1 difference in 1 resource, 0 new"), "{out}");
    assert!(of("stacks/same").contains("1 difference in 1 resource, 1 new"), "{out}");
    let sarif = place.recon(&format!("drift {ALL} --format sarif")).expect(2).json();
    assert_eq!(sarif["runs"].as_array().unwrap().len(), 1);
    // three that are absent, one field in each of the two others
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 5, "{sarif}");
}
