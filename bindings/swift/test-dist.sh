#!/usr/bin/env bash
# Unpacks the Swift package of target/dist, over the C package that pkg-config finds: a package that knows nothing else of us
# depends on it and runs, and its example is built and calls itself; scripts/test-dist.sh calls it.
#
#   bindings/swift/test-dist.sh DIST WORK
set -eu
work=$2/swift
mkdir -p "$work"
tar -C "$work" -xJf "$(ls "$1"/libtgcall-swift-*.tar.xz)"
package=$(ls "$work")
for file in Package.swift README.md LICENSE-MIT Sources/CTgcall/module.modulemap Sources/Tgcall/Client.swift; do
    [ -s "$work/$package/$file" ] || { echo "Swift: $file is not in the package"; exit 1; }
done
cd "$(dirname "$0")/../.."
why=$(scripts/with-swift.sh --present) || { echo "SKIPPED: Swift, whose package is unpacked but not built: $why"; exit 0; }
export LD_LIBRARY_PATH
LD_LIBRARY_PATH=$(pkg-config --variable=libdir tgcall)

mkdir -p "$work/user/Sources/user"
cat >"$work/user/Package.swift" <<END
// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "user",
    dependencies: [.package(path: "../$package")],
    targets: [.executableTarget(name: "user", dependencies: [.product(name: "Tgcall", package: "$package")])]
)
END
cat >"$work/user/Sources/user/main.swift" <<'END'
import Tgcall

let client = try Client(attachedOnly: Configuration(userID: 1))
await client.close()
print("libtgcall \(Library.version) is here")
END
scripts/with-swift.sh swift run --quiet --package-path "$work/user" | grep -q "libtgcall ${package##*-} is here"

scripts/with-swift.sh swift build --quiet --package-path "$work/$package" --product tgcall-example
cargo build --quiet --locked --features sim --bin tgcall-sim
sim=$PWD/${CARGO_TARGET_DIR:-target}/debug/tgcall-sim
bindings/swift/example.sh "$work/$package/.build/debug/tgcall-example" "$sim" "$work" >"$work/call" || { cat "$work/call"; exit 1; }
echo "Swift: unpacked, as a dependency of a package, and the example calls itself"
