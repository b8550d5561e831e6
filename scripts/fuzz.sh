#!/usr/bin/env bash
# Runs each cargo-fuzz target of tests/fuzz for so many seconds, from the corpus that the tests replay.
#
#   scripts/fuzz.sh SECONDS [TARGET...]
#
# The sanitizer and coverage flags want a nightly compiler; RUSTC_BOOTSTRAP makes the stable one take them.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-60}
shift || true
export RUSTC_BOOTSTRAP=1
command -v cargo-fuzz >/dev/null || {
    echo "installing cargo-fuzz" >&2
    cargo install --quiet --locked cargo-fuzz || { echo "cargo-fuzz is needed: cargo install cargo-fuzz" >&2; exit 1; }
}
host=$(rustc -vV | sed -n 's/^host: //p')
corpus=$PWD/target/fuzz-corpus
TGCALL_FUZZ_CORPUS=$corpus cargo test --quiet --locked --all-features --test fuzz >/dev/null
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(cargo fuzz list --fuzz-dir tests/fuzz)
failed=0
for target in "${targets[@]}"; do
    echo "== $target"
    mkdir -p "$corpus/$target"
    cargo fuzz run --fuzz-dir tests/fuzz --target "$host" "$target" "$corpus/$target" -- -max_total_time="$seconds" \
        -rss_limit_mb=2048 -print_final_stats=1 || failed=$((failed + 1))
done
echo "${#targets[@]} targets, $failed failed"
[ $failed = 0 ]
