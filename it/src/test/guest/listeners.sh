# What the test of listeners calls in the guest, after bpf.sh. Listeners are in this network namespace, near, where the agent is; the
# connections come from the other one, far, over link 4.

listeners=/tmp/listeners # what their programs print, a file each
in_far="nsenter --net=$disk/run/netns/far" # a function would be a process of its own, which end() would end instead

# A guest is slow: what is half open is not given up meanwhile.
make_link() {
    mkdir -p $listeners
    iproute ip netns add far
    far ip link set lo up
    link 4
    echo 10 >/proc/sys/net/ipv4/tcp_synack_retries
    far sh -c 'echo 10 >/proc/sys/net/ipv4/tcp_syn_retries'
}

# Runs a program in the background: run NAME traffic ...
run() {
    name=$1
    shift
    "$@" >$listeners/$name 2>&1 &
    echo $! >$listeners/$name.pid
}

printed() {
    grep -qx "$2" $listeners/$1
}

# listen NAME HOST PORT BACKLOG [reuse]
listen() {
    name=$1
    shift
    run $name traffic listen "$@"
    until_true printed $name listening
}

# hold NAME HOST PORT COUNT: connections that are established.
hold() {
    name=$1
    shift
    run $name $in_far traffic hold "$@"
    until_true printed $name holding
}

# begin NAME HOST PORT COUNT: connections that may never be.
begin() {
    name=$1
    shift
    run $name $in_far traffic begin "$@"
    until_true printed $name begun
}

# Has a listener accept what waits, until it has so many: accept NAME COUNT
accept() {
    has() { kill -USR1 $(cat $listeners/$1.pid) && sleep 0.1 && printed $1 "has $2"; }
    until_true has $1 $2
}

# How many connections a listener has.
has_now() {
    tail -n 1 $listeners/$1 | sed 's/has //'
}

# Has two listeners accept what waits, until they have so many together, and prints how many the first one has: accept_both NAME NAME COUNT
accept_both() {
    together() {
        kill -USR1 $(cat $listeners/$1.pid) $(cat $listeners/$2.pid)
        sleep 0.1
        [ $(($(has_now $1) + $(has_now $2))) = $3 ]
    }
    until_true together $1 $2 $3
    has_now $1
}

# Has a listener close a connection, so that so many remain: close NAME COUNT
close() {
    kill -USR2 $(cat $listeners/$1.pid)
    until_true printed $1 "keeps $2"
}

# Has a listener end listening, and listen again with the same socket: listen_again NAME
listen_again() {
    kill -HUP $(cat $listeners/$1.pid)
    until_true printed $1 'listens again'
}

ended() {
    [ ! -e /proc/$1 ]
}

# Ends a program: its sockets are closed afterwards.
end() {
    kill $(cat $listeners/$1.pid)
    until_true ended $(cat $listeners/$1.pid)
}

# The answers to the other side are lost, or arrive again.
lose_answers() {
    iproute tc qdisc replace dev near4 root netem loss 100%
}

lose_nothing() {
    iproute tc qdisc del dev near4 root
}

# The value of a counter of TcpExt in the file that a command prints: counter NAME < /proc/net/netstat
counter() {
    awk -v name=$1 '/^TcpExt:/ && !columns { columns = NF; for (i = 2; i <= NF; i++) if ($i == name) at = i; next }
        /^TcpExt:/ { print $at }'
}

# SYNs that far has sent again, and overflows of this namespace.
counters() {
    far cat /proc/net/netstat | counter TCPSynRetrans
    counter ListenOverflows </proc/net/netstat
}
