package io.tcpprobe.it;

import io.tcpprobe.test.NamespacePair;
import java.util.List;

/** Two linked network namespaces: {@code near}, the left one of a {@link NamespacePair}, and {@code far}, the right one. */
final class TestNamespaces implements AutoCloseable {
    static final String NEAR_ADDRESS = NamespacePair.LEFT_IPV4;
    static final String FAR_ADDRESS = NamespacePair.RIGHT_IPV4;

    private final NamespacePair pair;

    private TestNamespaces(NamespacePair pair) {
        this.pair = pair;
    }

    /** Creates both. */
    static TestNamespaces open() {
        return new TestNamespaces(NamespacePair.open());
    }

    /** Returns tools that run in the near namespace. */
    Tools near() {
        return inside(pair.left());
    }

    /** Returns tools that run in the far namespace. */
    Tools far() {
        return inside(pair.right());
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
        near().run(
                        "tc",
                        "qdisc",
                        "add",
                        "dev",
                        NamespacePair.LINK,
                        "root",
                        "tbf",
                        "rate",
                        rate,
                        "burst",
                        "10kb",
                        "limit",
                        "60kb")
                .expectSuccess();
    }

    @Override
    public void close() {
        pair.close();
    }
}
