package io.tcpprobe.it;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Two network namespaces, {@code near} and {@code far}, joined by a pair of virtual interfaces:
 *
 * <pre>
 *   near 10.98.0.1 fd98::1  ----------  fd98::2 10.98.0.2 far
 * </pre>
 *
 * <p>Whatever happens, {@link #close} removes all of it. Needs root.
 */
final class TestNamespaces implements AutoCloseable {
    static final String NEAR_ADDRESS = "10.98.0.1";
    static final String FAR_ADDRESS = "10.98.0.2";
    private static final String LINK = "link0";

    private final Deque<String> made = new ArrayDeque<>();
    private final String near = "tcpprobe-" + ProcessHandle.current().pid() + "-near";
    private final String far = "tcpprobe-" + ProcessHandle.current().pid() + "-far";

    private TestNamespaces() {}

    /** Creates both. */
    static TestNamespaces open() {
        TestNamespaces opened = new TestNamespaces();
        boolean complete = false;
        try {
            opened.make();
            complete = true;
            return opened;
        } finally {
            if (!complete) {
                opened.close();
            }
        }
    }

    private void make() {
        for (String name : List.of(near, far)) {
            root("ip", "netns", "add", name);
            made.push(name);
        }
        root("ip", "link", "add", LINK, "netns", near, "type", "veth", "peer", "name", LINK, "netns", far);
        up(near(), NEAR_ADDRESS, "fd98::1");
        up(far(), FAR_ADDRESS, "fd98::2");
    }

    private static void up(Tools tools, String ipv4, String ipv6) {
        tools.run("ip", "link", "set", "lo", "up").expectSuccess();
        tools.run("ip", "addr", "add", ipv4 + "/24", "dev", LINK).expectSuccess();
        // nodad: the address can be used at once
        tools.run("ip", "addr", "add", ipv6 + "/64", "dev", LINK, "nodad").expectSuccess();
        // One segment per packet: otherwise one lost packet would be forty segments, and too few packets could be lost.
        tools.run("ip", "link", "set", LINK, "gso_max_segs", "1").expectSuccess();
        tools.run("ip", "link", "set", LINK, "up").expectSuccess();
    }

    private static void root(String... command) {
        Tools.here().run(command).expectSuccess();
    }

    /** Returns tools that run in the near namespace. */
    Tools near() {
        return inside(near);
    }

    /** Returns tools that run in the far namespace. */
    Tools far() {
        return inside(far);
    }

    private static Tools inside(String name) {
        return new Tools(List.of("ip", "netns", "exec", name)); // uses exec: the process keeps its id
    }

    /** Drops one in a hundred of the TCP segments that arrive at the far host, from now on. */
    void loseOneInHundred() {
        far().run(
                        "nft",
                        "table inet loss { chain in { type filter hook input priority 0;"
                                + " meta l4proto tcp numgen random mod 100 < 1 drop; }; }")
                .expectSuccess();
    }

    /** Drops the TCP segments that arrive at the far host and match an expression such as "tcp dport 9", from now on. */
    void loseAtFarEnd(String match) {
        far().run("nft", "table inet lose { chain in { type filter hook input priority 0; " + match + " drop; }; }")
                .expectSuccess();
    }

    /** Limits the rate at which the near host sends, from now on; what does not fit into the queue is dropped. */
    void slowDown(String rate) {
        near().run("tc", "qdisc", "add", "dev", LINK, "root", "tbf", "rate", rate, "burst", "10kb", "limit", "60kb")
                .expectSuccess();
    }

    @Override
    public void close() {
        List<String> left = made.stream()
                .filter(name -> Tools.here().run("ip", "netns", "del", name).status() != 0)
                .toList();
        made.clear();
        if (!left.isEmpty()) {
            throw new AssertionError("could not remove the network namespaces " + left);
        }
    }
}
