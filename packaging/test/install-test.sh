#!/bin/sh
# shellcheck disable=SC2016,SC2086,SC2154 # texts for other shells; commands in variables; variables from the environment
# Installs the packages in minimal Debian 12 systems without Java, uses, upgrades, downgrades and removes them. As root:
#   install-test.sh PACKAGES CACHE [PART ...]
#     PACKAGES  the folder that './tcpprobe package' has filled
#     CACHE     a folder for the systems' archives, which systems.sh makes once
#     PART      deb, rpm, tar or systemd; without, all of them
#   PREVIOUS=FILE in the environment: the .deb to upgrade from, such as previous.sh builds; without, the package itself with a lower version
# Needs debootstrap, rpm, snmp, curl, util-linux, and for the part systemd systemd-nspawn. All runs in namespaces of its own, of network,
# processes and mounts: nothing of this is left when it ends. The exit status is 0 if everything was as expected.
set -eu
export LC_ALL=C
export DEBIAN_FRONTEND=noninteractive

if [ "${IN_NAMESPACES-}" != yes ]; then
    [ $# -ge 2 ] || {
        sed -n '3,10s/^# //p' "$0" >&2
        exit 2
    }
    [ "$(id -u)" = 0 ] || {
        echo "install-test: needs root" >&2
        exit 2
    }
    mkdir -p "$2"
    packages=$(readlink -f -- "$1")
    cache=$(readlink -f -- "$2")
    shift 2
    script=$(readlink -f -- "$0")
    sh "${script%/*}/systems.sh" "$cache" # before there are namespaces: debootstrap needs the network
    work=$(mktemp -d "$cache/test.XXXXXX")
    group=
    # A control group of its own, below which a service manager can make others.
    for top in /sys/fs/cgroup/unified /sys/fs/cgroup; do
        [ -e $top/cgroup.controllers ] || continue
        group=$top/tcpprobe-install-test.$$
        mkdir "$group" || group=
        break
    done
    status=0
    export packages cache work group
    IN_NAMESPACES=yes unshare --net --mount --propagation private --mount-proc --pid --fork --kill-child \
        sh "$script" "$@" &
    child=$!
    trap 'kill -KILL "$child"' HUP INT TERM # its namespaces end with it
    wait "$child" || status=$?
    [ -z "$group" ] || find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || :
    rm -rf --one-file-system "$work"
    exit $status
fi

# ---- tools ----------------------------------------------------------------------------------------------------------------

part=
failures=0
skipped=no

say() {
    echo "install-test: $part: $*"
}

# Runs a check: "expect TEXT COMMAND ..." fails if the command fails.
expect() {
    text=$1
    shift
    if said=$("$@" 2>&1); then
        say "ok: $text"
    else
        failures=$((failures + 1))
        say "FAILED: $text: $*"
        printf '%s\n' "$said" | head -n 20 | sed 's/^/    /'
    fi
}

# Succeeds if file or text on standard input has a line with $1.
has() {
    grep -q -e "$1"
}

not() {
    ! "$@"
}

# Waits at most $1 seconds until the command succeeds.
await() {
    deadline=$(($(date +%s) + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$(date +%s)" -lt $deadline ] || return 1
        sleep 0.1
    done
}

milliseconds() {
    echo $(($(date +%s%N) / 1000000))
}

unpack() { # $1: kind of system; sets system
    system=$work/$part
    mkdir "$system"
    tar -C "$system" -xf "$cache/$1.tar"
    rm -f "$system/etc/machine-id" && echo 0123456789abcdef0123456789abcdef >"$system/etc/machine-id"
}

# Sets enter, a command and not a function: what it starts in the background has the process id of $!.
mount_system() {
    mount -t proc proc "$system/proc"
    mount -t sysfs -o ro sysfs "$system/sys"
    mount --bind /dev "$system/dev"
    enter="chroot $system env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root"
}

inside() {
    $enter "$@"
}

# Every file of the system, except those that a package manager changes by its work.
files_of() {
    (cd "$system" && find . -xdev ! -path './tmp/*' ! -path './var/lib/dpkg/*' ! -path './var/log/*' ! -path './var/lib/systemd/*' \
        ! -path './var/cache/*' ! -path './root/*' ! -path './run/*' ! -path './proc/*' ! -path './dev/*' ! -path './sys/*' \
        ! -path './etc/passwd*' ! -path './etc/group*' ! -path './etc/shadow*' ! -path './etc/gshadow*' ! -path './etc/.pwd.lock' |
        sort)
    (cd "$system" && find var/cache -name '*tcpprobe*')
}

# Makes $2 from package $1: the same with version $3.
with_version() {
    rm -rf "$work/repacked"
    dpkg-deb -R "$1" "$work/repacked"
    sed -i "s/^Version: .*/Version: $3/" "$work/repacked/DEBIAN/control"
    sed -i "s/^version=.*/version=$3/" "$work/repacked/DEBIAN/prerm"
    echo "$3" >"$work/repacked/usr/lib/tcpprobe/version"
    echo "$3" >"$work/repacked/usr/lib/tcpprobe/build-id"
    dpkg-deb -Zgzip -z1 --root-owner-group --build "$work/repacked" "$2" >/dev/null
    rm -rf "$work/repacked"
}

walk() {
    snmpwalk -v2c -c public -r 0 -t 1 "127.0.0.1:1161" 1.3.6.1.2.1.6
}

page() {
    curl -sf http://127.0.0.1:8778/
}

# Starts the agent with the given command, in the background, and waits for its connectors; sets agent, its process.
start_agent() {
    began=$(milliseconds)
    "$@" >"$work/run.log" 2>&1 &
    agent=$!
    await 60 snmpget -v2c -c public -r 0 -t 0.1 127.0.0.1:1161 1.3.6.1.2.1.6.9.0 || {
        failures=$((failures + 1))
        say "FAILED: the agent does not answer"
        head -n 40 "$work/run.log"
        return
    }
    say "first answer after $(($(milliseconds) - began)) ms, $(awk '/VmRSS/ { print $2 }' "/proc/$agent/status") kB resident"
    expect "it is ready" await 60 grep -q 'ready after' "$work/run.log"
}

stop_agent() {
    kill "$agent"
    status=0
    wait "$agent" || status=$?
    expect "it exits with status 0 at SIGTERM" [ $status = 0 ]
}

uses_cache() {
    tr '\0' '\n' <"/proc/$agent/cmdline" | has '^-XX:AOTCache='
}

probetime() {
    inside tcpprobe settings | sed -n 's/^probetime = \([0-9]*\).*/\1/p'
}

# Reads the state of the agent as user ops over SNMPv3.
get_as_ops() {
    snmpget -v3 -l authPriv -a SHA-256 -x AES -u ops -A 'passphrase one' -X 'passphrase two' -r 1 -t 2 127.0.0.1:1161 1.3.6.1.2.1.6.9.0
}

boots() {
    snmpget -Oqv -v3 -l authPriv -a SHA-256 -x AES -u ops -A 'passphrase one' -X 'passphrase two' -r 1 -t 2 127.0.0.1:1161 \
        1.3.6.1.6.3.10.2.1.2.0
}

# Connects to the agent from a port that no other connection uses, for longer than events.interval: then a source which polls sees it.
make_flow() {
    status=$(curl -s --local-port 45671 --max-time 8 -o /dev/null -w '%{http_code}' http://127.0.0.1:8778/events || :)
    [ "$status" = 200 ] # it is a stream of events, which curl has ended
}

# Succeeds if the flow log has that connection, of the endpoint with this port.
has_flow() {
    inside tcpprobe history --format json --where 'localPort = 45671 and remotePort = 8778' >"$work/history" &&
        [ "$(grep -c 45671 "$work/history")" = 1 ]
}

deb=$(find "$packages" -name 'tcpprobe_*.deb' | head -n 1)
tarball=$(find "$packages" -name 'tcpprobe-*-linux-*.tar.gz' | head -n 1)

# ---- the .deb, without a service manager -----------------------------------------------------------------------------------

test_deb() {
    unpack minimal
    mount_system
    files_of >"$work/before"
    expect "there is no Java" not inside sh -c 'command -v java'
    version=$(dpkg-deb -f "$deb" Version)
    [ -z "${PREVIOUS-}" ] || say "upgrade from $(dpkg-deb -f "$PREVIOUS" Version)"
    old=${PREVIOUS:-$work/old.deb}
    [ "${PREVIOUS-}" ] || with_version "$deb" "$old" "0.0.1~previous"
    cp "$old" "$system/root/old.deb"
    cp "$deb" "$system/root/new.deb"
    say "sizes: $(du -k "$deb" | cut -f 1) kB packed, $(dpkg-deb -f "$deb" Installed-Size) kB installed"

    began=$(milliseconds)
    expect "install" inside dpkg -i /root/old.deb
    say "installed in $(($(milliseconds) - began)) ms"
    first_cache=$(find "$system/var/cache/tcpprobe" -name '*.aot' -size +1k)
    expect "the start-up cache is made" [ "$first_cache" ]
    expect "only root can write it" [ "$(stat -c '%u %a' "$first_cache")" = "0 644" ]
    expect "the user of the service exists" inside getent passwd tcpprobe
    expect "a manual page" inside test -s /usr/share/man/man1/tcpprobe.1.gz
    expect "the MIB" inside test -s /usr/share/snmp/mibs/TCPPROBE-MIB.txt
    expect "the MIB with imports" inside grep -q '^IMPORTS' /usr/share/doc/tcpprobe/mibs/TCPPROBE-MIB.txt
    expect "the files for other systems" inside sh /usr/share/doc/tcpprobe/integrations/render.sh 1.3.6.1.4.1.99999.7 /tmp/kit
    inside rm -r /tmp/kit

    start_agent $enter tcpprobe run
    expect "with the start-up cache" uses_cache
    expect "walk" walk
    expect "page" page
    expect "flows by a command" inside tcpprobe flows --once
    expect "settings of the running agent" sh -c "chroot '$system' tcpprobe settings | grep 'of the running agent'"
    expect "add a user" sh -c "printf 'passphrase one\npassphrase two\n' | chroot '$system' tcpprobe user add ops --write"
    expect "the agent knows the user" await 20 get_as_ops
    expect "change a setting" snmpset -v3 -l authPriv -a SHA-256 -x AES -u ops -A 'passphrase one' -X 'passphrase two' 127.0.0.1:1161 \
        1.3.6.1.4.1.8072.9999.9999.2012.1.1.7.0 i 321
    boots_before=$(boots)
    expect "a connection ends" make_flow
    expect "it is in the flow log" await 30 has_flow
    stop_agent

    echo '# edited' >>"$system/etc/tcpprobe/tcpprobe.conf"
    expect "upgrade" inside dpkg -i --force-confold /root/new.deb
    expect "the start-up cache of the old version is gone" not test -e "$first_cache"
    expect "there is one of the new" [ "$(find "$system/var/cache/tcpprobe" -name "tcpprobe-$version-*.aot" -size +1k)" ]
    expect "the configuration file is kept" grep '# edited' "$system/etc/tcpprobe/tcpprobe.conf"
    start_agent $enter tcpprobe run
    expect "with the start-up cache" uses_cache
    expect "the setting is kept" [ "$(probetime)" = 321 ]
    expect "the user is kept" get_as_ops
    expect "the engine has more boots" [ "$(boots)" = $((boots_before + 1)) ]
    expect "the flow log is kept" has_flow
    stop_agent

    new_cache=$(find "$system/var/cache/tcpprobe" -name '*.aot')
    chmod o+w "$new_cache"
    start_agent $enter tcpprobe run
    expect "a start-up cache that others can write is not loaded" not uses_cache
    stop_agent
    chmod o-w "$new_cache"

    expect "a downgrade is reported" sh -c "chroot '$system' dpkg -i --force-confold /root/old.deb 2>&1 | grep 'downgrade from $version to'"
    expect "the configuration file is kept" grep '# edited' "$system/etc/tcpprobe/tcpprobe.conf"
    start_agent $enter tcpprobe run
    expect "the setting is kept" [ "$(probetime)" = 321 ]
    expect "the user is kept" get_as_ops
    expect "the engine has one more boot" [ "$(boots)" = $((boots_before + 3)) ]
    expect "the flow log is kept" has_flow
    stop_agent

    expect "remove" inside dpkg -r tcpprobe
    expect "the program is gone" not test -e "$system/usr/lib/tcpprobe"
    expect "users and settings are left" test -s "$system/var/lib/tcpprobe/users"
    expect "purge" inside dpkg -P tcpprobe
    files_of >"$work/after"
    expect "purge leaves nothing" diff "$work/before" "$work/after"
}

# ---- the .rpm, which this host's rpm installs in another root ---------------------------------------------------------------

# The Debian there has none of the packages that it requires.
rpm_there() {
    rpm --root "$system" --nodeps "$@"
}

test_rpm() {
    rpm=$(find "$packages" -name 'tcpprobe-*.rpm' | head -n 1)
    if [ -z "$rpm" ] || ! command -v rpm >/dev/null; then
        say "SKIPPED: it needs the programs rpmbuild, to build the package, and rpm"
        skipped=yes
        return
    fi
    unpack minimal
    mount_system
    mkdir -p "$system/usr/lib/sysusers.d" # on other distributions, it belongs to another package
    files_of >"$work/before"
    say "sizes: $(du -k "$rpm" | cut -f 1) kB packed"
    expect "install" rpm_there -U "$rpm"
    expect "the start-up cache is made" [ "$(find "$system/var/cache/tcpprobe" -name '*.aot' -size +1k)" ]
    expect "the user of the service exists" inside getent passwd tcpprobe
    expect "doctor" inside tcpprobe doctor
    start_agent $enter tcpprobe run
    expect "with the start-up cache" uses_cache
    expect "walk" walk
    expect "page" page
    stop_agent
    echo '# edited' >>"$system/etc/tcpprobe/tcpprobe.conf"
    expect "install again" rpm_there -U --replacepkgs "$rpm"
    expect "the configuration file is kept" grep '# edited' "$system/etc/tcpprobe/tcpprobe.conf"
    expect "there is a start-up cache" [ "$(find "$system/var/cache/tcpprobe" -name '*.aot' -size +1k)" ]
    expect "remove" rpm_there -e tcpprobe
    expect "the edited configuration file is left" test -s "$system/etc/tcpprobe/tcpprobe.conf.rpmsave"
    rm -rf "$system/etc/tcpprobe" "$system/var/lib/tcpprobe" "$system/var/lib/rpm"
    files_of >"$work/after"
    expect "nothing else is left" diff "$work/before" "$work/after"
}

# ---- the tar ball, as a user without privileges ----------------------------------------------------------------------------

test_tar() {
    unpack minimal
    mount_system
    mkdir -m 755 "$system/home/one"
    cp "$tarball" "$system/home/one/t.tar.gz"
    chown -R 4711:4711 "$system/home/one"
    as_user="chroot --userspec=4711:4711 $system env -i PATH=/usr/bin:/bin HOME=/home/one"
    expect "unpack" $as_user tar -C /home/one -xf /home/one/t.tar.gz
    place=$(basename "$(find "$system/home/one" -mindepth 1 -maxdepth 1 -type d)")
    say "sizes: $(du -k "$tarball" | cut -f 1) kB packed, $(du -sk "$system/home/one/$place" | cut -f 1) kB unpacked"
    start_agent $as_user "/home/one/$place/bin/tcpprobe" run
    expect "with a start-up cache of its own" uses_cache
    expect "walk" walk
    expect "page" page
    expect "its state is in the user's folder" test -d "$system/home/one/.local/state/tcpprobe"
    expect "settings of the running agent" sh -c "$as_user '/home/one/$place/bin/tcpprobe' settings | grep 'of the running agent'"
    stop_agent
    mv "$system/home/one/$place" "$system/home/one/moved here"
    ln -s "/home/one/moved here/bin/tcpprobe" "$system/usr/local/bin/tcpprobe"
    start_agent $as_user /usr/local/bin/tcpprobe run
    expect "moved, and by a link" walk
    expect "with a start-up cache for the new place" uses_cache
    stop_agent
    chown -R 0:0 "$system/home/one/moved here"
    start_agent $as_user /usr/local/bin/tcpprobe run
    expect "of root, used by another" walk
    stop_agent
}

# ---- the .deb with systemd ------------------------------------------------------------------------------------------------

# Runs a command in the booted system.
booted() {
    nsenter -t "$init" -a env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"
}

property() {
    booted systemctl show -P "$1" tcpprobe.service
}

boot() {
    command -v systemd-nspawn >/dev/null && [ "$group" ] || return 1
    (
        echo 0 >"$group/cgroup.procs"
        mount --bind "${group%/*}" /sys/fs/cgroup
        exec systemd-nspawn --directory="$system" --boot --register=no --keep-unit --private-network --capability=all \
            --system-call-filter="bpf perf_event_open" --console=pipe
    ) >"$work/boot.log" 2>&1 </dev/null &
    nspawn=$!
    await 30 pgrep -P "$nspawn" || return 1
    init=$(pgrep -P "$nspawn" | head -n 1)
    await 60 booted sh -c 'systemctl is-system-running | grep -E "running|degraded"'
}

test_systemd() {
    unpack booted
    cp "$deb" "$system/root/new.deb"
    if ! boot; then
        say "SKIPPED: this host cannot boot a system in a container: $(tail -n 3 "$work/boot.log")"
        skipped=yes
        return
    fi
    expect "install" booted dpkg -i /root/new.deb
    expect "the service is active" await 60 booted systemctl is-active tcpprobe.service
    expect "as its own user" [ "$(booted ps -o user= -p "$(property MainPID)")" = tcpprobe ]
    say "status: $(property StatusText)"
    # A kernel whose iterator over sockets has a fault may be one where bpf must be named.
    echo 'probe.source = bpf' >>"$system/etc/tcpprobe/tcpprobe.conf"
    expect "restart" booted systemctl restart tcpprobe.service
    expect "source bpf" sh -c "printf '%s' '$(property StatusText)' | grep 'source bpf'"
    score=$(booted systemd-analyze security --no-pager tcpprobe.service | sed -n 's/.*exposure level for tcpprobe.service: \([0-9.]*\).*/\1/p')
    expect "exposure $score is at most 2.0" awk "BEGIN { exit !($score <= 2.0) }"
    expect "no warnings of the unit" sh -c "! nsenter -t $init -a systemd-analyze verify --man=no /lib/systemd/system/tcpprobe.service 2>&1 | grep tcpprobe"
    expect "walk" nsenter -t "$init" -n snmpwalk -v2c -c public 127.0.0.1:1161 1.3.6.1.2.1.6
    expect "page" nsenter -t "$init" -n curl -sf http://127.0.0.1:8778/
    expect "root's settings are those of the service" sh -c "nsenter -t $init -a tcpprobe settings | grep 'of the running agent'"
    expect "root adds a user" sh -c "printf 'passphrase one\npassphrase two\n' | nsenter -t $init -a tcpprobe user add ops --write"
    expect "the service knows the user" await 20 nsenter -t "$init" -n snmpget -v3 -l authPriv -a SHA-256 -x AES -u ops \
        -A 'passphrase one' -X 'passphrase two' -r 0 -t 1 127.0.0.1:1161 1.3.6.1.2.1.6.9.0
    expect "jcmd attaches" booted /usr/lib/tcpprobe/runtime/bin/jcmd "$(property MainPID)" VM.version

    echo 'probetime = 222' >>"$system/etc/tcpprobe/tcpprobe.conf"
    expect "reload" booted systemctl reload tcpprobe.service
    expect "the new configuration is in force" await 20 sh -c "nsenter -t $init -a tcpprobe settings | grep '^probetime = 222'"

    pid=$(property MainPID)
    booted kill -STOP "$pid"
    expect "the watchdog restarts an agent that hangs" await 180 sh -c \
        "[ \"\$(nsenter -t $init -a systemctl show -P NRestarts tcpprobe.service)\" = 1 ]"
    expect "it is active again" await 60 booted systemctl is-active tcpprobe.service

    began=$(milliseconds)
    expect "stop" booted systemctl stop tcpprobe.service
    say "stopped in $(($(milliseconds) - began)) ms"
    expect "as a success" [ "$(property Result) $(property ExecMainStatus)" = "success 0" ]
    began=$(milliseconds)
    expect "start" booted systemctl start tcpprobe.service
    say "ready in $(($(milliseconds) - began)) ms, $(booted awk '/VmRSS/ { print $2 }' "/proc/$(property MainPID)/status") kB resident"

    booted systemctl disable --now tcpprobe.service >/dev/null 2>&1
    expect "reinstall" booted dpkg -i /root/new.deb
    expect "a disabled service stays disabled" [ "$(property UnitFileState)" = disabled ]
    expect "and stopped" [ "$(property ActiveState)" = inactive ]
    booted systemctl enable --now tcpprobe.service >/dev/null 2>&1
    expect "remove" booted dpkg -r tcpprobe
    expect "nothing runs" [ "$(booted sh -c 'pgrep -f "[i]o.tcpprobe"; echo $?')" = 1 ]
    expect "purge" booted dpkg -P tcpprobe
    expect "purge leaves nothing" [ -z "$(find "$system/etc" "$system/var/lib" "$system/var/cache" "$system/usr" -name '*tcpprobe*' \
        ! -path '*/var/lib/dpkg/*' ! -name 'tcpprobe' -o -path '*/tcpprobe/*' | head)" ]
    booted systemctl poweroff >/dev/null 2>&1 || :
    wait "$nspawn" || :
}

mount -t tmpfs tmpfs /run # what nspawn keeps there is not the host's
ip link set lo up
[ $# != 0 ] || set -- deb rpm tar systemd
for part; do
    "test_$part"
done
part=all
[ $failures = 0 ] || {
    say "$failures checks FAILED"
    exit 1
}
[ "$skipped" = no ] || exit 77
say "all checks passed"
