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

# broken inputs for ten minutes: TOML, JSON, YAML, plan files
fuzz seconds="600":
    cargo run -q -p recon --example fuzz -- {{seconds}}

# how long a check takes, of desired/ and of many services
bench-check:
    cargo bench -p recon-rules --bench check

# how a check grows with copies of desired/
bench-growth:
    cargo bench -p recon-rules --bench check -- growth

# how long the differ takes, and how it grows up to 100,000 resources
bench-diff:
    cargo bench -p recon-diff --bench plan -- growth

# the same with the plan as people read it (links the whole of recon)
bench-text:
    cargo bench -p recon --bench plan -- growth

# instructions of one plan of 10 copies, for comparison on a noisy machine (needs valgrind)
count-diff copies="10":
    #!/usr/bin/env bash
    set -euo pipefail
    bench=$(cargo bench -p recon-diff --bench plan --no-run --message-format=json \
        | python3 -c 'import json,sys; print([m["executable"] for m in map(json.loads, sys.stdin) if m.get("executable")][-1])')
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$bench" once {{copies}} 2>&1 | grep -E 'Collected|refs'

# recon beside a reader written by hand, with and without latency; --runs N
bench *options:
    cargo build -q --release -p recon
    [ -x target/bench/bin/python ] || python3 -m venv target/bench
    target/bench/bin/pip install -q boto3
    target/bench/bin/python bench/run.py target/release/recon {{options}}

# a plan of copies of the reference stack in one stack: calls, CPU, memory; 1, 10 and 100 unless told otherwise
bench-estate *counts:
    #!/usr/bin/env bash
    set -euo pipefail
    cargo build -q --release -p recon
    writer=$(cargo bench -q --profile dev -p recon-rules --bench check --no-run --message-format=json \
        | python3 -c 'import json,sys; print([m["executable"] for m in map(json.loads, sys.stdin) if m.get("executable")][-1])')
    python3 bench/estate.py target/release/recon "$writer" {{counts}}

# the same, and Ansible in check mode; `just bench-others --terraform` where Terraform and its provider are
bench-others *options:
    cargo build -q --release -p recon
    [ -x target/bench/bin/python ] || python3 -m venv target/bench
    target/bench/bin/pip install -q boto3 ansible 'moto[server]==5.2.5'
    target/bench/bin/python bench/run.py target/release/recon --ansible {{options}}

# everything
ci:
    .ci/run
