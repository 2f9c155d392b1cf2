package io.tcpprobe.agent.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.parts.Connection;
import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.flow.Verdict;
import io.tcpprobe.test.Waiting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.management.JMX;
import javax.management.MBeanAttributeInfo;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowsBeanTest {
    private Connection first;
    private Connection second;
    private ServedParts parts;
    private JmxConnector connector;

    @BeforeEach
    void open(@TempDir Path state) throws Exception {
        first = Connection.open();
        second = Connection.to(first.listener());
        first.send(1000);
        second.send(100_000);
        parts = new ServedParts(
                state, Path.of("/proc/net"), Map.of(Settings.PORT, "" + first.port(), Settings.SNAPSHOTAGE, "0"));
        connector = parts.jmx();
    }

    @AfterEach
    void close() throws Exception {
        connector.close();
        parts.close();
        second.close();
        first.close();
    }

    private List<CompositeData> rows(String operation, Object... arguments) throws Exception {
        String[] signature = Arrays.stream(arguments)
                .map(argument -> argument.getClass().getName())
                .toArray(String[]::new);
        var table = (TabularData) parts.server().invoke(ObjectNames.of("Flows"), operation, arguments, signature);
        assertEquals(typeOf(operation), table.getTabularType());
        List<CompositeData> rows = new ArrayList<>();
        table.values().forEach(row -> rows.add((CompositeData) row));
        rows.sort(Comparator.comparingLong(row -> (Long) row.get("rank")));
        return rows;
    }

    /** The type that the MBean declares for what an operation returns. */
    private Object typeOf(String operation) throws Exception {
        return Arrays.stream(
                        parts.server().getMBeanInfo(ObjectNames.of("Flows")).getOperations())
                .filter(info -> info.getName().equals(operation))
                .findFirst()
                .orElseThrow()
                .getDescriptor()
                .getFieldValue(JMX.OPEN_TYPE_FIELD);
    }

    private Object get(String attribute) throws Exception {
        return parts.server().getAttribute(ObjectNames.of("Flows"), attribute);
    }

    @Test
    void shouldCountFlowsAndTheirStates() throws Exception {
        assertEquals(4L, get("Count"));
        assertEquals(4L, ((CompositeData) get("FlowsByState")).get("established"));
        var sockets = (CompositeData) get("SocketsByState");
        assertTrue((Long) sockets.get("listen") >= 1);
        assertTrue((Long) get("SocketsListen") >= 1);
        assertTrue((Long) get("MedianSrttMicros") <= (Long) get("P95SrttMicros"));
        assertEquals(4L, get(FlowStatistic.ACTIVE_FLOWS.label()));
        assertEquals(null, get(FlowStatistic.RING_FULL.label()));
    }

    @Test
    void shouldReturnNumbersThatConsolesChart() throws Exception {
        for (MBeanAttributeInfo info :
                parts.server().getMBeanInfo(ObjectNames.of("Flows")).getAttributes()) {
            Object value = get(info.getName());
            boolean text = info.getName().endsWith("ByState") || info.getName().equals("TopTalker");
            assertTrue(value == null || value instanceof Number || text, info.getName());
        }
    }

    @Test
    void shouldRankFlowsByField() throws Exception {
        List<CompositeData> top = rows("top", "bytesAcked", 3);
        assertEquals(3, top.size());
        assertEquals(second.clientEnd(), top.get(0).get("local"));
        assertEquals(first.clientEnd(), top.get(1).get("local"));
        assertTrue((Long) top.get(0).get("value") >= 100_000);
        assertEquals("established", top.get(0).get("state"));
        assertEquals(
                List.of("flowId", "local", "process", "rank", "rate", "remote", "state", "value", "verdict"),
                List.copyOf(top.get(0).getCompositeType().keySet()));
        CompositeData all = rows("page", (Long) top.get(0).get("flowId") - 1, 1).getFirst();
        for (String name : List.of("flowId", "local", "remote", "process", "state")) {
            assertNotNull(top.get(0).get(name), name);
            assertEquals(all.get(name), top.get(0).get(name), name);
        }
        assertEquals(null, all.get(FlowField.SND_UNA.label()), "inet_diag does not have it");
    }

    @Test
    void shouldIndexRankedFlowsByTheirRank() throws Exception {
        var table = (TabularData)
                parts.server().invoke(ObjectNames.of("Flows"), "top", new Object[] {"bytesAcked", 2}, new String[] {
                    "java.lang.String", "int"
                });
        assertEquals(second.clientEnd(), table.get(new Object[] {1L}).get("local"));
        assertEquals(first.clientEnd(), table.get(new Object[] {2L}).get("local"));
    }

    @Test
    void shouldShowTheCurrentValueOfAGaugeThatRanks() throws Exception {
        CompositeData top = rows("top", "cwnd", 1).getFirst();
        CompositeData all = rows("page", (Long) top.get("flowId") - 1, 1).getFirst();
        assertEquals(all.get("cwnd"), top.get("value"));
        assertTrue((Long) top.get("value") > 0);
    }

    @Test
    void shouldRankFlowsByTheRateOfACounter() throws Exception {
        Waiting.until(
                "the acknowledgment of what second has sent",
                () -> (Long) rows("top", "bytesAcked", 1).getFirst().get("value"),
                bytes -> bytes >= 100_000);
        rows("top", "bytesAckedRate", 1); // its snapshot begins the window
        parts.pass(2);
        first.send(200_000);
        CompositeData top = rows("top", "bytesAckedRate", 4).getFirst();
        assertEquals(first.clientEnd(), top.get("local"));
        assertTrue((Double) top.get("rate") > 0);
        assertTrue((Long) top.get("value") >= 1000, "of a rate, its counter");
        assertTrue((Double) rows("top", "bytesAcked", 4).getFirst().get("rate") > 0);
        assertEquals(null, rows("top", "cwnd", 1).getFirst().get("rate"), "a gauge has no rate");
    }

    @Test
    void shouldSumUpTheWindow() throws Exception {
        assertEquals(null, get("WindowMillis"));
        assertEquals(null, get("TopTalker"));
        parts.pass(2);
        first.send(200_000);
        assertTrue((Long) get("WindowMillis") >= 2000);
        assertTrue(((String) get("TopTalker")).contains(first.clientEnd()));
        assertTrue((Long) get("TopTalkerBytesPerSecond") > 0);
        assertTrue((Long) get("P90SrttMicros") <= (Long) get("P99SrttMicros"));
        assertNotNull(get("RetransmissionsPerMillion"));
        long senders = 0;
        for (Verdict verdict : Verdict.ofSender()) {
            senders += (Long) get("Senders"
                    + verdict.label().substring(0, 1).toUpperCase(Locale.ROOT)
                    + verdict.label().substring(1));
        }
        assertEquals(4, senders);
    }

    @Test
    void shouldPageThroughAllFlowsOnce() throws Exception {
        List<Object> seen = new ArrayList<>();
        long after = 0;
        for (List<CompositeData> page = rows("page", after, 3); !page.isEmpty(); page = rows("page", after, 3)) {
            page.forEach(row -> seen.add(row.get("flowId")));
            after = (Long) page.getLast().get("flowId");
        }
        assertEquals(4, seen.size());
        assertEquals(seen.stream().sorted().distinct().toList(), seen);
    }

    @Test
    void shouldFindBothEndpointsOfConnection() throws Exception {
        List<CompositeData> both = rows("find", first.clientEnd());
        assertEquals(2, both.size());
        assertEquals(
                List.of("flowId", "local", "process", "rank", "remote", "state", "verdict"),
                List.copyOf(both.getFirst().getCompositeType().keySet()));
        assertTrue(both.stream().anyMatch(row -> first.clientEnd().equals(row.get("local"))), both::toString);
        assertTrue(both.stream().anyMatch(row -> first.clientEnd().equals(row.get("remote"))), both::toString);
        assertEquals(4, rows("find", ":" + first.port()).size());
        assertEquals(4, rows("find", "127.0.0.1").size());
        assertEquals(0, rows("find", "127.0.0.2").size());
    }

    private CompositeData query(Object... arguments) throws Exception {
        String text = "java.lang.String";
        return (CompositeData) parts.server().invoke(ObjectNames.of("Flows"), "query", arguments, new String[] {
            text, text, "boolean", "int", "int", text
        });
    }

    private static List<CompositeData> rowsOf(CompositeData page) {
        List<CompositeData> rows = new ArrayList<>();
        ((TabularData) page.get("flows")).values().forEach(row -> rows.add((CompositeData) row));
        rows.sort(Comparator.comparingLong(row -> (Long) row.get("rank")));
        return rows;
    }

    @Test
    void shouldReturnAPageOfTheFlowsThatMeetACondition() throws Exception {
        CompositeData page =
                query("dport = " + first.port(), "bytesAcked", true, 1, 10, "local, bytesAcked,bytesAckedRate,local");
        assertEquals(4L, page.get("total"));
        assertEquals(2L, page.get("matched"), "the clients' ends");
        assertEquals(1L, page.get("offset"));
        assertEquals("local,bytesAcked,bytesAckedRate", page.get("columns"));
        List<CompositeData> rows = rowsOf(page);
        assertEquals(1, rows.size());
        assertEquals(2L, rows.getFirst().get("rank"));
        assertEquals(first.clientEnd(), rows.getFirst().get("local"));
        assertEquals(1000L, rows.getFirst().get("bytesAcked"));
        assertEquals(
                List.of("bytesAcked", "bytesAckedRate", "flowId", "local", "rank"),
                List.copyOf(rows.getFirst().getCompositeType().keySet()));
    }

    @Test
    void shouldReturnRatesInAPage() throws Exception {
        query("", "bytesAckedRate", true, 0, 1, "bytesAckedRate"); // its snapshot begins the window
        parts.pass(2);
        first.send(200_000);
        CompositeData row = rowsOf(query("", "bytesAckedRate", true, 0, 1, "local,bytesAckedRate"))
                .getFirst();
        assertEquals(first.clientEnd(), row.get("local"));
        assertTrue((Double) row.get("bytesAckedRate") > 0);
    }

    @Test
    void shouldShowEveryDescribedValueAndSortByIt() throws Exception {
        var described =
                (TabularData) parts.server().invoke(ObjectNames.of("Flows"), "describe", new Object[0], new String[0]);
        List<String> names = new ArrayList<>();
        described.values().forEach(row -> names.add((String) ((CompositeData) row).get("name")));
        assertTrue(names.containsAll(List.of("local", "srtt", "verdict", "evidence", "retransRate", "firstSeen")));
        assertEquals(
                1L,
                described.get(new Object[] {FlowField.all().getFirst().label()}).get("rank"));
        CompositeData srtt = described.get(new Object[] {"srtt"});
        assertEquals("microseconds", srtt.get("unit"));
        assertEquals(FlowField.SRTT.doc(), srtt.get("doc"));
        assertEquals("gauge", srtt.get("metric"));
        assertEquals("bytes/s", described.get(new Object[] {"bytesAckedRate"}).get("unit"));
        for (String name : names) {
            assertEquals(4, rowsOf(query("", name, false, 0, 9, name)).size(), name);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "colour = red | srtt   | 0  | 1    | local  | no field 'colour'",
                "dport =      | srtt   | 0  | 1    | local  | a value was expected",
                "''           | colour | 0  | 1    | local  | is not a value that flows can be sorted by",
                "''           | srtt   | -1 | 1    | local  | offset -1",
                "''           | srtt   | 0  | 0    | local  | give 1..1000 flows",
                "''           | srtt   | 0  | 1001 | local  | give 1..1000 flows",
                "''           | srtt   | 0  | 1    | colour | is not a value of a flow",
            })
    void shouldRefuseAWrongQuery(String where, String by, int offset, int count, String columns, String says) {
        var refused = assertThrows(RuntimeMBeanException.class, () -> query(where, by, true, offset, count, columns));
        assertTrue(
                refused.getCause().getMessage().contains(says),
                refused.getCause().getMessage());
    }

    @Test
    void shouldRefuseTooManyColumnsAndArgumentsOfAnotherType() {
        String many = String.join(
                ",",
                Arrays.stream(FlowField.values())
                        .limit(FlowPageType.MAX_COLUMNS + 1)
                        .map(FlowField::label)
                        .toList());
        assertThrows(RuntimeMBeanException.class, () -> query("", "", true, 0, 1, many));
        assertThrows(RuntimeMBeanException.class, () -> query("", "", "yes", 0, 1, ""));
        assertThrows(RuntimeMBeanException.class, () -> query("", "", true, 0, 1));
    }

    @ParameterizedTest
    @CsvSource({"0,1..1000", "-1,1..1000", "1001,1..1000"})
    void shouldRefuseWrongNumberOfRows(int rows, String says) {
        var top = assertThrows(RuntimeMBeanException.class, () -> rows("top", "srtt", rows));
        assertTrue(top.getCause().getMessage().contains(says), top.getCause().getMessage());
        assertThrows(RuntimeMBeanException.class, () -> rows("page", 0L, rows));
    }

    @ParameterizedTest
    @CsvSource({"nosuch", "localAddress", "congestionControl"})
    void shouldRefuseToRankByNonNumericFields(String field) {
        var refused = assertThrows(RuntimeMBeanException.class, () -> rows("top", field, 1));
        assertTrue(
                refused.getCause().getMessage().contains("cwnd"),
                refused.getCause().getMessage());
    }

    @Test
    void shouldShowEveryFieldOfFlowWithUnit() throws Exception {
        var names = parts.server().queryNames(ObjectName.getInstance("tcpprobe:type=Flow,*"), null);
        assertEquals(4, names.size());
        var name = names.stream()
                .filter(one -> one.getKeyProperty("local").contains(second.clientEnd()))
                .findFirst()
                .orElseThrow();
        for (FlowField field : FlowField.values()) {
            MBeanAttributeInfo info = Arrays.stream(
                            parts.server().getMBeanInfo(name).getAttributes())
                    .filter(one -> one.getName().equals(field.label()))
                    .findFirst()
                    .orElseThrow();
            assertEquals(field.doc(), info.getDescription());
            if (field.kind() == FlowField.Kind.GAUGE && !field.unit().label().isEmpty()) {
                assertEquals(field.unit().label(), info.getDescriptor().getFieldValue("units"));
            }
            Object value = parts.server().getAttribute(name, field.label());
            assertTrue(value == null || value.getClass().getName().equals(info.getType()), field.label());
        }
        assertTrue((Long) parts.server().getAttribute(name, "cwnd") > 0);
        assertTrue((Long) parts.server().getAttribute(name, "srtt") > 0);
        assertEquals("127.0.0.1", parts.server().getAttribute(name, "remoteAddress"));
        assertEquals((long) second.port(), parts.server().getAttribute(name, "remotePort"));
        assertEquals(true, parts.server().getAttribute(name, "live"));
        assertEquals(second.clientEnd(), parts.server().getAttribute(name, "local"));
        String process = (String) parts.server().getAttribute(name, "process");
        assertTrue(process.startsWith(ProcessHandle.current().pid() + "/"), process);
    }

    @Test
    void shouldRegisterAllAndLeaveNothingBehind() throws Exception {
        assertInstanceOf(String.class, parts.server().getAttribute(ObjectNames.of("Agent"), "Version"));
        assertEquals("diag", parts.server().getAttribute(ObjectNames.of("Agent"), "Source"));
        assertTrue((Long) parts.server().getAttribute(ObjectNames.of("Agent"), "ResidentBytes") > 0);
        connector.close();
        assertTrue(parts.server()
                .queryNames(ObjectName.getInstance("tcpprobe:*"), null)
                .isEmpty());
        connector = parts.jmx();
        assertFalse(parts.server()
                .queryNames(ObjectName.getInstance("tcpprobe:*"), null)
                .isEmpty());
        var twice = assertThrows(Exception.class, parts::jmx);
        assertNotNull(twice.getMessage());
        assertTrue(twice.getMessage().contains("already exists"), twice.getMessage());
        assertTrue(parts.server().isRegistered(ObjectNames.of("Settings")), "the first connector's are untouched");
    }
}
