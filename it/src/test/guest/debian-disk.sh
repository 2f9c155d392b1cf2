#!/bin/sh
# Makes the disk of a guest: a Debian of archive $1 in which package $2 is installed, and which runs what the host sends. As root.
#   debian-disk.sh ARCHIVE PACKAGE DISK
set -eu
export LC_ALL=C
if [ "${IN_NAMESPACE-}" != yes ]; then IN_NAMESPACE=yes exec unshare --mount --propagation private sh "$0" "$@"; fi

here=$(dirname -- "$(readlink -f -- "$0")")
root=$(mktemp -d "$3.XXXXXX")
trap 'umount "$root/proc" "$root/dev" 2>/dev/null || :; rm -rf --one-file-system "$root"' EXIT
trap 'exit 1' HUP INT TERM
tar -C "$root" -xf "$1"
chmod 755 "$root"
echo 0123456789abcdef0123456789abcdef >"$root/etc/machine-id"
cp "$2" "$root/root/tcpprobe.deb"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive dpkg -i /root/tcpprobe.deb
umount "$root/proc" "$root/dev"

cp "$here/commands" "$root/root/commands"
cat >"$root/etc/systemd/system/commands.service" <<'TEXT'
[Unit]
Description=Runs what the host sends
DefaultDependencies=no
After=basic.target

[Service]
Environment=commands=ttyS1 HOME=/root
ExecStart=/bin/sh /root/commands
StandardOutput=null
TEXT
mkdir -p "$root/etc/systemd/system/multi-user.target.wants" "$root/etc/systemd/system/tcpprobe.service.d"
cat >"$root/etc/systemd/system/tcpprobe.service.d/emulated.conf" <<'TEXT'
# An emulated processor is some fifty times slower.
[Service]
TimeoutStartSec=600
WatchdogSec=600
TEXT
ln -s ../commands.service "$root/etc/systemd/system/multi-user.target.wants/commands.service"
rm -f "$3"
mke2fs -q -t ext4 -d "$root" "$3" 1200M
