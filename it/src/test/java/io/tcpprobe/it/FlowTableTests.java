package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowText;
import io.tcpprobe.test.Waiting;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The flow table over SNMP shows connections over loopback as ss does, with every source. Runs in a namespace, without other connections.
 */
abstract class FlowTableTests {
    private static final Duration CHURN = Duration.ofMillis(10);
    private static final int CONNECTIONS_PER_WALK = 500;

    @RegisterExtension
    static final Agents agents = Agents.ofClass();

    @TempDir
    static Path state;

    static Snmp snmp;

    private static TestNamespaces namespaces;
    private static TrafficProcess traffic;
    static SnmpFlows flows;

    /** The kinds of connections over loopback, and the format of their addresses. */
    enum Loopback {
        IPV4(StandardProtocolFamily.INET, "127.0.0.1", "127.0.0.1", 1),
        IPV6(StandardProtocolFamily.INET6, "::1", "::1", 2),
        /** IPv6 sockets with IPv4 peers are shown as IPv4. */
        V4_MAPPED(StandardProtocolFamily.INET6, "::", "127.0.0.1", 1);

        private final StandardProtocolFamily family;
        private final String listen;
        private final String connect;
        private final long addressType;

        Loopback(StandardProtocolFamily family, String listen, String connect, long addressType) {
            this.family = family;
            this.listen = listen;
            this.connect = connect;
            this.addressType = addressType;
        }

        int listen() {
            return traffic.listen(family, listen);
        }

        int connect(int port) {
            return traffic.connect(family, connect, port);
        }
    }

    /**
     * Starts the agent for all tests.
     *
     * @param privilege the prefix of its command line, inside the namespace
     */
    static void start(List<String> privilege) {
        namespaces = TestNamespaces.open();
        traffic = TrafficProcess.start(namespaces.near());
        List<String> prefix = new ArrayList<>(namespaces.near().prefix());
        prefix.addAll(privilege);
        AgentOptions options = AgentOptions.in(state);
        AgentProcess agent = agents.start((privilege.isEmpty() ? options : options.set("probe.source", "auto"))
                .inside(new Tools(prefix))
                .set("snapshotage", 0)
                .set("probetime", 0)
                .set("full", 1));
        snmp = Snmp.v2c(namespaces.near(), agent, "public");
        flows = new SnmpFlows(snmp);
    }

    @AfterAll
    static void removeNamespaces() {
        if (traffic != null) {
            traffic.close();
        }
        if (namespaces != null) {
            namespaces.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldAgreeWithSsOnSender(Loopback loopback) {
        int remote = loopback.listen();
        int local = loopback.connect(remote);
        traffic.send(local, 1_000_003);
        SocketStatistics seen = flows.assertAgreesWithSs(namespaces.near(), local, remote);
        var expected = seen.expected();
        assertEquals(1_000_003, expected.get(FlowField.BYTES_ACKED), "the bytes sent, and no SYN");
        assertEquals(Traffic.GREETING, expected.get(FlowField.BYTES_RECEIVED));
    }

    @ParameterizedTest
    @EnumSource
    void shouldAgreeWithSsOnReceiver(Loopback loopback) {
        int remote = loopback.listen();
        int local = loopback.connect(remote);
        traffic.send(local, 300_007);
        SocketStatistics seen = flows.assertAgreesWithSs(namespaces.near(), remote, local);
        assertEquals(300_007, seen.expected().get(FlowField.BYTES_RECEIVED));
    }

    @ParameterizedTest
    @EnumSource
    void shouldShowAddressesAndState(Loopback loopback) {
        int remote = loopback.listen();
        int local = loopback.connect(remote);
        byte[] address = InetAddress.ofLiteral(loopback.connect).getAddress();
        long id = flows.find(local, remote);
        assertEquals(
                loopback.addressType,
                flows.field(id, FlowField.LOCAL_ADDRESS_TYPE).number());
        assertEquals(
                loopback.addressType,
                flows.field(id, FlowField.REMOTE_ADDRESS_TYPE).number());
        assertArrayEquals(address, flows.field(id, FlowField.LOCAL_ADDRESS).bytes());
        assertArrayEquals(address, flows.field(id, FlowField.REMOTE_ADDRESS).bytes());
        assertEquals(5, flows.field(id, FlowField.STATE).number(), "established, RFC 4022");
        String shown = loopback.addressType == 1 ? loopback.connect : "[" + loopback.connect + "]";
        assertEquals(shown + ":" + local, flows.text(id, FlowText.LOCAL).text());
        assertEquals(shown + ":" + remote, flows.text(id, FlowText.REMOTE).text());
    }

    @Test
    void shouldNameCongestionControl() {
        int remote = Loopback.IPV4.listen();
        int local = Loopback.IPV4.connect(remote);
        String printed = namespaces
                .near()
                .run("ss", "-tiHO", "( sport = :" + local + " and dport = :" + remote + " )")
                .expectSuccess();
        String name = flows.field(flows.find(local, remote), FlowField.CONGESTION_CONTROL)
                .text();
        assertTrue(printed.contains(" " + name + " "), () -> name + " is not what ss says: " + printed);
    }

    @Test
    void shouldNotShowListenersAndClosedConnections() {
        int remote = Loopback.IPV4.listen();
        int local = Loopback.IPV4.connect(remote);
        long id = flows.find(local, remote);
        traffic.disconnect(local);
        Waiting.until(
                "the end of the flow",
                () -> flows.field(id, FlowField.LOCAL_PORT),
                cell -> cell.type().startsWith("No Such Instance"));
        // The peer has the listener's port, and closes a moment later; a listener would stay.
        Waiting.until(
                "no flow of the listener's port",
                () -> flows.column(FlowField.LOCAL_PORT).values().stream()
                        .map(Snmp.Varbind::number)
                        .toList(),
                ports -> !ports.contains((long) remote));
    }

    @Test
    void shouldNeitherRepeatNorMissFlowsWhileOthersOpenAndClose() throws InterruptedException {
        int remote = Loopback.IPV4.listen();
        Set<Long> lasting = new HashSet<>();
        AtomicBoolean stop = new AtomicBoolean();
        for (int i = 0; i < 60; i++) {
            lasting.add((long) Loopback.IPV4.connect(remote));
            // ids of the lasting flows lie between those of short-lived ones
            traffic.disconnect(Loopback.IPV4.connect(remote));
        }
        AtomicInteger left = new AtomicInteger();
        Thread churn = Thread.startVirtualThread(() -> churn(remote, left, stop));
        try {
            for (int i = 0; i < 5; i++) {
                left.set(CONNECTIONS_PER_WALK);
                assertOrderedAndWhole(snmp.walk(SnmpFlows.BASE + ".1.4.1.4"), lasting);
                left.set(CONNECTIONS_PER_WALK);
                assertOrderedAndWhole(snmp.bulkwalk(SnmpFlows.BASE + ".1.4.1.4"), lasting);
            }
        } finally {
            stop.set(true);
            churn.join();
        }
    }

    /** Opens and closes connections, not without end: new flows appear at the end of a walk, which a slow machine would never reach. */
    private static void churn(int remote, AtomicInteger left, AtomicBoolean stop) {
        List<Integer> open = new ArrayList<>();
        while (!stop.get()) {
            if (left.getAndDecrement() > 0) {
                open.add(Loopback.IPV4.connect(remote));
                if (open.size() > 10) {
                    traffic.disconnect(open.removeFirst());
                }
            }
            Waiting.pause(CHURN);
        }
    }

    @Test
    void shouldAnswerOneRequestFromOneSnapshot() {
        int remote = Loopback.IPV4.listen();
        for (int i = 0; i < 30; i++) {
            Loopback.IPV4.connect(remote);
        }
        String generation = SnmpFlows.BASE + ".1.2.5.0";
        long before = snmp.get(generation).number();
        List<Snmp.Varbind> rows = Snmp.parse(
                snmp.run("snmpbulkget", "-Cr50", SnmpFlows.BASE + ".1.4.1.4").expectSuccess());
        long after = snmp.get(generation).number();
        assertEquals(50, rows.size());
        assertTrue(after - before <= 3, () -> "snapshots that 3 requests made: " + (after - before));
    }

    private static void assertOrderedAndWhole(List<Snmp.Varbind> column, Set<Long> lasting) {
        List<Long> ids = column.stream()
                .map(cell -> Long.parseLong(cell.oid().substring(cell.oid().lastIndexOf('.') + 1)))
                .toList();
        assertEquals(ids.stream().sorted().distinct().toList(), ids, "flow ids grow along the walk");
        Set<Long> missed = new HashSet<>(lasting);
        column.forEach(cell -> missed.remove(cell.number()));
        assertEquals(Set.of(), missed, "ports of connections that lived throughout");
    }
}
