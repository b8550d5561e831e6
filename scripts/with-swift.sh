#!/usr/bin/env bash
# Runs a command where there is a Swift 6: here if it is on the PATH, else in the root of scripts/swift-root.sh, which is made at need.
#
#   scripts/with-swift.sh COMMAND...
#   scripts/with-swift.sh --present   runs nothing and makes nothing: status 0 if there is one, else a line that says why not
set -eu
cd "$(dirname "$0")/.."
here=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\).*/\1/p')
[ "${here:-0}" -lt 6 ] || here=yes

if [ "$1" != --present ]; then
    [ "$here" = yes ] || exec scripts/swift-root.sh "$@"
    exec "$@"
fi
[ "$here" != yes ] || exit 0
[ ! -e "${SWIFT_ROOT:-target/swift-root}/.complete" ] || [ "$(id -u)" != 0 ] || exit 0
echo "no Swift 6 on the PATH; make test-swift makes a root with one, 2.5 GB"
exit 1
