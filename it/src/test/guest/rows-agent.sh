# What bpf.sh has in a guest without a disk and a JVM: rows.c instead of the agent.

disk=/

start_agent() {
    mkfifo /tmp/questions
    rows /tcpprobe.bpf.o /tmp/questions /tmp/rows /run/netns/far </dev/null >/tmp/agent.log 2>&1 &
    agent=$!
    for _ in $(seq 1200); do
        ! grep -q ready /tmp/agent.log || break
        [ -e /proc/$agent ] || break
        sleep 0.2
    done
    sed -n 's/.* ready after \([0-9]*\)\.\([0-9]*\) s.*/\1\2/p' /tmp/agent.log
    grep -q ready /tmp/agent.log || {
        cat /tmp/agent.log
        return 1
    }
}

ask_agent() {
    rm -f /tmp/rows
    echo page >/tmp/questions
    until_true [ -e /tmp/rows ]
}
