package io.tcpprobe.kernel.bpf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Two network namespaces with a link between them, made for a test and taken away after it. */
final class LinkedNamespaces implements AutoCloseable {
    static final String LEFT_IPV4 = "10.99.7.1";
    static final String RIGHT_IPV4 = "10.99.7.2";
    static final String RIGHT_IPV6 = "fd99:7::2";

    private final String left = "tcpprobe-l" + ProcessHandle.current().pid();
    private final String right = "tcpprobe-r" + ProcessHandle.current().pid();

    private boolean rightDeleted;

    LinkedNamespaces() throws IOException {
        run("ip", "netns", "add", left);
        run("ip", "netns", "add", right);
        run("ip", "-n", left, "link", "add", "tp0", "type", "veth", "peer", "name", "tp1", "netns", right);
        configure(left, "tp0", LEFT_IPV4, "fd99:7::1");
        configure(right, "tp1", RIGHT_IPV4, RIGHT_IPV6);
    }

    private static void configure(String namespace, String link, String ipv4, String ipv6) throws IOException {
        run("ip", "-n", namespace, "addr", "add", ipv4 + "/24", "dev", link);
        run("ip", "-n", namespace, "addr", "add", ipv6 + "/64", "dev", link, "nodad");
        // One segment a packet: else one lost packet would be forty segments, and there would be few to lose.
        run("ip", "-n", namespace, "link", "set", link, "gso_max_segs", "1");
        run("ip", "-n", namespace, "link", "set", link, "up");
        run("ip", "-n", namespace, "link", "set", "lo", "up");
    }

    Path left() {
        return Path.of("/run/netns", left);
    }

    Path right() {
        return Path.of("/run/netns", right);
    }

    /** Loses one packet in a hundred that comes to the right side. */
    void lose() throws IOException {
        inside(right, "nft", "add table inet loss");
        inside(right, "nft", "add chain inet loss in { type filter hook input priority 0 ; }");
        inside(right, "nft", "add rule inet loss in meta l4proto tcp numgen random mod 100 0 drop");
    }

    /** Loses everything that comes to the right side. */
    void loseAll() throws IOException {
        inside(right, "nft", "add table inet silence");
        inside(right, "nft", "add chain inet silence in { type filter hook input priority 0 ; }");
        inside(right, "nft", "add rule inet silence in meta l4proto tcp drop");
    }

    /** The right side answers each segment by ICMP: host unreachable. */
    void rejectAll() throws IOException {
        inside(right, "nft", "add table inet refusal");
        inside(right, "nft", "add chain inet refusal in { type filter hook input priority 0 ; }");
        inside(right, "nft", "add rule inet refusal in meta l4proto tcp reject with icmp type host-unreachable");
    }

    /** Destroys the sockets of the left side with this local port. */
    void destroyLeft(int port) throws IOException {
        run(List.of(("ip netns exec " + left + " ss -K sport = :" + port).split(" ", -1)));
    }

    /** Ends {@link #loseAll}. */
    void loseNothing() throws IOException {
        inside(right, "nft", "delete table inet silence");
    }

    /** Loses everything that comes to the left side: what it sends arrives, and it does not hear of it. */
    void loseAnswers() throws IOException {
        inside(left, "nft", "add table inet deaf");
        inside(left, "nft", "add chain inet deaf in { type filter hook input priority 0 ; }");
        inside(left, "nft", "add rule inet deaf in meta l4proto tcp drop");
    }

    /** Ends {@link #loseAnswers}. */
    void loseNoAnswers() throws IOException {
        inside(left, "nft", "delete table inet deaf");
    }

    /** Both sides ask for ECN, and one packet in ten that comes to the right side has met congestion. */
    void congest() throws IOException {
        sysctl("net/ipv4/tcp_ecn", "1");
        inside(right, "nft", "add table inet marks");
        inside(right, "nft", "add chain inet marks in { type filter hook prerouting priority -150 ; }");
        inside(right, "nft", "add rule inet marks in ip ecn { ect0, ect1 } numgen inc mod 10 0 ip ecn set ce");
    }

    /** Writes a file below /proc/sys of both sides. */
    void sysctl(String file, String value) throws IOException {
        for (String namespace : List.of(left, right)) {
            run("ip", "netns", "exec", namespace, "sh", "-c", "echo " + value + " >/proc/sys/" + file);
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
    long awaitStill(String name) throws IOException, InterruptedException {
        long end = System.nanoTime() + 30_000_000_000L;
        long since = System.nanoTime();
        long last = bothCounted(name);
        while (System.nanoTime() - since < 500_000_000) { // an ACK waits for 200 ms at most
            Thread.sleep(50);
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
    void leftIp(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip", "-n", left));
        command.addAll(List.of(arguments));
        run(command);
    }

    /** What both sides' kernels have counted, of /proc/net/snmp or netstat. */
    long bothCounted(String name) throws IOException {
        return counted(left, name) + counted(right, name);
    }

    private static long counted(String namespace, String name) throws IOException {
        List<String> lines = run(List.of(
                        "ip", "netns", "exec", namespace, "cat", "/proc/net/netstat", "/proc/net/snmp"))
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
    void slow() throws IOException {
        run(List.of(("ip netns exec " + left + " tc qdisc add dev tp0 root tbf rate 20mbit burst 20kb latency 50ms")
                .split(" ", -1)));
    }

    /** The congestion control of the left side's new connections; by their route, for a namespace's default may be refused. */
    void congestionControl(String name) throws IOException {
        run("ip", "-n", left, "route", "replace", "10.99.7.0/24", "dev", "tp0", "congctl", name);
        run("ip", "-n", left, "-6", "route", "replace", RIGHT_IPV6, "dev", "tp0", "congctl", name);
    }

    /** What ss prints of the sockets of the left side, a socket a line. */
    List<String> ss() throws IOException {
        return run(List.of(("ip netns exec " + left + " ss -tineHO").split(" ", -1)))
                .lines()
                .filter(line -> line.startsWith("ESTAB"))
                .toList();
    }

    private static void inside(String namespace, String command, String argument) throws IOException {
        run("ip", "netns", "exec", namespace, command, argument);
    }

    private static void run(String... command) throws IOException {
        run(List.of(command));
    }

    private static String run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(new ArrayList<>(command))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.onExit().join().exitValue();
        if (status != 0) {
            throw new IOException(String.join(" ", command) + ": " + output);
        }
        return output;
    }

    /** Whether the left side's end of the link is there: it goes when the kernel takes the right side away. */
    boolean leftHasLink() throws IOException {
        return run(List.of("ip", "-n", left, "-o", "link")).contains("tp0");
    }

    /** Deletes the right side. */
    void deleteRight() throws IOException {
        run("ip", "netns", "del", right);
        rightDeleted = true;
    }

    @Override
    public void close() throws IOException {
        run("ip", "netns", "del", left);
        if (!rightDeleted) {
            run("ip", "netns", "del", right);
        }
    }
}
