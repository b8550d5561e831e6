#!/usr/bin/env bash
# make dist: what people install, in target/dist, with checksums: the source; the C library for this machine and any Linux with glibc 2.28
# or newer, with header, pkg-config and CMake files and licences; and what each binding adds by its own dist.sh, as the Python wheel.
#
# PROFILE=dev builds faster.
set -eu
cd "$(dirname "$0")/.."
machine=$(uname -m)
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
name=libtgcall-$version-linux-$machine
dist=$PWD/target/dist work=$PWD/target/dist-work
rm -rf "$dist" "$work"
mkdir -p "$dist" "$work"

echo "source"
if git rev-parse --git-dir >/dev/null 2>&1; then
    git archive --prefix="libtgcall-$version/" HEAD | xz -T0 >"$dist/libtgcall-$version.tar.xz"
else
    echo "SKIPPED: the source archive is made of a git repository"
fi

echo "C library"
scripts/portable.sh "$work/built" --profile "${PROFILE:-release}"
DESTDIR=$work/stage scripts/install.sh "$work/built" /usr/local
mv "$work/stage/usr/local" "$work/$name"
# It works from wherever it is unpacked.
sed -i 's|^prefix=.*|prefix=${pcfiledir}/../..|; s|=/usr/local/|=${prefix}/|' "$work/$name/lib/pkgconfig/tgcall.pc"
tar -C "$work" -cJf "$dist/$name.tar.xz" "$name"

# Their tools are in the environment that has zig.
export PATH=$PWD/target/zig/bin:$PATH
for part in bindings/*/dist.sh; do
    echo "$(basename "$(dirname "$part")")"
    "$part" "$work/built/libtgcall.so.$version" "$machine" "$dist"
done
(cd "$dist" && sha256sum -- * >SHA256SUMS && cat SHA256SUMS)
