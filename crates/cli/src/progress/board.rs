//! Where an apply stands: what is over, what runs and since when, what waits for what.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use petgraph::Direction;
use recon_diff::sequence::{Graph, Operation, What};
use recon_model::Address;

use crate::render::text::{clean, duration};
use crate::render::words::{doing, few};

/// Operations that wait, said at once.
const LISTED: usize = 5;
/// What one of them waits for, named.
const NAMED: usize = 2;

/// Times are counted from the start of the apply.
pub struct Board {
    title: String,
    total: usize,
    over: usize,
    running: BTreeMap<Address, Running>,
    /// What waits, and what for.
    queue: BTreeMap<Operation, BTreeSet<Operation>>,
    expected: BTreeMap<Operation, u64>,
}

struct Running {
    what: What,
    since: Duration,
    about: Option<u64>,
    /// What AWS does meanwhile.
    said: String,
}

impl Board {
    /// `title` says which plan; `expected` how many seconds an operation takes, where that is known.
    pub fn new(title: &str, graph: &Graph, expected: impl Fn(&Operation) -> Option<u64>) -> Self {
        let before =
            |node| graph.neighbors_directed(node, Direction::Incoming).map(|node| graph[node].clone());
        let queue: BTreeMap<_, BTreeSet<_>> =
            graph.node_indices().map(|node| (graph[node].clone(), before(node).collect())).collect();
        let expected = queue.keys().filter_map(|operation| Some((operation.clone(), expected(operation)?)));
        Self {
            title: clean(title),
            total: graph.node_count(),
            over: 0,
            running: BTreeMap::new(),
            expected: expected.collect(),
            queue,
        }
    }

    pub fn started(&mut self, address: &Address, what: What, now: Duration) {
        let operation = Operation { address: address.clone(), what };
        self.queue.remove(&operation);
        let about = self.expected.get(&operation).copied();
        self.running.insert(address.clone(), Running { what, since: now, about, said: String::new() });
    }

    pub fn waits(&mut self, address: &Address, text: &str) {
        if let Some(running) = self.running.get_mut(address) {
            running.said = clean(text);
        }
    }

    /// It is over, well or not. Says `3/6`.
    pub fn over(&mut self, address: &Address, what: What) -> String {
        self.running.remove(address);
        let operation = Operation { address: address.clone(), what };
        for before in self.queue.values_mut() {
            before.remove(&operation);
        }
        self.over += 1;
        format!("{}/{}", self.over, self.total)
    }

    /// `aws-cicd-test · plan 7c1e09ab · 3 of 6`.
    pub fn header(&self) -> String {
        format!("{} · {} of {}", self.title, self.over, self.total)
    }

    /// `ecs.service.api creating`.
    pub fn name(&self, address: &Address) -> String {
        let what = self.running.get(address).map_or("", |running| doing(running.what));
        format!("{address} {what}")
    }

    /// Behind the time that it took so far: `of about 3m20s · desired 2, running 1`.
    pub fn detail(&self, address: &Address) -> String {
        let Some(running) = self.running.get(address) else { return String::new() };
        let about = running.about.map(|seconds| format!("of about {}", duration(seconds as f64)));
        let said = (!running.said.is_empty()).then(|| running.said.clone());
        about.into_iter().chain(said).collect::<Vec<_>>().join(" · ")
    }

    /// What waits for what, those first that are next.
    pub fn waiting(&self) -> Vec<String> {
        let mut queue: Vec<_> = self.queue.iter().filter(|(_, before)| !before.is_empty()).collect();
        queue.sort_by_key(|(_, before)| before.iter().any(|operation| self.queue.contains_key(operation)));
        let mut lines: Vec<String> =
            queue.iter().take(LISTED).map(|(operation, before)| waits_for(operation, before)).collect();
        if let more @ 1.. = queue.len().saturating_sub(LISTED) {
            lines.push(format!("· and {more} more"));
        }
        lines
    }

    /// All of it in plain lines.
    pub fn lines(&self, now: Duration) -> Vec<String> {
        let mut lines = vec![format!("… {} · {}", self.header(), duration(now.as_secs_f64()))];
        for (address, running) in &self.running {
            let time = duration(now.saturating_sub(running.since).as_secs_f64());
            let detail = self.detail(address);
            lines.push(format!("    {} {time} {detail}", self.name(address)).trim_end().to_string());
        }
        lines.extend(self.waiting().into_iter().map(|line| format!("    {line}")));
        lines
    }
}

fn waits_for(operation: &Operation, before: &BTreeSet<Operation>) -> String {
    let own = before.iter().any(|before| before.address == operation.address);
    let others: BTreeSet<&Address> = before
        .iter()
        .map(|before| &before.address)
        .filter(|address| **address != operation.address)
        .collect();
    let mut named: Vec<String> = own.then(|| "its deletion".to_string()).into_iter().collect();
    named.extend(others.into_iter().map(ToString::to_string));
    let word = if operation.what == What::Delete { " (delete)" } else { "" };
    format!("· {}{word} waits for {}", operation.address, few(&named, NAMED))
}
