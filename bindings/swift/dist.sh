#!/usr/bin/env bash
# The Swift package, which is source and the same for every machine, into a folder; scripts/dist.sh calls it.
#
#   bindings/swift/dist.sh LIBRARY x86_64|aarch64 OUT
set -eu
out=$(realpath "$3")
cd "$(dirname "$0")"
version=$(sed -n 's/^version = "\(.*\)"/\1/p' ../../Cargo.toml | head -1)
tar -cJf "$out/libtgcall-swift-$version.tar.xz" --exclude=tgcall.xcframework --exclude=.build \
    --owner=0 --group=0 --transform "s|^|libtgcall-swift-$version/|" Package.swift README.md Sources Tests -C ../.. LICENSE-MIT LICENSE-APACHE
