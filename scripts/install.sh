#!/usr/bin/env bash
# Installs what scripts/build.sh made, with header, pkg-config and CMake package files and the licences.
#
#   scripts/install.sh BUILT PREFIX      honours DESTDIR and LIBDIR (default PREFIX/lib)
set -eu
cd "$(dirname "$0")/.."
built=$1 prefix=$2
libdir=${LIBDIR:-$prefix/lib}
to=${DESTDIR:-}
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
abi=${version%%.*}
[ "$abi" = 0 ] && abi=${version%.*}

install -d "$to$prefix/include" "$to$libdir/pkgconfig" "$to$libdir/cmake/tgcall" "$to$prefix/share/doc/tgcall"
install -m 644 include/tgcall.h bindings/cpp/include/tgcall.hpp "$to$prefix/include/"
install -d "$to$prefix/include/tgcall"
install -m 644 bindings/cpp/include/tgcall/*.hpp "$to$prefix/include/tgcall/"
install -m 644 "$built/libtgcall.a" "$to$libdir/"
if [ -e "$built/libtgcall.$version.dylib" ]; then
    shared=libtgcall.$version.dylib
    install -m 755 "$built/$shared" "$to$libdir/"
    ln -sf "$shared" "$to$libdir/libtgcall.$abi.dylib"
    ln -sf "libtgcall.$abi.dylib" "$to$libdir/libtgcall.dylib"
    private="-framework Security -lm"
else
    shared=libtgcall.so.$version
    install -m 755 "$built/$shared" "$to$libdir/"
    ln -sf "$shared" "$to$libdir/libtgcall.so.$abi"
    ln -sf "libtgcall.so.$abi" "$to$libdir/libtgcall.so"
    private="-lgcc_s -lpthread -lm -ldl"
fi
for doc in README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE THIRD-PARTY-NOTICES; do
    [ -e $doc ] && install -m 644 $doc "$to$prefix/share/doc/tgcall/"
done

fill() { # a template
    sed -e "s|@PREFIX@|$prefix|g" -e "s|@LIBDIR@|$libdir|g" -e "s|@VERSION@|$version|g" -e "s|@ABI@|$abi|g" \
        -e "s|@SHARED@|$shared|g" -e "s|@PRIVATE@|$private|g" -e "s|@PRIVATE_LIST@|${private// /;}|g" "$1" >"$2"
    chmod 644 "$2"
}
fill packaging/tgcall.pc.in "$to$libdir/pkgconfig/tgcall.pc"
fill packaging/tgcallConfig.cmake.in "$to$libdir/cmake/tgcall/tgcallConfig.cmake"
fill packaging/tgcallConfigVersion.cmake.in "$to$libdir/cmake/tgcall/tgcallConfigVersion.cmake"
