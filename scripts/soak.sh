#!/usr/bin/env bash
# Plays the seeded random scripts and the drawn calls, which are the same on every machine: all of them, or what it can in so many seconds.
#
#   scripts/soak.sh [SECONDS]
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-}
cargo test --locked --all-features --no-run --test soak --test scenarios
[ -z "$seconds" ] || export TGCALL_SECONDS=$((seconds / 2))
cargo test --locked --all-features --test soak -- --ignored --nocapture
TGCALL_SEEDS=2000 cargo test --locked --all-features --test scenarios drawn:: -- --nocapture
