#!/bin/sh
# Fetches a kernel of Debian to boot and to build a module against, and installs nothing:
#   kernel.sh SERIES FOLDER        "6.1", and where it lies afterwards: vmlinuz, headers, modules
# The newest package of the series is taken, as the meta package names it. Needs apt's lists to be there.
# "newest", of all suites, "6.1-arm64" and "6.12-arm64" come without headers.
set -eu
series=$1
folder=$2

foreign=$(dirname "$0")/foreign.sh
case $series in
    newest) exec sh "$foreign" amd64 "$folder" sid experimental ;;
    6.1-arm64) exec sh "$foreign" arm64 "$folder" bookworm bookworm-security ;;
    6.12-arm64) exec sh "$foreign" arm64 "$folder" bookworm bookworm-backports ;;
esac

# The packages that package $1 depends on.
needs() {
    apt-cache depends "$1" 2>/dev/null | sed -n 's/^ *|\{0,1\}Depends: //p'
}

# The newest version of the series: "6.1.0-56-cloud-amd64".
newest() {
    { needs "linux-image-$series-cloud-amd64" && needs linux-image-cloud-amd64; } |
        sed -n "s/^linux-image-\($series\.[^<>]*-cloud-amd64\)\$/\1/p" | head -n 1
}

version=$(newest)
[ -n "$version" ] || {
    echo "there is no package linux-image-$series.*-cloud-amd64; its source may be missing, or: apt-get update" >&2
    exit 1
}
mkdir -p "$folder"
cd "$folder"
if [ "$(cat version 2>/dev/null)" = "$version in $PWD" ]; then exit 0; fi

rm -rf ./*
mkdir root
# shellcheck disable=SC2046 # one word a package
apt-get -qq download "linux-image-$version" "linux-headers-$version" \
    $(needs "linux-headers-$version" | grep -E '^linux-(headers-.*-common|kbuild-.*)$')
for package in *.deb; do dpkg -x "$package" root; done
rm ./*.deb

# The headers name their other half by where it lies once installed.
headers=root/usr/src/linux-headers-$version
sed -i "s,^include /usr/src,include $PWD/root/usr/src," "$headers/Makefile"
# Makes the build ask for pahole, to make type information that we do not need.
rm -f "$headers/vmlinux"
ln -s "$headers" headers
ln -s "root/boot/vmlinuz-$version" vmlinuz
ln -s "root/lib/modules/$version" modules
echo "$version in $PWD" >version # the folder: headers are bound to it
