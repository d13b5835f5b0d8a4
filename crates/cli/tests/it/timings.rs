//! What a run took, in figures and as a trace.

use std::collections::BTreeMap;
use std::time::Duration;

use recon::render::{self, trace};
use recon_aws::Traced;
use recon_model::plan::{ServiceTimings, StageTiming, Timings};
use serde_json::Value;

use super::behaviour::Place;
use super::build::*;
use super::served::serve_with;

fn call(service: &'static str, operation: &'static str, wave: usize, times: [u64; 3]) -> Traced {
    let [asked, begun, ended] = times.map(Duration::from_millis);
    Traced {
        service,
        operation,
        wave,
        after: (wave > 1).then_some(0),
        asked,
        begun,
        ended,
        attempts: 1,
        throttled: 0,
        status: Some(200),
        code: None,
    }
}

fn calls() -> Vec<Traced> {
    vec![
        call("elbv2", "DescribeLoadBalancers", 1, [2, 2, 40]),
        Traced {
            attempts: 3,
            throttled: 2,
            status: Some(404),
            code: Some("NoSuchEntity".into()),
            ..call("iam", "GetRole", 1, [2, 5, 55])
        },
        Traced { status: None, code: Some("NoAnswer".into()), ..call("iam", "GetUser", 1, [2, 2, 60]) },
        call("elbv2", "DescribeListeners", 2, [41, 41, 80]),
    ]
}

#[test]
fn a_trace_has_an_event_for_each_call_and_an_arrow_from_what_it_waited_for() {
    let stages = vec![
        ("stack", Duration::ZERO, Duration::from_millis(2)),
        ("reading", Duration::from_millis(2), Duration::from_millis(80)),
    ];
    let document = trace::document([trace::Track { stack: "shop", stages, calls: &calls() }].into_iter());
    snapshot("timings", "trace.json", &render::json(&document));
}

#[test]
fn the_table_says_what_each_service_took() {
    let service = |calls, waves, milliseconds, throttled| ServiceTimings {
        calls,
        waves,
        milliseconds,
        slowest_milliseconds: milliseconds / 2,
        held_back_milliseconds: 7,
        throttled,
    };
    let services = BTreeMap::from([
        ("ecs".to_string(), service(3, Some(1), 40, 0)),
        ("resourcegroupstaggingapi".to_string(), service(1, Some(1), 120, 2)),
    ]);
    let stages = vec![StageTiming { stage: "stack".into(), milliseconds: 3 }];
    let told = Timings { milliseconds: 131, waves: Some(3), throttled: 2, services, stages };
    let text = plain(&render::timings("", &told));
    assert_eq!(too_wide(&text, 80), Vec::<String>::new());
    snapshot("timings", "table", &text);
}

/// Every slice of a lane ends before the next begins: viewers draw no other.
fn overlaps(document: &Value) -> Vec<(u64, u64)> {
    let mut slices: Vec<(u64, u64, u64)> = events(document, "X")
        .map(|event| ["tid", "ts", "dur"].map(|name| event[name].as_u64().unwrap()))
        .map(|[lane, at, length]| (lane, at, at + length))
        .collect();
    slices.sort();
    let pairs = slices.windows(2).filter(|pair| pair[0].0 == pair[1].0 && pair[1].1 < pair[0].2);
    pairs.map(|pair| (pair[0].0, pair[1].1)).collect()
}

fn events<'a>(document: &'a Value, phase: &'a str) -> impl Iterator<Item = &'a Value> {
    document["traceEvents"].as_array().unwrap().iter().filter(move |event| event["ph"] == phase)
}

#[test]
fn a_plan_over_a_slow_line_tells_its_waves_and_no_secret() {
    let place = Place::with_the_reference_stack();
    place.recon("apply --sandbox=box.json --auto-approve").expect(0);
    let (_server, url) = serve_with(&place, &["--faults", "slow=0.04"]);
    let mut command = place.command("plan --format json --timings --trace trace.json");
    command.env("AWS_ENDPOINT_URL", &url).env("AWS_ACCESS_KEY_ID", "AKIDHIDDEN");
    let ran = super::behaviour::Ran::of(command.env("AWS_SECRET_ACCESS_KEY", "HIDDEN")).expect(0);
    let calls = &ran.json()["calls"];
    let timings = &calls["timings"];
    let waves = timings["waves"].as_u64().unwrap();
    // a machine that is busy may tear a wave in two, and never makes two one
    assert!((3..=6).contains(&waves), "{timings}");
    assert!(timings["milliseconds"].as_u64().unwrap() >= 120, "{timings}");
    for (service, n) in calls["by_service"].as_object().unwrap() {
        assert_eq!(timings["services"][service]["calls"], *n, "{service}");
    }
    assert!(ran.err().contains("held back") && ran.err().contains("stack "), "{}", ran.err());

    let text = std::fs::read_to_string(place.path("trace.json")).unwrap();
    let trace: Value = serde_json::from_str(&text).unwrap();
    let traced = events(&trace, "X").filter(|event| event["cat"] != "stage").count() as u64;
    assert_eq!(Some(traced), calls["total"].as_u64());
    assert_eq!(overlaps(&trace), []);
    for secret in ["HIDDEN", "123456789012", "arn:"] {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[test]
fn what_was_not_asked_for_is_not_told_and_a_trace_that_cannot_be_written_is() {
    let place = Place::with_the_reference_stack();
    let ran = place.recon("plan --sandbox --format json").expect(0);
    assert_eq!(ran.json()["calls"]["timings"], Value::Null);
    assert!(!ran.err().contains("held back"), "{}", ran.err());
    let ran = place.recon("apply --sandbox --auto-approve --format json --timings").expect(0);
    assert_eq!(ran.json()["calls"]["timings"]["throttled"], 0);
    let ran = place.recon("drift --sandbox --trace no/such/folder/t.json").expect(1);
    assert!(ran.err().contains("the trace no/such/folder/t.json cannot be written"), "{}", ran.err());
}
