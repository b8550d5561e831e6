#!/usr/bin/env bash
# make bench-bindings: what each binding costs over C, as a table with the targets. The release library is built first.
#
#   scripts/bench-bindings.sh [PART...]      PART: cpp kotlin python; all of them without
#
# Each is run RUNS times (3), and the table has the medians. It wants a machine that has nothing else to do.
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${RUNS:-3} out=$PWD/target/bench-bindings
mkdir -p "$out"
scripts/build.sh build/release
scripts/install.sh build/release "$out/prefix" >"$out/install.log"
library=$out/prefix/lib/libtgcall.so
export LD_LIBRARY_PATH=$out/prefix/lib
in_c() { "${CC:-cc}" -O2 "$@" -I include bindings/bench.c -L "$out/prefix/lib" -ltgcall; }
in_c -o "$out/bench"
in_c -shared -fPIC -o "$out/libbench.so"

has_cpp() { :; }
prepare_cpp() {
    "${CXX:-c++}" -std=c++17 -O2 -I bindings/cpp/include -I include bindings/cpp/bench/push_pull.cpp -L "$out/prefix/lib" -ltgcall -pthread -o "$out/push_pull"
}
run_cpp() { "$out/push_pull"; }

has_kotlin() { command -v mvn >/dev/null && command -v javac >/dev/null || { echo "SKIPPED: Kotlin, as there is no JDK with Maven"; return 1; }; }
prepare_kotlin() {
    bindings/kotlin/natives.sh "$library" "$out/kotlin/natives"
    (cd bindings/kotlin && mvn -q -B -Pbench -DskipTests -Dtgcall.build="$out/kotlin" package)
    kotlin_path=$out/kotlin/classes:$out/kotlin/test-classes:$(cat "$out/kotlin/test-classes/classpath.txt")
}
run_kotlin() { java -cp "$kotlin_path" org.tgcall.BenchKt "$library" "$out/libbench.so"; }

has_python() { :; }
prepare_python() { :; }
run_python() { LIBTGCALL_LIBRARY=$library PYTHONPATH=bindings/python/src python3 bindings/python/bench.py "$out"; }

parts=("$@")
[ $# -gt 0 ] || parts=(cpp kotlin python)
ready=()
for part in "${parts[@]}"; do
    "has_$part" || continue
    "prepare_$part"
    ready+=("$part")
done
load=$(cut -d' ' -f1-3 /proc/loadavg 2>/dev/null || uptime)
: >"$out/lines"
for ((run = 0; run < runs; run++)); do
    for part in "${ready[@]}"; do "run_$part" | tee -a "$out/lines" >&2; done
done
echo "medians of $runs runs; load $load before, $(cut -d' ' -f1-3 /proc/loadavg 2>/dev/null || uptime) after"
python3 scripts/bench-bindings.py "$out/lines"
