#!/usr/bin/env bash
# Installs each package of target/dist for this machine into an empty place, as its users do, and runs an example from there.
# What `make dist` made; `make test-dist` makes them first.
set -eu
cd "$(dirname "$0")/.."
dist=$PWD/target/dist machine=$(uname -m)
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$dist" && sha256sum --quiet -c SHA256SUMS)

tar -C "$work" -xJf "$dist/libtgcall-$version-linux-$machine.tar.xz"
export PKG_CONFIG_PATH=$work/libtgcall-$version-linux-$machine/lib/pkgconfig
prefix=$(pkg-config --variable=prefix tgcall)
for licence in LICENSE-MIT LICENSE-APACHE THIRD-PARTY-NOTICES; do
    [ -s "$prefix/share/doc/tgcall/$licence" ] || { echo "$licence is not in the archive"; exit 1; }
done
# shellcheck disable=SC2046 # options are words
${CC:-cc} -I examples-c examples-c/conference.c $(pkg-config --cflags --libs tgcall) -lm -Wl,-rpath,"$prefix/lib" -o "$work/conference"
"$work/conference" >/dev/null
echo "C: unpacked, found by pkg-config, and the example runs"

# The archives for other machines: compiled and run by the tools of those.
for archive in "$dist"/libtgcall-"$version"-linux-*.tar.xz; do
    other=$(basename "$archive" .tar.xz) other=${other##*-}
    [ "$other" != "$machine" ] || continue
    (
        . scripts/platform.sh
        platform=$other
        platform_tools || { echo "SKIPPED: running the C library for $other, for want of $lacking"; exit 0; }
        tar -C "$work" -xJf "$archive"
        lib=$work/$(basename "$archive" .tar.xz)/lib
        "$CC" -I examples-c -I "$lib/../include" examples-c/conference.c -L"$lib" -ltgcall -lm -Wl,-rpath,"$lib" -o "$work/conference-$other"
        "${runner[@]}" "$work/conference-$other" >/dev/null
        echo "C for $other: unpacked, and the example runs under ${runner[0]}"
    )
done

# The source, without a repository around it, by the commands that the README tells. What others wrote is built once and kept.
source=$dist/libtgcall-$version.tar.xz
if [ -e "$source" ]; then
    tar -C "$work" -xJf "$source"
    CARGO_TARGET_DIR=$PWD/target/dist-source make --no-print-directory -C "$work/libtgcall-$version" install PROFILE=dev PREFIX="$work/from-source" >"$work/source.log" 2>&1 ||
        { tail -40 "$work/source.log"; exit 1; }
    (
        export PKG_CONFIG_PATH=$work/from-source/lib/pkgconfig
        cd "$work/libtgcall-$version"
        # shellcheck disable=SC2046 # options are words
        ${CC:-cc} examples-c/conference.c $(pkg-config --cflags --libs tgcall) -lm -Wl,-rpath,"$work/from-source/lib" -o "$work/conference-source"
        "$work/conference-source" >/dev/null
    )
    echo "source: unpacked, make install, and the example runs"
else
    echo "SKIPPED: the source, of which there is no archive"
fi

for part in bindings/*/test-dist.sh; do
    [ ! -e "$part" ] || "$part" "$dist" "$work"
done
