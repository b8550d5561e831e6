#!/usr/bin/env bash
# Builds the jar and the example: OUT/talk PORT ACCOUNT [USER]. PREFIX is where libtgcall is installed.
#
#   example.sh OUT PREFIX
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
"$here/natives.sh" "$2/lib/libtgcall.so" "$out/natives"
# Maven looks for .mvn/ from where it runs.
(cd "$here" && mvn -q -B -DskipTests -Dtgcall.build="$out" package)
printf '#!/bin/sh\nexec java -XX:TieredStopAtLevel=1 -cp "%s:%s:%s" TalkKt "$@"\n' \
    "$out/tgcall-0.1.0.jar" "$out/test-classes" "$(cat "$out/test-classes/classpath.txt")" >"$out/talk"
chmod +x "$out/talk"
