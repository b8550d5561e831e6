#!/usr/bin/env bash
# Installs the jar for a Maven project that knows nothing else of us, builds the example there and lets it call itself, over
# tgcall-sim; scripts/test-dist.sh calls it.
#
#   bindings/kotlin/test-dist.sh DIST WORK
set -eu
dist=$1 work=$2/kotlin
command -v mvn >/dev/null && command -v javac >/dev/null || { echo "SKIPPED: the jar needs a JDK and Maven"; exit 0; }
cd "$(dirname "$0")/../.."
mkdir -p "$work/talk"
jar=$(ls "$dist"/tgcall-*.jar)

# A repository of its own, so that nobody's gets what was never released; the artefacts of others are a copy.
mkdir -p "$work/repository"
[ ! -d ~/.m2/repository ] || cp -a ~/.m2/repository/. "$work/repository/"
rm -rf "$work/repository/org/tgcall"
cp bindings/kotlin/example/{pom.xml,Sim.kt,Talk.kt} "$work/talk/"
cd "$work/talk"
mvn="mvn -q -B -Dmaven.repo.local=$work/repository"
# Its pom is inside, which older ones of this plugin do not look for.
$mvn org.apache.maven.plugins:maven-install-plugin:3.1.4:install-file -Dfile="$jar"
$mvn package
cd - >/dev/null

cargo build --quiet --locked --features sim --bin tgcall-sim
"${CARGO_TARGET_DIR:-target}/debug/tgcall-sim" --port 0 --seed 1 >"$work/sim" &
sim=$!
trap 'kill $sim' EXIT
while ! port=$(head -1 "$work/sim") || [ -z "$port" ]; do sleep 0.05; done
talk() { (cd "$work" && env -u LD_LIBRARY_PATH java -jar talk/target/talk.jar "$port" "$@"); }
talk 1002 >"$work/bob" 2>&1 &
bob=$!
# Who is called has to be there.
while ! grep -q "is there" "$work/bob"; do kill -0 $bob 2>/dev/null || { cat "$work/bob"; exit 1; }; sleep 0.05; done
talk 1001 1002 >"$work/alice" 2>&1 || { cat "$work/alice" "$work/bob"; exit 1; }
wait $bob || { cat "$work/bob"; exit 1; }
grep -q "the tone was heard" "$work/alice" && grep -q "the tone was heard" "$work/bob"
echo "Kotlin: the jar, as a dependency of a Maven project, and the example calls itself"
