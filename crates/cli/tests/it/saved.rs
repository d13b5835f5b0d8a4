//! Plans that are kept and carried out later.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use super::behaviour::Place;

fn place() -> Place {
    let place = Place::with_the_reference_stack();
    place.recon("plan --sandbox --out plan").expect(0);
    place
}

#[test]
fn what_was_kept_is_what_is_done() {
    let place = place();
    let mode = fs::metadata(place.path("plan")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // a plan that is kept looks closer, and counts more calls for it
    let but_calls = |text: String| text.rsplit_once('\n').map(|(plan, _)| plan.to_string());
    let shown = place.recon("show plan").expect(0).out().trim_end().to_string();
    let planned = place.recon("plan --sandbox").expect(0).out().replacen("recon plan", "recon show", 1);
    assert_eq!(but_calls(shown), but_calls(planned.trim_end().to_string()));
    assert!(place.recon("apply plan --sandbox").expect(1).err().contains("no terminal"));
    place.recon("apply plan --sandbox --auto-approve").expect(0);
    place.recon("plan --sandbox --detailed-exitcode").expect(0);
    // a second time it is no longer true
    let err = place.recon("apply plan --sandbox --auto-approve").expect(1).err();
    assert!(
        err.contains("nothing was done: since plan")
            && err.contains("live  ecs.cluster.test: it is there now"),
        "{err}"
    );
}

#[test]
fn a_move_in_the_toml_is_named_and_nothing_is_done() {
    let place = place();
    place.edit("desired/ecs.toml", "containerInsights = \"disabled\"", "containerInsights = \"enabled\"");
    let err = place.recon("apply plan --sandbox --auto-approve").expect(1).err();
    assert!(err.contains("TOML  ecs.cluster.test: settings"), "{err}");
    assert!(!place.path(".recon/sandbox.json").exists(), "nothing was done");
}

#[test]
fn a_move_in_the_account_is_named_and_nothing_is_done() {
    let place = Place::with_the_reference_stack();
    place.recon("apply --sandbox --auto-approve").expect(0);
    place.edit("desired/ecs.toml", "containerInsights = \"disabled\"", "containerInsights = \"enabled\"");
    place.recon("plan --sandbox --out plan").expect(0);
    // by hand, in between
    let file = place.path(".recon/sandbox.json");
    let mut state: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    assert_eq!(insights(&mut state), 1);
    fs::write(&file, state.to_string()).unwrap();
    let before = fs::read(&file).unwrap();
    let err = place.recon("apply plan --sandbox --auto-approve").expect(1).err();
    assert!(err.contains("live  ecs.cluster.test: settings"), "{err}");
    assert_eq!(fs::read(&file).unwrap(), before, "nothing was done");
}

/// Sets Container Insights of every cluster to a third value.
fn insights(state: &mut Value) -> usize {
    match state {
        Value::Array(items) => items.iter_mut().map(insights).sum(),
        Value::Object(map) if map.get("name") == Some(&Value::from("containerInsights")) => {
            map.insert("value".into(), "enhanced".into());
            1
        }
        Value::Object(map) => map.values_mut().map(insights).sum(),
        _ => 0,
    }
}

/// The file has no value of theirs, and yet it is seen that they are others.
#[test]
fn a_secret_that_is_another_one_by_now_is_refused_whatever_its_name() {
    for (name, value) in
        [("DB_PASSWORD", "${var.plain}"), ("DATABASE", "postgres://shop:${var.db_password}@db")]
    {
        let place = Place::empty();
        let stack = "[stack]\nname = \"s\"\nregion = \"ap-northeast-2\"\naccount = \"123456789012\"\n\
            [variables]\nplain = \"x\"\ndb_password = \"x\"\n";
        place.write(
            "desired/stack.toml",
            &format!(
                "{stack}[ecs.task_definition.t]\nfamily = \"t\"\n\
                 [[ecs.task_definition.t.container_definitions]]\nname = \"c\"\nimage = \"i:1\"\nmemory = 64\n\
                 environment = {{ {name} = \"{value}\" }}\n"
            ),
        );
        let recon = |words: &str, secret: &str| {
            let mut command = place.command(words);
            let command = command.env("RECON_VAR_plain", secret).env("RECON_VAR_db_password", secret);
            super::behaviour::Ran::of(command)
        };
        recon("plan --sandbox --out plan", "hunter2-then").expect(0);
        assert!(!fs::read_to_string(place.path("plan")).unwrap().contains("hunter2"));
        let err = recon("apply plan --sandbox --auto-approve", "hunter2-now").expect(1).err();
        assert!(err.contains("a hidden value of what the plan changes is another one now"), "{name}: {err}");
        assert!(!place.path(".recon/sandbox.json").exists(), "nothing was done");
        recon("apply plan --sandbox --auto-approve", "hunter2-then").expect(0);
    }
}

#[test]
fn what_the_plan_does_not_touch_may_move() {
    let place = Place::with_the_reference_stack();
    place.recon("apply --sandbox --auto-approve").expect(0);
    place.edit("desired/ecs.toml", "containerInsights = \"disabled\"", "containerInsights = \"enabled\"");
    place.recon("plan --sandbox --out plan").expect(0);
    place.edit("desired/build.toml", "timeout_in_minutes        = 60", "timeout_in_minutes        = 50");
    place.recon("apply plan --sandbox --auto-approve").expect(0);
    let left = place.recon("plan --sandbox --format json").expect(0).json();
    assert_eq!(left["summary"]["update"], 1, "the other change was not part of it: {left}");
}

#[test]
fn a_file_that_is_not_as_recon_wrote_it_is_refused_with_the_reason() {
    let place = place();
    let whole = fs::read(place.path("plan")).unwrap();
    let head_ends = whole.iter().position(|byte| *byte == b'\n').unwrap();
    let replaced =
        |from: &str, to: &str| String::from_utf8(whole.clone()).unwrap().replacen(from, to, 1).into_bytes();
    for (bytes, reason) in [
        (whole[..whole.len() - 100].to_vec(), "is cut off"),
        (whole[..head_ends + 1].to_vec(), "is cut off"),
        (Vec::new(), "is no plan"),
        (replaced("test-cluster", "prod-cluster"), "was edited"),
        ([&whole[..], b" "].concat(), "was edited"),
        (replaced("recon-plan 1 ", "recon-plan 2 "), "is of format 2"),
        (b"{}".to_vec(), "is no plan that `recon plan --out` wrote"),
    ] {
        fs::write(place.path("plan"), &bytes).unwrap();
        let err = place.recon("apply plan --sandbox --auto-approve").expect(1).err();
        assert!(err.contains(reason), "{reason}: {err}");
        assert!(!place.path(".recon/sandbox.json").exists());
    }
}

#[test]
fn a_plan_is_for_one_stack_account_and_region_and_for_one_recon() {
    let place = Place::empty();
    place.write(
        "desired/stack.toml",
        "[stack]\nname = \"one\"\nregion = \"ap-northeast-2\"\naccount = \"123456789012\"\n\
         [logs.log_group.a]\nname = \"/a\"\nretention_in_days = 30\n",
    );
    place.recon("plan --sandbox --out plan").expect(0);
    place.edit("desired/stack.toml", "\"one\"", "\"other\"");
    let err = place.recon("apply plan --sandbox --auto-approve").expect(1).err();
    assert!(err.contains("the plan is for the stack `one`, this is `other`"), "{err}");
    place.edit("desired/stack.toml", "\"other\"", "\"one\"");
    place.edit("desired/stack.toml", "ap-northeast-2", "eu-central-1");
    let err = place.recon("apply plan --sandbox --auto-approve").expect(1).err();
    assert!(err.contains("the plan is for region `ap-northeast-2`, this is `eu-central-1`"), "{err}");
    place.edit("desired/stack.toml", "eu-central-1", "ap-northeast-2");
    place.edit("desired/stack.toml", "123456789012", "210987654321");
    let err = place.recon("apply plan --sandbox=other --auto-approve").expect(1).err();
    assert!(err.contains("the plan is for account `123456789012`, this is `210987654321`"), "{err}");
    place.edit("desired/stack.toml", "210987654321", "123456789012");
    rewritten(&place, "\"recon\":\"", "\"recon\":\"9.");
    let err = place.recon("apply plan --sandbox --auto-approve").expect(1).err();
    assert!(err.contains("was made by recon 9."), "{err}");
    for file in [".recon/sandbox.json", "other"] {
        assert!(!place.path(file).exists(), "nothing was done");
    }
}

/// A forged plan that a new plan does not bear out is worth nothing.
#[test]
fn a_forged_plan_does_nothing_that_the_toml_does_not_say() {
    let place = Place::with_the_reference_stack();
    place.recon("apply --sandbox --auto-approve").expect(0);
    place.recon("plan --sandbox --out plan").expect(0);
    let keep = "\"name\":\"test-cluster\",\"action\":\"keep\",\"order\":";
    let text = fs::read_to_string(place.path("plan")).unwrap();
    let at = text.find(keep).unwrap();
    let because = text[at..].find("\"because\":[]").unwrap() + at;
    let forged = format!(
        "{}{}",
        text[..because].replacen(keep, &keep.replace("keep", "delete"), 1),
        text[because..].replacen("\"because\":[]", "\"because\":[{\"code\":\"REMOVED\",\"text\":\"x\"}]", 1)
    );
    fs::write(place.path("plan"), forged).unwrap();
    rewritten(&place, "", "");
    let err = place.recon("apply plan --sandbox --auto-approve").expect(1).err();
    assert!(err.contains("ecs.cluster.test: the plan says delete"), "{err}");
    place.recon("plan --sandbox --detailed-exitcode").expect(0);
}

#[test]
fn folder_and_overlay_are_the_plans() {
    let place = Place::with_the_reference_stack();
    fs::rename(place.path("desired"), place.path("elsewhere")).unwrap();
    place.write("elsewhere/env/prod.toml", "[ecs.cluster.test]\nname = \"prod-cluster\"\n");
    place.recon("plan -C elsewhere --env prod --sandbox --out plan").expect(0);
    place.recon("apply plan --sandbox --auto-approve").expect(0);
    place.recon("plan -C elsewhere --env prod --sandbox --detailed-exitcode").expect(0);
}

/// Another text, and the hash that goes with it.
fn rewritten(place: &Place, from: &str, to: &str) {
    use sha2::{Digest, Sha256};
    let text = fs::read_to_string(place.path("plan")).unwrap();
    let (_, body) = text.split_once('\n').unwrap();
    let body = body.replacen(from, to, usize::from(!from.is_empty()));
    let sum: String = Sha256::digest(&body).iter().map(|byte| format!("{byte:02x}")).collect();
    fs::write(place.path("plan"), format!("recon-plan 1 {sum} {}\n{body}", body.len())).unwrap();
}
