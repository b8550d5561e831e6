#!/usr/bin/env bash
# libtgcall.so for the four Android ABIs, as jniLibs wants them. Needs the NDK. Never run so far: see the README.
#
#   ANDROID_NDK_HOME=… scripts/build-android.sh [OUT]      default build/android
set -eu
cd "$(dirname "$0")/.."
out=${1:-build/android}
api=${ANDROID_API:-24}
[ -d "${ANDROID_NDK_HOME:-}" ] || { echo "set ANDROID_NDK_HOME to an NDK, r26 or later" >&2; exit 1; }
host=$(uname -s | tr '[:upper:]' '[:lower:]')-x86_64 # the NDK has no other, also on ARM Macs
bin=$ANDROID_NDK_HOME/toolchains/llvm/prebuilt/$host/bin
[ -d "$bin" ] || { echo "no toolchain for $host in $ANDROID_NDK_HOME" >&2; exit 1; }

build() { # ABI TARGET CLANG
    local upper
    upper=$(echo "$2" | tr 'a-z-' 'A-Z_')
    rustup target add "$2"
    # The C code of ring and Opus, and the linker. 16 kB pages are what Android 15 asks for.
    env "CC_${2//-/_}=$bin/$3$api-clang" "AR_${2//-/_}=$bin/llvm-ar" \
        "CARGO_TARGET_${upper}_LINKER=$bin/$3$api-clang" \
        "CARGO_TARGET_${upper}_RUSTFLAGS=-Clink-arg=-Wl,-z,max-page-size=16384" \
        LD="$bin/ld.lld" OBJCOPY="$bin/llvm-objcopy" AR="$bin/llvm-ar" \
        scripts/build.sh "$out/$1" --target "$2"
}

build arm64-v8a aarch64-linux-android aarch64-linux-android
build armeabi-v7a armv7-linux-androideabi armv7a-linux-androideabi
build x86_64 x86_64-linux-android x86_64-linux-android
build x86 i686-linux-android i686-linux-android
cp include/tgcall.h "$out/"
echo "$out"
