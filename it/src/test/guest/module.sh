# What the tests' scripts call in the guest; read by each of them.
settings=/proc/sys/net/lyatiss_cw_tcpprobe
statistics=/proc/net/stat/lyatiss_cw_tcpprobe

# Repeats a command until it succeeds, for 20 s at most.
until_true() {
    for _ in $(seq 200); do
        if "$@" >/dev/null 2>&1; then return; fi
        sleep 0.1
    done
    echo "did not come true: $*"
    return 1
}

load() {
    insmod /tcp_probe_plus.ko "$@"
}

unload() {
    until_true rmmod tcp_probe_plus
}

# Whether process $1 has the file of the records open.
reads() {
    ls -l "/proc/$1/fd" | grep -q tcpprobe
}

# Starts a reader into /tmp/records, which can be read as it grows; its process is in $reader.
start_reader() {
    cat /proc/net/tcpprobe >/tmp/records &
    reader=$!
    until_true reads $reader
}

stop_reader() {
    kill $reader
    wait $reader 2>/dev/null
    cat /tmp/records
}

# Waits until the last connection from $port has given its last record, at both ends or at $1.
await_end() {
    until_true has_ended "${1:-2}"
}

has_ended() {
    [ "$(grep -c ":$port .* 65535 0x\|:$port 65535 0x" /tmp/records)" -ge "$1" ]
}

# traffic ...: a client; its port is in $port, what it printed in /tmp/client.
client() {
    traffic "$@" >/tmp/client
    port=$(sed -n 's/^port //p' /tmp/client)
}

# The number of flows that are tracked.
active() {
    sed -n 's/^Flows: active \([0-9]*\) .*/\1/p' $statistics
}

active_is() {
    [ "$(active)" = "$1" ]
}

# Opens $1 connections and keeps them.
hold() {
    traffic hold 127.0.0.1 5001 "$1" >/tmp/holding 2>&1 &
    echo $! >/tmp/holder
    until_true grep holding /tmp/holding
}

# Ends what hold and "traffic churn" have left running; the servers stay.
killall_clients() {
    for process in $(pidof traffic); do
        grep -qz serve "/proc/$process/cmdline" 2>/dev/null || kill "$process"
    done 2>/dev/null
    true
}

is_removed() {
    ! grep -q '^tcp_probe_plus ' /proc/modules
}

clean_up() {
    killall -q cat reader
    killall_clients
    is_removed || unload
    rm -f /tmp/records /tmp/read /tmp/client /tmp/seen
}

uptime_hundredths() {
    sed 's/\.\([0-9]*\) .*/\1/' /proc/uptime
}
