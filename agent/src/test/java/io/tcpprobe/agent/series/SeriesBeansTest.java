package io.tcpprobe.agent.series;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.flows.TestRow;
import io.tcpprobe.agent.jmx.JmxConnector;
import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.WatchedFlows.Event;
import io.tcpprobe.test.Waiting;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.management.JMException;
import javax.management.MBeanOperationInfo;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import javax.management.openmbean.CompositeData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The MBeans of watches and of the history. */
class SeriesBeansTest {
    private final WatchableSource source = new WatchableSource();
    private ServedParts parts;
    private JmxConnector connector;

    @BeforeEach
    void open(@TempDir Path state) throws Exception {
        source.flows(flow());
        parts = new ServedParts(
                state,
                Path.of("/proc/net"),
                Map.of(Settings.SNAPSHOTAGE, "0", Settings.WATCH_MAX, "1"),
                (_, clock) -> source.clock(clock));
        connector = JmxConnector.open(parts.served());
    }

    @AfterEach
    void close() throws Exception {
        connector.close();
        parts.close();
    }

    private static TestRow flow() {
        return TestRow.flow(5)
                .between("10.0.0.1", "192.0.2.5")
                .with(FlowField.LOCAL_PORT, 1005)
                .with(FlowField.REMOTE_PORT, 443)
                .with(FlowField.CWND, 77);
    }

    private Object invoke(String type, String operation, Object... arguments) throws JMException {
        return parts.server()
                .invoke(
                        new ObjectName("tcpprobe:type=" + type),
                        operation,
                        arguments,
                        Arrays.stream(arguments)
                                .map(one -> one instanceof Long ? "long" : String.class.getName())
                                .toArray(String[]::new));
    }

    private CompositeData series(long watch) throws JMException {
        return (CompositeData) invoke("Watches", "series", watch, 0L);
    }

    @Test
    void shouldReturnSamplesAsRowsOfNumbers() throws Exception {
        long watch = (Long) invoke("Watches", "watch", "5");
        source.sample(flow().with(FlowField.CWND, 78));
        source.report(Event.ENDED, flow().with(FlowField.END_REASON, EndReason.RESET_SENT.number()));
        CompositeData series = Waiting.until(
                "the end",
                () -> series(watch),
                read -> ((CompositeData) read.get("watch")).get("live").equals(0L));
        List<String> columns = List.of((String[]) series.get("columns"));
        Long[][] samples = (Long[][]) series.get("samples");
        assertEquals(1, samples.length);
        assertEquals(78, samples[0][columns.indexOf("cwnd")]);
        assertEquals(5, samples[0][columns.indexOf("flow")]);
        assertEquals(null, samples[0][columns.indexOf("srtt")]);
        CompositeData flow = ((CompositeData[]) series.get("flows"))[0];
        assertEquals("10.0.0.1:1005", flow.get("local"));
        assertEquals("ended", flow.get("state"));
        assertEquals("resetSent", flow.get("endReason"));
        CompositeData[] all =
                (CompositeData[]) parts.server().getAttribute(new ObjectName("tcpprobe:type=Watches"), "All");
        assertEquals("5", all[0].get("target"));
        assertEquals(1L, all[0].get("samples"));
        invoke("Watches", "unwatch", watch);
        assertTrue(cause(() -> series(watch)).startsWith("series " + watch + ": there is no such watch"));
    }

    private static String cause(org.junit.jupiter.api.function.Executable call) {
        return assertThrows(RuntimeMBeanException.class, call).getCause().getMessage();
    }

    @Test
    void shouldReportWhyAWatchIsRefused() throws Exception {
        invoke("Watches", "watch", ":443");
        assertTrue(cause(() -> invoke("Watches", "watch", "5")).contains("the maximum (watch.max)"));
        assertTrue(cause(() -> invoke("Watches", "watch", "nonsense")).contains("neither a flow id, nor an endpoint"));
    }

    @Test
    void shouldBeOpenToReaders() throws Exception {
        for (String type : List.of("Watches", "History")) {
            MBeanOperationInfo[] operations = parts.server()
                    .getMBeanInfo(new ObjectName("tcpprobe:type=" + type))
                    .getOperations();
            assertTrue(operations.length > 0);
            for (MBeanOperationInfo operation : operations) {
                assertEquals(MBeanOperationInfo.INFO, operation.getImpact(), operation.getName());
            }
        }
    }

    @Test
    void shouldReturnTheHistoryAsRowsOfNumbers() throws Exception {
        CompositeData host = Waiting.until(
                "a second",
                () -> (CompositeData) invoke("History", "history", "host"),
                read -> ((Long[][]) read.get("rows")).length > 0);
        String[] columns = (String[]) host.get("columns");
        assertEquals("time", columns[0]);
        assertEquals(columns.length, ((Long[][]) host.get("rows"))[0].length);
        CompositeData flow = Waiting.until(
                "the first snapshot",
                () -> (CompositeData) invoke("History", "history", "5"),
                read -> ((Long[][]) read.get("rows")).length > 0);
        assertArrayEquals(
                new String[] {"time", "bytesSent", "bytesAcked", "bytesReceived", "retrans", "cwnd", "inFlight", "srtt"
                },
                (String[]) flow.get("columns"));
        assertEquals(77, ((Long[][]) flow.get("rows"))[0][5]);
        assertTrue(
                cause(() -> invoke("History", "history", "nonsense")).contains("use host, summary, flows, a flow id"));
    }
}
