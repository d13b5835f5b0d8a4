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

# how long a check takes, of desired/ and of many services
bench-check:
    cargo bench -p recon-rules --bench check

# everything
ci:
    .ci/run
