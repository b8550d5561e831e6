#!/usr/bin/env bash
# Runs Debian's Python or Java of another machine, by qemu-user. They are in a root that is only unpacked, in target/root-MACHINE: 300 MB, made
# once, by root, as mmdebstrap asks.
#
#   scripts/foreign.sh MACHINE                         makes it; status 1 with a line that says why, if that cannot be
#   scripts/foreign.sh MACHINE python3|java ARGUMENT...      MACHINE: aarch64
set -eu
cd_to=$PWD
cd "$(dirname "$0")/.."
machine=$1
root=$PWD/target/root-$machine
case $machine in
aarch64) architecture=arm64 ;;
*) echo "no root is known for $machine" && exit 1 ;;
esac

if [ ! -e "$root/.complete" ]; then
    [ "$(id -u)" = 0 ] || { echo "a root for $machine is made by root only" && exit 1; }
    scripts/need.sh --optional "qemu-$machine" mmdebstrap >&2
    for tool in "qemu-$machine" mmdebstrap; do command -v "$tool" >/dev/null || { echo "there is no $tool" && exit 1; }; done
    echo "making a root with Python and Java for $machine in $root: 300 MB, some minutes" >&2
    rm -rf "$root"
    nice -n 10 mmdebstrap --quiet --architectures="$architecture" --variant=extract \
        --include=libc6,libgcc-s1,zlib1g,python3,openjdk-17-jre-headless \
        --aptopt='Acquire::Languages "none"' --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
        bookworm "$root" http://deb.debian.org/debian >&2 || { echo "Debian's packages for $machine cannot be had" && exit 1; }
    # What is behind a link is looked for by this machine's kernel, which knows nothing of the root.
    find "$root" -lname '/*' | while read -r link; do ln -sfn "$root$(readlink "$link")" "$link"; done
    touch "$root/.complete"
fi
[ $# -gt 1 ] || exit 0

case $2 in
python3) program=$root/usr/bin/python3 ;;
java) program=$(echo "$root"/usr/lib/jvm/java-17-openjdk-*/bin/java) ;;
*) echo "what is $2?" >&2 && exit 2 ;;
esac
shift 2
cd "$cd_to"
exec "qemu-$machine" -L "$root" "$program" "$@"
