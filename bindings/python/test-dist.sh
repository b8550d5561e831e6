#!/usr/bin/env bash
# Installs the wheel into an empty environment and runs the example from there, over tgcall-sim; those of other machines run under
# qemu-user, in those machines' Python. scripts/test-dist.sh calls it.
#
#   bindings/python/test-dist.sh DIST WORK
set -eu
dist=$1 work=$2
cd "$(dirname "$0")/../.."
python3 -m venv "$work/python"
"$work/python/bin/pip" install -q --disable-pip-version-check --no-index --find-links "$dist" libtgcall
"$work/python/bin/pip" install -q --disable-pip-version-check auditwheel
for wheel in "$dist"/libtgcall-*.whl; do
    says=$("$work/python/bin/auditwheel" show "$wheel")
    case $says in *manylinux_2_28_*) ;; *) echo "auditwheel does not call $wheel manylinux_2_28" && exit 1 ;; esac
    for licence in LICENSE-MIT LICENSE-APACHE THIRD-PARTY-NOTICES; do
        python3 -m zipfile -l "$wheel" | grep -q "dist-info/licenses/$licence " || { echo "$licence is not in $wheel" && exit 1; }
    done
done
cargo build --quiet --locked --features sim --bin tgcall-sim
: >"$work/python.sim" # is there before who reads it
"${CARGO_TARGET_DIR:-target}/debug/tgcall-sim" --port 0 --seed 1 >"$work/python.sim" &
sim=$!
trap 'kill $sim' EXIT
while ! port=$(head -1 "$work/python.sim") || [ -z "$port" ]; do sleep 0.05; done
cp bindings/python/examples/two_in_one.py "$work/"
(cd "$work" && env -u LIBTGCALL_LIBRARY -u LD_LIBRARY_PATH -u PYTHONPATH "$work/python/bin/python" two_in_one.py "$port")
echo "Python: the wheels, checked by auditwheel, and the example runs from that of this machine"

for wheel in "$dist"/libtgcall-*.whl; do
    machine=$(basename "$wheel" .whl) machine=${machine##*manylinux_2_28_}
    [ "$machine" != "$(uname -m)" ] || continue
    why=$(scripts/foreign.sh "$machine") || { echo "SKIPPED: running the wheel for $machine: $why"; continue; }
    python3 -m zipfile -e "$wheel" "$work/python-$machine"
    PYTHONPATH=$work/python-$machine env -u LIBTGCALL_LIBRARY -u LD_LIBRARY_PATH \
        timeout 300 scripts/foreign.sh "$machine" python3 "$work/two_in_one.py" "$port"
    echo "Python for $machine: the example runs from the wheel under qemu-$machine"
done
