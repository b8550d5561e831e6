#!/usr/bin/env bash
# make dist: what people install, in target/dist, with checksums: the source; for each machine the C library with header, pkg-config
# and CMake files and licences; the Python wheel and the Kotlin jar that carry it; the Swift package.
#
#   scripts/dist.sh [MACHINE...]         x86_64 and aarch64 unless told; Linux with glibc 2.28 or newer (manylinux_2_28)
#
# PROFILE=dev builds faster, for the test of the packages.
set -eu
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- x86_64 aarch64
profile=${PROFILE:-release} glibc=2.28
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
dist=$PWD/target/dist work=$PWD/target/dist-work
rm -rf "$dist" "$work"
mkdir -p "$dist" "$work"
PATH=$(scripts/zig.sh):$PATH
export PATH

echo "source"
if git rev-parse --git-dir >/dev/null 2>&1; then
    git archive --prefix="libtgcall-$version/" HEAD | xz -T0 >"$dist/libtgcall-$version.tar.xz"
else
    echo "SKIPPED: the source archive is made of a git repository"
fi

for machine; do
    triple=$machine-unknown-linux-gnu name=libtgcall-$version-linux-$machine
    echo "C library for $triple, glibc $glibc"
    rustup target list --installed 2>/dev/null | grep -qx "$triple" || rustup target add "$triple" >/dev/null 2>&1
    if [ "$machine" = "$(uname -m)" ]; then
        ld=ld objcopy=objcopy
    else
        ld=$machine-linux-gnu-ld objcopy=$machine-linux-gnu-objcopy
        command -v "$ld" >/dev/null || apt-get install -qq -y "binutils-$machine-linux-gnu" >/dev/null 2>&1 || true
        command -v "$ld" >/dev/null || { echo "SKIPPED: $ld is needed for $machine"; continue; }
    fi
    LD=$ld OBJCOPY=$objcopy scripts/build.sh "$work/$machine" --profile "$profile" --target "$triple" --glibc $glibc
    DESTDIR=$work/stage-$machine scripts/install.sh "$work/$machine" /usr/local
    mv "$work/stage-$machine/usr/local" "$work/$name"
    # It works from wherever it is unpacked.
    sed -i 's|^prefix=.*|prefix=${pcfiledir}/../..|; s|=/usr/local/|=${prefix}/|' "$work/$name/lib/pkgconfig/tgcall.pc"
    tar -C "$work" -cJf "$dist/$name.tar.xz" "$name"
    newest=$(objdump -T "$work/$machine/libtgcall.so.$version" | grep -o 'GLIBC_2[0-9.]*' | sort -Vu | tail -1)
    echo "    the library asks for $newest"
    [ "$(printf '%s\n' "GLIBC_$glibc" "$newest" | sort -V | tail -1)" = "GLIBC_$glibc" ] || { echo "that is newer than $glibc"; exit 1; }
    for part in bindings/*/dist.sh; do
        [ -e "$part" ] && "$part" "$work/$machine/libtgcall.so.$version" "$machine" "$dist"
    done
done
(cd "$dist" && sha256sum -- * >SHA256SUMS && cat SHA256SUMS)
