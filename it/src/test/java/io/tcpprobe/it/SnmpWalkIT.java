package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.Waiting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Walks an agent in a network namespace without TCP traffic: SNMP uses UDP, and changes no TCP counter. */
@Needs({"snmpwalk", "snmpbulkwalk", "netns"})
class SnmpWalkIT {
    private static final String TCP = "1.3.6.1.2.1.6";

    private static final String READER = "reader";
    private static final String PASSPHRASE = "walk in the park";

    /** Scalars of TCP-MIB: sub-identifier, type and counter of /proc/net/snmp. */
    private static final String[][] SCALARS = {
        {"1", "INTEGER", "RtoAlgorithm"},
        {"2", "INTEGER", "RtoMin"},
        {"3", "INTEGER", "RtoMax"},
        {"4", "INTEGER", "MaxConn"},
        {"5", "Counter32", "ActiveOpens"},
        {"6", "Counter32", "PassiveOpens"},
        {"7", "Counter32", "AttemptFails"},
        {"8", "Counter32", "EstabResets"},
        {"9", "Gauge32", "CurrEstab"},
        {"10", "Counter32", "InSegs"},
        {"11", "Counter32", "OutSegs"},
        {"12", "Counter32", "RetransSegs"},
        {"14", "Counter32", "InErrs"},
        {"15", "Counter32", "OutRsts"},
        {"17", "Counter64", "InSegs"},
        {"18", "Counter64", "OutSegs"},
    };

    @RegisterExtension
    static final Agents agents = Agents.ofClass();

    @TempDir
    static Path state;

    private static TestNamespaces namespaces;
    private static TrafficProcess traffic;
    private static AgentProcess agent;
    private static Snmp snmp;

    @BeforeAll
    static void startAgentInQuietNamespace() {
        namespaces = TestNamespaces.open();
        traffic = TrafficProcess.start(namespaces.near());
        int port = traffic.listen("127.0.0.1");
        for (int i = 0; i < 7; i++) {
            traffic.send(traffic.connect("127.0.0.1", port), 10_007);
        }
        traffic.disconnect(traffic.connect("127.0.0.1", port));
        // The snapshot stays the same for an hour.
        AgentOptions options = AgentOptions.in(state).inside(namespaces.near()).set("snapshotage", 3_600_000);
        options.addUser(READER, PASSPHRASE, false);
        agent = agents.start(options);
        snmp = Snmp.v2c(namespaces.near(), agent, "public");
        Waiting.until("counters that stand still", SnmpWalkIT::standStill, Boolean::booleanValue);
    }

    private static boolean standStill() {
        Map<String, String> before = group("snmp", "Tcp");
        Waiting.pause(java.time.Duration.ofMillis(300));
        return before.equals(group("snmp", "Tcp"));
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

    /** Returns a group of counters of the namespace. */
    private static Map<String, String> group(String file, String group) {
        String text = namespaces.near().run("cat", "/proc/net/" + file).expectSuccess();
        List<String[]> lines = text.lines()
                .filter(line -> line.startsWith(group + ":"))
                .map(line -> line.split(" ", -1))
                .toList();
        Map<String, String> counters = new LinkedHashMap<>();
        for (int i = 1; i < lines.get(0).length; i++) {
            counters.put(lines.get(0)[i], lines.get(1)[i]);
        }
        return counters;
    }

    @Test
    void shouldServeTcpMibAsProcNetSnmpHasIt() {
        assertEquals(expectedScalars(true), scalars(snmp.walk(TCP)));
        assertEquals("-1", group("snmp", "Tcp").get("MaxConn"), "the one signed number is part of what was compared");
        assertEquals("14", group("snmp", "Tcp").get("CurrEstab"), "both ends of 7 connections");
    }

    @Test
    void shouldServeNoCounter64ToVersion1() {
        Snmp v1 = Snmp.v1(namespaces.near(), agent, "public");
        assertEquals(expectedScalars(false), scalars(v1.walk(TCP)));
    }

    /** Returns the scalars of a walk, without the tables in between. */
    private static Map<String, String> scalars(List<Snmp.Varbind> walk) {
        Map<String, String> found = new TreeMap<>();
        walk.stream()
                .filter(varbind -> varbind.oid().matches("1\\.3\\.6\\.1\\.2\\.1\\.6\\.\\d+\\.0"))
                .forEach(varbind -> found.put(varbind.oid(), varbind.type() + " " + varbind.value()));
        return found;
    }

    private static Map<String, String> expectedScalars(boolean wide) {
        Map<String, String> counters = group("snmp", "Tcp");
        Map<String, String> expected = new TreeMap<>();
        for (String[] scalar : SCALARS) {
            long value = Long.parseLong(counters.get(scalar[2]));
            boolean counter32 = scalar[1].equals("Counter32");
            if (wide || !scalar[1].equals("Counter64")) {
                expected.put(TCP + "." + scalar[0] + ".0", scalar[1] + " " + (counter32 ? value & 0xffffffffL : value));
            }
        }
        return expected;
    }

    @Test
    void shouldServeCountersWithoutObjectByName() {
        Map<String, String> expected = new TreeMap<>(group("netstat", "TcpExt"));
        assertTrue(expected.size() > 100, () -> "the kernel has " + expected.keySet());
        expected.putAll(group("netstat", "MPTcpExt"));
        Map<String, String> gauges = new TreeMap<>(expected);
        gauges.keySet().retainAll(Set.of("MPCurrEstab"));
        expected.keySet().removeAll(gauges.keySet());
        Map<String, String> served = counters("2", "Counter64");
        served.keySet().removeAll(group("snmp", "Tcp").keySet()); // objects that this group has beyond TCP-MIB
        assertEquals(expected, served);
        assertEquals(gauges, counters("3", "Gauge32"));
    }

    /** Returns one column of the counter table, by the counters' names. */
    private static Map<String, String> counters(String column, String type) {
        String root = SnmpFlows.BASE + ".1.5.1." + column;
        Map<String, String> served = new TreeMap<>();
        for (Snmp.Varbind counter : snmp.bulkwalk(root)) {
            if (counter.present()) {
                assertEquals(type, counter.type(), counter::toString);
                served.put(name(counter.oid().substring(root.length() + 1)), counter.value());
            }
        }
        return served;
    }

    /** Decodes the text in an index: its length and its characters. */
    private static String name(String index) {
        int[] arcs = Arrays.stream(index.split("\\.", -1))
                .mapToInt(Integer::parseInt)
                .toArray();
        assertEquals(arcs.length - 1, arcs[0], () -> "length of the name in " + index);
        return new String(arcs, 1, arcs.length - 1);
    }

    @Test
    void shouldServeObjectsInStrictlyIncreasingOrder() {
        List<Snmp.Varbind> all = Snmp.parse(snmp.run("snmpwalk", "-Cc", "1.3").expectSuccess());
        assertTrue(all.size() > 200, () -> "there are only " + all.size() + " objects");
        for (int i = 1; i < all.size(); i++) {
            String before = all.get(i - 1).oid();
            String after = all.get(i).oid();
            assertTrue(compare(before, after) < 0, () -> before + " comes before " + after);
        }
    }

    private static int compare(String left, String right) {
        return Arrays.compareUnsigned(arcs(left), arcs(right));
    }

    private static int[] arcs(String oid) {
        return Arrays.stream(oid.split("\\.", -1))
                .mapToInt(Integer::parseUnsignedInt)
                .toArray();
    }

    @Test
    void shouldServeTheSameByBulkAndByNext() {
        for (String root : List.of(TCP, SnmpFlows.BASE)) {
            List<Snmp.Varbind> byNext = standing(snmp.walk(root));
            assertFalse(byNext.isEmpty(), () -> "nothing below " + root);
            assertEquals(byNext, standing(snmp.bulkwalk(root)));
        }
    }

    @Test
    void shouldServeTheSameEncrypted() {
        Snmp v3 = Snmp.v3(namespaces.near(), agent, READER, PASSPHRASE);
        assertEquals(standing(snmp.bulkwalk(SnmpFlows.BASE)), standing(v3.bulkwalk(SnmpFlows.BASE)));
    }

    /** Removes the age of the snapshot, which changes. */
    private static List<Snmp.Varbind> standing(List<Snmp.Varbind> walk) {
        List<Snmp.Varbind> standing = new ArrayList<>(walk);
        standing.removeIf(varbind -> varbind.oid().equals(SnmpFlows.BASE + ".1.2.6.0"));
        return standing;
    }
}
