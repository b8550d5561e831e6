#!/usr/bin/env bash
# The wheel, with a library inside, into a folder; scripts/dist.sh calls it.
#
#   bindings/python/dist.sh LIBRARY x86_64|aarch64 OUT
set -eu
library=$(realpath "$1") machine=$2 out=$(realpath "$3")
cd "$(dirname "$0")"
# Licences are taken from the folder of the project and no other.
project=$(mktemp -d)
trap 'rm -rf "$project"' EXIT
cp -R pyproject.toml hatch_build.py README.md src ../../LICENSE-MIT ../../LICENSE-APACHE ../../THIRD-PARTY-NOTICES "$project/"
LIBTGCALL_LIBRARY=$library LIBTGCALL_PLATFORM=manylinux_2_28_$machine \
    python3 -m pip wheel -q --disable-pip-version-check --no-deps -w "$out" "$project"
