#!/bin/sh
# Tests the container image with podman: builds it of a package, runs it with the privileges that docs/container.md names, and polls it
# from another network namespace. Skips, with the reason, where podman or a privilege is missing.
set -eu

here=$(dirname -- "$(readlink -f -- "$0")")
address=192.0.2.1
failures=0

usage() {
    cat <<'TEXT'
usage: packaging/image/test.sh PACKAGE

Builds the image of the .deb of tcpprobe (or of a folder with its tree) twice, compares the digests, and runs it as root with podman in
network namespaces of its own, which it removes. The exit status is 1 if a check failed, and 77 if the test was skipped.
TEXT
}

skip() {
    echo "skipped: $*"
    exit 77
}

die() {
    echo "test.sh: $*" >&2
    exit 1
}

# Prints what check $1 resulted in: runs the rest of the arguments.
check() {
    what=$1
    shift
    if "$@"; then
        echo "ok      $what"
    else
        echo "FAILED  $what"
        failures=$((failures + 1))
    fi
}

find_engine() {
    [ "$(id -u)" = 0 ] || skip "needs root, for network namespaces and the host's capabilities"
    for program in podman ip nsenter unshare curl snmpget; do command -v "$program" >/dev/null || skip "needs $program"; done
    # crun, the default of podman, does not run where control groups of both versions are mounted; runc does.
    for runtime in crun runc; do
        if command -v "$runtime" >/dev/null && probe_engine; then return; fi
    done
    skip "podman cannot run a container here: $(cat "$work/probe")"
}

engine() {
    nsenter --net="/run/netns/$agent" podman --runtime "$runtime" --cgroup-manager cgroupfs "$@"
}

probe_engine() {
    # shellcheck disable=SC2086 # a list
    engine run --rm --network host $limits --entrypoint /bin/true "$image" >"$work/probe" 2>&1
}

# Sets limits, at most those of this process: without CAP_SYS_RESOURCE a runtime cannot raise them to its defaults.
find_limits() {
    limits=$(awk '
        function option(name, hard) { print "--ulimit " name "=" hard ":" hard }
        /^Max open files/ { option("nofile", $5 == "unlimited" || $5 > 65536 ? 65536 : $5) }
        /^Max processes/ { option("nproc", $4 == "unlimited" || $4 > 32768 ? 32768 : $4) }' /proc/self/limits)
}

make_network() {
    agent=tcpprobe-image-$$
    peer=tcpprobe-peer-$$
    ip netns add "$agent" 2>"$work/probe" || skip "cannot make network namespaces: $(cat "$work/probe")"
    ip netns add "$peer"
    ip link add veth0 netns "$agent" type veth peer veth0 netns "$peer"
    ip -n "$agent" address add $address/24 dev veth0
    ip -n "$peer" address add 192.0.2.2/24 dev veth0
    for namespace in "$agent" "$peer"; do
        ip -n "$namespace" link set lo up
        ip -n "$namespace" link set veth0 up
    done
}

clean_up() {
    [ -z "$image" ] || {
        podman rm --force --ignore "$name" >/dev/null 2>&1 || :
        podman volume rm --force "$name" >/dev/null 2>&1 || :
        podman rmi --force "$image" >/dev/null 2>&1 || :
    }
    for namespace in "$agent" "$peer"; do [ -z "$namespace" ] || ip netns del "$namespace" 2>/dev/null || :; done
    rm -rf "$work"
}

build_twice() {
    "$here/build.sh" "$package" "$work/one.tar" >"$work/one"
    "$here/build.sh" "$package" "$work/two.tar" >"$work/two"
    check "two builds are the same bytes" cmp "$work/one.tar" "$work/two.tar"
    loaded=$(podman load -qi "$work/one.tar")
    image=${loaded##*: }
    echo "image   $image, $(($(wc -c <"$work/one.tar") / 1000000)) MB as an archive"
}

# Starts the container with the options in "$@", and waits until it answers.
start() {
    # shellcheck disable=SC2086 # a list
    engine run --detach --name "$name" --network host $limits --cap-drop ALL --read-only --security-opt no-new-privileges \
        --security-opt "seccomp=$here/seccomp.json" --volume "$name:/var/lib/tcpprobe" "$@" "$image" \
        run --set "snmp.listen=$address:1161" --set "http.listen=$address:8778" --set snmp.community=image \
        --set "probe.source=$source" >/dev/null
    tries=0
    until from_peer curl -sf -o /dev/null "http://$address:8778/"; do
        tries=$((tries + 1))
        if [ $tries -ge 500 ] || [ "$(podman inspect -f '{{.State.Running}}' "$name")" != true ]; then
            die "the agent does not answer: $(podman logs "$name" 2>&1)"
        fi
        sleep 0.2
    done
    process=$(podman inspect -f '{{.State.Pid}}' "$name")
}

from_peer() {
    ip netns exec "$peer" "$@"
}

stop() {
    podman stop --time 20 "$name" >/dev/null
    check "stops on SIGTERM with status 0" [ "$(podman inspect -f '{{.State.ExitCode}}' "$name")" = 0 ]
    podman rm "$name" >/dev/null
}

field() {
    awk -v name="$1:" '$1 == name { print $2 }' "/proc/$process/status"
}

source_is_bpf() {
    from_peer curl -s "http://$address:8778/jolokia/read/tcpprobe:type=Agent/Source,SourcesRefused" >"$work/source"
    grep -q '"Source":"bpf"' "$work/source" || { cat "$work/source" && echo && return 1; }
}

# The source bpf needs a kernel that permits BPF in the host's user namespace.
has_bpf() {
    [ -r /sys/kernel/btf/vmlinux ] && grep -q '^ *0 *0 *4294967295$' /proc/self/uid_map
}

check_source() {
    if has_bpf; then
        check "source bpf, without root" source_is_bpf
    else
        echo "skipped: source bpf: no BTF, or not the host's user namespace"
    fi
}

answers_snmp() {
    from_peer snmpget -v2c -c image -Oqv $address:1161 1.3.6.1.2.1.6.9.0 >/dev/null
}

lists_flows() {
    if engine exec "$name" tcpprobe flows --once >"$work/flows" 2>&1 && grep -q '^[0-9]* flows.*source' "$work/flows"; then return; fi
    cat "$work/flows"
    return 1
}

adds_user() {
    printf 'a passphrase\nanother passphrase\n' | engine exec -i "$name" tcpprobe user add ops --write >/dev/null
}

writes_setting() {
    tries=0
    until from_peer curl -s -u 'ops:a passphrase' \
        "http://$address:8778/jolokia/write/tcpprobe:type=Settings/probetime/250" | grep -q '"status":200'; do
        tries=$((tries + 1))
        [ $tries -lt 50 ] || return 1
        sleep 0.2
    done
}

setting_was_kept() {
    from_peer curl -s "http://$address:8778/jolokia/read/tcpprobe:type=Settings/probetime" | grep -q '"value":250'
}

cannot_write_root() {
    engine exec --user 0 "$name" sh -c ': >/usr/lib/tcpprobe/new' >"$work/write" 2>&1 || :
    grep -q 'Read-only file system' "$work/write"
}

check_running() {
    check "runs as user 10161" [ "$(field Uid)" = 10161 ]
    check "has CAP_BPF and CAP_PERFMON only" [ "$(field CapEff)$(field CapPrm)" = 000000c000000000000000c000000000 ]
    check "cannot gain privileges" [ "$(field NoNewPrivs)" = 1 ]
    check "has a seccomp filter" [ "$(field Seccomp)" = 2 ]
    check "cannot write to its root" cannot_write_root
    check "uses the start-up cache in the volume" grep -q '/startup-cache/tcpprobe-.*\.aot' "/proc/$process/maps"
    check_source
    check "SNMP answers a peer" answers_snmp
    check "the page answers a peer" from_peer curl -sf -o /dev/null "http://$address:8778/"
    check "exec: tcpprobe flows --once" lists_flows
}

case ${1-} in
    '' | -*) usage >&2 && exit 2 ;;
esac
package=$1
work=$(mktemp -d)
name=tcpprobe-test-$$
image=
agent=
peer=

trap clean_up EXIT
trap 'exit 1' HUP INT TERM
command -v podman >/dev/null || skip "needs podman"
build_twice
make_network
find_limits
find_engine

# A kernel whose iterator over sockets has a fault may be one where bpf must be named.
source=auto
! has_bpf || source=bpf

echo "as user 10161 with ambient capabilities, as podman gives them"
start --cap-add BPF,PERFMON
check_running
check "exec: tcpprobe user add" adds_user
check "the user changes a setting" writes_setting
stop

echo "begun as root, as Docker and Kubernetes need it; the same volume"
start --user 0 --cap-add BPF,PERFMON,SETUID,SETGID,CHOWN
check_running
check "the volume has kept the setting" setting_was_kept
stop

[ $failures = 0 ] || die "$failures checks failed"
