//! Taking over what exists, and what others want to know of a stack.

use std::fs;

use recon::render::secret;
use serde_json::Value;

use super::behaviour::Place;

const STACK: &str = "[stack]\nname = \"NAME\"\nregion = \"eu-west-1\"\naccount = \"123456789012\"\n";

fn place(name: &str, toml: &str) -> Place {
    let place = Place::empty();
    declare(&place, name, toml);
    place
}

fn declare(place: &Place, name: &str, toml: &str) {
    place.write("desired/stack.toml", &format!("{toml}\n{}", STACK.replace("NAME", name)));
}

const CLUSTER: &str =
    "[ecs.cluster.main]\nname = \"shop\"\nsettings = { containerInsights = \"disabled\" }\n";
const INSIGHTS: &str =
    "[ecs.cluster.main]\nname = \"shop\"\nsettings = { containerInsights = \"enabled\" }\n";

/// A cluster that somebody else built.
fn unowned() -> Place {
    let place = place("a", CLUSTER);
    place.recon("apply --sandbox --auto-approve").expect(0);
    let file = place.path(".recon/sandbox.json");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("recon:stack") && text.contains("recon:address"));
    let mut state: Value = serde_json::from_str(&text).unwrap();
    strip(&mut state);
    fs::write(file, state.to_string()).unwrap();
    place
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, _| !key.starts_with("recon:"));
            map.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn what_exists_is_taken_over_on_a_word_and_what_changes_next_is_told() {
    let place = unowned();
    declare(&place, "a", INSIGHTS);
    let plan = place.recon("plan --sandbox").expect(0).out();
    let words = plan.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("`recon adopt ecs.cluster.main`"), "{plan}");
    let refused = place.recon("adopt ecs.cluster.main --sandbox").expect(1);
    assert!(refused.err().contains("--auto-approve"), "{}", refused.err());
    let out = place.recon("adopt ecs.cluster.main --sandbox --auto-approve").expect(0).out();
    assert!(out.contains("Done: 1 taken over"), "{out}");
    let (_, next) = out.split_once("What `recon apply` would change next:").expect(&out);
    assert!(next.contains("containerInsights"), "{next}");
    let plan = json(&place.recon("plan --sandbox --format json").expect(0).out());
    assert_eq!(plan["summary"]["update"], 1, "the field waits for an apply");
    let again = place.recon("adopt ecs.cluster.main --sandbox").expect(0).out();
    assert!(again.starts_with("Nothing to take over. "), "{again}");
}

#[test]
fn adopting_tells_a_machine_the_next_plan_too() {
    let place = unowned();
    declare(&place, "a", INSIGHTS);
    let refused = json(&place.recon("adopt ecs.cluster.main --sandbox --format json").expect(1).out());
    assert_eq!((&refused["result"], &refused["plan"]["summary"]["adopt"]), (&"refused".into(), &1.into()));
    let words = "adopt ecs.cluster.main --sandbox --format json --auto-approve";
    let done = json(&place.recon(words).expect(0).out());
    assert_eq!((&done["command"], &done["result"]), (&"adopt".into(), &"done".into()));
    assert_eq!(done["plan"]["steps"][0]["action"], "adopt");
    assert_eq!(done["plan"]["steps"][0]["fields"], serde_json::json!([]));
    assert_eq!(done["next"]["steps"][0]["fields"][0]["path"], "settings.containerInsights");
}

#[test]
fn another_stacks_resource_stays_with_it_and_both_are_named() {
    let place = place("first", CLUSTER);
    place.recon("apply --sandbox --auto-approve").expect(0);
    declare(&place, "second", CLUSTER);
    for words in ["adopt ecs.cluster.main --sandbox --auto-approve", "apply --sandbox --auto-approve"] {
        let ran = place.recon(words).expect(1);
        let text = ran.out() + &ran.err();
        assert!(text.contains("`first`") && text.contains("`second`"), "{text}");
    }
}

#[test]
fn an_address_that_is_not_declared_or_not_there_is_told() {
    let place = place("a", CLUSTER);
    let err = place.recon("adopt ecs.cluster.mian --sandbox").expect(1).err();
    assert!(err.contains("did you mean ecs.cluster.main?"), "{err}");
    let ran = place.recon("adopt ecs.cluster.main --sandbox --auto-approve").expect(1);
    assert!(ran.out().contains("there is no shop in the account"), "{}", ran.out());
    place.recon("adopt --sandbox").expect(64);
}

#[test]
fn a_forced_replacement_says_so_to_people_and_machines() {
    let place = place("a", CLUSTER);
    place.recon("apply --sandbox --auto-approve").expect(0);
    let words = "plan --replace ecs.cluster.main --sandbox";
    let out = place.recon(words).expect(0).out();
    assert!(out.contains("--replace forces the replacement of ecs.cluster.main"), "{out}");
    let plan = json(&place.recon(&format!("{words} --format json")).expect(0).out());
    assert_eq!(plan["steps"][0]["because"][0]["code"], "FORCED");
    assert!(plan["notices"].as_array().unwrap().iter().any(|notice| notice["code"] == "REPLACE"));
    let limited =
        json(&place.recon("plan --target ecs.cluster.main --sandbox --format json").expect(0).out());
    assert!(limited["notices"].as_array().unwrap().iter().any(|notice| notice["code"] == "TARGET"));
    let err = place.recon("plan --replace ecs.clutser.main --sandbox").expect(1).err();
    assert!(err.contains("did you mean ecs.cluster.main?"), "{err}");
}

const OUTPUTS: &str =
    "[outputs]\ncluster = \"${ecs.cluster.main.arn}\"\nnamed = \"cluster ${ecs.cluster.main.name}\"\n";

#[test]
fn outputs_are_told_to_people_scripts_and_machines() {
    let place = place("a", &format!("{OUTPUTS}{CLUSTER}"));
    let none = place.recon("output --sandbox").expect(1);
    assert!(none.out().contains("cluster = (not there yet)"), "{}", none.out());
    assert!(none.err().contains("not there yet: cluster, named"), "{}", none.err());
    place.recon("output cluster --sandbox").expect(1);
    place.recon("apply --sandbox --auto-approve").expect(0);
    let arn = "arn:aws:ecs:eu-west-1:123456789012:cluster/shop";
    let all = place.recon("output --sandbox").expect(0).out();
    assert_eq!(all, format!("cluster = {arn}\nnamed   = cluster shop\n"));
    assert_eq!(place.recon("output cluster --sandbox").expect(0).out(), format!("{arn}\n"));
    let document = json(&place.recon("output --sandbox --format json").expect(0).out());
    assert_eq!(document["outputs"]["cluster"], arn);
    let one = json(&place.recon("output named --sandbox --format json").expect(0).out());
    assert_eq!(one["outputs"], serde_json::json!({"named": "cluster shop"}));
    let err = place.recon("output clutser --sandbox").expect(1).err();
    assert!(err.contains("did you mean `cluster`?"), "{err}");
}

#[test]
fn the_reference_stack_tells_where_to_clone_from_and_where_it_answers() {
    let place = Place::with_the_reference_stack();
    place.recon("apply --sandbox --auto-approve").expect(0);
    let document = json(&place.recon("output --sandbox --format json").expect(0).out());
    let text = |name: &str| document["outputs"][name].as_str().unwrap_or_default().to_string();
    assert!(text("clone_url").starts_with("https://git-codecommit."), "{document}");
    assert!(text("endpoint").starts_with("http://test-alb"), "{document}");
    assert!(text("pipeline").starts_with("arn:aws:codepipeline:"), "{document}");
}

#[test]
fn anothers_resource_is_no_output_of_this_stack() {
    let place = place("first", CLUSTER);
    place.recon("apply --sandbox --auto-approve").expect(0);
    declare(&place, "second", &format!("{OUTPUTS}{CLUSTER}"));
    place.recon("output --sandbox").expect(1);
}

const CREDENTIAL: &str = "[iam.user.deploy]\nname = \"deployer\"\n\
     [iam.service_credential.git]\nuser = \"deploy\"\nservice_name = \"codecommit.amazonaws.com\"\n";

/// Where the password of the sandbox's first credential stands in a text.
fn passwords(text: &str) -> usize {
    text.matches("sandbox-").count()
}

/// On a terminal it is shown, once; a log of a job has many readers.
#[test]
fn a_password_is_shown_to_a_person_and_to_nothing_that_keeps_it() {
    let address = "iam.service_credential.git".parse().unwrap();
    let text = "user name deployer\npassword  sandbox-1\u{1b}";
    let shown = secret::lines(&address, text, true).join("\n");
    assert!(shown.contains("shown this once") && passwords(&shown) == 1, "{shown}");
    assert!(!shown.contains('\u{1b}'));
    let hidden = secret::lines(&address, text, false).join("\n");
    assert!(passwords(&hidden) == 0 && hidden.contains("password_file"), "{hidden}");
}

#[test]
fn without_a_terminal_a_password_is_in_no_stream_and_kept_nowhere() {
    for form in ["", " --format json", " --verbose"] {
        let place = place("a", CREDENTIAL);
        let ran = place.recon(&format!("apply --sandbox --auto-approve{form}")).expect(0);
        assert_eq!(passwords(&ran.out()), 0, "{}", ran.out());
        assert_eq!(passwords(&ran.err()), 0, "{}", ran.err());
        assert!(ran.err().contains("reset-service-specific-credential"), "{}", ran.err());
        for words in ["plan", "drift", "apply", "plan --format json", "output"] {
            let ran = place.recon(&format!("{words} --sandbox --verbose")).expect(0);
            assert_eq!(passwords(&(ran.out() + &ran.err())), 0, "{words}");
        }
        let kept = fs::read_to_string(place.path(".recon/sandbox.json")).unwrap();
        assert_eq!(passwords(&kept), 0);
    }
}

#[cfg(unix)]
#[test]
fn a_password_goes_where_the_user_says_and_nowhere_else() {
    use std::os::unix::fs::PermissionsExt;
    let place = place("a", &format!("{CREDENTIAL}password_file = \"secret/password\"\n"));
    place.write("desired/secret/.keep", "");
    let ran = place.recon("apply --sandbox --auto-approve --format json").expect(0);
    assert_eq!(passwords(&(ran.out() + &ran.err())), 0, "{}{}", ran.out(), ran.err());
    let file = place.path("desired/secret/password");
    assert_eq!(passwords(&fs::read_to_string(&file).unwrap()), 1);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(passwords(&fs::read_to_string(place.path(".recon/sandbox.json")).unwrap()), 0);
}
