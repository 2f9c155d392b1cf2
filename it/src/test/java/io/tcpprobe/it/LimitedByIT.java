package io.tcpprobe.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowText;
import io.tcpprobe.kernel.flow.Verdict;
import io.tcpprobe.kernel.flow.VerdictField;
import io.tcpprobe.mibs.TopColumn;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A real flow whose reader does not read: its verdict over SNMP and in the terminal, and its ranks. */
@Needs({"snmpget", "snmpwalk", "snmpbulkwalk"})
class LimitedByIT {
    private static final String FLOWS = "tcpprobe:type=Flows";

    @RegisterExtension
    final Agents agents = Agents.ofTest();

    @TempDir
    Path folder;

    /** A connection whose client has filled the window of a server that does not read. */
    private record Blocked(ServerSocketChannel listener, SocketChannel client, SocketChannel server)
            implements AutoCloseable {
        static Blocked open() throws IOException {
            ServerSocketChannel listener =
                    ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            SocketChannel client = SocketChannel.open(listener.getLocalAddress());
            SocketChannel server = listener.accept();
            client.configureBlocking(false);
            ByteBuffer data = ByteBuffer.allocate(1 << 20);
            while (client.write(data.clear()) > 0) {
                // until the send buffer is full as well
            }
            return new Blocked(listener, client, server);
        }

        int local() throws IOException {
            return ((InetSocketAddress) client.getLocalAddress()).getPort();
        }

        int remote() throws IOException {
            return ((InetSocketAddress) listener.getLocalAddress()).getPort();
        }

        @Override
        public void close() throws IOException {
            client.close();
            server.close();
            listener.close();
        }
    }

    @Test
    void shouldShowWhatLimitsAFlowOverSnmpAndInTheTerminal() throws Exception {
        try (Blocked blocked = Blocked.open()) {
            AgentProcess agent = agents.start(AgentOptions.in(folder.resolve("state"))
                    .set("port", blocked.remote())
                    .set("snapshotage", 100));
            Snmp snmp = Snmp.v2c(Tools.here(), agent, "public").patient();
            SnmpFlows flows = new SnmpFlows(snmp);
            long id = flows.find(blocked.local(), blocked.remote());
            Waiting.until(
                    "the verdict rwnd",
                    () -> flows.verdict(id, VerdictField.VERDICT),
                    cell -> cell.present() && cell.number() == Verdict.RWND.number());
            assertTrue(flows.verdict(id, VerdictField.RWND_SHARE).number() > 500);
            assertEquals(
                    "127.0.0.1:" + blocked.local(),
                    flows.text(id, FlowText.LOCAL).text());
            ranks(snmp, id);
            sums(snmp, new Jolokia(agent.http()));

            String listed = AgentOptions.bare()
                    .set("state.dir", folder.resolve("none"))
                    .set("port", blocked.remote())
                    .run("flows", "--by", "rwndShare")
                    .expectSuccess();
            String local = ".*\\s127\\.0\\.0\\.1:" + blocked.local();
            String line = listed.lines()
                    .filter(one -> one.matches(local + "\\s+127\\.0\\.0\\.1:.*"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(listed));
            List<String> cells = Arrays.asList(line.strip().split("\\s+"));
            assertEquals("rwnd", cells.get(4), listed);
            assertTrue(cells.get(5).endsWith("%"), listed);
        }
    }

    private static String top(TopColumn column, int measure, int rank) {
        return SnmpFlows.BASE + ".1.7.1." + column.arc() + "." + measure + "." + rank;
    }

    /** The flow that waits for its peer's window is the first by rwndShare; nobody else sends. */
    private static void ranks(Snmp snmp, long id) {
        int measure = VerdictField.RWND_SHARE.id();
        List<Snmp.Varbind> row = snmp.get(List.of(
                top(TopColumn.FLOW_ID, measure, 1),
                top(TopColumn.MEASURE_NAME, measure, 1),
                top(TopColumn.VERDICT, measure, 1),
                top(TopColumn.FLOW_ID, measure, 2)));
        assertEquals(id, row.get(0).number());
        assertEquals("rwndShare", row.get(1).text());
        assertEquals(Verdict.RWND.number(), row.get(2).number());
        assertTrue(!row.get(3).present(), "the other end has no share");
        List<Snmp.Varbind> notSent = snmp.get(List.of(
                top(TopColumn.FLOW_ID, FlowField.NOT_SENT.id(), 1), top(TopColumn.RATE, FlowField.NOT_SENT.id(), 1)));
        assertEquals(id, notSent.get(0).number());
        assertTrue(!notSent.get(1).present(), "a gauge has no rate");
    }

    /** The numbers about all flows are those of the two ends, by SNMP and JSON. */
    private static void sums(Snmp snmp, Jolokia http) throws Exception {
        String verdicts = SnmpFlows.BASE + ".1.8.2.1.3";
        long senders = snmp.bulkwalk(verdicts).stream()
                .filter(cell -> cell.oid().startsWith(verdicts + "."))
                .mapToLong(Snmp.Varbind::number)
                .sum();
        assertEquals(2, senders);
        assertEquals(1, snmp.get(verdicts + "." + Verdict.RWND.number()).number());
        assertTrue(snmp.get(SnmpFlows.BASE + ".1.8.1.1.0").number() >= 1000, "the window");
        assertTrue(snmp.get(SnmpFlows.BASE + ".1.8.1.3.0").number() > 0, "the median of srtt");
        assertEquals(1, ((Number) http.read(FLOWS, "SendersRwnd")).intValue());
        assertTrue(((Number) http.read(FLOWS, "WindowMillis")).longValue() >= 1000);
    }
}
