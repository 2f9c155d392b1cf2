package io.tcpprobe.kernel.bpf;

import io.tcpprobe.test.NamespacePair;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Two linked network namespaces, and what a test does to the link. */
final class LinkedNamespaces implements AutoCloseable {
    static final String LEFT_IPV4 = NamespacePair.LEFT_IPV4;
    static final String RIGHT_IPV4 = NamespacePair.RIGHT_IPV4;
    static final String RIGHT_IPV6 = NamespacePair.RIGHT_IPV6;

    private final NamespacePair pair = NamespacePair.open();
    private final String left = pair.left();
    private final String right = pair.right();

    Path left() {
        return Path.of("/run/netns", left);
    }

    Path right() {
        return Path.of("/run/netns", right);
    }

    /** Loses one packet in a hundred that comes to the right side. */
    void lose() {
        inside(right, "nft", "add table inet loss");
        inside(right, "nft", "add chain inet loss in { type filter hook input priority 0 ; }");
        inside(right, "nft", "add rule inet loss in meta l4proto tcp numgen random mod 100 0 drop");
    }

    /** Refuses one in so many packets of TCP that the left side sends: TCP is told that it could not be sent. */
    void refuseToSend(int oneIn) {
        inside(left, "nft", "add table inet full");
        inside(left, "nft", "add chain inet full out { type filter hook output priority 0 ; }");
        inside(left, "nft", "add rule inet full out meta l4proto tcp numgen random mod " + oneIn + " 0 drop");
    }

    /** Loses everything that comes to the right side. */
    void loseAll() {
        inside(right, "nft", "add table inet silence");
        inside(right, "nft", "add chain inet silence in { type filter hook input priority 0 ; }");
        inside(right, "nft", "add rule inet silence in meta l4proto tcp drop");
    }

    /** The right side answers each segment by ICMP: host unreachable. */
    void rejectAll() {
        inside(right, "nft", "add table inet refusal");
        inside(right, "nft", "add chain inet refusal in { type filter hook input priority 0 ; }");
        inside(right, "nft", "add rule inet refusal in meta l4proto tcp reject with icmp type host-unreachable");
    }

    /** Destroys the sockets of the left side with this local port. */
    void destroyLeft(int port) {
        NamespacePair.inside(left, "ss", "-K", "sport", "=", ":" + port);
    }

    /** Ends {@link #loseAll}. */
    void loseNothing() {
        inside(right, "nft", "delete table inet silence");
    }

    /** Loses everything that comes to the left side: what it sends arrives, and it does not hear of it. */
    void loseAnswers() {
        inside(left, "nft", "add table inet deaf");
        inside(left, "nft", "add chain inet deaf in { type filter hook input priority 0 ; }");
        inside(left, "nft", "add rule inet deaf in meta l4proto tcp drop");
    }

    /** Ends {@link #loseAnswers}. */
    void loseNoAnswers() {
        inside(left, "nft", "delete table inet deaf");
    }

    /** Both sides ask for ECN, and one packet in ten that comes to the right side has met congestion. */
    void congest() {
        sysctl("net/ipv4/tcp_ecn", "1");
        inside(right, "nft", "add table inet marks");
        inside(right, "nft", "add chain inet marks in { type filter hook prerouting priority -150 ; }");
        inside(right, "nft", "add rule inet marks in ip ecn { ect0, ect1 } numgen inc mod 10 0 ip ecn set ce");
    }

    /** Writes a file below /proc/sys of both sides. */
    void sysctl(String file, String value) {
        for (String namespace : List.of(left, right)) {
            NamespacePair.inside(namespace, "sh", "-c", "echo " + value + " >/proc/sys/" + file);
        }
    }

    /** What the left side's kernel has counted over all connections, by the name in /proc/net/netstat. */
    long leftCounted(String name) throws IOException {
        return counted(left, name);
    }

    /** The same of the right side. */
    long rightCounted(String name) throws IOException {
        return counted(right, name);
    }

    /** Waits until what both sides' kernels count stands still, and returns it. */
    long awaitStill(String name) throws IOException {
        long end = System.nanoTime() + 30_000_000_000L;
        long since = System.nanoTime();
        long last = bothCounted(name);
        while (System.nanoTime() - since < 500_000_000) { // an ACK waits for 200 ms at most
            Waiting.pause(Duration.ofMillis(50));
            long now = bothCounted(name);
            if (now != last) {
                since = System.nanoTime();
                last = now;
            }
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(name + " does not stand still: " + now);
            }
        }
        return last;
    }

    /** Runs ip(8) in the left side. */
    void leftIp(String... arguments) {
        NamespacePair.run(
                Stream.concat(Stream.of("ip", "-n", left), Stream.of(arguments)).toArray(String[]::new));
    }

    /** What both sides' kernels have counted, of /proc/net/snmp or netstat. */
    long bothCounted(String name) throws IOException {
        return counted(left, name) + counted(right, name);
    }

    private static long counted(String namespace, String name) throws IOException {
        List<String> lines = NamespacePair.inside(namespace, "cat", "/proc/net/netstat", "/proc/net/snmp")
                .lines()
                .toList();
        for (int i = 0; i + 1 < lines.size(); i += 2) {
            int place = List.of(lines.get(i).split(" ", -1)).indexOf(name);
            if (place >= 0) {
                return Long.parseLong(lines.get(i + 1).split(" ", -1)[place]);
            }
        }
        throw new IOException("/proc/net/netstat and snmp have no " + name);
    }

    /** Lets the left side send 20 Mbit/s only. */
    void slow() {
        NamespacePair.inside(
                left,
                ("tc qdisc add dev " + NamespacePair.LINK + " root tbf rate 20mbit burst 20kb latency 50ms")
                        .split(" ", -1));
    }

    /** The congestion control of the left side's new connections; by their route, for a namespace's default may be refused. */
    void congestionControl(String name) {
        leftIp("route", "replace", NamespacePair.IPV4_NETWORK, "dev", NamespacePair.LINK, "congctl", name);
        leftIp("-6", "route", "replace", RIGHT_IPV6, "dev", NamespacePair.LINK, "congctl", name);
    }

    /** What ss prints of the sockets of the left side, a socket a line. */
    List<String> ss() {
        return NamespacePair.inside(left, "ss", "-tineHO")
                .lines()
                .filter(line -> line.startsWith("ESTAB"))
                .toList();
    }

    private static void inside(String namespace, String command, String argument) {
        NamespacePair.inside(namespace, command, argument);
    }

    /** Whether the left side's end of the link is there: it goes when the kernel takes the right side away. */
    boolean leftHasLink() {
        return NamespacePair.run("ip", "-n", left, "-o", "link").contains(NamespacePair.LINK);
    }

    /** Deletes the right side. */
    void deleteRight() {
        pair.removeRight();
    }

    @Override
    public void close() {
        pair.close();
    }
}
