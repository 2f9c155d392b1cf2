#!/bin/sh
# Fetches a kernel that this host's apt does not offer, of another suite or architecture, and installs nothing:
#   foreign.sh ARCHITECTURE FOLDER SUITE...       where it lies afterwards: vmlinuz, modules
# The newest linux-image-cloud package of the suites is taken. With another architecture come the programs and libraries that
# a guest of it needs, in root. Apt keeps what it knows of the suites in a folder of its own.
set -eu
architecture=$1
folder=$2
shift 2

# What a guest calls, and what that is linked with; what rows.c is built with.
programs='busybox-static iproute2 libc6 libbpf1 libelf1 zlib1g libmnl0 libbsd0 libmd0 libcap2 libxtables12 libselinux1
libpcre2-8-0 libtirpc3 libgssapi-krb5-2 libkrb5-3 libk5crypto3 libcom-err2 libkrb5support0 libkeyutils1
libbpf-dev libelf-dev zlib1g-dev'

mkdir -p "$folder"
cd "$folder"
apt=$PWD/apt
mkdir -p "$apt/etc/apt.conf.d" "$apt/etc/preferences.d" "$apt/state/lists/partial" "$apt/cache/archives/partial"
: >"$apt/state/status"
key=signed-by=/usr/share/keyrings/debian-archive-keyring.gpg
for suite in "$@"; do
    case $suite in *-security) archive=debian-security ;; *) archive=debian ;; esac
    echo "deb [$key] http://deb.debian.org/$archive $suite main"
done >"$apt/etc/sources.list"
# An archive that was frozen some weeks ago will do.
cat >"$apt/conf" <<CONF
APT::Architecture "$architecture";
APT::Architectures { "$architecture"; };
APT::Sandbox::User "root";
Acquire::Check-Valid-Until "false";
Acquire::Languages "none";
Dir::Etc "$apt/etc";
Dir::State "$apt/state";
Dir::State::status "$apt/state/status";
Dir::Cache "$apt/cache";
CONF
export APT_CONFIG="$apt/conf"
apt-get -qq update

meta=linux-image-cloud-$architecture
newest=$(apt-cache madison "$meta" | cut -d'|' -f2 | tr -d ' ' | while read -r one; do
    [ -n "${best-}" ] && dpkg --compare-versions "$one" lt "$best" || best=$one
    echo "$best"
done | tail -n 1)
version=$(apt-cache show "$meta=$newest" |
    sed -n "s/^Depends:.*linux-image-\([0-9][^ ,]*-cloud-$architecture\).*/\1/p" | head -n 1)
[ -n "$version" ] || {
    echo "there is no package $meta in $*" >&2
    exit 1
}
if [ "$(cat version 2>/dev/null)" = "$version in $PWD" ]; then exit 0; fi

rm -rf root vmlinuz modules version ./*.deb
mkdir root
[ "$architecture" != "$(dpkg --print-architecture)" ] || programs=
# From 7.x on the image's package holds nothing, and depends on two that do.
parts=$(apt-cache depends "linux-image-$version" | sed -n 's/^ *Depends: \(linux-\(binary\|modules\)-.*\)/\1/p')
# shellcheck disable=SC2086 # one word a package
apt-get -qq download "linux-image-$version" $parts $programs
for package in *.deb; do dpkg -x "$package" root; done
rm ./*.deb
ln -s "$(find root -name "vmlinuz*" -type f)" vmlinuz
ln -s "$(find root -path "*/lib/modules/$version")" modules
echo "$version in $PWD" >version
