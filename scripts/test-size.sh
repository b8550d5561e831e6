#!/usr/bin/env bash
# Builds the shared library as it ships, whole and for signalling only: each without its symbol table, and no larger than its limit.
set -eu
cd "$(dirname "$0")/.."

check() { # NAME LIMIT_IN_BYTES [FEATURES...]
    local name=$1 limit=$2 library=target/size/$1/release/libtgcall.so size start=$SECONDS
    shift 2
    cargo rustc --quiet --locked --release --lib --crate-type cdylib --target-dir "target/size/$name" "$@"
    size=$(wc -c <"$library")
    echo "$name: $size bytes of at most $limit, built in $((SECONDS - start)) s"
    # Cargo leaves the symbols in, without a word, where a profile has a section of its own for our package.
    ! readelf --sections --wide "$library" | grep -q '\.symtab' || { echo "$name: its symbols were not stripped" >&2; return 1; }
    [ "$size" -le "$limit" ] || { echo "$name: too large" >&2; return 1; }
}

[ "$(uname -s)" = Linux ] || { echo "SKIPPED: the limits are those of Linux"; exit 0; }
# With group calls in it; without them it was to be 4.8 MB.
check whole 5600000
check signalling 1100000 --no-default-features
