#!/usr/bin/env bash
# The Kotlin jar for `make dist`, once for each machine: the last one carries the natives of all.
#
#   dist.sh LIBRARY MACHINE DIST       libtgcall.a is beside LIBRARY
set -eu
here=$(cd "$(dirname "$0")" && pwd)
command -v mvn >/dev/null && command -v javac >/dev/null || { echo "SKIPPED: the jar needs a JDK and Maven"; exit 0; }
mkdir -p "$3/../dist-work/kotlin"
work=$(cd "$3/../dist-work/kotlin" && pwd)
CC="python3 -m ziglang cc -target $2-linux-gnu.2.28" "$here/natives.sh" "$(dirname "$1")/libtgcall.a" "$work/natives" "linux-$2"
(cd "$here" && mvn -q -B -DskipTests -Dtgcall.build="$work" package)
cp "$work"/tgcall-*.jar "$3/"
