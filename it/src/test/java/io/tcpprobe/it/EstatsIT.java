package io.tcpprobe.it;

import static io.tcpprobe.it.Snmp.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.mibs.EstatsColumn;
import io.tcpprobe.mibs.EstatsTable;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TCP-ESTATS-MIB (RFC 4898) of connections over a link that loses segments. */
@Needs({"snmpget", "snmpset", "snmpwalk", "snmpbulkwalk", "ss", "nft", "netns"})
class EstatsIT {
    /** The parts of the source that the host refuses. */
    private static final String REFUSALS = SnmpFlows.BASE + ".1.2.2.0";

    private static final String PASSPHRASE = "a passphrase of the test";

    @RegisterExtension
    final Agents agents = Agents.ofTest();

    @TempDir
    Path state;

    private LinkedTraffic link;
    private TestNamespaces namespaces;
    private TrafficProcess near;
    private TrafficProcess far;
    private int local;
    private int remote;

    @BeforeEach
    void startBothEnds() {
        link = LinkedTraffic.open();
        namespaces = link.namespaces();
        near = link.near();
        far = link.far();
        remote = far.listen(TestNamespaces.FAR_ADDRESS);
    }

    @AfterEach
    void stopBothEnds() {
        if (link != null) {
            link.close();
        }
    }

    private AgentOptions options(String source) {
        if (source.equals("bpf")) {
            NeedsCondition.require("bpf");
        }
        return AgentOptions.in(state)
                .inside(namespaces.near())
                .set("probe.source", source)
                .set("port", remote) // the source bpf samples the whole host
                .set("snapshotage", 0)
                .set("probetime", 0)
                .set("full", 1);
    }

    private Snmp reader(String source) {
        return Snmp.v2c(namespaces.near(), agents.start(options(source)), "public");
    }

    private Snmp writer(String source) {
        AgentOptions options = options(source);
        options.addUser("writer", PASSPHRASE, true);
        return Snmp.v3(namespaces.near(), agents.start(options), "writer", PASSPHRASE);
    }

    private EstatsRow connect(Snmp snmp) {
        local = near.connect(TestNamespaces.FAR_ADDRESS, remote);
        return EstatsRow.find(snmp, local, remote);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bpf", "diag"})
    void shouldAgreeWithSsAfterLoss(String source) {
        Snmp snmp = reader(source);
        EstatsRow row = connect(snmp);
        namespaces.loseOneInHundred();
        near.send(local, 8_000_009);
        SocketStatistics seen = row.assertAgreesWithSs(namespaces.near(), local, remote);
        assertTrue(seen.retransmitted() > 0, () -> "nothing was lost: " + seen);
    }

    @ParameterizedTest
    @CsvSource({"bpf, 125", "diag, 73"})
    void shouldServeTheDeclaredColumns(String source, int count) throws IOException {
        Snmp snmp = reader(source);
        namespaces.loseOneInHundred();
        connect(snmp);
        near.send(local, 4_000_037);
        Set<String> declared = columns(column -> column.origin() != EstatsColumn.Origin.UNAVAILABLE
                && (source.equals("bpf") || column.origin() != EstatsColumn.Origin.SEGMENTS));
        assertEquals(133, columns(_ -> true).size());
        assertEquals(count, declared.size());
        if (snmp.get(REFUSALS).text().contains("bpf without tracing functions")) { // no function can be traced here
            declared.removeAll(columns(column -> EstatsTable.LISTENER.columns().contains(column)
                    && column.origin() == EstatsColumn.Origin.SEGMENTS));
        }
        if (hasAllFields()) {
            Waiting.until( // some depend on what a sample happens to see
                    "all columns",
                    () -> {
                        near.send(local, 400_009);
                        return given(snmp);
                    },
                    declared::equals);
        } else {
            Set<String> given = given(snmp);
            assertTrue(declared.containsAll(given), () -> given + " are not all of " + declared);
            assertTrue(given.size() >= declared.size() - 8, () -> given.size() + " columns: " + given);
        }
    }

    /** Returns true if the kernel provides all fields, as Linux 6.18 is the first to do. */
    private static boolean hasAllFields() throws IOException {
        String[] release =
                Files.readString(Path.of("/proc/sys/kernel/osrelease")).split("[.-]", 3);
        return Integer.parseInt(release[0]) * 1000 + Integer.parseInt(release[1]) >= 6018;
    }

    private static Set<String> given(Snmp snmp) {
        return snmp.bulkwalk(EstatsRow.ROOT + ".1.1").stream()
                .map(cell -> column(cell.oid()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> columns(Predicate<EstatsColumn> which) {
        return Arrays.stream(EstatsTable.values())
                .flatMap(table ->
                        table.columns().stream().filter(which).map(column -> column(table.entry() + "." + column.id())))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns "3.1.17" for 1.3.6.1.2.1.156.1.1.3.1.17.4711. */
    private static String column(String oid) {
        return Arrays.stream(oid.split("\\.", -1)).skip(9).limit(3).collect(Collectors.joining("."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bpf", "diag"})
    void shouldWalkInOrderToTheEnd(String source) {
        Snmp snmp = reader(source);
        connect(snmp);
        near.connect(TestNamespaces.FAR_ADDRESS, remote);
        List<String> oids = Waiting.until( // some columns appear only with the samples
                        "walks that agree",
                        () -> List.of(oids(snmp.bulkwalk(EstatsRow.ROOT)), oids(snmp.walk(EstatsRow.ROOT))),
                        walks -> walks.getFirst().equals(walks.getLast()))
                .getFirst();
        assertTrue(oids.size() > 100, () -> "few objects: " + oids);
        for (int i = 1; i < oids.size(); i++) {
            int[] before = arcs(oids.get(i - 1));
            int[] after = arcs(oids.get(i));
            assertTrue(Arrays.compareUnsigned(before, after) < 0, oids.get(i - 1) + " comes before " + oids.get(i));
        }
    }

    private static List<String> oids(List<Snmp.Varbind> cells) {
        return cells.stream().map(Snmp.Varbind::oid).toList();
    }

    private static int[] arcs(String oid) {
        return Arrays.stream(oid.split("\\.", -1))
                .mapToInt(Integer::parseUnsignedInt)
                .toArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bpf", "diag"})
    void shouldKeepClosedConnectionsForTheLatency(String source) {
        Snmp snmp = writer(source);
        EstatsRow row = connect(snmp);
        near.send(local, 100_003);
        snmp.set(EstatsRow.ROOT + ".1.2.6.0", "u", "600").expectSuccess();
        assertEquals(5, row.get(5, 10).number(), "established");
        long acknowledged = row.get(6, 5).number();
        near.disconnect(local);
        Waiting.until("its end", () -> row.get(5, 10), state -> state.present() && state.number() == 1);
        assertTrue(row.get(6, 5).number() >= acknowledged, "the last values are kept");
        assertEquals(row.id(), EstatsRow.find(snmp, local, remote).id(), "it is found by its addresses");
        snmp.set(EstatsRow.ROOT + ".1.2.6.0", "u", "0").expectSuccess();
        Waiting.until("the end of its row", () -> row.get(5, 10), gone -> !gone.present());
    }

    @Test
    void shouldShowNoRowsOfTablesThatAreOff() {
        Snmp snmp = writer("auto");
        EstatsRow row = connect(snmp);
        int[] tables = {4, 5, 6};
        for (int control = 1; control <= tables.length; control++) {
            int table = tables[control - 1];
            String object = EstatsRow.ROOT + ".1.2." + control + ".0";
            assertTrue(row.get(table, table == 4 ? 1 : table == 5 ? 10 : 7).present());
            snmp.set(object, "i", "2").expectSuccess();
            assertEquals(2, snmp.get(object).number());
            String entry = EstatsRow.ROOT + ".1.1." + table;
            assertTrue(
                    snmp.bulkwalk(entry).stream()
                            .noneMatch(cell -> cell.present() && cell.oid().startsWith(entry + ".")),
                    () -> entry + " is off");
            assertTrue(row.get(3, 1).present(), "the others are on");
            snmp.set(object, "i", "1").expectSuccess();
        }
    }

    @Test
    void shouldRefuseUnknownControls() {
        Snmp snmp = writer("auto");
        EstatsRow row = connect(snmp);
        assertRefused(snmp.set(EstatsRow.ROOT + ".1.2.1.0", "i", "3"), "wrongValue");
        assertRefused(snmp.set(EstatsRow.ROOT + ".1.2.6.0", "i", "3"), "wrongType");
        assertRefused(snmp.set(EstatsRow.ROOT + ".1.2.6.0", "u", "86401"), "wrongValue");
        assertRefused(snmp.set(EstatsRow.ROOT + ".1.1.7.1.1." + row.id(), "u", "100000"), "(notWritable|noAccess)");
    }

    @Test
    void shouldShowListeners() {
        Snmp snmp = reader("auto");
        String entry = EstatsRow.ROOT + ".1.1.1.1.";
        String changed = EstatsRow.ROOT + ".1.3.3.0";
        long before = snmp.get(changed).number();
        int port = near.listen(TestNamespaces.NEAR_ADDRESS);
        String index = ".1.4." + TestNamespaces.NEAR_ADDRESS + "." + port;
        long since = snmp.get(entry + "1" + index).number();
        assertTrue(since > before, "first seen after the agent began: " + since);
        assertEquals(since, snmp.get(changed).number());
        assertEquals(0, snmp.get(entry + "12" + index).number(), "no connection yet");
        far.connect(TestNamespaces.NEAR_ADDRESS, port);
        far.connect(TestNamespaces.NEAR_ADDRESS, port);
        Waiting.until("two connections", () -> snmp.get(entry + "12" + index).number(), count -> count == 2);
        assertTrue(snmp.get(entry + "13" + index).number() > 0, "a backlog");
        assertEquals(0, snmp.get(entry + "15" + index).number(), "nobody waits");
        assertEquals(0, snmp.get(entry + "6" + index).number(), "nothing was dropped");
    }

    @Test
    void shouldCountConnectionsThatWait() {
        Snmp snmp = reader("auto");
        int port = near.listenDeaf(TestNamespaces.NEAR_ADDRESS);
        String index = ".1.4." + TestNamespaces.NEAR_ADDRESS + "." + port;
        far.begin(TestNamespaces.NEAR_ADDRESS, port);
        String entry = EstatsRow.ROOT + ".1.1.1.1.";
        Waiting.until("one that waits", () -> snmp.get(entry + "15" + index).number(), count -> count == 1);
        assertEquals(1, snmp.get(entry + "14" + index).number());
        assertEquals(0, snmp.get(entry + "12" + index).number(), "it is not accepted");
    }
}
