#!/usr/bin/env bash
# make demo-languages: the same call between programs in different languages, through a simulated Telegram: C++ calls Kotlin, Python
# calls Swift. What this machine has not says SKIPPED and why; C takes its place. Status 0 only if each call that was made was heard.
set -eu
cd "$(dirname "$0")/.."
export PATH=$PWD/.tools/bin:$PATH
work=$PWD/target/demo-languages
rm -rf "$work"
mkdir -p "$work"
made=${CARGO_TARGET_DIR:-target}/debug

echo "building libtgcall and tgcall-sim"
scripts/build.sh "$work/built" --profile dev
scripts/install.sh "$work/built" "$work/prefix"
cargo build --quiet --locked --features sim --bin tgcall-sim
export PKG_CONFIG_PATH=$work/prefix/lib/pkgconfig LD_LIBRARY_PATH=$work/prefix/lib LIBTGCALL_LIBRARY=$work/prefix/lib/libtgcall.so
export PYTHONPATH=$PWD/bindings/python/src PYTHONUNBUFFERED=1

: >"$work/sim.out" # is there before who reads it
"$made/tgcall-sim" --port 0 --seed 1 >"$work/sim.out" 2>"$work/sim.err" &
sim=$!
trap 'kill $sim 2>/dev/null || true' EXIT
for _ in $(seq 100); do
    port=$(head -1 "$work/sim.out")
    [ -n "$port" ] && break
    sleep 0.05
done
[ -n "$port" ] || { echo "tgcall-sim does not start:"; cat "$work/sim.err"; exit 1; }

# Each prepare_LANGUAGE sets run_LANGUAGE, a command that takes PORT ACCOUNT [USER], or says why there is none.
skipped() { echo "SKIPPED: $1: $2"; return 1; }

prepare_c() {
    cc -I examples-c examples-c/voice.c -lm $(pkg-config --cflags --libs tgcall) -o "$work/voice" &&
        cc -I examples-c scripts/wav-tool.c -lm -o "$work/wav-tool" && "$work/wav-tool" make "$work/in.wav" 4
    # It plays a file, or records one.
    run_c() { if [ $# = 3 ]; then "$work/voice" "$1" "$2" "$work/in.wav" "$3"; else "$work/voice" "$1" "$2" "$work/c.wav"; fi; }
}
prepare_cpp() {
    command -v c++ >/dev/null || skipped C++ "no C++ compiler" || return 1
    c++ -std=c++17 -O1 -I bindings/cpp/include bindings/cpp/examples/call.cpp $(pkg-config --cflags --libs tgcall) -pthread -o "$work/cpp"
    run_cpp() { "$work/cpp" "$@"; }
}
prepare_python() {
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' 2>/dev/null || skipped Python "no Python 3.9 or newer" || return 1
    run_python() { python3 bindings/python/examples/call.py "$@"; }
}
prepare_kotlin() {
    command -v mvn >/dev/null && command -v javac >/dev/null || skipped Kotlin "no JDK with Maven" || return 1
    bindings/kotlin/example.sh "$work/kotlin" "$work/prefix" >"$work/kotlin.log" 2>&1 || skipped Kotlin "it does not build here; see $work/kotlin.log" || return 1
    run_kotlin() { "$work/kotlin/talk" "$@"; }
}
prepare_swift() {
    local why
    why=$(scripts/with-swift.sh --present) || skipped Swift "$why" || return 1
    scripts/with-swift.sh swift build --package-path bindings/swift --scratch-path "$work/swift" --product tgcall-example >"$work/swift.log" 2>&1 ||
        skipped Swift "it does not build here; see $work/swift.log" || return 1
    run_swift() { scripts/with-swift.sh "$work/swift/debug/tgcall-example" "$@"; }
}

failures=0
call() { # CALLER CALLEE
    local caller=$1 callee=$2 status=0
    echo
    echo "-- $caller calls $callee"
    "run_$callee" "$port" 1002 > >(sed -u "s/^/$callee: /" | tee "$work/$callee.log") 2>&1 &
    local waiting=$!
    # Until it may be called: a Java machine takes seconds to begin, and more where much else is done.
    for _ in $(seq 600); do
        grep -Eqs 'is there|waits|waiting' "$work/$callee.log" && break
        kill -0 $waiting 2>/dev/null || break
        sleep 0.1
    done
    "run_$caller" "$port" 1001 1002 > >(sed -u "s/^/$caller: /" | tee "$work/$caller.log") 2>&1 || status=1
    wait $waiting || status=1
    sleep 0.2
    # Kotlin and Swift tell by their status whether they heard it. C says nothing itself; it records, or plays.
    case $callee in
    c) [ "$(tail -c +45 "$work/c.wav" | tr -d '\000' | wc -c)" -gt 50000 ] || { echo "   C has recorded silence"; status=1; } ;;
    *) for end in "$caller" "$callee"; do
        case $end in cpp | python) grep -Eq 'heard +[1-9][0-9]{3} ms' "$work/$end.log" || { echo "   $end heard too little"; status=1; } ;; esac
    done ;;
    esac
    if [ $status = 0 ]; then echo "   ok: heard"; else
        echo "   NOT SO"
        failures=$((failures + 1))
    fi
}
prepare_c
for language in cpp kotlin python swift; do
    if "prepare_$language"; then eval "has_$language=$language"; else eval "has_$language=c"; fi
done
# shellcheck disable=SC2154 # set by eval
call "$has_cpp" "$has_kotlin"
# shellcheck disable=SC2154
call "$has_python" "$has_swift"
[ $failures = 0 ]
