//! The binary `recon`.

use std::process::ExitCode;

fn main() -> ExitCode {
    recon::main()
}
