#!/usr/bin/env bash
# An xcframework for iOS (device and simulator) and macOS. Needs a Mac with Xcode. Never run so far: see the README.
#
#   scripts/build-ios.sh [OUT]      default build/tgcall.xcframework
set -eu
cd "$(dirname "$0")/.."
out=${1:-build/tgcall.xcframework}
[ "$(uname -s)" = Darwin ] || { echo "needs macOS with Xcode" >&2; exit 1; }
work=build/ios
rm -rf "$work" "$out"
export IPHONEOS_DEPLOYMENT_TARGET=${IPHONEOS_DEPLOYMENT_TARGET:-13.0} MACOSX_DEPLOYMENT_TARGET=${MACOSX_DEPLOYMENT_TARGET:-11.0}

targets="aarch64-apple-ios aarch64-apple-ios-sim x86_64-apple-ios aarch64-apple-darwin x86_64-apple-darwin"
# shellcheck disable=SC2086 # a list of words
rustup target add $targets
for target in $targets; do
    scripts/build.sh "$work/$target" --target "$target" "${@:2}"
done

mkdir -p "$work/headers" "$work/simulator" "$work/macos"
cp include/tgcall.h "$work/headers/"
printf 'module CTgcall {\n    header "tgcall.h"\n    link "tgcall"\n    export *\n}\n' >"$work/headers/module.modulemap"
lipo -create "$work"/{aarch64-apple-ios-sim,x86_64-apple-ios}/libtgcall.a -output "$work/simulator/libtgcall.a"
lipo -create "$work"/{aarch64,x86_64}-apple-darwin/libtgcall.a -output "$work/macos/libtgcall.a"
xcodebuild -create-xcframework \
    -library "$work/aarch64-apple-ios/libtgcall.a" -headers "$work/headers" \
    -library "$work/simulator/libtgcall.a" -headers "$work/headers" \
    -library "$work/macos/libtgcall.a" -headers "$work/headers" \
    -output "$out"
echo "$out"
