package io.tcpprobe.agent.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.parts.Connection;
import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.config.Settings;
import io.tcpprobe.test.Waiting;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListenersBeanTest {
    private static final int BACKLOG = 3;

    private static Optional<CompositeData> listener(ServedParts parts, int port) throws Exception {
        var all = (TabularData) parts.server().getAttribute(ObjectNames.of("Listeners"), "All");
        return all.values().stream()
                .map(CompositeData.class::cast)
                .filter(row -> row.get("local").equals("127.0.0.1:" + port))
                .findFirst();
    }

    @Test
    void shouldShowTheQueueOfAListener(@TempDir Path state) throws Exception {
        try (ServedParts parts = new ServedParts(state, Path.of("/proc/net"), Map.of(Settings.SNAPSHOTAGE, "0"));
                JmxConnector _ = parts.jmx()) {
            int port = listenOnce(parts);
            Waiting.until("it is gone", () -> listener(parts, port).isEmpty());
        }
    }

    /** Checks what is shown of a listener without connections, with one that waits, and with an accepted one; returns its port. */
    private static int listenOnce(ServedParts parts) throws Exception {
        try (ServerSocket server = new ServerSocket(0, BACKLOG, InetAddress.ofLiteral("127.0.0.1"))) {
            int port = server.getLocalPort();
            CompositeData idle = listener(parts, port).orElseThrow();
            assertEquals(0L, idle.get("queue"));
            assertEquals((long) BACKLOG, idle.get("queueLimit"));
            assertEquals(ProcessHandle.current().pid(), idle.get("pid"));
            assertEquals(null, idle.get("syns"), "inet_diag does not count them");
            try (Socket _ = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
                Waiting.until(
                        "one that waits",
                        () -> listener(parts, port).orElseThrow().get("queue"),
                        queue -> queue.equals(1L));
                try (Socket _ = server.accept()) {
                    CompositeData accepted = Waiting.until(
                            "none waits",
                            () -> listener(parts, port).orElseThrow(),
                            row -> row.get("queue").equals(0L));
                    assertEquals(1L, accepted.get("connections"));
                }
            }
            return port;
        }
    }

    @Test
    void shouldNumberListenersInTheirOrder(@TempDir Path state) throws Exception {
        try (ServedParts parts = new ServedParts(state, Path.of("/proc/net"), Map.of());
                JmxConnector _ = parts.jmx();
                Connection _ = Connection.open()) {
            var all = (TabularData) parts.server().getAttribute(ObjectNames.of("Listeners"), "All");
            List<Object> ranks = all.values().stream()
                    .map(row -> ((CompositeData) row).get("rank"))
                    .sorted()
                    .toList();
            assertTrue(!ranks.isEmpty());
            assertEquals(1L, ranks.getFirst());
            assertEquals((long) ranks.size(), ranks.getLast());
        }
    }
}
