#!/usr/bin/env bash
# Finds or installs the tools a command needs: the system's, else apt's when root, else a wheel where one exists, else one
# clear line that says what to install.
#
#   scripts/need.sh [--optional] TOOL...     TOOL: cc c++ make cmake pkg-config python3 valgrind turnserver
#                                         danted microsocks ip espeak-ng sipp baresip
#
# With --optional a tool that cannot be had is named on standard output, and the status stays 0. What comes from a wheel is
# linked into .tools/bin, which the Makefile puts on the PATH.
set -u
cd "$(dirname "$0")/.."
optional=no
[ "${1:-}" = --optional ] && { optional=yes; shift; }
tools=$PWD/.tools
PATH=$tools/bin:$PATH

package_of() { # the Debian package of a tool
    case $1 in
    cc) echo gcc ;; c++) echo g++ ;; python3) echo "python3 python3-venv" ;;
    musl-gcc) echo musl-tools ;; x86_64-w64-mingw32-gcc) echo gcc-mingw-w64-x86-64 ;; wine) echo "wine wine64" ;;
    *-linux-gnu*-gcc) echo "gcc-${1%-gcc}" ;; qemu-*) echo qemu-user ;;
    ffmpeg) echo "--no-install-recommends ffmpeg" ;; # half of what it recommends is for a screen
    turnserver) echo coturn ;; sipp) echo sip-tester ;; baresip) echo baresip-core ;; danted) echo dante-server ;; ip) echo iproute2 ;; *) echo "$1" ;;
    esac
}

wheel_of() { # the wheel of a tool, if there is one
    case $1 in cmake) echo cmake ;; pkg-config) echo pkgconf ;; esac
}

has() {
    case $1 in
    cc) for name in "${CC:-cc}" gcc clang; do command -v "$name" >/dev/null && return; done; return 1 ;;
    c++) for name in "${CXX:-c++}" g++ clang++; do command -v "$name" >/dev/null && return; done; return 1 ;;
    *) command -v "$1" >/dev/null ;;
    esac
}

from_apt() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
    echo "installing $(package_of "$1") with apt" >&2
    # shellcheck disable=SC2046 # several packages are several words
    DEBIAN_FRONTEND=noninteractive timeout 300 apt-get -o DPkg::Lock::Timeout=120 install -qq -y $(package_of "$1") >/dev/null 2>&1 && has "$1" && return
    DEBIAN_FRONTEND=noninteractive timeout 300 apt-get update -qq >/dev/null 2>&1
    # shellcheck disable=SC2046
    DEBIAN_FRONTEND=noninteractive timeout 300 apt-get -o DPkg::Lock::Timeout=120 install -qq -y $(package_of "$1") >/dev/null 2>&1 && has "$1"
}

from_wheel() {
    local wheel
    wheel=$(wheel_of "$1")
    [ -n "$wheel" ] && command -v python3 >/dev/null || return 1
    echo "installing $1 from the wheel $wheel into .tools" >&2
    mkdir -p "$tools/bin"
    { [ -d "$tools/venv" ] || python3 -m venv "$tools/venv"; } >/dev/null 2>&1 || return 1
    "$tools/venv/bin/pip" install -q --disable-pip-version-check "$wheel" >/dev/null 2>&1 || return 1
    local program=$tools/venv/bin/$1
    [ -x "$program" ] || program=$tools/venv/bin/$wheel
    [ -x "$program" ] && ln -sf "$program" "$tools/bin/$1" && has "$1"
}

missing=0
for tool; do
    has "$tool" || from_apt "$tool" || from_wheel "$tool" && continue
    if [ "$optional" = yes ]; then
        echo "SKIPPED: what needs $tool, which is not here and could not be installed"
    else
        echo "$tool is needed: install it with: apt-get install $(package_of "$tool")" >&2
        missing=1
    fi
done
exit $missing
