#!/usr/bin/env bash
# make sanitize: what the compilers' checkers find, without live peers and with fixed seeds. For each part whether it held, or
# SKIPPED and why.
#
#   scripts/sanitize.sh [PART...]     PART: c unit threads miri; the first three without one
#
#   c        the C programs of tests/c under AddressSanitizer and UndefinedBehaviorSanitizer
#   unit     the unit tests of the C API under valgrind, or AddressSanitizer
#   threads  the C programs that have threads under ThreadSanitizer, with library and standard library built for it
#   miri     the unit tests of TL, cryptography and the C API that need neither a socket nor foreign code
#
# The last two want a nightly toolchain with the components rust-src and miri, which rustup may have, and compile everything
# anew. ThreadSanitizer takes seven minutes of processor from the first file on, half a minute once it is built. Miri, which takes
# twice as long, is asked for by name.
set -u
cd "$(dirname "$0")/.."
export PATH=$PWD/.tools/bin:$PATH
scripts/need.sh cc cmake || exit 1
scripts/need.sh --optional c++ valgrind

host=$(rustc -vV | sed -n 's/^host: //p')
target=$PWD/target/sanitize

# A nightly toolchain with what the last two parts need: the one that is there, else rustup's of today.
nightly() {
    command -v rustup >/dev/null || return 1
    rustup run nightly rustc -V >/dev/null 2>&1 ||
        timeout 400 rustup toolchain install nightly --profile minimal --no-self-update --component rust-src --component miri \
            >/dev/null 2>&1 || return 1
    [ "$(rustup component list --installed --toolchain nightly | grep -c -e '^rust-src' -e '^miri')" = 2 ] ||
        timeout 200 rustup component add --toolchain nightly rust-src miri >/dev/null 2>&1
}

part_c() { cargo test --quiet --locked --all-features --test c; }

part_unit() { scripts/memcheck.sh; }

# Forks are left out: a process with threads that forks has no ThreadSanitizer afterwards.
threaded=(audio callbacks death reentry retained threads)

part_threads() {
    nightly || { echo "SKIPPED: ThreadSanitizer, as there is no nightly toolchain with rust-src"; return; }
    local folder=$target/threads failed=0 program start
    mkdir -p "$folder"
    echo 'int main(void) { return 0; }' >"$folder/empty.c"
    "${CC:-cc}" -fsanitize=thread "$folder/empty.c" -o "$folder/empty" 2>/dev/null && "$folder/empty" ||
        { echo "SKIPPED: ThreadSanitizer, which ${CC:-cc} does not have"; return; }
    start=$SECONDS
    RUSTFLAGS=-Zsanitizer=thread CARGO_TARGET_DIR=$target cargo +nightly rustc --quiet --locked -Zbuild-std --target "$host" \
        --all-features --lib --crate-type cdylib || return
    echo "built in $((SECONDS - start)) s"
    local built=$target/$host/debug runtime
    runtime=$(rustc +nightly --print sysroot)/lib/rustlib/$host/lib/librustc-nightly_rt.tsan.a
    ln -sf libtgcall.so "$built/libtgcall.so.$(sed -n 's/^version = "\(0\.[0-9]*\|[0-9]*\)\..*/\1/p' Cargo.toml | head -1)"
    for program in "${threaded[@]}"; do
        start=$SECONDS
        # The runtime is that of the Rust compiler: gcc's has not all that its code asks for.
        "${CC:-cc}" -std=gnu11 -g -O1 -pthread -fsanitize=thread -Iinclude -c "tests/c/$program.c" -o "$folder/$program.o" &&
            "${CC:-cc}" -pthread -rdynamic "$folder/$program.o" -o "$folder/$program" -Wl,--whole-archive "$runtime" \
                -Wl,--no-whole-archive -L"$built" -Wl,-rpath,"$built" -ltgcall -lm -ldl -lrt -lstdc++ &&
            TSAN_OPTIONS="halt_on_error=1 second_deadlock_stack=1" timeout 300 "$folder/$program" &&
            echo "$program: $((SECONDS - start)) s" ||
            { echo "FAILED: $program under ThreadSanitizer"; failed=1; }
    done
    return $failed
}

part_miri() {
    nightly || { echo "SKIPPED: Miri, as there is no nightly toolchain with it"; return; }
    # The clock is the machine's, for the times that are printed.
    CARGO_TARGET_DIR=$target MIRIFLAGS="-Zmiri-disable-isolation -Zmiri-permissive-provenance" \
        cargo +nightly miri test --quiet --locked --lib -- -Zunstable-options --report-time --format pretty \
        "${interpreted[@]}" "${left_out[@]/#/--skip=}"
}

# Of the cryptography not what raises to powers of 2048 bits (the rest of crypto::dh), multiplies thousands of times in the field of
# curve 25519 (the rest of crypto::sign and crypto::field), walks all of the emoji for each of them, or seals packets of 64 kB: a second
# of that is an hour here.
interpreted=(
    tl:: ffi:: crypto::aes:: crypto::packet::
    the_top_bit_of_a_word every_entry_has_a_form_for_c the_identity_has_no_u debug_keeps_the_private_key
    a_prime_of_the_wrong_size the_servers_random_is_mixed_in the_borders_of_the_range minimal_bytes_have_no_zeros
)
# And what has a thread that waits for sockets.
left_out=(a_defect_on_our_own_thread sizes_outside_the_limits)

passed=0 failed=()
for part in "${@:-c unit threads}"; do
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
