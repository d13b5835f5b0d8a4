//! The binary `recon`.

use std::process::ExitCode;

/// Documents are many small pieces, made and dropped from two threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    recon::main()
}
