# What the scripts of the tests of the source bpf call in the guest; read by each of them. Connections go from this network
# namespace, near, to another one, far, over four links: each has its own way to lose segments.

disk=/disk       # what holds the tools of iproute2 and the libraries that they need
ports=/tmp/ports # the local ports of clients, a file each

# Repeats a command until it succeeds, for four minutes at most.
until_true() {
    for _ in $(seq 1200); do
        if "$@" >/dev/null 2>&1; then return; fi
        sleep 0.2
    done
    echo "did not come true: $*"
    return 1
}

far() {
    nsenter --net=$disk/run/netns/far "$@"
}

# Runs a program of iproute2: ip, tc, ss.
iproute() {
    program=$1
    shift
    chroot $disk /tools/$program "$@"
}

# Runs a command of the agent's program.
tcpprobe() {
    chroot /disk /java/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx160m --enable-native-access=ALL-UNNAMED \
        -cp '/agent/lib/*' io.tcpprobe.agent.cli.Main "$@"
}

# Gives the agent the version of a kernel whose iterator over sockets has a fault (CVE-2026-74714).
take_for_faulty() {
    echo "Linux version 6.1.100 (made up by a test)" >/tmp/version
    mount --bind /tmp/version $disk/proc/version
}

# link NUMBER: 10.0.NUMBER.1 and fd00:NUMBER::1 here, .2 and ::2 at the far end.
link() {
    iproute ip link add near$1 type veth peer name far$1 netns far
    iproute ip addr add 10.0.$1.1/24 dev near$1
    iproute ip addr add fd00:$1::1/64 dev near$1 nodad
    iproute ip -n far addr add 10.0.$1.2/24 dev far$1
    iproute ip -n far addr add fd00:$1::2/64 dev far$1 nodad
    # One segment a packet: else one lost packet would be forty segments, and there would be few to lose.
    iproute ip link set near$1 gso_max_segs 1
    iproute ip -n far link set far$1 gso_max_segs 1
    iproute ip link set near$1 up
    iproute ip -n far link set far$1 up
}

# netem NUMBER WORDS...: what a link does to what it carries, both ways.
netem() {
    number=$1
    shift
    iproute tc qdisc replace dev near$number root netem "$@"
    iproute tc -n far qdisc replace dev far$number root netem "$@"
}

make_links() {
    mkdir -p $ports
    mount -t cgroup2 cgroup2 $disk/sys/fs/cgroup # ss names cgroups
    echo 1 >/proc/sys/net/ipv4/tcp_ecn # dctcp is reno without
    iproute ip netns add far
    far ip link set lo up
    for number in 1 2 3 4; do link $number; done
    netem 2 delay 4ms loss 3%
    netem 3 delay 8ms reorder 30% 50%
    far traffic serve 5001 >/dev/null 2>&1 &
    far traffic deaf 5002 >/dev/null 2>&1 &
    until_true listens 5001
    until_true listens 5002
}

listens() {
    far netstat -tln | grep -q ":$1 "
}

# client NAME traffic...: a client in the background; it says "port" and "sent" in its file.
client() {
    name=$1
    shift
    traffic "$@" >$ports/$name 2>&1 &
    echo $! >$ports/$name.pid
}

has_sent() {
    [ "$(cat $ports/$1 | grep -c sent)" -ge "${2:-1}" ]
}

# The ends of connections whose rows are compared: each way of sending and losing that the guest has.
make_ends() {
    number=0
    for control in $(cat /proc/sys/net/ipv4/tcp_available_congestion_control); do
        number=$((number + 1))
        case $((number % 2)) in 0) host=10.0.2.2 ;; *) host=fd00:2::2 ;; esac
        client lossy-$control send $host 5001 150001 $control
    done
    for control in cubic reno bbr; do
        client reorder-$control send 10.0.3.2 5001 150001 $control
        client plain-$control send fd00:1::2 5001 1000003 $control
    done
    client mapped send ::ffff:10.0.1.2 5001 100003 cubic
    client window send 10.0.1.2 5002 30000011 cubic
    client window6 send fd00:1::2 5002 30000011 cubic
    client unread send 10.0.1.2 5002 10007 reno
    client half send 10.0.1.2 5002 5003 cubic shut
    client cut send 10.0.4.2 5001 50021 cubic
    client cut6 send fd00:4::2 5001 50021 reno
    for file in $ports/*.pid; do
        name=${file##*/}
        until_true has_sent "${name%.pid}"
    done
    netem 4 loss 100%
    for name in cut cut6; do
        kill -USR1 "$(cat $ports/$name.pid)"
        until_true has_sent $name 2
    done
}

ss_all() {
    iproute ss -tinempHO && far chroot $disk /tools/ss -tinempHO
}

# Has the agent answer with all rows into /tmp/rows.
ask_agent() {
    wget -q -O /tmp/rows --header "Authorization: Basic $1" \
        --post-data '{"type":"exec","mbean":"tcpprobe:type=Flows","operation":"page","arguments":[0,1000]}' \
        http://127.0.0.1:8778/jolokia
}

# One look at all flows: what ss shows before and after, and what the agent shows in between. The agent asks the kernel anew,
# for the sockets of other namespaces once a second.
look() {
    ss_all >/tmp/before
    sleep 1.2
    ask_agent "$1" || return 1
    ss_all >/tmp/after
    (cat /tmp/before && echo == && cat /tmp/rows && echo && echo == && cat /tmp/after) >/tmp/look
    gzip -c /tmp/look | base64
}

# Starts the agent and waits until it is ready, with a dot now and then as a sign of life; says how long that took, in
# hundredths of a second.
start_agent() {
    began=$(uptime_hundredths)
    tcpprobe run --set probe.source=bpf --set state.dir=/tmp/state --set snapshotage=0 --set probetime=0 --set full=1 \
        --set debug=2 "$@" </dev/null >/tmp/agent.log 2>&1 &
    agent=$!
    for tries in $(seq 2400); do
        ! grep -q ready /tmp/agent.log || break
        [ -e /proc/$agent ] || break
        [ $((tries % 50)) != 0 ] || echo .
        sleep 0.2
    done
    grep -q ready /tmp/agent.log || {
        cat /tmp/agent.log
        return 1
    }
    echo $(($(uptime_hundredths) - began))
}

uptime_hundredths() {
    sed 's/\.\([0-9]*\) .*/\1/' /proc/uptime
}

# Where there is no JVM, rows.c stands in for the agent.
[ ! -e /rows-agent.sh ] || . /rows-agent.sh
