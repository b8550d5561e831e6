#!/usr/bin/env bash
# Builds the Python wheel with the library inside, for a glibc as old as 2.28, and tries it in an empty environment.
#
#   scripts/wheel.sh OUT [ARCHIVE]     ARCHIVE: the libtgcall.a that scripts/build.sh made; without it one is built
#
# The library is linked anew from the archive, against the symbols of glibc 2.28: on a newer machine it would ask for those of
# that machine (pthread_create of 2.34, fstat of 2.33, exp and pow of 2.29). The linker that has these lists is zig's, which is a
# wheel itself. libgcc_s stays the system's, as a thread that is cancelled is unwound by it.
#
# TGCALL_SIM names a tgcall-sim for the example; without it the wheel is only imported.
set -eu
cd "$(dirname "$0")/.."
mkdir -p "$1"
out=$(cd "$1" && pwd) archive=${2:-}
glibc=2.28 machine=$(uname -m)
work=${CARGO_TARGET_DIR:-$PWD/target}/wheel
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
case $version in 0.*) abi=${version%.*} ;; *) abi=${version%%.*} ;; esac
if [ -z "$archive" ]; then
    scripts/build.sh "$work/built"
    archive=$work/built/libtgcall.a
fi

tools=$work/tools
[ -x "$tools/bin/python" ] || python3 -m venv "$tools"
"$tools/bin/python" -m pip install -q --disable-pip-version-check ziglang hatchling auditwheel

stage=$work/stage
rm -rf "$stage"
cp -r bindings/python "$stage"
cp LICENSE-MIT LICENSE-APACHE THIRD-PARTY-NOTICES "$stage"
find "$stage" -name __pycache__ -prune -exec rm -r {} +

map=$work/symbols.map library=$work/libtgcall.so
{ echo '{ global:'; grep -v '^#' tests/abi/symbols.txt | grep . | sed 's/$/;/'; echo 'local: *; };'; } >"$map"
"$tools/bin/python" -m ziglang cc -shared -s -target "$machine-linux-gnu.$glibc" -o "$library" \
    -Wl,-soname,"libtgcall.so.$abi" -Wl,-z,nodelete -Wl,--gc-sections -Wl,--version-script="$map" \
    -Wl,--whole-archive "$archive" -Wl,--no-whole-archive "$(${CC:-cc} -print-file-name=libgcc_s.so.1)" -lpthread -ldl -lm

newer=$(objdump -T "$library" | grep -o 'GLIBC_2\.[0-9]*' | sort -u -t. -k2n | awk -F. -v most="${glibc#2.}" '$2 > most')
[ -z "$newer" ] || { echo "the library asks for a newer glibc:" $newer >&2; exit 1; }

platform=manylinux_${glibc/./_}_$machine
(cd "$stage" && LIBTGCALL_LIBRARY=$library LIBTGCALL_PLATFORM=$platform "$tools/bin/python" -m hatchling build -t wheel -d "$out")
wheel=$out/libtgcall-$version-py3-none-$platform.whl
"$tools/bin/auditwheel" show "$wheel" | tee "$work/audit.txt"
# It names the oldest that fits, which may be older than what is promised.
tr '\n' ' ' <"$work/audit.txt" | grep -Eq "consistent with the following platform tag: +\"manylinux_2_([0-9]|1[0-9]|2[0-8])_$machine\"" ||
    { echo "auditwheel does not find it fit for $platform" >&2; exit 1; }

empty=$work/empty
rm -rf "$empty"
python3 -m venv "$empty"
"$empty/bin/python" -m pip install -q --disable-pip-version-check --no-index "$wheel"
cd "$work"
unset LIBTGCALL_LIBRARY PYTHONPATH
"$empty/bin/python" -c 'import libtgcall; print("libtgcall", libtgcall.library_version(), "from", libtgcall.__file__)'
if [ -n "${TGCALL_SIM:-}" ]; then
    exec 3< <(exec "$TGCALL_SIM" --port 0)
    sim=$!
    trap 'kill "$sim"' EXIT
    read -r port <&3
    timeout 120 "$empty/bin/python" "$stage/examples/two_in_one.py" "${port//[!0-9]/}" "$work/report.json"
    "$empty/bin/python" -m libtgcall "$work/report.json" -o "$work/report.html"
fi
echo "$wheel"
