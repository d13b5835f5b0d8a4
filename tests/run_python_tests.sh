#!/usr/bin/env bash
# The sandbox before clients that were not written here: boto3, botocore's own
# codec, the AWS CLI, and moto beside it. Makes its own Python environments, .venv and .venv-cli.
set -euo pipefail
cd "$(dirname "$0")/.."
botocore=$(cat crates/shapes/data/BOTOCORE_VERSION)
[ -x .venv/bin/python ] || python3 -m venv .venv
# the AWS CLI asks for a botocore of its own choice: the release that asks for this one, in a place of its own
[ -x .venv-cli/bin/aws ] || { python3 -m venv .venv-cli && .venv-cli/bin/pip install -q "botocore==$botocore" awscli; }
.venv/bin/pip install -q "botocore==$botocore" "boto3==$botocore" 'moto[server]==5.2.5' check-jsonschema pytest pytest-xdist jsonschema regex tomli-w

# comment.sh needs it, and every runner has it
command -v jq >/dev/null || { apt-get update -q && apt-get install -y -q jq; } >/dev/null

# the models are botocore's of that version, cut
.venv/bin/python crates/shapes/tools/trim_models.py --check

cargo build -q -p recon-shapes --example wire
cargo build -q -p recon-sandbox --example serve
cargo build -q -p recon-acceptance --example scenes
cargo build -q -p recon
target=${CARGO_TARGET_DIR:-target}
scratch=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$scratch"' EXIT

port() { .venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
sandbox=$(port)
moto=$(port)
# not recorded: these clients also ask what no client of AWS's may
env -u RECON_SANDBOX_RECORD "$target/debug/examples/serve" --port "$sandbox" >/dev/null 2>&1 &
.venv/bin/moto_server -H 127.0.0.1 -p "$moto" >/dev/null 2>&1 &
for _ in $(seq 60); do
    .venv/bin/python -c "import socket; [socket.create_connection(('127.0.0.1', p)).close() for p in ($sandbox, $moto)]" 2>/dev/null && break
    sleep 1
done

export RECON_SANDBOX_URL="http://127.0.0.1:$sandbox" MOTO_URL="http://127.0.0.1:$moto" RECON_WIRE="$target/debug/examples/wire"
export RECON="$PWD/$target/debug/recon" RECON_AWS_CLI="$PWD/.venv-cli/bin/aws"
case $target in /*) export RECON="$target/debug/recon" ;; esac
.venv/bin/python -m pytest -q tests/boto3 tests/sarif tests/schema tests/integrations --ignore tests/boto3/test_calls.py

# desired/ and every example on the loopback's sandbox and on moto, in servers of its own; with
# MOTO=all every field of every kind as well, which has not come to its end in one run yet
"$target/debug/examples/scenes" > "$scratch/scenes.json"
scenes=tests/moto/test_stacks.py
[ "${MOTO:-}" != all ] || scenes=tests/moto
RECON_SCENES="$scratch/scenes.json" .venv/bin/python -m pytest -q -n 2 $scenes

# every call of recon's in all these tests, where .ci/run had them recorded
.venv/bin/python -m pytest -q -s tests/boto3/test_calls.py
