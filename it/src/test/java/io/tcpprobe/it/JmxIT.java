package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.test.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.management.AttributeChangeNotification;
import javax.management.AttributeNotFoundException;
import javax.management.InvalidAttributeValueException;
import javax.management.MBeanAttributeInfo;
import javax.management.Notification;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import javax.management.openmbean.CompositeData;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a console attached to the agent shows and can do. */
class JmxIT {
    private static final String PROBETIME = SnmpFlows.BASE + ".1.1.7.0";

    @RegisterExtension
    static final Agents agents = Agents.ofClass();

    @TempDir
    static Path state;

    private static AgentProcess agent;
    private static JmxConsole console;

    private final Traffic traffic = new Traffic();
    private int remote;

    @BeforeAll
    static void attach() throws Exception {
        agent = agents.start(AgentOptions.in(state).set("snapshotage", 0).set("probetime", 0));
        console = JmxConsole.attach(agent.pid());
    }

    @AfterAll
    static void detach() throws Exception {
        if (console != null) {
            console.close();
        }
    }

    @BeforeEach
    void showOnlyFlowsOfTheTest() throws Exception {
        remote = traffic.listen();
        console.writeSetting("port", (long) remote); // this host may have thousands of other flows
    }

    @AfterEach
    void disconnect() {
        traffic.close();
    }

    @Test
    void shouldShowEverySettingWithUnitAndRange() throws Exception {
        for (MBeanAttributeInfo attribute :
                console.server().getMBeanInfo(JmxConsole.name("Settings")).getAttributes()) {
            if (attribute.getName().equals("probetime")) {
                assertEquals("milliseconds", attribute.getDescriptor().getFieldValue("units"));
                assertEquals(0L, attribute.getDescriptor().getFieldValue("minValue"));
                assertEquals(86_400_000L, attribute.getDescriptor().getFieldValue("maxValue"));
                assertTrue(attribute.isWritable());
                return;
            }
        }
        throw new AssertionError("there is no attribute probetime");
    }

    @Test
    @Needs("snmpget")
    void shouldChangeWhatTheOtherConnectorsShow() throws Exception {
        console.writeSetting("probetime", 254L);
        assertEquals(254L, console.read("Settings", "probetime"));
        assertEquals(254, Snmp.v2c(Tools.here(), agent, "public").get(PROBETIME).number());
        assertEquals(254L, new Jolokia(agent.http()).read("tcpprobe:type=Settings", "probetime"));
    }

    @Test
    void shouldNotifyOfChange() throws Exception {
        BlockingQueue<Notification> heard = new LinkedBlockingQueue<>();
        console.server()
                .addNotificationListener(
                        JmxConsole.name("Settings"), (notification, _) -> heard.add(notification), null, null);
        console.writeSetting("purgetime", 61L);
        Notification notification = heard.poll(30, TimeUnit.SECONDS);
        AttributeChangeNotification change = assertInstanceOf(AttributeChangeNotification.class, notification);
        assertEquals("purgetime", change.getAttributeName());
        assertEquals(300L, change.getOldValue());
        assertEquals(61L, change.getNewValue());
    }

    @Test
    void shouldReportRangeAndUnitOfBadValue() {
        var refused = assertThrows(
                InvalidAttributeValueException.class, () -> console.writeSetting("probetime", 86_400_001L));
        assertTrue(refused.getMessage().contains("0..86400000 milliseconds"), refused::getMessage);
        assertThrows(InvalidAttributeValueException.class, () -> console.writeSetting("probetime", "soon"));
    }

    @Test
    void shouldRefuseToWriteSettingThatChangesAtStartOnly() {
        var refused = assertThrows(AttributeNotFoundException.class, () -> console.writeSetting("bufsize", 8192L));
        assertTrue(refused.getMessage().contains("bufsize"), refused::getMessage);
    }

    @Test
    void shouldServeTcpCountersOfTheHost() throws Exception {
        Map<String, Long> before = tcpCounters();
        Waiting.pause(java.time.Duration.ofMillis(50)); // the agent may use a value that was read 10 ms ago
        Map<String, Long> served = new LinkedHashMap<>();
        for (String name : before.keySet()) {
            served.put(name, ((Number) console.read("Tcp", name)).longValue());
        }
        Map<String, Long> after = tcpCounters();
        for (String name : before.keySet()) {
            boolean grows = !name.startsWith("Rto") && !name.equals("MaxConn") && !name.equals("CurrEstab");
            if (grows) {
                assertTrue(
                        before.get(name) <= served.get(name) && served.get(name) <= after.get(name),
                        () -> name + ": " + before.get(name) + " <= " + served.get(name) + " <= " + after.get(name));
            } else if (!name.equals("CurrEstab")) {
                assertEquals(before.get(name), served.get(name), name);
            }
        }
        assertEquals(-1L, served.get("MaxConn"));
    }

    private static Map<String, Long> tcpCounters() throws Exception {
        List<String[]> lines = Files.readAllLines(Path.of("/proc/net/snmp")).stream()
                .filter(line -> line.startsWith("Tcp:"))
                .map(line -> line.split(" ", -1))
                .toList();
        Map<String, Long> counters = new LinkedHashMap<>();
        for (int i = 1; i < lines.get(0).length; i++) {
            counters.put(lines.get(0)[i], Long.parseLong(lines.get(1)[i]));
        }
        return counters;
    }

    @Test
    void shouldFindFlowByItsEndpoints() throws Exception {
        int local = traffic.connect(remote);
        String[] signature = {"java.lang.String"};
        List<CompositeData> found = console.flows("find", signature, "127.0.0.1:" + local);
        assertEquals(2, found.size(), () -> "both ends are on this host: " + found);
        assertEquals(List.of(), console.flows("find", signature, "192.0.2.1:9"));
    }

    @Test
    void shouldRankFlows() throws Exception {
        int busiest = traffic.connect(remote);
        traffic.send(busiest, 5_000_011);
        traffic.send(traffic.connect(remote), 1009);
        List<CompositeData> top = Waiting.until(
                "the busy flow on top",
                () -> topBySent(2000).stream()
                        .filter(row -> row.get("remote").equals("127.0.0.1:" + remote))
                        .toList(),
                rows -> rows.size() == 2 && rows.getFirst().get("value").equals(5_000_011L));
        assertEquals("127.0.0.1:" + busiest, top.getFirst().get("local"));
        assertTrue(topBySent(1).size() == 1, "as many as were asked for");
    }

    private List<CompositeData> topBySent(int count) {
        try {
            return console.flows("top", new String[] {"java.lang.String", "int"}, "bytesAcked", Math.min(count, 1000));
        } catch (Exception failed) {
            throw new IllegalStateException("ask for the top flows", failed);
        }
    }

    @Test
    void shouldRefuseUnknownField() {
        String[] signature = {"java.lang.String", "int"};
        var refused =
                assertThrows(RuntimeMBeanException.class, () -> console.flows("top", signature, "nosuchfield", 3));
        assertTrue(refused.getCause().getMessage().contains("nosuchfield"), refused::toString);
        assertTrue(refused.getCause().getMessage().contains("cwnd"), "the fields are listed");
    }

    @Test
    void shouldReturnFlowsPageByPage() throws Exception {
        for (int i = 0; i < 10; i++) {
            traffic.connect(remote);
        }
        String[] signature = {"long", "int"};
        long last = 0;
        int seen = 0;
        for (var page = console.flows("page", signature, last, 3);
                !page.isEmpty();
                page = console.flows("page", signature, last, 3)) {
            assertTrue(page.size() <= 3);
            for (CompositeData row : page) {
                long id = (Long) row.get("flowId");
                assertTrue(id > last, "ids grow");
                last = id;
                seen += row.get("remotePort").equals((long) remote) ? 1 : 0;
            }
        }
        assertEquals(10, seen);
    }

    @Test
    void shouldHaveAnMBeanForBusyFlow() throws Exception {
        int local = traffic.connect(remote);
        traffic.send(local, 50_000_017);
        ObjectName flow = Waiting.until("an MBean of the busy flow", () -> flowBean(local, remote), Optional::isPresent)
                .orElseThrow();
        assertTrue((Long) console.server().getAttribute(flow, "cwnd") > 0);
        assertTrue((Long) console.server().getAttribute(flow, "srtt") > 0);
        assertEquals("127.0.0.1:" + remote, ObjectName.unquote(flow.getKeyProperty("remote")));
    }

    private Optional<ObjectName> flowBean(int local, int remote) {
        try {
            return console.find("tcpprobe:type=Flow,*").stream()
                    .filter(name ->
                            ObjectName.unquote(name.getKeyProperty("local")).endsWith(":" + local))
                    .filter(name ->
                            ObjectName.unquote(name.getKeyProperty("remote")).endsWith(":" + remote))
                    .findFirst();
        } catch (Exception failed) {
            throw new IllegalStateException("list the MBeans", failed);
        }
    }

    @Test
    void shouldDescribeEveryAttribute() throws Exception {
        for (ObjectName bean : console.find("tcpprobe:*")) {
            for (MBeanAttributeInfo attribute :
                    console.server().getMBeanInfo(bean).getAttributes()) {
                assertFalse(attribute.getDescription().isBlank(), () -> bean + " " + attribute.getName());
            }
        }
    }

    @Test
    void shouldReportTheSourceOfFlows() throws Exception {
        assertTrue(List.of("bpf", "diag").contains(console.read("Agent", "Source")));
    }
}
