package io.tcpprobe.it;

import java.util.List;
import java.util.function.BiConsumer;

/**
 * A connection whose limit is known, because it was made on purpose.
 *
 * @param name its name in the report
 * @param sender the verdict that is right for the near end
 * @param receiver the verdict that is right for the far end
 * @param delayMillis delay of the relay, one way
 * @param server behaviour and options of the far end
 * @param client behaviour and options of the near end
 * @param local true if both ends are on the near host
 * @param before prepares the network; gets the port as well
 * @param after changes the network when the connection transfers data
 * @param quick true if the case is part of every build
 */
record VerdictCase(
        String name,
        String sender,
        String receiver,
        int delayMillis,
        String server,
        String client,
        boolean local,
        BiConsumer<VerdictNetwork, Integer> before,
        BiConsumer<VerdictNetwork, Integer> after,
        boolean quick) {
    private static VerdictCase of(
            String name, String sender, String receiver, int delayMillis, String server, String client) {
        return new VerdictCase(
                name,
                sender,
                receiver,
                delayMillis,
                server,
                client,
                false,
                VerdictCase::nothing,
                VerdictCase::nothing,
                true);
    }

    private static void nothing(VerdictNetwork network, int port) {
        // the network stays as it is
    }

    private VerdictCase before(BiConsumer<VerdictNetwork, Integer> action) {
        return new VerdictCase(name, sender, receiver, delayMillis, server, client, local, action, after, quick);
    }

    private VerdictCase after(BiConsumer<VerdictNetwork, Integer> action) {
        return new VerdictCase(name, sender, receiver, delayMillis, server, client, local, before, action, quick);
    }

    private VerdictCase locally() {
        return new VerdictCase(name, sender, receiver, delayMillis, server, client, true, before, after, quick);
    }

    /** Returns the same case, run only if all tests are wanted. */
    private VerdictCase rare() {
        return new VerdictCase(name, sender, receiver, delayMillis, server, client, local, before, after, false);
    }

    private static BiConsumer<VerdictNetwork, Integer> bottleneck(String rate, String limit) {
        return (network, _) ->
                network.relay("tc qdisc add dev right root tbf rate " + rate + " burst 16kb limit " + limit);
    }

    private static BiConsumer<VerdictNetwork, Integer> ownShaper(String limit) {
        return (network, _) -> network.near("tc qdisc add dev link0 root tbf rate 20mbit burst 16kb limit " + limit);
    }

    private static BiConsumer<VerdictNetwork, Integer> loss(int percent) {
        return (network, port) -> {
            network.near("ip link set link0 gso_max_segs 1"); // one segment a frame: a lost frame is one lost segment
            network.far("nft table inet lose { chain in { type filter hook input priority 0; tcp dport " + port
                    + " numgen random mod 100 < " + percent + " drop; }; }");
        };
    }

    private static void blackhole(VerdictNetwork network, int port) {
        network.far("nft table inet lose { chain in { type filter hook input priority 0; tcp dport " + port
                + " drop; }; }");
    }

    /** Returns all cases. */
    static List<VerdictCase> all() {
        return List.of(
                of("application writes 1 MB/s", "app", "peer", 0, "drain", "slow rate=1000000"),
                of("application writes 1 MB/s, 40 ms", "app", "peer", 20, "drain", "slow rate=1000000")
                        .rare(),
                of("request and response", "app", "peer", 0, "echo", "ask").rare(),
                of("request and response, 40 ms", "app", "peer", 20, "echo", "ask"),
                of("bursts with think time, 10 ms", "app", "peer", 5, "drain", "burst"),
                of("Nagle and delayed ACKs", "app", "peer", 0, "echo", "small"),
                of("reader sleeps", "rwnd", "slowReader", 0, "sleep", "bulk"),
                of("reader is slow", "rwnd", "slowReader", 0, "slow rate=300000", "bulk"),
                of("reader is slow, 40 ms", "rwnd", "slowReader", 20, "slow rate=300000", "bulk")
                        .rare(),
                of("receive buffer of 16 KiB, 40 ms", "rwnd", "rcvbuf", 20, "drain rcvbuf=8192", "bulk"),
                of("window without scaling, 40 ms", "rwnd", "rcvbuf", 20, "drain", "bulk")
                        .before((network, _) -> network.far("sysctl -q -w net.ipv4.tcp_window_scaling=0"))
                        .rare(),
                of("send buffer of 32 KiB, 40 ms", "sndbuf", "peer", 20, "drain", "bulk sndbuf=16384"),
                of("send buffer limited by the host, 40 ms", "sndbuf", "peer", 20, "drain", "bulk")
                        .before((network, _) -> network.near("sysctl -q -w net.ipv4.tcp_wmem=4096\t16384\t65536"))
                        .rare(),
                of("send buffer, polling, 40 ms", "sndbuf", "peer", 20, "drain", "poll sndbuf=16384")
                        .rare(),
                of("bottleneck, cubic", "net", "peer", 10, "drain", "bulk").before(bottleneck("20mbit", "100kb")),
                of("bottleneck, bbr", "net", "peer", 10, "drain", "bulk control=bbr")
                        .before(bottleneck("20mbit", "100kb")),
                of("1 % loss, cubic", "net", "peer", 10, "drain", "bulk").before(loss(1)),
                of("10 % loss, cubic", "net", "peer", 5, "drain", "bulk")
                        .before(loss(10))
                        .rare(),
                of("rate limit of 2 MB/s, cubic", "pacing", "peer", 10, "drain", "bulk pacing=2000000"),
                of("rate limit of 2 MB/s, bbr", "pacing", "peer", 10, "drain", "bulk pacing=2000000 control=bbr")
                        .rare(),
                of("blackhole", "recovery", "idle", 5, "drain", "bulk").after(VerdictCase::blackhole),
                of("own shaper, cubic", "local", "peer", 5, "drain", "bulk").before(ownShaper("200kb")),
                of("own shaper, bbr", "local", "peer", 5, "drain", "bulk control=bbr")
                        .before(ownShaper("200kb"))
                        .rare(),
                of("loopback bulk", "app", "peer", 0, "drain", "bulk").locally().rare(),
                of("idle", "idle", "idle", 0, "drain", "idle"));
    }
}
