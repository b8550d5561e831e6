#!/usr/bin/env bash
# Runs the unit tests of src/ffi under valgrind, or, where there is none, under AddressSanitizer.
set -eu
cd "$(dirname "$0")/.."
if command -v valgrind >/dev/null; then
    program=$(cargo test --quiet --locked --all-features --lib --no-run --message-format json |
        sed -n 's/.*"executable":"\([^"]*\)".*/\1/p' | tail -1)
    valgrind --quiet --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite --show-leak-kinds=definite --fair-sched=yes \
        "$program" ffi:: --test-threads 1
else
    host=$(rustc -vV | sed -n 's/^host: //p')
    RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Zsanitizer=address cargo test --quiet --locked --all-features --target "$host" --lib ffi::
fi
