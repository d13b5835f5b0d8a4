//! Plans, drift and graphs for pull requests and browsers, through the binary.

use recon::render::markdown::{self, LIMIT, Promise};
use recon_model::plan::Plan;

use super::behaviour::Place;
use super::build::*;

/// The reference stack, applied, and then changed in every way that a plan tells of.
fn changed() -> Place {
    let place = Place::with_the_reference_stack();
    place.recon("apply --sandbox --auto-approve").expect(0);
    std::fs::remove_file(place.path("desired/notifications.toml")).unwrap();
    place.edit(
        "desired/ecs.toml",
        "health_check_grace_period_seconds = 200",
        "health_check_grace_period_seconds = 100",
    );
    place.edit("desired/taskdef.json", "Asia/Seoul", "<b>`@root`</b>");
    place.edit("desired/elb.toml", "\"test-tg-02\"", "\"test-tg-green\"");
    place.edit(
        "desired/pipeline.toml",
        "\"codebuild:StartBuild\"]",
        "\"codebuild:StartBuild\", \"codebuild:StopBuild\"]",
    );
    let more = "[logs.log_group.more]\nname = \"/ecs/more\"\n";
    place.write("desired/more.toml", more);
    place
}

fn between<'t>(text: &'t str, from: &str, to: &str) -> (&'t str, &'t str) {
    let (before, rest) = text.split_once(from).unwrap();
    (before, rest.split_once(to).unwrap().1)
}

#[test]
fn a_plan_in_every_form() {
    let place = changed();
    let comment = place.recon("plan --sandbox --format markdown").expect(0).out();
    snapshot("plan", "changed.markdown", &comment);
    assert_eq!(place.recon("plan --sandbox --format markdown").out(), comment, "the same from run to run");
    let page = place.recon("plan --sandbox --format html").expect(0).out();
    let (head, rest) = between(&page, "<style>", "</style>");
    let (body, _) = between(rest, "<script>", "</script>");
    snapshot("plan", "changed.html", &format!("{head}\n{}", body.replace("><", ">\n<")));
    snapshot("plan", "changed", &place.recon("plan --sandbox").expect(0).out());
    snapshot("plan", "changed.full", &place.recon("plan --sandbox --full").expect(0).out());
    // kept as JSON, a plan reads the same
    place.write("plan.json", &place.recon("plan --sandbox --format json").out());
    let shown = place.recon("show plan.json --format markdown").expect(0).out();
    assert_eq!(shown.replace("recon show", "recon plan").replace("recon:show", "recon:plan"), comment);
}

#[test]
fn the_page_asks_the_network_for_nothing() {
    let page = changed().recon("plan --sandbox --format html").expect(0).out();
    for word in ["http://", "https://", "src=", "@import", "url(", "<link"] {
        let rest = page.replace("http://www.w3.org/2000/svg", "").replace("url(#arrow)", "");
        assert!(!rest.contains(word), "{word}");
    }
    assert!(page.contains("default-src 'none'"));
    assert!(!page.contains("<b>`@root`"), "what others wrote is no markup");
}

#[test]
fn a_large_plan_fits_into_a_comment_and_keeps_its_warnings() {
    let long = "x".repeat(600);
    let mut steps: Vec<_> = (0..400)
        .map(|i| step(&format!("iam.role.r{i}"), "r", update()).with("description", "old", long.as_str()))
        .collect();
    steps.push(step("ecr.repository.old", "old", delete()));
    let mut large: Plan = plan(steps);
    large.notices = vec![notice("BLIND", None, "nobody could look")];
    let text = markdown::plan("plan", &large, Promise::Saved);
    assert!(text.encode_utf16().count() < LIMIT, "{}", text.len());
    assert!(text.contains("**DATA LOSS**") && text.contains("nobody could look"));
    assert!(text.contains("**Cut here**") && text.contains("Merging applies exactly this plan"));
    let (head, rest) = text.split_once("<details>").unwrap();
    let (_, cut) = rest.split_once("**Cut here**").unwrap();
    let cut: Vec<&str> = cut.lines().collect();
    let shown = [&cut[..4], &["…"], &cut[cut.len() - 5..]].concat().join("\n");
    snapshot("plan", "large.markdown", &format!("{head}…\n**Cut here**{shown}\n"));
}

#[test]
fn no_change_is_a_short_comment() {
    let place = Place::with_the_reference_stack();
    place.recon("apply --sandbox --auto-approve").expect(0);
    snapshot("plan", "no_change.markdown", &place.recon("plan --sandbox --format markdown").expect(0).out());
}

#[test]
fn a_failure_reaches_the_pull_request() {
    let place = Place::empty();
    place.write("desired/stack.toml", "[stack]\nnme = \"s\"\n");
    snapshot(
        "problems",
        "failure.markdown",
        &place.recon("plan --sandbox --format markdown").expect(1).out(),
    );
}

#[test]
fn the_stack_and_a_plan_are_drawn_in_every_language() {
    let place = changed();
    place.write("plan.json", &place.recon("plan --sandbox --format json").out());
    for (name, words) in [("stack", "graph"), ("plan", "graph --plan plan.json")] {
        assert_eq!(
            place.recon(words).expect(0).out(),
            place.recon(&format!("{words} --format dot")).expect(0).out()
        );
        for language in ["dot", "mermaid", "svg"] {
            let drawn = place.recon(&format!("{words} --format {language}")).expect(0).out();
            snapshot("graph", &format!("{name}.{language}"), &drawn.replace("><", ">\n<"));
        }
        assert!(place.recon(&format!("{words} --format html")).expect(0).out().contains("</svg>"));
    }
}

#[test]
fn a_form_that_a_command_cannot_give_is_bad_usage_with_the_ones_that_it_can() {
    let place = Place::empty();
    for (words, forms) in [
        ("plan --format sarif", "human, json, markdown or html"),
        ("drift --format html", "human, json, markdown or sarif"),
        ("check --format markdown", "human, json, sarif or github"),
        ("graph --format json", "dot, mermaid, svg or html"),
        ("apply --format svg", "human or json"),
    ] {
        let ran = place.recon(words).expect(64);
        assert!(ran.err().contains(forms), "{words}: {}", ran.err());
    }
}

#[test]
fn drift_in_every_form() {
    let place = Place::with_the_reference_stack();
    place.recon("apply --sandbox --auto-approve").expect(0);
    place.edit(
        "desired/ecs.toml",
        "health_check_grace_period_seconds = 200",
        "health_check_grace_period_seconds = 100",
    );
    place.write("desired/more.toml", "[logs.log_group.more]\nname = \"/ecs/more\"\n");
    let before = place.recon("drift --sandbox --format json").expect(2);
    let document = before.json();
    assert_eq!((&document["format"], document["summary"]["update"].as_u64()), (&1.into(), Some(1)));
    assert_eq!(document["differences"].as_array().map(Vec::len), Some(2));
    place.write("before.json", &before.out());
    let log = place.recon("drift --sandbox --since before.json --format sarif").expect(2).json();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let found: Vec<_> =
        results.iter().map(|r| (r["ruleId"].as_str().unwrap(), &r["properties"]["since"])).collect();
    let since = &document["at"];
    assert_eq!(found, [("drift/absent", since), ("drift/changed", since)]);
    let line = &results[1]["locations"][0]["physicalLocation"]["region"]["startLine"];
    assert!(line.as_u64().is_some_and(|line| line > 15), "the field's own line: {line}");
    let comment = place.recon("drift --sandbox --since before.json --format markdown").expect(2).out();
    assert!(
        comment.starts_with("<!-- recon:drift:aws-cicd-test -->") && comment.contains(", 0 new"),
        "{comment}"
    );
}
