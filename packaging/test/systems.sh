#!/bin/sh
# Makes archives of the systems that packages are installed in, with debootstrap and as root: minimal.tar is a minimal Debian 12,
# booted.tar has systemd in addition. An archive that is there is kept.
#   systems.sh CACHE
set -eu
export LC_ALL=C

mkdir -p "$1"
cache=$(readlink -f -- "$1")

# Makes archive $1.tar of a system with packages $2 in addition.
make_system() {
    [ ! -s "$cache/$1.tar" ] || return 0
    echo "systems: making $cache/$1.tar ..."
    rm -rf --one-file-system "${cache:?}/$1"
    mkdir -p "$cache/debs-$1"
    debootstrap --variant=minbase --include="$2" --cache-dir="$cache/debs-$1" bookworm "$cache/$1" >"$cache/$1.log" 2>&1 || {
        tail -n 20 "$cache/$1.log" >&2
        return 1
    }
    tar -C "$cache/$1" -cf "$cache/$1.tar.new" . && mv "$cache/$1.tar.new" "$cache/$1.tar" &&
        rm -rf --one-file-system "${cache:?}/$1"
}

make_system booted libbpf1,systemd-sysv,dbus,procps & # each has downloads of its own: debootstrap does not share them at the same time
booted=$!
status=0
make_system minimal libbpf1 || status=1
wait $booted || status=1
exit $status
