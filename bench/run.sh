#!/bin/sh
# Runs the benchmarks: bench/run.sh [exchange] [tl] [calls] [conference] [roster] [video] [groups] [connect] [steady] [latency] [capacity] [loss] [size]; all of
# them without an argument. Those from connect to loss are whole calls with sound, against ntgcalls; TGCALL_BENCH_RUNS=2 shortens loss,
# which else takes its seven runs (some eight minutes).
#
# OpenSSL is the system's where its headers are installed, else cargo builds it (some minutes, once; needs perl, make and a C
# compiler).
set -eu
cd "$(dirname "$0")"
if pkg-config --exists 'openssl >= 3.0' 2>/dev/null; then
    export OPENSSL_NO_VENDOR=1
else
    for tool in perl make cc; do
        command -v "$tool" >/dev/null || { echo "bench: OpenSSL has to be built for the comparison, and $tool is missing (Debian: apt install libssl-dev pkg-config)" >&2; exit 1; }
    done
fi
exec cargo run --quiet --release -- "$@"
