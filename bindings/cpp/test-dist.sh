#!/usr/bin/env bash
# Builds the example in a CMake project that knows nothing else of us, over the C package that was unpacked, shared and static, and lets
# each call the other, over tgcall-sim; scripts/test-dist.sh calls it.
#
#   bindings/cpp/test-dist.sh DIST WORK
set -eu
work=$2/cpp
cd "$(dirname "$0")/../.."
command -v c++ >/dev/null || { echo "SKIPPED: C++, for which there is no compiler"; exit 0; }
mkdir -p "$work"
cp bindings/cpp/examples/* "$work/"
cat >"$work/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.12)
project(user CXX)
find_package(tgcall REQUIRED)
find_package(Threads REQUIRED)
foreach(kind cpp cpp_static)
    add_executable(call_${kind} call.cpp)
    target_link_libraries(call_${kind} tgcall::${kind} Threads::Threads)
endforeach()
END
cmake -S "$work" -B "$work/built" -DCMAKE_PREFIX_PATH="$(pkg-config --variable=prefix tgcall)" >"$work/log" 2>&1 &&
    cmake --build "$work/built" >>"$work/log" 2>&1 || { cat "$work/log"; exit 1; }

cargo build --quiet --locked --features sim --bin tgcall-sim
: >"$work/sim" # is there before who reads it
"${CARGO_TARGET_DIR:-target}/debug/tgcall-sim" --port 0 --seed 1 >"$work/sim" &
pids=($!)
trap 'kill "${pids[@]}" 2>/dev/null || true' EXIT
while ! port=$(head -1 "$work/sim") || [ -z "$port" ]; do sleep 0.05; done
timeout 120 "$work/built/call_cpp" "$port" 1002 >"$work/callee" 2>&1 &
callee=$!
pids+=("$callee")
# Who is called has to be there.
while ! grep -q waits "$work/callee"; do kill -0 $callee 2>/dev/null || { cat "$work/callee"; exit 1; }; sleep 0.05; done
status=0
timeout 120 "$work/built/call_cpp_static" "$port" 1001 1002 >"$work/caller" 2>&1 || status=1
wait $callee || status=1
for side in caller callee; do grep -Eq 'heard +[1-9][0-9]{2,} ms' "$work/$side" || status=1; done
[ $status = 0 ] || { cat "$work/caller" "$work/callee"; exit 1; }
echo "C++: found by CMake, and the example with the library inside calls the one beside the library"
