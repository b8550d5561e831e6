#!/usr/bin/env bash
# Installs the package into a folder and builds against it as its users do: through pkg-config and CMake, shared and static,
# in C and C++, from a folder it was moved to; and beside symbols that a static Rust library would clash with.
set -eu
cd "$(dirname "$0")/.."
work=$PWD/target/package
rm -rf "$work"
mkdir -p "$work"

scripts/build.sh "$work/built" --profile dev
scripts/install.sh "$work/built" "$work/installed"
mv "$work/installed" "$work/prefix" # the CMake files must not mind
sed -i.bak "s|$work/installed|$work/prefix|" "$work/prefix/lib/pkgconfig/tgcall.pc"
export PKG_CONFIG_PATH=$work/prefix/lib/pkgconfig LD_LIBRARY_PATH=$work/prefix/lib DYLD_LIBRARY_PATH=$work/prefix/lib

cat >"$work/user.c" <<'C'
#include <stdio.h>
#include <tgcall.h>

/* An app's own copies of what the library carries inside. */
int opus_encode(void);
int opus_encode(void) { return 1; }
int rust_eh_personality(void);
int rust_eh_personality(void) { return 2; }

int main(void)
{
    tgcall_client *client = NULL;
    tgcall_status status = tgcall_client_new(NULL, &client);
    tgcall_client_free(client);
    printf("%s %d\n", tgcall_version().data, opus_encode() + rust_eh_personality());
    return status;
}
C
want="$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1) 3"
says() { [ "$("$1")" = "$want" ] || { echo "$1 does not say $want" >&2; exit 1; }; }
CC=${CC:-cc}
strict="-std=c99 -Wall -Wextra -Wpedantic -Werror"

if command -v pkg-config >/dev/null; then
    # shellcheck disable=SC2046,SC2086 # options are words
    $CC $strict "$work/user.c" $(pkg-config --cflags --libs tgcall) -o "$work/shared"
    says "$work/shared"
    # shellcheck disable=SC2046,SC2086
    $CC $strict "$work/user.c" $(pkg-config --cflags tgcall) "$work/prefix/lib/libtgcall.a" \
        $(pkg-config --libs --static tgcall | sed "s/-ltgcall//") -o "$work/static"
    says "$work/static"
    for example in examples-c/*.c; do
        # shellcheck disable=SC2046,SC2086
        $CC ${strict/c99/c11} -I examples-c "$example" $(pkg-config --cflags --libs tgcall) -lm -o "$work/$(basename "$example" .c)"
    done
    "$work/conference" >/dev/null
    echo "pkg-config: shared and static, and every example"
else
    echo "SKIPPED: pkg-config is not here"
fi

if command -v cmake >/dev/null; then
    cat >"$work/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.10)
project(user C CXX)
find_package(tgcall 0.1 REQUIRED)
add_executable(user_shared user.c)
target_link_libraries(user_shared tgcall::tgcall)
add_executable(user_static user.c)
target_link_libraries(user_static tgcall::tgcall_static)
add_executable(user_cpp user.cpp)
target_link_libraries(user_cpp tgcall::cpp)
add_executable(user_cpp_static user.cpp)
target_link_libraries(user_cpp_static tgcall::cpp_static)
CMAKE
    cat >"$work/user.cpp" <<'CPP'
#include <cstdio>
#include <tgcall.hpp>

int main()
{
    tgcall::client client{tgcall::config()};
    std::printf("%s 3\n", std::string(tgcall::version()).c_str());
    return client.calls().empty() ? 0 : 1;
}
CPP
    cmake -S "$work" -B "$work/cmake" -Dtgcall_DIR="$work/prefix/lib/cmake/tgcall" >"$work/cmake.log" 2>&1 &&
        cmake --build "$work/cmake" >>"$work/cmake.log" 2>&1 || { cat "$work/cmake.log"; exit 1; }
    says "$work/cmake/user_shared"
    says "$work/cmake/user_static"
    says "$work/cmake/user_cpp"
    says "$work/cmake/user_cpp_static"
    # From the source tree as well, with the example and the benchmark.
    cmake -S bindings/cpp -B "$work/cmake-cpp" -DTGCALL_CPP_EXAMPLES=ON -Dtgcall_DIR="$work/prefix/lib/cmake/tgcall" >"$work/cmake.log" 2>&1 &&
        cmake --build "$work/cmake-cpp" >>"$work/cmake.log" 2>&1 || { cat "$work/cmake.log"; exit 1; }
    [ -x "$work/cmake-cpp/call" ] || { echo "bindings/cpp has no example" >&2; exit 1; }
    echo "CMake: shared and static, C and C++"
else
    echo "SKIPPED: cmake is not here"
fi

listed=$(grep -v '^#' tests/abi/symbols.txt)
global=$(nm "$work/prefix/lib/libtgcall.a" 2>/dev/null | sed -n 's/^[0-9a-f]* [A-TV-Z] //p' | sort)
[ "$global" = "$listed" ] || { echo "the static library has other symbols than the listed ones:"; diff <(echo "$listed") <(echo "$global"); exit 1; }

# Without its features the library has every function all the same.
scripts/build.sh "$work/signalling" --profile dev --signalling-only
exported=$(nm -D --defined-only "$work"/signalling/libtgcall.so.* | sed 's/.* //' | sort)
[ "$exported" = "$listed" ] || { echo "the signalling-only library has other symbols:"; diff <(echo "$listed") <(echo "$exported"); exit 1; }
echo "symbols: the listed ones and no others, static and signalling-only"
