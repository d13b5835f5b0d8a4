//! Calls as a trace in Chrome's format (the Trace Event Format): one complete
//! event for each call, in a lane of its service, and an arrow from the answer
//! that it waited for.

use std::collections::BTreeMap;
use std::time::Duration;

use recon_aws::Traced;
use serde_json::{Value, json};

use crate::timings::in_waves;

/// What was done on one stack.
pub struct Track<'a> {
    pub stack: &'a str,
    /// Stages with their beginnings and lengths.
    pub stages: Vec<(&'static str, Duration, Duration)>,
    pub calls: &'a [Traced],
}

/// The document. A stack is a process of it, a service a group of lanes.
pub fn document<'a>(tracks: impl Iterator<Item = Track<'a>>) -> Value {
    let mut events = Vec::new();
    for (pid, track) in tracks.enumerate() {
        of_stack(pid + 1, &track, &mut events);
    }
    json!({ "displayTimeUnit": "ms", "traceEvents": events })
}

fn of_stack(pid: usize, track: &Track<'_>, events: &mut Vec<Value>) {
    events.push(named("process_name", pid, 0, track.stack));
    events.push(named("thread_name", pid, 0, "stages"));
    for (stage, begun, took) in &track.stages {
        events.push(json!({
            "name": stage, "cat": "stage", "ph": "X", "ts": micros(*begun), "dur": micros(*took),
            "pid": pid, "tid": 0,
        }));
    }
    let in_waves = in_waves(track.calls);
    let lanes = lanes(track.calls);
    let mut told: BTreeMap<usize, &str> = BTreeMap::new();
    for (call, lane) in track.calls.iter().zip(&lanes) {
        told.entry(*lane).or_insert(call.service);
    }
    events.extend(told.iter().map(|(lane, service)| named("thread_name", pid, *lane, service)));
    // lanes stand in this order, not by number of their first call
    events.extend(told.keys().map(|lane| {
        json!({ "name": "thread_sort_index", "ph": "M", "pid": pid, "tid": lane, "args": { "sort_index": lane } })
    }));
    for (at, call) in track.calls.iter().enumerate() {
        let cause = call.after.filter(|_| in_waves);
        let after = cause.map(|cause| &track.calls[cause]);
        events.push(event(pid, lanes[at], call, after, in_waves.then_some(call.wave)));
        if let Some(cause) = cause {
            let flow = |ph: &str, lane: usize, time: Duration| {
                json!({
                    "name": "answer", "cat": "waited for", "ph": ph, "id": pid * 1_000_000 + at, "bp": "e",
                    "ts": micros(time), "pid": pid, "tid": lane,
                })
            };
            // inside the slices that the arrow joins
            let ended = track.calls[cause].ended.saturating_sub(Duration::from_micros(1));
            events.push(flow("s", lanes[cause], ended));
            events.push(flow("f", lanes[at], call.begun));
        }
    }
}

fn event(pid: usize, lane: usize, call: &Traced, after: Option<&Traced>, wave: Option<usize>) -> Value {
    let after = after.map(|cause| format!("{} {}", cause.service, cause.operation));
    json!({
        "name": call.operation, "cat": call.service, "ph": "X",
        "ts": micros(call.begun), "dur": micros(call.ended - call.begun), "pid": pid, "tid": lane,
        "args": {
            "service": call.service, "operation": call.operation, "wave": wave, "after": after,
            "attempts": call.attempts, "throttled": call.throttled, "status": call.status, "code": call.code,
            "held_back_us": micros(call.begun - call.asked),
        },
    })
}

fn named(what: &str, pid: usize, tid: usize, name: &str) -> Value {
    json!({ "name": what, "ph": "M", "pid": pid, "tid": tid, "args": { "name": name } })
}

/// A lane for each call, so that no two in one lane overlap; those of a service
/// stand together.
fn lanes(calls: &[Traced]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..calls.len()).collect();
    order.sort_by_key(|at| (calls[*at].service, calls[*at].begun));
    let mut lanes = vec![0; calls.len()];
    let mut service = "";
    let (mut base, mut ends): (usize, Vec<Duration>) = (1, Vec::new());
    for at in order {
        let call = &calls[at];
        if call.service != service {
            service = call.service;
            base += ends.len();
            ends.clear();
        }
        let free = ends.iter().position(|end| *end <= call.begun).unwrap_or(ends.len());
        match ends.get_mut(free) {
            Some(end) => *end = call.ended,
            None => ends.push(call.ended),
        }
        lanes[at] = base + free;
    }
    lanes
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
