#!/usr/bin/env bash
# make test-swift: builds bindings/swift, runs its tests, and lets its example call itself through tgcall-sim.
#
#   scripts/test-swift.sh [LIBRARY SIM]
#
# LIBRARY is a libtgcall.so and SIM a tgcall-sim; without them those of the dev profile are built. Which Swift it is,
# scripts/with-swift.sh says. Warnings of the compiler are errors.
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

swift() { # A test that waits for ever is a failure, and not a job that never ends.
    timeout "$1" scripts/with-swift.sh swift "$2" --package-path bindings/swift --scratch-path "$work/build" "${@:3}" -Xswiftc -warnings-as-errors
}

# Makes the root if there has to be one, in as long as that takes.
scripts/with-swift.sh swift --version
echo "building bindings/swift"
swift 1200 build
echo "its tests"
swift 1200 test
echo "its example: 1001 calls 1002"
bindings/swift/example.sh "$work/build/debug/tgcall-example" "$work/tgcall-sim" "$work"
