#!/usr/bin/env bash
# Calls between client libraries for Telegram, through tests/gateway and tgcall-sim: make clients, make demo-clients.
#
#   scripts/clients.sh [--demo | --quick | --gotd] [OPTION... for tests/clients/calls.py]
#
# Makes what that needs in target/clients: the gateway and gotd's client (Go), the libraries for Python and Node. What cannot be had is left out, and
# SKIPPED says why. --quick is what the tests run: a call for each neighbouring pair, with gotd only if it has been built, as
# that takes minutes: --gotd does so, and nothing else; and conferences of Telethon and kurigram. --demo is one call from Telethon to kurigram.
#
# TGCALL_SIM and LIBTGCALL_LIBRARY name the simulator and the library; without them they are built here. TGCALL_CLIENTS_VENV
# is where the libraries for Python are, or are put.
set -eu
cd "$(dirname "$0")/.."
root=$PWD work=$PWD/target/clients
python_clients="telethon==1.45.0 kurigram==2.2.26"
kin="pyrogram==2.0.106 pyrofork==2.3.69 hydrogram==0.2.0"
libraries=(telethon kurigram) mode=all
case ${1:-} in --demo | --quick | --gotd) mode=${1#--}; shift ;; esac
mkdir -p "$work"

skip() { echo "SKIPPED: $1"; }

# Python: the newest that the package takes and that can have an environment of its own.
python() {
    local minor found
    for minor in 14 13 12 11 10 9; do
        for found in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3."$minor".*/bin/python3 "$(command -v python3.$minor || true)"; do
            [ -x "$found" ] && "$found" -c 'import ensurepip' 2>/dev/null && echo "$found" && return
        done
    done
    return 1
}
venv() { # FOLDER PACKAGE...
    local folder=$1 found
    shift
    [ -x "$folder/bin/python" ] || { found=$(python) && "$found" -m venv "$folder"; } || return 1
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "$@" >"$work/pip.log" 2>&1
}

go_here() { command -v go >/dev/null && go version >/dev/null 2>&1; }

# gotd's client: its package tg takes 2 GB and minutes to compile.
gotd() {
    local source=$root/tests/clients/gotd
    if [ "$mode" = quick ] && { [ ! -x "$work/gotd" ] || [ -n "$(find "$source" -type f -newer "$work/gotd")" ]; }; then
        skip "gotd, which takes minutes to compile: scripts/clients.sh --gotd does it"
    elif (cd "$source" && go build -o "$work/gotd" .) >"$work/gotd.log" 2>&1; then
        touch "$work/gotd"
        export TGCALL_GOTD=$work/gotd
        libraries+=(gotd)
    else
        skip "gotd, which cannot be built: $(tail -1 "$work/gotd.log")"
    fi
}
node_clients() {
    command -v npm >/dev/null && node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null ||
        { skip "mtcute and GramJS, as there is no Node from 20 on, with npm"; return; }
    mkdir -p "$work/node"
    cp tests/clients/node/* "$work/node/"
    if cmp -s tests/clients/node/package-lock.json "$work/node/installed.json" ||
        (cd "$work/node" && npm ci --ignore-scripts --no-audit --no-fund --fetch-timeout=60000 --fetch-retries=1) >"$work/npm.log" 2>&1; then
        cp tests/clients/node/package-lock.json "$work/node/installed.json"
        export TGCALL_NODE_MODULES=$work/node/node_modules
        libraries+=(mtcute gramjs)
    else
        skip "mtcute and GramJS, which npm cannot install: $(tail -1 "$work/npm.log")"
    fi
}

go_here || { skip "calls between client libraries, as there is no Go to build tests/gateway"; exit 0; }
if [ $mode = gotd ]; then
    gotd
    exit
fi
(cd tests/gateway && go build -o "$work/gateway" .) >"$work/gateway.log" 2>&1 ||
    { skip "calls between client libraries, as the gateway cannot be built: $(tail -1 "$work/gateway.log")"; exit 0; }
export TGCALL_GATEWAY=$work/gateway
environment=${TGCALL_CLIENTS_VENV:-$work/python}
# shellcheck disable=SC2086 # several packages are several words
venv "$environment" $python_clients ||
    { skip "calls between client libraries, as Telethon and kurigram cannot be had: $(tail -1 "$work/pip.log" 2>/dev/null)"; exit 0; }
if [ -z "${TGCALL_SIM:-}" ] || [ -z "${LIBTGCALL_LIBRARY:-}" ]; then
    echo "building libtgcall and tgcall-sim"
    cargo build --quiet --locked --features sim --lib --bin tgcall-sim
    made=$(cd "${CARGO_TARGET_DIR:-target}/debug" && pwd)
    export TGCALL_SIM=$made/tgcall-sim LIBTGCALL_LIBRARY=$made/libtgcall.so
fi
export PYTHONDONTWRITEBYTECODE=1
calls() { "$environment/bin/python" tests/clients/calls.py "$@"; }

case $mode in
demo) calls --demo telethon kurigram ;;
quick)
    gotd
    node_clients
    status=0
    calls --play calls --calls 1 --tries 2 --neighbours "$@" "${libraries[@]}" || status=1
    calls --play conference --tries 2 --neighbours telethon kurigram || status=1
    exit $status
    ;;
all)
    gotd
    node_clients
    status=0
    calls "$@" "${libraries[@]}" || status=1
    # Pyrogram's kin share a name, so each has an environment of its own.
    for package in $kin; do
        environment=$work/python-${package%%=*}
        venv "$environment" telethon==1.45.0 "$package" || { skip "$package: $(tail -1 "$work/pip.log")"; continue; }
        calls "$@" --neighbours telethon "${package%%=*}" || status=1
    done
    exit $status
    ;;
esac
