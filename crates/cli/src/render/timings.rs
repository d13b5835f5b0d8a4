//! What a run's calls took, as a table.

use recon_model::plan::{ServiceTimings, Timings};

use super::style::{STRONG, paint};
use super::text::{clean, width};

const COLUMNS: [&str; 6] = ["calls", "waves", "ms", "slowest", "held back", "throttled"];

/// The table; `title` says what it is about, where there are several.
pub fn timings(title: &str, timings: &Timings) -> String {
    let mut rows: Vec<(&str, [String; 6])> =
        timings.services.iter().map(|(name, service)| (name.as_str(), row(service))).collect();
    rows.push(("all", all(timings)));
    let names = rows.iter().map(|(name, _)| width(name)).max().unwrap_or(0).max(7);
    let line = |name: &str, cells: [String; 6]| {
        let cells =
            cells.iter().zip(COLUMNS).map(|(cell, title)| format!("  {cell:>0$}", width(title).max(6)));
        format!("{name:<names$}{}", cells.collect::<String>())
    };
    let mut lines = Vec::new();
    if !title.is_empty() {
        lines.push(paint(STRONG, &clean(title)));
    }
    lines.push(paint(STRONG, &line("service", COLUMNS.map(String::from))));
    lines.extend(rows.into_iter().map(|(name, cells)| line(name, cells)));
    if !timings.stages.is_empty() {
        let stages = timings.stages.iter().map(|one| format!("{} {} ms", one.stage, one.milliseconds));
        lines.push(stages.collect::<Vec<_>>().join(" · "));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn row(service: &ServiceTimings) -> [String; 6] {
    cells(
        service.waves,
        [
            service.calls,
            service.milliseconds,
            service.slowest_milliseconds,
            service.held_back_milliseconds,
            service.throttled,
        ],
    )
}

fn all(timings: &Timings) -> [String; 6] {
    let services = || timings.services.values();
    cells(
        timings.waves,
        [
            services().map(|one| one.calls).sum(),
            timings.milliseconds,
            services().map(|one| one.slowest_milliseconds).max().unwrap_or(0),
            services().map(|one| one.held_back_milliseconds).sum(),
            timings.throttled,
        ],
    )
}

fn cells(waves: Option<usize>, figures: [u64; 5]) -> [String; 6] {
    let [calls, rest @ ..] = figures.map(|figure| figure.to_string());
    let [ms, slowest, held_back, throttled] = rest;
    [calls, waves.map_or("-".to_string(), |waves| waves.to_string()), ms, slowest, held_back, throttled]
}
