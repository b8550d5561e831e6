#!/usr/bin/env bash
# make test: every check, whether or not one before it failed; at the end, how many held.
set -u
cd "$(dirname "$0")/.."
export PATH=$PWD/.tools/bin:$PATH
scripts/need.sh cc cmake || exit 1
scripts/need.sh --optional c++ pkg-config valgrind python3 turnserver danted microsocks ip sipp baresip ffmpeg

passed=0 failed=0 names=()
check() { # NAME COMMAND...
    local name=$1 start=$SECONDS
    shift
    echo "== $name"
    if "$@"; then
        passed=$((passed + 1))
        echo "== $name: passed in $((SECONDS - start)) s"
    else
        failed=$((failed + 1)) names+=("$name")
        echo "== $name: FAILED after $((SECONDS - start)) s"
    fi
}

# Takes what the other steps leave of the processor: gotd's client (minutes, one package of 2 GB), then the library as it ships, which
# is linked by one thread. Both are looked at below.
mkdir -p target/test
nice -n 19 bash -c 'scripts/clients.sh --gotd; scripts/test-size.sh' >target/test/beside.log 2>&1 &
beside=$!
trap 'kill $beside 2>/dev/null' EXIT
finish_beside() {
    wait $beside
    local status=$?
    cat target/test/beside.log
    return $status
}

check "the crate without features" cargo check --quiet --locked --no-default-features
check "the crate as it ships" cargo check --quiet --locked
check "tests build" cargo test --locked --all-features --no-run
check "memory of the C API's unit tests" scripts/memcheck.sh
check "package" scripts/test-package.sh
check "gotd's client, size" finish_beside
check "demo" scripts/demo.sh
check "tests" cargo test --locked --all-features --no-fail-fast

for name in ${names[@]+"${names[@]}"}; do echo "FAILED: $name"; done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
