# what `just` runs is what .ci/run runs

# plan the reference stack in the sandbox
plan:
    cargo run -q -p recon -- plan --sandbox

# all tests
test:
    cargo test --workspace

# the lints
lint:
    cargo fmt --check
    cargo clippy --workspace --all-targets -- -D warnings

# everything
ci:
    .ci/run
