#!/usr/bin/env bash
# Whether the library compiles for systems whose SDK is not here: nothing is linked and nothing is run. All of the Rust is checked as
# `make lint` does, with every feature, and the C in it (ring's and Opus') is compiled, by the clang of the wheel ziglang: for Apple's
# systems with the headers of macOS that it brings, for Android with those of musl in the place of Bionic's.
#
#   scripts/check-platforms.sh [TARGET...]      without one, all of them
set -eu
cd "$(dirname "$0")/.."
all=(aarch64-linux-android armv7-linux-androideabi x86_64-linux-android
    aarch64-apple-ios aarch64-apple-ios-sim aarch64-apple-darwin x86_64-apple-darwin)
[ $# -gt 0 ] || set -- "${all[@]}"
scripts/need.sh cc cmake python3
scripts/need.sh --optional ninja
command -v ninja >/dev/null || exit 0
tools=$PWD/target/zig # as scripts/portable.sh has it
[ -x "$tools/bin/python" ] || python3 -m venv "$tools"
"$tools/bin/python" -m pip install -q --disable-pip-version-check ziglang==0.17.1 || { echo "SKIPPED: check, as the wheel ziglang is not here" && exit 0; }
zig=$("$tools/bin/python" -c 'import os, ziglang; print(os.path.join(os.path.dirname(ziglang.__file__), "zig"))')
work=$PWD/target/platforms/check
mkdir -p "$work"
export CARGO_TARGET_DIR=$PWD/target/platforms CARGO_INCREMENTAL=0 CMAKE_GENERATOR=Ninja
export SDKROOT=$work # or the cc crate looks for Xcode's
headers=$(dirname "$zig")/lib/libc/include

tools_of() { # TARGET: what cargo, the cc and cmake crates look for
    local zig_target include machine=${1%%-*} name=${1//-/_}
    case $1 in
    armv7-linux-androideabi) zig_target=arm-linux-androideabi machine=arm include="arm-linux-musl generic-musl" ;;
    *-linux-android) zig_target=$machine-linux-android include="$machine-linux-musl generic-musl" ;;
    *-apple-darwin) zig_target=$machine-macos include= ;;
    *-apple-ios-sim) zig_target=$machine-ios-simulator include=any-darwin-any ;;
    *-apple-ios) zig_target=$machine-ios include=any-darwin-any ;;
    *) echo "what is the target $1?" >&2 && return 1 ;;
    esac
    local each searched=
    for each in $include; do searched+=" -isystem $headers/$each"; done
    # Without what says the target as another clang does.
    cat >"$work/$name-cc" <<CC
#!/usr/bin/env bash
arguments=()
while [ \$# -gt 0 ]; do
    case \$1 in
    --target=* | -m*-version-min=* | -m*-simulator-version-min=*) ;;
    -arch | -isysroot) shift ;;
    *) arguments+=("\$1") ;;
    esac
    shift
done
exec $zig cc -target $zig_target$searched "\${arguments[@]}"
CC
    printf '#!/usr/bin/env bash\nexec %s ar "$@"\n' "$zig" >"$work/ar"
    chmod +x "$work/$name-cc" "$work/ar"
    cat >"$work/$name.cmake" <<CMAKE
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR $machine)
set(CMAKE_C_COMPILER $work/$name-cc)
set(CMAKE_AR $work/ar)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
CMAKE
    export "CC_$name=$work/$name-cc" "AR_$name=$work/ar" "CMAKE_TOOLCHAIN_FILE_$name=$work/$name.cmake"
}

failed=0
for target; do
    if command -v rustup >/dev/null && ! rustup target list --installed | grep -qx "$target"; then
        rustup target add "$target" >/dev/null 2>&1 || { echo "SKIPPED: $target, for which Rust's library is not here" && continue; }
    fi
    tools_of "$target"
    if said=$(cargo clippy --quiet --locked --all-features --target "$target" -- -D warnings 2>&1); then
        echo "  ok: check: $target"
    else
        printf '%s\n' "$said" | tail -40
        echo "  NOT SO: check: $target"
        failed=1
    fi
done
exit $failed
