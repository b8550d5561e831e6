#!/usr/bin/env bash
# make sanitize: what the compilers' checkers find, without live peers and with fixed seeds. For each part whether it held, or
# SKIPPED and why.
#
#   scripts/sanitize.sh [PART...]     PART: c unit threads miri; c and unit without one
#
#   c        the C programs of tests/c under AddressSanitizer and UndefinedBehaviorSanitizer
#   unit     the unit tests of the C API under valgrind, or AddressSanitizer
#   threads  the C programs that have threads under ThreadSanitizer, with library and standard library built for it
#   miri     what needs no socket and no foreign code: TL, the smaller cryptography, the C API's handles
#
# The last two want a nightly toolchain with the components rust-src and miri, which rustup may have, and compile everything
# anew. They are asked for by name: ThreadSanitizer has passed, in five minutes once it was built; Miri has not been run to its end.
set -u
cd "$(dirname "$0")/.."
export PATH=$PWD/.tools/bin:$PATH
scripts/need.sh cc cmake || exit 1
scripts/need.sh --optional c++ valgrind

host=$(rustc -vV | sed -n 's/^host: //p')
target=$PWD/target/sanitize

# Whether the nightly toolchain has a component, or can get it.
nightly_has() {
    command -v rustup >/dev/null && rustup toolchain list 2>/dev/null | grep -q '^nightly' || return 1
    rustup +nightly component list --installed 2>/dev/null | grep -q "^$1" ||
        timeout 120 rustup +nightly component add "$1" >/dev/null 2>&1
}

part_c() { cargo test --quiet --locked --all-features --test c; }

part_unit() { scripts/memcheck.sh; }

# Forks are left out: a process with threads that forks has no ThreadSanitizer afterwards.
threaded=(audio callbacks death reentry threads)

part_threads() {
    nightly_has rust-src || { echo "SKIPPED: ThreadSanitizer, as there is no nightly toolchain with rust-src"; return; }
    local folder=$target/threads failed=0 program
    mkdir -p "$folder"
    echo 'int main(void) { return 0; }' >"$folder/empty.c"
    "${CC:-cc}" -fsanitize=thread "$folder/empty.c" -o "$folder/empty" 2>/dev/null && "$folder/empty" ||
        { echo "SKIPPED: ThreadSanitizer, which ${CC:-cc} does not have"; return; }
    RUSTFLAGS=-Zsanitizer=thread CARGO_TARGET_DIR=$target cargo +nightly rustc --quiet --locked -Zbuild-std --target "$host" \
        --all-features --lib --crate-type cdylib || return
    local built=$target/$host/debug runtime
    runtime=$(rustc +nightly --print sysroot)/lib/rustlib/$host/lib/librustc-nightly_rt.tsan.a
    ln -sf libtgcall.so "$built/libtgcall.so.$(sed -n 's/^version = "\(0\.[0-9]*\|[0-9]*\)\..*/\1/p' Cargo.toml | head -1)"
    for program in "${threaded[@]}"; do
        # The runtime is that of the Rust compiler: gcc's has not all that its code asks for.
        "${CC:-cc}" -std=gnu11 -g -O1 -pthread -fsanitize=thread -Iinclude -c "tests/c/$program.c" -o "$folder/$program.o" &&
            "${CC:-cc}" -pthread -rdynamic "$folder/$program.o" -o "$folder/$program" -Wl,--whole-archive "$runtime" \
                -Wl,--no-whole-archive -L"$built" -Wl,-rpath,"$built" -ltgcall -lm -ldl -lrt -lstdc++ &&
            TSAN_OPTIONS="halt_on_error=1 second_deadlock_stack=1" timeout 300 "$folder/$program" ||
            { echo "FAILED: $program under ThreadSanitizer"; failed=1; }
    done
    return $failed
}

part_miri() {
    nightly_has miri && nightly_has rust-src || { echo "SKIPPED: Miri, as there is no nightly toolchain with it"; return; }
    CARGO_TARGET_DIR=$target MIRIFLAGS="-Zmiri-disable-isolation -Zmiri-permissive-provenance" \
        cargo +nightly miri test --quiet --locked --lib -- "${interpreted[@]}"
}

interpreted=(tl:: ffi::handle ffi::status ffi::bytes ffi::addr ffi::callback crypto::hash crypto::kdf crypto::window crypto::emoji)

passed=0 failed=()
for part in "${@:-c unit}"; do
    for name in $part; do
        start=$SECONDS
        echo "== $name"
        if "part_$name"; then
            passed=$((passed + 1))
            echo "== $name: passed in $((SECONDS - start)) s"
        else
            failed+=("$name")
            echo "== $name: FAILED after $((SECONDS - start)) s"
        fi
    done
done
echo "$passed passed, ${#failed[@]} failed ${failed[*]-}"
[ ${#failed[@]} = 0 ]
