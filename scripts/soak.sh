#!/usr/bin/env bash
# Plays the seeded random scripts, the drawn calls and the drawn group calls, which are the same on every machine: all of them, or what it
# can in so many seconds.
#
#   scripts/soak.sh [SECONDS]
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-}
cargo test --locked --all-features --no-run --test soak --test scenarios --test group_calls
[ -z "$seconds" ] || export TGCALL_SECONDS=$((seconds / 3))
cargo test --locked --all-features --test soak -- --ignored --nocapture
TGCALL_SEEDS=2000 cargo test --locked --all-features --test scenarios drawn:: -- --nocapture
TGCALL_STORIES=3000 cargo test --locked --all-features --test group_calls stories:: -- --nocapture
