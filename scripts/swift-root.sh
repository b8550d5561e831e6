#!/usr/bin/env bash
# A Swift compiler for a machine that has none: a root of Debian's newer release with its `swiftlang`, about 2.5 GB and some
# minutes, in target/swift-root, reused when it is there.
#
#   scripts/swift-root.sh                 makes the root
#   scripts/swift-root.sh COMMAND...      runs a command in it, with this repository at the place where it is
#
# A command sees this host's network, devices and /tmp, in a mount namespace of its own: nothing is left mounted.
set -eu
cd "$(dirname "$0")/.."
repository=$PWD
root=${SWIFT_ROOT:-$repository/target/swift-root}
here=$(pwd -P)

if [ ! -e "$root/.complete" ]; then
    [ "$(id -u)" = 0 ] || { echo "a root for Swift is made by root only; or install Swift 6: https://swift.org/install" >&2; exit 1; }
    scripts/need.sh mmdebstrap >&2
    echo "making a root with Swift in $root: about 2.5 GB, some minutes" >&2
    # What a mmdebstrap that was interrupted has left mounted there, /proc and /sys, is not to be removed with it.
    awk -v root="$root/" 'index($2, root) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount -l
    rm -rf --one-file-system "$root"
    mkdir -p "$(dirname "$root")"
    nice -n 19 mmdebstrap --quiet --variant=apt --include=swiftlang,libc6-dev,g++,pkgconf \
        --aptopt='Acquire::Languages "none"' --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
        --customize-hook='rm -f "$1"/var/cache/apt/archives/*.deb' \
        trixie "$root" http://deb.debian.org/debian >&2
    touch "$root/.complete"
fi
[ $# = 0 ] && exit 0

# shellcheck disable=SC2016 # expanded inside
exec unshare --mount --propagation private sh -c '
    root=$1 here=$2; shift 2
    mount --bind /tmp "$root/tmp" && mkdir -p "$root$here" && mount --bind "$here" "$root$here" || exit 1
    mount -t proc proc "$root/proc" && mount --rbind /dev "$root/dev" || exit 1
    export HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin TMPDIR=/tmp
    exec chroot "$root" sh -c "cd \"\$0\" && exec \"\$@\"" "$here" "$@"' sh "$root" "$here" "$@"
