//! The differ alone: copies of `desired/` in memory, planned and written as JSON.
//! `just bench-diff` times them; `just count-diff` counts instructions. Nothing
//! asserts a time. With `growth` as its argument, CPU time by resources.

#![allow(clippy::unwrap_used, clippy::panic)]

mod estate;

use estate::{Against, Estate, growth};
use recon_model::plan::Plan;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).map_or(Some(0), |text| text.parse().ok())
    };
    if let Some(copies) = number("once") {
        // for callgrind: one plan and no more
        let estate = Estate::of(copies.max(1));
        let against = match arguments.last().map(String::as_str) {
            Some("few") => Against::FewTags,
            Some("updated") => Against::OtherTags,
            Some("nothing") => Against::Nothing,
            _ => Against::Itself,
        };
        println!("{}", json(&estate.planned(against)));
        return;
    }
    if arguments.iter().any(|argument| argument == "growth") {
        return growth(json);
    }
    divan::main();
}

/// How long the plan is as JSON.
fn json(plan: &Plan) -> usize {
    serde_json::to_string(plan).unwrap().len()
}

#[divan::bench(args = [33, 333], sample_count = 10)]
fn unchanged(bencher: divan::Bencher<'_, '_>, copies: usize) {
    let estate = Estate::of(copies);
    bencher.bench(|| json(&estate.planned(Against::Itself)));
}

#[divan::bench(args = [33, 333], sample_count = 10)]
fn from_nothing(bencher: divan::Bencher<'_, '_>, copies: usize) {
    let estate = Estate::of(copies);
    bencher.bench(|| json(&estate.planned(Against::Nothing)));
}
