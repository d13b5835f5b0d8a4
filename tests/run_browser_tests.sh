#!/usr/bin/env bash
# The page of `recon plan --format html` in headless Chromium. Takes the browser that is
# there, or Debian's; makes its own Python environment in .venv.
set -euo pipefail
cd "$(dirname "$0")/.."
browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
browser >/dev/null || { apt-get update -q && apt-get install -y -q --no-install-recommends chromium fonts-dejavu-core; } >/dev/null
[ -x .venv/bin/python ] || python3 -m venv .venv
.venv/bin/pip install -q 'playwright==1.65.2' pytest
cargo build -q -p recon
target=$(realpath "${CARGO_TARGET_DIR:-target}")
CHROMIUM=$(browser) RECON="$target/debug/recon" .venv/bin/python -m pytest -q tests/browser
