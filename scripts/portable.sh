#!/usr/bin/env bash
# Builds the C libraries as scripts/build.sh does, with a shared one that runs where glibc is as old as 2.28 (manylinux_2_28: Debian 10,
# Ubuntu 18.10, RHEL 8).
#
#   scripts/portable.sh OUT MACHINE [--profile release|dev]      MACHINE: x86_64 aarch64
#
# The shared library is linked anew from the archive: linked by this machine it would ask for its symbols (pthread_create of 2.34,
# fstat of 2.33, exp and pow of 2.29). The linker that has the lists of 2.28 is zig's, which is a wheel. libgcc_s stays the system's:
# by it the system unwinds a thread that ends inside a callback, and two unwinders do not understand each other.
set -eu
cd "$(dirname "$0")/.."
out=$1 machine=$2
shift 2
glibc=2.28
. scripts/platform.sh
platform=$machine
platform_tools || { echo "cannot build for $machine without $lacking" >&2; exit 1; }
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
case $version in 0.*) abi=${version%.*} ;; *) abi=${version%%.*} ;; esac
if [ "$machine" = "$(uname -m)" ]; then
    scripts/build.sh "$out" "$@"
else
    scripts/build.sh "$out" "$@" --target "$triple"
fi

tools=$PWD/target/zig
[ -x "$tools/bin/python" ] || python3 -m venv "$tools"
"$tools/bin/python" -m pip install -q --disable-pip-version-check ziglang==0.17.1
map=$out/symbols.map library=$out/libtgcall.so.$version
{ echo '{ global:'; grep -v '^#' tests/abi/symbols.txt | grep . | sed 's/$/;/'; echo 'local: *; };'; } >"$map"
"$tools/bin/python" -m ziglang cc -shared -s -target "$machine-linux-gnu.$glibc" -o "$library" \
    -Wl,-soname,"libtgcall.so.$abi" -Wl,-z,nodelete -Wl,--gc-sections -Wl,--version-script="$map" \
    -Wl,--whole-archive "$out/libtgcall.a" -Wl,--no-whole-archive "$(${CC:-cc} -print-file-name=libgcc_s.so.1)" -lpthread -ldl -lm
rm "$map"
newest=$("${OBJDUMP:-objdump}" -T "$library" | grep -o 'GLIBC_2[0-9.]*' | sort -Vu | tail -1)
[ "$(printf '%s\n' "GLIBC_$glibc" "$newest" | sort -V | tail -1)" = "GLIBC_$glibc" ] ||
    { echo "the library asks for $newest, which is newer than $glibc" >&2; exit 1; }
