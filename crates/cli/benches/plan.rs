//! A plan as people read it: copies of `desired/` in memory, planned and written as text.
//! `just bench-text` times them, by resources; nothing asserts a time.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../../diff/benches/estate/mod.rs"]
mod estate;

use recon::render::{self, Look};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    // `cargo test --all-targets` runs benches too, and asks for nothing
    if std::env::args().any(|argument| argument == "growth") {
        estate::growth(|plan| render::plan("plan", plan, Look { width: 100, full: false }).len());
    }
}
