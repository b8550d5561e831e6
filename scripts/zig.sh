#!/usr/bin/env bash
# Zig's C compiler and linker and cargo-zigbuild, from wheels, into target/zig: they build for a glibc that is older than this
# machine's. Prints the folder to put on the PATH.
set -eu
cd "$(dirname "$0")/.."
tools=$PWD/target/zig
if [ ! -x "$tools/bin/cargo-zigbuild" ]; then
    python3 -m venv "$tools" >&2
    "$tools/bin/pip" install -q --disable-pip-version-check ziglang==0.17.1 cargo-zigbuild==0.24.1 >&2
fi
echo "$tools/bin"
