#!/usr/bin/env bash
# Compiles the JNI glue into OUT/META-INF/native/<platform>/, where the jar takes it from.
#
#   natives.sh LIBRARY OUT [PLATFORM]
#
# LIBRARY is libtgcall.a for a jar that is to be shipped: it goes inside. With a shared one the glue asks for that very
# file, which is good for tests. CC is the compiler, which for another PLATFORM (such as linux-aarch64) has to be its own.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
library=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
out=$2
system=$(uname -s | tr '[:upper:]' '[:lower:]')
platform=${3:-$system-$(uname -m | sed 's/^amd64$/x86_64/; s/^arm64$/aarch64/')}
java=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}

folder=$out/META-INF/native/$platform
mkdir -p "$folder"
case $library in
*.a) link=("$library" -lgcc_s -lpthread -lm -ldl) ;;
*) link=("-L$(dirname "$library")" -ltgcall "-Wl,-rpath,$(dirname "$library")") ;;
esac
# Unloaded with its class loader, it would take the code away from under its threads.
# The list leaves one name to be seen from outside, so that no other copy of what is inside gets in its way.
printf '{ global: JNI_OnLoad; local: *; };\n' >"$folder/exported"
${CC:-cc} -std=c99 -O2 -fPIC -shared -Wall -Wextra -Werror -D_POSIX_C_SOURCE=200809L \
    -I"$java/include" -I"$java/include/$system" -I"$here/../../include" "$here/src/main/c/tgcall_jni.c" "${link[@]}" \
    -Wl,-z,nodelete -Wl,-z,defs -Wl,--gc-sections -Wl,--version-script="$folder/exported" -o "$folder/libtgcall_jni.so"
rm "$folder/exported"
