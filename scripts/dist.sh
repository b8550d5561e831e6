#!/usr/bin/env bash
# make dist: what people install, in target/dist, with checksums: the source; the C library for Linux with glibc 2.28 or newer, with header,
# pkg-config and CMake files and licences, an archive a machine; and what each binding adds by its own dist.sh, as the Python wheel.
#
# PROFILE=dev builds faster. MACHINES="x86_64 aarch64" are the machines; one whose tools cannot be had is SKIPPED.
set -eu
cd "$(dirname "$0")/.."
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
dist=$PWD/target/dist work=$PWD/target/dist-work
rm -rf "$dist" "$work"
mkdir -p "$dist" "$work"

echo "source"
if git rev-parse --git-dir >/dev/null 2>&1; then
    git archive --prefix="libtgcall-$version/" HEAD | xz -T0 >"$dist/libtgcall-$version.tar.xz"
else
    echo "SKIPPED: the source archive is made of a git repository"
fi

# This machine comes first, the one where the others' tools are looked for.
built=()
for machine in $(uname -m) ${MACHINES:-x86_64 aarch64}; do
    case " ${built[*]-} " in *" $machine "*) continue ;; esac
    lacking=$(. scripts/platform.sh && platform=$machine && platform_tools >&2 || echo "${lacking:-something}")
    [ -z "$lacking" ] || { echo "SKIPPED: packages for $machine, for want of $lacking"; continue; }
    echo "C library for $machine"
    name=libtgcall-$version-linux-$machine
    scripts/portable.sh "$work/built-$machine" "$machine" --profile "${PROFILE:-release}"
    DESTDIR=$work/stage-$machine scripts/install.sh "$work/built-$machine" /usr/local
    mv "$work/stage-$machine/usr/local" "$work/$name"
    # It works from wherever it is unpacked.
    sed -i 's|^prefix=.*|prefix=${pcfiledir}/../..|; s|=/usr/local/|=${prefix}/|' "$work/$name/lib/pkgconfig/tgcall.pc"
    tar -C "$work" -cJf "$dist/$name.tar.xz" "$name"
    built+=("$machine")
done

# Their tools are in the environment that has zig.
export PATH=$PWD/target/zig/bin:$PATH
for part in bindings/*/dist.sh; do
    for machine in "${built[@]}"; do
        echo "$(basename "$(dirname "$part")") for $machine"
        "$part" "$work/built-$machine/libtgcall.so.$version" "$machine" "$dist"
    done
done
(cd "$dist" && sha256sum -- * >SHA256SUMS && cat SHA256SUMS)
