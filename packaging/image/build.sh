#!/bin/sh
# Builds the container image without a registry and without a container engine: an OCI archive that podman, buildah, skopeo and
# Docker (docker load, from 25 on) read. The same package, Debian packages and SOURCE_DATE_EPOCH result in the same bytes.
set -eu

here=$(dirname -- "$(readlink -f -- "$0")")

# From Debian, besides tcpprobe: the C library; libbpf with what it needs; busybox and the program cksum of coreutils, because the
# launcher is a shell script; the programs flock and setpriv of util-linux with their library; of base-files only os-release, by
# which scanners recognize the distribution.
packages='libc6 libbpf1 libelf1 zlib1g busybox-static coreutils util-linux libcap-ng0 base-files'
programs='bin/busybox usr/bin/cksum usr/bin/flock usr/bin/setpriv'
applets='sh cat chown cp id ls mkdir mv readlink rm sleep stat stty timeout true'
user=10161 # fixed, so that a volume can be given to it in advance; above the range of users of a host

die() {
    echo "build.sh: $*" >&2
    exit 1
}

usage() {
    cat <<'TEXT'
usage: packaging/image/build.sh PACKAGE [ARCHIVE]
       packaging/image/build.sh --root PACKAGE FOLDER

Builds the container image from the .deb of tcpprobe, or from a folder with its tree (usr/bin/tcpprobe, usr/lib/tcpprobe ...).
Runs on Debian or a derivative; needs no root, no container engine and no registry. Downloads the C library, libbpf and busybox
with apt-get download.

  ARCHIVE  the OCI archive to write (tcpprobe-image-ARCHITECTURE.tar); prints the image's digest
  --root   write only the image's file system, into a FOLDER that does not exist yet, as Dockerfile does

SOURCE_DATE_EPOCH  time of all files and of the image; by default that of the package, or of the last commit
DEBIAN_PACKAGES    folder with the .deb files of Debian's packages, instead of downloading them
TEXT
}

need() {
    for program; do command -v "$program" >/dev/null || die "needs the program $program"; done
}

# Copies what the image needs of tcpprobe's tree in folder $1 to $root: not the unit, the man pages and the completions.
copy_tree() {
    [ -x "$1/usr/bin/tcpprobe" ] || die "there is no usr/bin/tcpprobe in $1; give the .deb of tcpprobe, or its tree"
    (cd "$1" && find usr/bin/tcpprobe usr/lib/tcpprobe etc/tcpprobe usr/share/snmp/mibs usr/share/doc/tcpprobe/copyright \
        -maxdepth 0 2>/dev/null | tar -cf - -T -) | tar -xf - -C "$root"
}

unpack_package() {
    if [ -d "$package" ]; then
        copy_tree "$package"
        architecture=$(dpkg --print-architecture)
        version=0
        return
    fi
    architecture=$(dpkg-deb -f "$package" Architecture)
    version=$(dpkg-deb -f "$package" Version)
    [ "$architecture" = "$(dpkg --print-architecture)" ] ||
        die "the package is for $architecture; build its image on a host of that architecture"
    dpkg-deb -x "$package" "$work/package"
    copy_tree "$work/package"
}

download() {
    debs=${DEBIAN_PACKAGES:-$work/debs}
    if [ -z "${DEBIAN_PACKAGES-}" ]; then
        mkdir "$debs"
        # shellcheck disable=SC2086 # a list
        (cd "$debs" && apt-get -qq -o APT::Sandbox::User=root download $packages) >"$work/log" 2>&1 ||
            die "apt-get download $packages failed: $(cat "$work/log")"
    fi
}

# Unpacks Debian's packages: libraries, busybox and their licenses, without programs, locales and character sets. The folder
# status.d has the data by which scanners find the packages and their versions.
unpack_libraries() {
    status=$root/var/lib/dpkg/status.d
    mkdir -p "$status" "$work/debian"
    for name in $packages; do
        deb=$(find "$debs" -name "${name}_*.deb" | LC_ALL=C sort | tail -n 1)
        [ -n "$deb" ] || die "the package $name is not in $debs"
        dpkg-deb -x "$deb" "$work/debian/$name"
        dpkg-deb -f "$deb" >"$status/$name"
        rm -rf "$work/debian/$name/usr/lib/$(multiarch)/gconv" "$work/debian/$name"/lib/systemd "$work/debian/$name"/usr/lib/mime
        # shellcheck disable=SC2086 # a list
        (cd "$work/debian/$name" && find lib lib64 usr/lib $programs "usr/share/doc/$name/copyright" ! -type d 2>/dev/null |
            tar -cf - -T -) | tar -xf - -C "$root"
    done
    for applet in $applets; do ln -s busybox "$root/bin/$applet"; done
}

multiarch() {
    case $architecture in
        amd64) echo x86_64-linux-gnu ;;
        arm64) echo aarch64-linux-gnu ;;
        *) die "no images for $architecture" ;;
    esac
}

make_files() {
    mkdir -p "$root/usr/local/bin" "$root/etc/tcpprobe" "$root/tmp" "$root/var/lib/tcpprobe" "$root/proc" "$root/sys" "$root/dev" "$root/run"
    printf 'root:x:0:0:root:/:/bin/sh\ntcpprobe:x:%s:%s::/var/lib/tcpprobe:/bin/sh\n' $user $user >"$root/etc/passwd"
    printf 'root:x:0:\ntcpprobe:x:%s:\n' $user >"$root/etc/group"
    cp "$here/entry.sh" "$root/usr/local/bin/tcpprobe"
    cp "$here/seccomp.json" "$root/usr/lib/tcpprobe/seccomp.json"
    printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
    ln -s ../usr/lib/os-release "$root/etc/os-release"
    chmod -R u=rwX,go=rX "$root"
    chmod 1777 "$root/tmp"
    chmod 750 "$root/var/lib/tcpprobe"
}

# Writes the file system as a tar archive to standard output: all files of root except the state folder. The tar archive must not
# depend on who builds.
tar_of_root() {
    fixed_tar --exclude=./var/lib/tcpprobe --owner=0 --group=0 -cf "$work/layer.tar" -C "$root" .
    fixed_tar --owner=$user --group=$user -rf "$work/layer.tar" -C "$root" ./var/lib/tcpprobe
}

fixed_tar() {
    LC_ALL=C tar --format=pax --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime --numeric-owner --sort=name \
        --mtime="@$SOURCE_DATE_EPOCH" "$@"
}

digest_of() {
    sum=$(sha256sum "$1")
    echo "sha256:${sum%% *}"
}

size_of() {
    wc -c <"$1" | tr -d ' '
}

# Moves file $1 into the image's blobs, and sets digest and size.
add_blob() {
    digest=$(digest_of "$1")
    size=$(size_of "$1")
    mv "$1" "$layout/blobs/sha256/${digest#sha256:}"
}

# The layout is that of the OCI image format specification 1.0, with one layer.
make_layout() {
    layout=$work/layout
    mkdir -p "$layout/blobs/sha256"
    tar_of_root
    diff_id=$(digest_of "$work/layer.tar")
    gzip -n "$work/layer.tar"
    add_blob "$work/layer.tar.gz"
    layer="{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",\"digest\":\"$digest\",\"size\":$size}"
    image_config >"$work/config"
    add_blob "$work/config"
    config="{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\"$digest\",\"size\":$size}"
    manifest=application/vnd.oci.image.manifest.v1+json
    echo "{\"schemaVersion\":2,\"mediaType\":\"$manifest\",\"config\":$config,\"layers\":[$layer]}" >"$work/manifest"
    add_blob "$work/manifest"
    tag="\"org.opencontainers.image.ref.name\":\"localhost/tcpprobe:$(echo "$version" | tr -c 'A-Za-z0-9_.\n-' -)\""
    entry="{\"mediaType\":\"$manifest\",\"digest\":\"$digest\",\"size\":$size,\"annotations\":{$tag}}"
    echo "{\"schemaVersion\":2,\"manifests\":[$entry]}" >"$layout/index.json"
    echo '{"imageLayoutVersion":"1.0.0"}' >"$layout/oci-layout"
}

image_config() {
    created=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)
    cat <<JSON
{"created":"$created","architecture":"$architecture","os":"linux",
"config":{"User":"$user:$user","WorkingDir":"/",
"Env":["PATH=/usr/local/bin:/usr/bin:/bin","STATE_DIRECTORY=/var/lib/tcpprobe"],
"Entrypoint":["/usr/local/bin/tcpprobe"],"Cmd":["run","--config","/etc/tcpprobe/tcpprobe.conf"],
"Volumes":{"/var/lib/tcpprobe":{}},"StopSignal":"SIGTERM",
"Labels":{"org.opencontainers.image.title":"tcpprobe","org.opencontainers.image.version":"$version",
"org.opencontainers.image.licenses":"Apache-2.0","org.opencontainers.image.description":"Management agent for Linux TCP"}},
"rootfs":{"type":"layers","diff_ids":["$diff_id"]},
"history":[{"created":"$created","created_by":"packaging/image/build.sh"}]}
JSON
}

make_root() {
    root=$1
    mkdir -p "$root"
    unpack_package
    download
    unpack_libraries
    make_files
}

find_time() {
    [ -n "${SOURCE_DATE_EPOCH-}" ] || SOURCE_DATE_EPOCH=$(git -C "$here" log -1 --format=%ct 2>/dev/null) ||
        SOURCE_DATE_EPOCH=$(stat -c %Y "$package")
}

only_root=
case ${1-} in
    --root)
        only_root=yes
        shift
        [ $# = 2 ] || { usage >&2 && exit 2; }
        ;;
    -h | --help) usage && exit ;;
    -* | '') usage >&2 && exit 2 ;;
esac
[ -e "$1" ] || die "there is no $1"
package=$(readlink -f -- "$1")
need dpkg-deb apt-get tar gzip sha256sum
umask 022
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
find_time

if [ "$only_root" ]; then
    [ ! -e "$2" ] || die "$2 exists already"
    make_root "$2"
    exit
fi
make_root "$work/root"
make_layout
archive=${2:-tcpprobe-image-$architecture.tar}
fixed_tar --owner=0 --group=0 -cf "$archive" -C "$layout" oci-layout index.json blobs
echo "$archive $digest"
