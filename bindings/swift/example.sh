#!/usr/bin/env bash
# Lets the example call itself through tgcall-sim: 1001 calls 1002, each has to hear the other's tone, and the emoji are the same.
#
#   bindings/swift/example.sh EXAMPLE SIM WORK    the programs, and a folder for what they say
set -eu
example=$1 sim=$2 work=$3
cd "$(dirname "$0")/../.."
run() { timeout 120 scripts/with-swift.sh "$example" "$port" "$@"; }
pids=()
trap 'kill ${pids[@]+"${pids[@]}"} 2>/dev/null || true' EXIT

: >"$work/sim.out" >"$work/callee.out" # of another time, or not there before who reads them
"$sim" --port 0 --seed 1 >"$work/sim.out" 2>"$work/sim.err" &
pids+=($!)
while ! port=$(head -1 "$work/sim.out") || [ -z "$port" ]; do
    kill -0 "${pids[0]}" 2>/dev/null || { cat "$work/sim.err"; exit 1; }
    sleep 0.05
done
run 1002 >"$work/callee.out" 2>&1 &
callee=$!
pids+=("$callee")
# Who is called has to be there.
while ! grep -q waiting "$work/callee.out"; do
    kill -0 "$callee" 2>/dev/null || { cat "$work/callee.out"; exit 1; }
    sleep 0.05
done
status=0
run 1001 1002 >"$work/caller.out" 2>&1 || status=$?
wait "$callee" || status=$?
sed 's/^/  1001  /' "$work/caller.out"
sed 's/^/  1002  /' "$work/callee.out"
for side in caller callee; do
    grep -q 'the tone arrived' "$work/$side.out" || { echo "no tone arrived at the $side"; status=1; }
done
[ "$(grep emoji "$work/caller.out")" = "$(grep emoji "$work/callee.out")" ] || { echo "the emoji differ"; status=1; }
exit $status
