#!/usr/bin/env bash
# Builds the C libraries into a folder: the shared one under its full name, the static one with only tgcall_* global.
#
#   scripts/build.sh OUT [--profile release|dev] [--signalling-only] [--target TRIPLE]
#
# One crate type at a time, because several in one build lose LTO without a word.
set -eu
cd "$(dirname "$0")/.."
out=$1; shift
profile=release features=() target=
while [ $# -gt 0 ]; do
    case $1 in
    --profile) profile=$2; shift ;;
    --signalling-only) features=(--no-default-features --features runtime) ;;
    --target) target=$2; shift ;;
    *) echo "what is $1?" >&2; exit 2 ;;
    esac
    shift
done
made=${CARGO_TARGET_DIR:-target}${target:+/$target}/$([ "$profile" = dev ] && echo debug || echo "$profile")
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
mkdir -p "$out"

cargo_lib() {
    cargo rustc --quiet --locked --lib --profile "$profile" ${target:+--target "$target"} ${features[@]+"${features[@]}"} --crate-type "$1"
}

cargo_lib cdylib
case ${target:-$(uname -s)} in
*darwin* | Darwin) cp "$made/libtgcall.dylib" "$out/libtgcall.$version.dylib" ;;
*android*) cp "$made/libtgcall.so" "$out/libtgcall.so" ;;
*ios*) ;; # a static library is what an xcframework takes
*) cp "$made/libtgcall.so" "$out/libtgcall.so.$version" ;;
esac

# The archive carries every symbol of Rust, ring and Opus. Made into one object that keeps only ours global, it links beside
# an app's own copies of them.
cargo_lib staticlib
symbols=$(grep -v '^#' tests/abi/symbols.txt)
case ${target:-$(uname -s)} in
*darwin* | *ios* | Darwin) # never run here
    list=$out/exported.txt
    printf '_%s\n' $symbols >"$list"
    ld -r -exported_symbols_list "$list" -all_load "$made/libtgcall.a" -o "$out/tgcall.o"
    rm "$list"
    ;;
*)
    # shellcheck disable=SC2046 # one option per symbol
    ${LD:-ld} -r --gc-sections $(printf -- '-u %s ' $symbols) "$made/libtgcall.a" -o "$out/tgcall.o"
    ${OBJCOPY:-objcopy} --wildcard --keep-global-symbol='tgcall_*' --strip-debug \
        --remove-section=.llvmbc --remove-section=.llvmcmd "$out/tgcall.o"
    ;;
esac
rm -f "$out/libtgcall.a"
${AR:-ar} rcs "$out/libtgcall.a" "$out/tgcall.o"
rm "$out/tgcall.o"
