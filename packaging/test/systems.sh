#!/bin/sh
# Makes archives of the systems that packages are installed in, with debootstrap and as root: minimal.tar is a minimal Debian 12,
# booted.tar has systemd in addition. An archive that is there is kept.
#   systems.sh CACHE
set -eu
export LC_ALL=C

mkdir -p "$1"
cache=$(readlink -f -- "$1")
for kind in minimal booted; do
    [ ! -s "$cache/$kind.tar" ] || continue
    more=libbpf1
    [ $kind = minimal ] || more=libbpf1,systemd-sysv,dbus,procps
    echo "systems: making $cache/$kind.tar ..."
    rm -rf --one-file-system "${cache:?}/$kind"
    mkdir -p "$cache/debs"
    debootstrap --variant=minbase --include=$more --cache-dir="$cache/debs" bookworm "$cache/$kind" >"$cache/debootstrap.log" 2>&1 || {
        tail -n 20 "$cache/debootstrap.log" >&2
        exit 1
    }
    tar -C "$cache/$kind" -cf "$cache/$kind.tar.new" . && mv "$cache/$kind.tar.new" "$cache/$kind.tar"
    rm -rf "${cache:?}/$kind"
done
