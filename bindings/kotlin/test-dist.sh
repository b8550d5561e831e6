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
inside=$(python3 -m zipfile -l "$jar")
for file in META-INF/LICENSE-MIT META-INF/LICENSE-APACHE META-INF/THIRD-PARTY-NOTICES META-INF/proguard/consumer-rules.pro \
    "META-INF/native/linux-$(uname -m)/libtgcall_jni.so"; do
    grep -q "^$file " <<<"$inside" || { echo "$file is not in the jar"; exit 1; }
done

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
: >"$work/sim" # is there before who reads it
"${CARGO_TARGET_DIR:-target}/debug/tgcall-sim" --port 0 --seed 1 >"$work/sim" &
sim=$!
trap 'kill $sim' EXIT
while ! port=$(head -1 "$work/sim") || [ -z "$port" ]; do sleep 0.05; done

talk() { # ACCOUNTS JAVA...
    local accounts=$1
    shift
    # shellcheck disable=SC2086 # an account, or two
    env -u LD_LIBRARY_PATH timeout 300 "$@" -jar "$work/talk/target/talk.jar" "$port" $accounts
}
call() { # NAME JAVA...: the example calls itself
    local alice=$work/alice-$1 bob=$work/bob-$1 waiting
    shift
    : >"$bob"
    talk 1002 "$@" >"$bob" 2>&1 &
    waiting=$!
    # Who is called has to be there.
    while ! grep -q "is there" "$bob"; do kill -0 $waiting 2>/dev/null || { cat "$bob"; exit 1; }; sleep 0.05; done
    talk "1001 1002" "$@" >"$alice" 2>&1 || { cat "$alice" "$bob"; exit 1; }
    wait $waiting || { cat "$bob"; exit 1; }
    grep -q "the tone was heard" "$alice" && grep -q "the tone was heard" "$bob"
}

call here java
echo "Kotlin: the jar, as a dependency of a Maven project, and the example calls itself"

for platform in $(grep -o 'META-INF/native/linux-[^/]*/.*\.so' <<<"$inside" | cut -d/ -f3); do
    machine=${platform#linux-}
    [ "$machine" != "$(uname -m)" ] || continue
    why=$(scripts/foreign.sh "$machine") || { echo "SKIPPED: running the jar on $machine: $why"; continue; }
    call "$machine" scripts/foreign.sh "$machine" java
    echo "Kotlin for $machine: the example calls itself out of the same jar under qemu-$machine"
done
