#!/usr/bin/env bash
# Builds the Swift package of target/dist as its users do, over the C package that pkg-config finds, and runs its example;
# scripts/test-dist.sh calls it.
#
#   bindings/swift/test-dist.sh DIST WORK
set -eu
archive=$(ls "$1"/libtgcall-swift-*.tar.xz)
work=$2/swift
mkdir -p "$work"
tar -C "$work" --strip-components 1 -xJf "$archive"
for file in Package.swift README.md LICENSE-MIT Sources/CTgcall/module.modulemap Sources/Tgcall/Client.swift; do
    [ -s "$work/$file" ] || { echo "Swift: $file is not in the package"; exit 1; }
done
command -v swift >/dev/null || { echo "SKIPPED: Swift, whose package is unpacked but not built, as there is no swift"; exit 0; }
swift build --package-path "$work" --product tgcall-example
library=$(pkg-config --variable=libdir tgcall)
# Without arguments it says how it is called.
LD_LIBRARY_PATH=$library "$work/.build/debug/tgcall-example" | grep -q usage
echo "Swift: unpacked and built, and the example runs"
