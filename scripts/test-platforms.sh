#!/usr/bin/env bash
# make test-platforms: the library on other processors and systems than this one, by emulators. On each of them the known answers and
# the recorded calls, the C tests, and a call with sound between two C programs, over a tgcall-sim that runs on this machine.
#
#   scripts/test-platforms.sh [PLATFORM...]      of musl i686 aarch64 windows armv7 riscv64 check; without one, all of them
#
# `check` is what cannot be run here, and is only compiled: see scripts/check-platforms.sh.
#
# UNIT=1 runs the crate's unit tests too; TGCALL_SIM names a simulator that is built already. It takes half an hour and more, most of it to build; what a platform needs and cannot be had
# is SKIPPED. The processors are the oldest that the target asks for, so that an instruction beyond them is a crash.
set -u
cd "$(dirname "$0")/.." || exit
. scripts/platform.sh
root=$PWD
all=(musl i686 aarch64 windows armv7 riscv64 check)
[ $# -gt 0 ] || set -- "${all[@]}"
# What only the test of the header uses is built without optimisation, which takes long and nobody here needs.
plain=()
for name in cbindgen hashbrown heck indexmap serde_spanned syn tempfile toml toml_datetime toml_parser winnow; do
    plain+=(--config "profile.dev.package.$name.opt-level=0")
done
vectors=(dh_vectors tl_vectors signaling_vectors signaling_captures conference_vectors)
strict=(-std=gnu11 -Wall -Wextra -Wpedantic -Werror -g -O1 -pthread)
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
case $version in 0.*) abi=${version%.*} ;; *) abi=${version%%.*} ;; esac
failed=0

held() { # WHAT COMMAND...: runs it, shows what it said only if it fails
    local what=$1 said status=0
    shift
    said=$("$@" 2>&1) || status=$?
    if [ $status = 0 ]; then
        echo "  ok: $platform: $what"
    else
        printf '%s\n' "$said" | tail -40
        echo "  NOT SO: $platform: $what (status $status)"
        failed=$((failed + 1))
    fi
    return $status
}

# The oldest processor of a target.
cpu() {
    case $platform in
    musl) echo qemu64 ;; # x86-64 without SSSE3, AES and AVX
    i686) echo qemu32 ;;
    aarch64) echo cortex-a53 ;;
    armv7) echo cortex-a9 ;;
    riscv64) echo rv64 ;;
    esac
}

# A program of the platform's, for so many seconds at most.
on() { timeout "$1" ${runner[@]+"${runner[@]}"} "${@:2}"; }

c_tests() {
    local source name library arguments reason
    mkdir -p "$work/c"
    for source in tests/c/*.c; do
        name=$(basename "$source" .c)
        reason=$(not_here "$name") && { echo "  not on $platform: tests/c/$name.c: $reason"; continue; }
        library=(-L "$libraries" -ltgcall ${system[@]+"${system[@]}"}) arguments=()
        [ "$name" = unload ] && library=(-ldl) arguments=("$libraries/libtgcall.so")
        if held "tests/c/$name.c compiles" "$CC" "${strict[@]}" ${shims[@]+"${shims[@]}"} -I include "$source" -o "$work/c/$name$suffix" "${library[@]}"; then
            held "tests/c/$name.c" on 120 "$work/c/$name$suffix" ${arguments[@]+"${arguments[@]}"}
        fi
    done
}

# Why a test cannot be on this platform, if it cannot.
not_here() {
    case $platform/$1 in
    windows/ending | windows/faults | windows/forked | windows/sockets | windows/sound) echo "it forks" ;;
    windows/stack) echo "it paints stacks of mmap" ;;
    windows/unload) echo "it is about dlclose" ;;
    */forked) echo "qemu-user breaks off by an assertion of its own in the fork of a program with threads (7.2)" ;;
    *) return 1 ;;
    esac
}

call() {
    local port sim callee_status=0 caller_status=0 runner=(${runner[@]+"${runner[@]}"})
    # Emulated, it cannot keep up with its sound; a machine of 64 bits runs it by itself.
    [ "$platform/$(uname -m)" != i686/x86_64 ] || runner=("$sysroot/lib/ld-linux.so.2" --library-path "$sysroot/lib:$libraries")
    local voice=$work/voice$suffix
    "$CC" "${strict[@]}" ${shims[@]+"${shims[@]}"} -I include examples-c/voice.c -o "$voice" -L "$libraries" -ltgcall ${system[@]+"${system[@]}"} || return 1
    target/platforms/wav-tool make "$work/in.wav" 4
    : >"$work/sim.out" >"$work/callee" # of another time, or not there before who reads them
    "$TGCALL_SIM" --port 0 >"$work/sim.out" 2>"$work/sim.err" &
    sim=$!
    until port=$(head -1 "$work/sim.out") && [ -n "$port" ]; do kill -0 $sim || return 1; sleep 0.1; done
    (cd "$work" && on 60 "$voice" "$port" 1002 out.wav) >"$work/callee" 2>&1 &
    local callee=$!
    until grep -q waiting "$work/callee"; do kill -0 $callee || break; sleep 0.1; done
    (cd "$work" && on 60 "$voice" "$port" 1001 in.wav 1002) >"$work/caller" 2>&1 || caller_status=$?
    wait $callee || callee_status=$?
    kill $sim
    cat "$work/caller" "$work/callee"
    [ $caller_status = 0 ] && [ $callee_status = 0 ] && target/platforms/wav-tool alike "$work/in.wav" "$work/out.wav"
}

try() {
    if [ "$platform" = check ]; then
        scripts/check-platforms.sh
        return
    fi
    if ! platform_tools; then echo "SKIPPED: $platform, for which $lacking is not here"; return; fi
    echo "== $platform: $triple, run by ${runner[*]:-this machine}"
    # A folder for each triple, beside what they share: the tools that a build runs on this machine.
    export CARGO_TARGET_DIR=$root/target/platforms
    export CARGO_INCREMENTAL=0 # nothing is edited for this platform
    local upper
    upper=$(tr '[:lower:]-' '[:upper:]_' <<<"$triple")
    [ ${#runner[@]} = 0 ] || export "CARGO_TARGET_${upper}_RUNNER=${runner[*]}"
    QEMU_CPU=$(cpu)
    export QEMU_CPU
    work=$root/target/platforms/$platform libraries=$work/lib suffix='' shims=() system=()
    mkdir -p "$libraries"
    case $platform in
    windows)
        suffix=.exe shims=(-I tests/c/windows -D__USE_MINGW_ANSI_STDIO=1) system=(-lws2_32)
        export WINEPREFIX=$work/wine WINEDEBUG=-all WINEPATH="Z:$libraries;Z:/usr/x86_64-w64-mingw32/lib"
        held "what wine lacks compiles" "$CC" -shared tests/c/windows/bcryptprimitives.c -o "$libraries/bcryptprimitives.dll" -ladvapi32 || return
        ;;
    *) export QEMU_SET_ENV=LD_LIBRARY_PATH=$libraries ;;
    esac
    local tests=() name
    for name in "${vectors[@]}"; do tests+=(--test "$name"); done
    [ -z "${UNIT:-}" ] || tests+=(--lib)
    held "it builds" cargo test "${plain[@]}" --quiet --locked --all-features --target "$triple" --no-run "${tests[@]}" || return
    local made=$CARGO_TARGET_DIR/$triple/debug/deps
    case $platform in
    windows) cp "$made/tgcall.dll" "$made/libtgcall.dll.a" "$libraries" ;;
    *) cp "$made/libtgcall.so" "$libraries" && ln -sf libtgcall.so "$libraries/libtgcall.so.$abi" ;;
    esac
    held "known answers and recorded calls" cargo test "${plain[@]}" --quiet --locked --all-features --target "$triple" "${tests[@]}"
    c_tests
    held "a call with sound" call
}

main() {
    scripts/need.sh cc cmake || exit 1
    mkdir -p target/platforms
    if [ -z "${TGCALL_SIM:-}" ]; then
        cargo build --quiet --locked --all-features --bin tgcall-sim || exit 1
        export TGCALL_SIM=$root/target/debug/tgcall-sim
    fi
    "${CC:-cc}" -std=c11 -O1 -I examples-c scripts/wav-tool.c -lm -o target/platforms/wav-tool || exit 1
    for platform; do
        # What is exported for one platform is nothing for the next.
        rm -f "target/platforms/$platform.failed"
        (try && [ $failed = 0 ] || touch "target/platforms/$platform.failed")
    done
}

main "$@"
for platform; do
    [ ! -e "target/platforms/$platform.failed" ] || { echo "FAILED: $platform" && failed=1; }
done
exit $failed
