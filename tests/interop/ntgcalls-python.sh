#!/bin/sh
# Prints the path of a Python that can `import ntgcalls` 3.0.5 (and numpy), after making it if it is not there yet:
# a virtual environment in .tools/, shared by all tests and runs. Otherwise: exit status 3 and the reason on stderr.
#
# TGCALL_NTGCALLS_PYTHON names a Python that has them already.
set -u
version=3.0.5
top=$(cd "$(dirname "$0")/../.." && pwd)
venv=$top/.tools/ntgcalls-$version
log=$top/.tools/ntgcalls-$version.log

works() { "$1" -c "import ntgcalls, numpy; assert ntgcalls.__version__ == '$version', ntgcalls.__version__" >/dev/null 2>&1; }
skip() { echo "$1" >&2; exit 3; }

if [ -n "${TGCALL_NTGCALLS_PYTHON:-}" ]; then
    works "$TGCALL_NTGCALLS_PYTHON" || skip "$TGCALL_NTGCALLS_PYTHON has no ntgcalls $version with numpy"
    echo "$TGCALL_NTGCALLS_PYTHON"
    exit 0
fi
[ "$(uname -s) $(uname -m)" = "Linux x86_64" ] || skip "the wheel ntgcalls $version is used on Linux x86-64 only"
command -v python3 >/dev/null || skip "python3 is not installed"
mkdir -p "$top/.tools"
# Two tests may come at once: one makes it, the other waits.
if command -v flock >/dev/null; then exec 9>"$log.lock"; flock -w 300 9; fi
if ! works "$venv/bin/python"; then
    rm -rf "$venv"
    if ! python3 -m venv "$venv" >"$log" 2>&1; then
        rm -rf "$venv"
        # Debian ships venv apart from Python.
        [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get install -y -q python3-venv >>"$log" 2>&1
        python3 -m venv "$venv" >>"$log" 2>&1 || skip "python3 -m venv does not work (Debian: apt install python3-venv); see $log"
    fi
    "$venv/bin/python" -m pip install -q --disable-pip-version-check --timeout 20 --retries 1 \
        "ntgcalls==$version" numpy >>"$log" 2>&1 || skip "pip could not install ntgcalls==$version: $(tail -n 1 "$log")"
    works "$venv/bin/python" || skip "ntgcalls $version was installed but does not load: $("$venv/bin/python" -c 'import ntgcalls, numpy' 2>&1 | tail -n 1)"
fi
echo "$venv/bin/python"
