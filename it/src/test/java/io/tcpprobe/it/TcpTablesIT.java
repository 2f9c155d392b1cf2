package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.Waiting;
import java.net.StandardProtocolFamily;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** TCP-MIB's tables have exactly one row for every socket that ss shows, in any state. */
@Needs({"snmpwalk", "snmpbulkwalk", "snmpget", "ss", "nft", "ipv6", "netns"})
class TcpTablesIT {
    private static final String TCP = "1.3.6.1.2.1.6";
    private static final String CONN = TCP + ".13.1.";
    private static final String CONNECTION = TCP + ".19.1.";
    private static final String LISTENER = TCP + ".20.1.";
    private static final int MAX_ATTEMPTS = 30;
    private static final int DISCARD = 9;

    @RegisterExtension
    static final Agents agents = Agents.ofClass();

    @TempDir
    static Path state;

    private static TestNamespaces namespaces;
    private static TrafficProcess near;
    private static TrafficProcess far;
    private static AgentProcess agent;
    private static Snmp snmp;
    private static int zone;
    private static int both;

    @BeforeAll
    static void openSocketsOfAllKinds() {
        namespaces = TestNamespaces.open();
        Tools here = namespaces.near();
        here.run("ip", "addr", "add", "fe80::98/64", "dev", "link0", "nodad").expectSuccess();
        zone = Integer.parseInt(
                here.run("cat", "/sys/class/net/link0/ifindex").expectSuccess().strip());
        near = TrafficProcess.start(here);
        far = TrafficProcess.start(namespaces.far());
        both = near.listen(StandardProtocolFamily.INET6, "::");
        connectAndLeave("127.0.0.1", near.listen("127.0.0.1"));
        connectAndLeave("127.0.0.1", near.listen(StandardProtocolFamily.INET, "0.0.0.0"));
        connectAndLeave("127.0.0.1", both);
        connectAndLeave("::1", both);
        connectAndLeave("::1", near.listen("::1"));
        connectAndLeave("fe80::98%link0", near.listen("fe80::98%link0"));
        near.connect(TestNamespaces.FAR_ADDRESS, far.listen(TestNamespaces.FAR_ADDRESS));
        namespaces.loseAtFarEnd("tcp flags & (syn | ack) == (syn | ack)"); // far does not receive the SYN-ACK
        far.begin(TestNamespaces.NEAR_ADDRESS, near.listen(TestNamespaces.NEAR_ADDRESS));
        namespaces.loseAtFarEnd("tcp dport " + DISCARD);
        near.begin(TestNamespaces.FAR_ADDRESS, DISCARD);
        near.disconnect(near.begin("127.0.0.1", near.listenDeaf("127.0.0.1")));
        agent = agents.start(AgentOptions.in(state).inside(here).set("snapshotage", 0));
        snmp = Snmp.v2c(here, agent, "public");
    }

    /** Opens two connections: one stays, and one remains in TIME_WAIT for a minute. */
    private static void connectAndLeave(String address, int port) {
        near.connect(address, port);
        near.disconnect(near.connect(address, port));
    }

    @AfterAll
    static void removeNamespaces() {
        for (TrafficProcess process : Arrays.asList(near, far)) {
            if (process != null) {
                process.close();
            }
        }
        if (namespaces != null) {
            namespaces.close();
        }
    }

    /** Returns a column: values by index. */
    private static Map<String, String> column(String column) {
        Map<String, String> cells = new TreeMap<>();
        for (Snmp.Varbind cell : snmp.bulkwalk(column)) {
            cells.put(cell.oid().substring(column.length() + 1), cell.value());
        }
        return cells;
    }

    /** Returns the agent's response; repeats the request until ss shows the same before and after. */
    private static <T> T between(Supplier<T> question, List<SsSocket> seen) {
        for (int i = 0; i < MAX_ATTEMPTS; i++) {
            List<SsSocket> before = SsSocket.all(namespaces.near());
            T answer = question.get();
            if (Set.copyOf(before).equals(Set.copyOf(SsSocket.all(namespaces.near())))) {
                seen.clear();
                seen.addAll(before);
                return answer;
            }
        }
        throw new AssertionError("the sockets do not stand still: " + SsSocket.all(namespaces.near()));
    }

    private static Set<String> states(List<SsSocket> sockets) {
        return sockets.stream().map(SsSocket::state).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void shouldHaveEveryConnectionThatSsShows() {
        List<SsSocket> ss = new ArrayList<>();
        Map<String, String> found = between(() -> column(CONNECTION + "7"), ss);
        assertEquals(SsSocket.connection(ss, zone), found);
        assertTrue(
                states(ss)
                        .containsAll(List.of("ESTAB", "SYN-RECV", "SYN-SENT", "TIME-WAIT", "FIN-WAIT-2", "CLOSE-WAIT")),
                () -> "of these states there are some: " + ss);
        Set<String> types =
                found.keySet().stream().map(index -> index.substring(0, 1)).collect(Collectors.toSet());
        assertEquals(Set.of("1", "2", "4"), types, "ipv4, ipv6, ipv6z");
    }

    @Test
    void shouldHaveEverySocketOfIpv4ThatSsShows() {
        List<SsSocket> ss = new ArrayList<>();
        Map<String, String> found = between(() -> column(CONN + "1"), ss);
        assertEquals(SsSocket.conn(ss), found);
        assertEquals("2", found.get("0.0.0.0." + both + ".0.0.0.0.0"), "a listener of both families is one of IPv4");
        Map<String, String> addresses = column(CONN + "4");
        found.keySet()
                .forEach(index ->
                        assertEquals(index.replaceAll("^(\\d+\\.){5}(.*)\\.\\d+$", "$2"), addresses.get(index), index));
        assertEquals(found.keySet(), column(CONN + "3").keySet());
    }

    @Test
    void shouldHaveEveryListenerThatSsShows() {
        List<SsSocket> ss = new ArrayList<>();
        Map<String, String> found = between(() -> column(LISTENER + "4"), ss);
        assertEquals(SsSocket.listener(ss, zone), found.keySet());
        assertTrue(found.containsKey("0.0." + both), () -> "unknown type, empty address: " + found);
    }

    @Test
    void shouldNameTheProcessesThatHaveSocketsOpen() {
        String pid = Long.toString(near.pid());
        Waiting.until(
                "the owner of a listener", () -> column(LISTENER + "4"), found -> pid.equals(found.get("0.0." + both)));
        Map<String, String> states = column(CONNECTION + "7");
        Map<String, String> processes = column(CONNECTION + "8");
        states.forEach((index, number) -> {
            if (number.equals("5")) {
                assertEquals(pid, processes.get(index), index);
            } else if (number.equals("11")) {
                assertEquals("0", processes.get(index), index);
            }
        });
    }

    @Test
    void shouldWalkStrictlyForward() {
        List<int[]> oids =
                snmp.walk(TCP).stream().map(varbind -> arcs(varbind.oid())).toList();
        assertTrue(oids.size() > 100, () -> "only " + oids.size());
        for (int i = 1; i < oids.size(); i++) {
            assertTrue(
                    Arrays.compareUnsigned(oids.get(i - 1), oids.get(i)) < 0,
                    Arrays.toString(oids.get(i - 1)) + " " + Arrays.toString(oids.get(i)));
        }
        assertEquals(
                List.of(13, 19, 20),
                oids.stream()
                        .map(oid -> oid[7])
                        .filter(arc -> List.of(13, 19, 20).contains(arc))
                        .distinct()
                        .toList());
    }

    private static int[] arcs(String oid) {
        return Arrays.stream(oid.split("\\.", -1))
                .mapToInt(Integer::parseUnsignedInt)
                .toArray();
    }

    @Test
    void shouldReportMissingObjects() {
        assertEquals(
                "No Such Instance",
                snmp.get(CONN + "1.127.0.0.1.1.127.0.0.1.1").type().substring(0, 16));
        assertEquals(
                "No Such Object",
                snmp.get(CONNECTION + "1.1.4.127.0.0.1.1.1.4.127.0.0.1.1")
                        .type()
                        .substring(0, 14));
        assertEquals("No Such Instance", snmp.get(TCP + ".9.1").type().substring(0, 16));
        assertEquals("No Such Object", snmp.get(TCP + ".16.0").type().substring(0, 14));
    }

    @Test
    void shouldBeReadByNameWithTheStandardModule() {
        Path modules = MibFolders.with("TCP-MIB", "INET-ADDRESS-MIB", "SNMPv2-SMI");
        String walk = namespaces
                .near()
                .run(
                        List.of(
                                "snmpwalk",
                                "-v2c",
                                "-c",
                                "public",
                                "-M",
                                modules.toString(),
                                "-m",
                                "TCP-MIB",
                                agent.snmp(),
                                "TCP-MIB::tcp"),
                        Map.of("SNMPCONFPATH", "/nonexistent", "SNMP_PERSISTENT_DIR", "/nonexistent"),
                        "")
                .expectSuccess();
        for (String line : walk.lines().toList()) {
            assertTrue(
                    line.matches("TCP-MIB::[a-zA-Z0-9]+\\.\\S+ = (INTEGER|Counter32|Counter64|Gauge32|IpAddress): .*"),
                    line);
        }
        assertTrue(walk.contains("TCP-MIB::tcpListenerProcess.unknown.\"\"." + both + " = "), walk);
        assertTrue(walk.contains("TCP-MIB::tcpConnState.0.0.0.0." + both + ".0.0.0.0.0 = INTEGER: listen(2)"), walk);
        assertTrue(walk.matches("(?s).*tcpConnectionState\\.ipv6z\\.\\S+ = INTEGER: established\\(5\\).*"), walk);
        assertTrue(walk.matches("(?s).*tcpConnectionState\\.ipv4\\.\\S+ = INTEGER: synReceived\\(4\\).*"), walk);
    }
}
