# shellcheck shell=bash
# The tools of another machine, for scripts that build for it: sourced, with `platform` set to one of the names below.
#
# Sets `triple` (Rust's), `runner` (what runs its programs here: an array, empty where they run by themselves) and `sysroot`, and exports
# what cargo, the cc and cmake crates, and scripts/build.sh look for. The tools are Debian's: gcc for that machine, and qemu-user or wine.
# Status 1, with the missing tool in `lacking`, if something is not here and cannot be had.

platform_tools() {
    local prefix emulator=
    sysroot='' runner=() lacking=''
    case $platform in
    aarch64) triple=aarch64-unknown-linux-gnu prefix=aarch64-linux-gnu emulator=qemu-aarch64 ;;
    armv7) triple=armv7-unknown-linux-gnueabihf prefix=arm-linux-gnueabihf emulator=qemu-arm ;;
    i686) triple=i686-unknown-linux-gnu prefix=i686-linux-gnu emulator=qemu-i386 ;;
    riscv64) triple=riscv64gc-unknown-linux-gnu prefix=riscv64-linux-gnu emulator=qemu-riscv64 ;;
    x86_64) triple=x86_64-unknown-linux-gnu prefix=x86_64-linux-gnu emulator=qemu-x86_64 ;;
    musl) triple=x86_64-unknown-linux-musl prefix=musl emulator=qemu-x86_64 ;; # to have an old processor
    windows) triple=x86_64-pc-windows-gnu prefix=x86_64-w64-mingw32 emulator=wine ;;
    *) echo "what is the platform $platform?" >&2 && return 1 ;;
    esac
    [ "$platform" = "$(uname -m)" ] && prefix='' emulator='' # this very machine
    [ -n "$prefix" ] || { triple=$(rustc -vV | sed -n 's/^host: //p') && return; }

    local tool
    for tool in "$prefix-gcc" $emulator; do
        scripts/need.sh --optional "$tool"
        command -v "$tool" >/dev/null || { lacking=$tool && return 1; }
    done
    if command -v rustup >/dev/null && ! rustup target list --installed | grep -qx "$triple"; then
        rustup target add "$triple" >/dev/null 2>&1 || { lacking="Rust's $triple" && return 1; }
    fi

    local name=${triple//-/_} binutils=$prefix-
    [ "$platform" = musl ] && binutils=
    export CC=$prefix-gcc AR=${binutils}ar LD=${binutils}ld OBJCOPY=${binutils}objcopy
    export "CC_$name=$CC" "AR_$name=$AR" "CARGO_TARGET_$(tr '[:lower:]' '[:upper:]' <<<"$name")_LINKER=$CC"
    case $platform in
    armv7) export "CMAKE_TOOLCHAIN_FILE_$name=$PWD/scripts/armv7.cmake" ;;
    windows) # what Opus' guarded C asks for is a library of its own before mingw-w64 11, of which no DLL is to be shipped
        local guard
        guard=$("$CC" -print-file-name=libssp.a)
        [ ! -e "$guard" ] || export "CARGO_TARGET_$(tr '[:lower:]' '[:upper:]' <<<"$name")_RUSTFLAGS=-Clink-arg=$guard -Clink-arg=-ladvapi32 -Clink-arg=-lmsvcrt"
        ;;
    musl) # a shared library, and the unwinder that comes with Rust: Debian has none for musl
        local own=$PWD/target/musl
        mkdir -p "$own"
        echo "INPUT($(rustc --print sysroot)/lib/rustlib/$triple/lib/self-contained/libunwind.a)" >"$own/libgcc_s.so"
        export "CARGO_TARGET_$(tr '[:lower:]' '[:upper:]' <<<"$name")_RUSTFLAGS=-Ctarget-feature=-crt-static -Lnative=$own"
        ;;
    esac
    [ -z "$emulator" ] || runner=("$emulator")
    [ ! -d "/usr/$prefix/lib" ] || [ "$emulator" = wine ] || { sysroot=/usr/$prefix && runner+=(-L "$sysroot"); }
}
