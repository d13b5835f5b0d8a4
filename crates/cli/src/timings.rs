//! What a run took: figures for people and machines, and a trace of each call.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use recon_aws::Traced;
use recon_model::plan::{Calls, ServiceTimings, StageTiming, Timings};

use crate::args::TimingsArgs;
use crate::console::Console;
use crate::render::trace::Track;
use crate::{Failure, render};

/// The stages of a run on a stack, each from the end of the one before.
#[derive(Debug, Clone)]
pub struct Stages {
    begun: Instant,
    over: Vec<(&'static str, Instant)>,
}

impl Stages {
    pub fn begin() -> Self {
        Self { begun: Instant::now(), over: Vec::new() }
    }

    /// A stage is over.
    pub fn over(&mut self, stage: &'static str) {
        self.over.push((stage, Instant::now()));
    }

    /// Each stage with its beginning, told from that of the first, and its length.
    pub fn laps(&self) -> Vec<(&'static str, Duration, Duration)> {
        let mut from = self.begun;
        let lap = |(stage, end): &(&'static str, Instant)| {
            let lap = (*stage, from - self.begun, *end - from);
            from = *end;
            lap
        };
        self.over.iter().map(lap).collect()
    }
}

/// What was asked for on one stack: its name, its stages, its calls.
pub struct Taken {
    pub stack: String,
    pub stages: Stages,
    pub calls: Vec<Traced>,
}

impl TimingsArgs {
    /// Whether the plan's own document is to tell, too.
    pub fn wanted(&self) -> bool {
        self.timings || self.trace.is_some()
    }

    /// Puts the figures into a plan's calls.
    pub fn add_to(&self, calls: &mut Calls, taken: &Taken) {
        if self.wanted() {
            calls.timings = Some(Timings { stages: stages(&taken.stages), ..figures(&taken.calls) });
        }
    }

    /// The table and the trace, for whoever asked for them.
    ///
    /// # Errors
    /// When the trace cannot be written.
    pub fn tell(&self, taken: &[Taken], console: &Console) -> Result<(), Failure> {
        if self.timings {
            for one in taken {
                let timings = Timings { stages: stages(&one.stages), ..figures(&one.calls) };
                let title = if taken.len() > 1 { one.stack.as_str() } else { "" };
                console.say(&render::timings(title, &timings));
            }
            if taken.len() > 1 {
                let all: Vec<Traced> = taken.iter().flat_map(|one| one.calls.iter().cloned()).collect();
                console.say(&render::timings("all of them", &figures(&all)));
            }
        }
        match &self.trace {
            Some(file) => write(file, taken),
            None => Ok(()),
        }
    }
}

fn write(file: &Path, taken: &[Taken]) -> Result<(), Failure> {
    let tracks =
        taken.iter().map(|one| Track { stack: &one.stack, stages: one.stages.laps(), calls: &one.calls });
    let text = render::json(&render::trace::document(tracks));
    std::fs::write(file, text)
        .map_err(|error| Failure::new(format!("the trace {} cannot be written: {error}", file.display())))
}

fn stages(stages: &Stages) -> Vec<StageTiming> {
    let laps = stages.laps().into_iter();
    laps.map(|(stage, _, took)| StageTiming { stage: stage.into(), milliseconds: millis(took) }).collect()
}

/// The figures of some calls, all of them and by service.
pub fn figures(calls: &[Traced]) -> Timings {
    let mut by_service: BTreeMap<&str, Vec<&Traced>> = BTreeMap::new();
    for call in calls {
        by_service.entry(call.service).or_default().push(call);
    }
    let first = calls.iter().map(|call| call.asked).min().unwrap_or_default();
    let last = calls.iter().map(|call| call.ended).max().unwrap_or_default();
    Timings {
        milliseconds: millis(last - first),
        waves: calls.iter().map(|call| call.wave).max().filter(|_| in_waves(calls)),
        throttled: calls.iter().map(|call| u64::from(call.throttled)).sum(),
        services: by_service
            .into_iter()
            .map(|(name, of_it)| (name.to_string(), service(&of_it, in_waves(calls))))
            .collect(),
        stages: Vec::new(),
    }
}

/// Which call waited for which is told by time: where none passes (a sandbox in this
/// process), one answer is there before the next is asked for.
pub fn in_waves(calls: &[Traced]) -> bool {
    calls.iter().any(|call| call.ended > call.begun)
}

fn service(calls: &[&Traced], in_waves: bool) -> ServiceTimings {
    let waves: BTreeSet<usize> = calls.iter().map(|call| call.wave).collect();
    ServiceTimings {
        calls: calls.iter().map(|call| u64::from(call.attempts)).sum(),
        waves: in_waves.then_some(waves.len()),
        milliseconds: millis(busy(calls)),
        slowest_milliseconds: calls.iter().map(|call| millis(call.ended - call.begun)).max().unwrap_or(0),
        held_back_milliseconds: calls.iter().map(|call| millis(call.begun - call.asked)).sum(),
        throttled: calls.iter().map(|call| u64::from(call.throttled)).sum(),
    }
}

/// Time in which at least one of the calls was under way.
fn busy(calls: &[&Traced]) -> Duration {
    let mut times: Vec<(Duration, Duration)> = calls.iter().map(|call| (call.begun, call.ended)).collect();
    times.sort();
    let mut busy = Duration::ZERO;
    let mut until = Duration::ZERO;
    for (from, to) in times {
        busy += to.saturating_sub(from.max(until));
        until = until.max(to);
    }
    busy
}

fn millis(duration: Duration) -> u64 {
    u64::try_from((duration + Duration::from_micros(500)).as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(service: &'static str, wave: usize, times: [u64; 3], throttled: u32) -> Traced {
        let [asked, begun, ended] = times.map(Duration::from_millis);
        Traced {
            service,
            operation: "DescribeThings",
            wave,
            after: None,
            asked,
            begun,
            ended,
            attempts: 1 + throttled,
            throttled,
            status: Some(200),
            code: None,
        }
    }

    #[test]
    fn overlapping_calls_keep_a_service_busy_once() {
        let calls = [
            call("ecs", 1, [10, 10, 50], 0),
            call("ecs", 1, [10, 30, 60], 1),
            call("ecs", 3, [100, 100, 140], 0),
            call("iam", 2, [60, 60, 90], 0),
        ];
        let figures = figures(&calls);
        assert_eq!((figures.milliseconds, figures.waves, figures.throttled), (130, Some(3), 1));
        let ecs = &figures.services["ecs"];
        assert_eq!((ecs.calls, ecs.waves, ecs.milliseconds), (4, Some(2), 90));
        assert_eq!((ecs.slowest_milliseconds, ecs.held_back_milliseconds, ecs.throttled), (40, 20, 1));
    }

    #[test]
    fn who_asked_nothing_waited_for_nothing() {
        assert_eq!(figures(&[]), Timings::default());
        assert_eq!(figures(&[call("ecs", 1, [0; 3], 0), call("ecs", 2, [0; 3], 0)]).waves, None);
    }
}
