#!/usr/bin/env bash
# make test-swift: builds bindings/swift, runs its tests, and lets its example call itself through tgcall-sim.
#
#   scripts/test-swift.sh [LIBRARY SIM]
#
# LIBRARY is a libtgcall.so and SIM a tgcall-sim; without them those of the dev profile are built. Swift is that on the PATH,
# else the one of scripts/swift-root.sh.
set -eu
cd "$(dirname "$0")/.."
work=$PWD/target/swift
mkdir -p "$work/lib" "$work/pkgconfig"

if [ $# = 2 ]; then
    library=$1 sim=$2
else
    cargo rustc --quiet --locked --lib --crate-type cdylib
    cargo build --quiet --locked --features sim --bin tgcall-sim
    library=${CARGO_TARGET_DIR:-target}/debug/libtgcall.so sim=${CARGO_TARGET_DIR:-target}/debug/tgcall-sim
fi
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
for name in libtgcall.so "libtgcall.so.${version%.*}"; do cp -f "$library" "$work/lib/$name"; done
cp -f "$sim" "$work/tgcall-sim"
printf 'Name: tgcall\nDescription: Telegram calls\nVersion: %s\nLibs: -L%s -ltgcall\nCflags: -I%s\n' \
    "$version" "$work/lib" "$PWD/include" >"$work/pkgconfig/tgcall.pc"
export PKG_CONFIG_PATH=$work/pkgconfig LD_LIBRARY_PATH=$work/lib TGCALL_SIM=$work/tgcall-sim

if command -v swift >/dev/null; then inside=(); else
    scripts/swift-root.sh
    inside=(scripts/swift-root.sh)
fi
swift() { "${inside[@]}" swift "$1" --package-path bindings/swift --scratch-path "$work/build" "${@:2}"; }

echo "building bindings/swift"
swift build
echo "its tests"
swift test
echo "its example: 1001 calls 1002"
"$work/tgcall-sim" --port 0 --seed 1 >"$work/sim.out" 2>"$work/sim.err" &
sim=$!
callee=
trap 'kill $sim $callee 2>/dev/null || true' EXIT
for _ in $(seq 100); do
    port=$(head -1 "$work/sim.out")
    [ -n "$port" ] && break
    sleep 0.05
done
example=$work/build/debug/tgcall-example
[ -x "$example" ] || example=$work/build/debug/TgcallExample
"${inside[@]}" "$example" "$port" 1002 >"$work/callee.out" 2>&1 &
callee=$!
for _ in $(seq 600); do
    grep -q waiting "$work/callee.out" && break
    sleep 0.05
done
status=0
"${inside[@]}" "$example" "$port" 1001 1002 >"$work/caller.out" 2>&1 || status=$?
wait $callee || status=$?
callee=
sed 's/^/  1001  /' "$work/caller.out"
sed 's/^/  1002  /' "$work/callee.out"
for side in caller callee; do
    grep -q 'the tone arrived' "$work/$side.out" || { echo "no tone arrived at the $side"; status=1; }
done
[ "$(grep emoji "$work/caller.out")" = "$(grep emoji "$work/callee.out")" ] || { echo "the emoji differ"; status=1; }
exit $status
