package io.tcpprobe.agent.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.core.Clocks;
import io.tcpprobe.agent.flows.TestRow;
import io.tcpprobe.agent.flows.TestSource;
import io.tcpprobe.agent.insight.VerdictHistory;
import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.test.Waiting;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlowRecordStreamTest {
    private static final long HOUR_MILLIS = 3_600_000;

    @TempDir
    private Path state;

    private final Source source = new Source();
    private final List<FlowRecord> records = new CopyOnWriteArrayList<>();
    private ServedParts parts;

    /** A source whose flows the test changes. */
    private static final class Source extends TestSource {
        private final List<FlowListener> listeners = new CopyOnWriteArrayList<>();
        private volatile FlowRows rows = TestRow.rows();
        private FlowRows read = rows;

        @Override
        public void refresh() {
            read = rows;
        }

        @Override
        public FlowRows rows() {
            return read;
        }

        @Override
        public Optional<FlowListener.Subscription> listen(FlowListener listener) {
            listeners.add(listener);
            return Optional.of(subscription(() -> listeners.remove(listener)));
        }

        void happened(FlowListener.Change change, TestRow flow) {
            listeners.forEach(listener -> listener.happened(change, TestRow.rows(flow)));
        }
    }

    private void start(Map<Setting<?>, String> settings) throws Exception {
        parts = new ServedParts(state, Path.of("/proc/net"), settings, (_, _) -> source);
        parts.served().records().subscribe(records::add);
    }

    @AfterEach
    void close() throws Exception {
        parts.close();
    }

    private static TestRow flow(long id, long ageSeconds) {
        return TestRow.flow(id)
                .between("192.0.2.1", "198.51.100.7")
                .with(FlowField.LOCAL_PORT, 50_000 + id)
                .with(FlowField.REMOTE_PORT, 443)
                .with(FlowField.ACTIVE_OPEN, 1)
                .with(FlowField.STATE, TcpState.ESTABLISHED.mib())
                .with(FlowField.BYTES_ACKED, 1000 * id)
                .with(FlowField.SAMPLED, System.nanoTime())
                .with(FlowField.FIRST_SEEN, System.nanoTime() - ageSeconds * 1_000_000_000L);
    }

    private static TestRow ended(TestRow flow, EndReason reason) {
        return flow.with(FlowField.END_REASON, reason.number());
    }

    private List<FlowRecord> of(long id) {
        return records.stream()
                .filter(flow -> flow.number(RecordField.FLOW_ID) == id)
                .toList();
    }

    @Test
    void shouldRecordEndsAndFailures() throws Exception {
        start(Map.of());
        source.happened(FlowListener.Change.ESTABLISHED, flow(1, 0));
        source.happened(FlowListener.Change.ENDED, ended(flow(1, 5), EndReason.FIN_SENT));
        source.happened(FlowListener.Change.FAILED, ended(flow(2, 0), EndReason.CONNECTION_REFUSED));
        Waiting.until("two records", () -> records.size() == 2);
        FlowRecord end = of(1).getFirst();
        assertEquals("finSent", end.text(RecordField.END_REASON));
        assertFalse(end.has(RecordField.FAILURE), "closed by FINs");
        assertEquals(1000, end.number(RecordField.BYTES_ACKED));
        assertEquals(1, end.number(RecordField.FINAL_RECORD));
        assertEquals(1, end.number(RecordField.RECORD_NUMBER));
        assertEquals("client", end.text(RecordField.ROLE));
        assertEquals(443, end.number(RecordField.SERVICE_PORT));
        assertEquals("192.0.2.1", end.text(RecordField.LOCAL_ADDRESS));
        assertEquals("198.51.100.7", end.text(RecordField.PEER_ADDRESS));
        assertEquals("here", end.text(RecordField.HOST_NAME));
        assertTrue(end.text(RecordField.COMMUNITY_ID).startsWith("1:"));
        long duration = end.number(RecordField.DURATION);
        long between = end.number(RecordField.TIME) - end.number(RecordField.START_TIME);
        assertTrue(Math.abs(between - duration) <= 1, between + " and " + duration);
        assertFalse(end.has(RecordField.SRTT), "absent is not zero");
        assertFalse(
                end.has(RecordField.RECEIVER_VERDICT),
                "it is about a window, which a flow that has ended does not have");
        assertEquals("connectionRefused", of(2).getFirst().text(RecordField.FAILURE));
    }

    @Test
    void shouldRecordOldFlowsAtIntervalsUntilTheirEnd() throws Exception {
        source.rows = TestRow.rows(flow(1, 100), flow(2, -1000));
        start(Map.of(Settings.PUSH_INTERVAL, "1", Settings.SNAPSHOTAGE, "0"));
        Waiting.until("three records", () -> of(1).size() >= 3);
        assertEquals(List.of(), of(2), "it is younger than the interval");
        source.rows = TestRow.rows();
        source.happened(FlowListener.Change.ENDED, ended(flow(1, 100), EndReason.FIN_RECEIVED));
        Waiting.until("the last record", () -> of(1).getLast().number(RecordField.FINAL_RECORD) == 1);
        List<FlowRecord> all = of(1);
        for (int i = 0; i < all.size(); i++) {
            assertEquals(i + 1, all.get(i).number(RecordField.RECORD_NUMBER));
        }
        assertEquals("established", all.getFirst().text(RecordField.STATE));
    }

    @Test
    void shouldNotRecordAFlowAfterItsEnd() throws Exception {
        source.rows = TestRow.rows(flow(1, 100), flow(2, 100));
        start(Map.of(Settings.PUSH_INTERVAL, "1", Settings.SNAPSHOTAGE, "0"));
        Waiting.until("a record", () -> !of(1).isEmpty());
        // the source reports the end, but has the flow's row in the snapshots of the next second
        source.happened(FlowListener.Change.ENDED, ended(flow(1, 100), EndReason.FIN_SENT));
        Waiting.until("the last record", () -> of(1).getLast().number(RecordField.FINAL_RECORD) == 1);
        source.rows = TestRow.rows(flow(2, 100));
        int more = of(2).size() + 2;
        Waiting.until("records of another flow", () -> of(2).size() >= more);
        assertEquals(
                1,
                of(1).stream()
                        .filter(flow -> flow.number(RecordField.FINAL_RECORD) == 1)
                        .count());
        assertEquals(1, of(1).getLast().number(RecordField.FINAL_RECORD));
    }

    private FlowRecordStream.Options options() {
        var served = parts.served();
        return new FlowRecordStream.Options(
                served.flows(),
                served.events(),
                served.groups(),
                served.settings(),
                new Clocks(served.monotonicNanos(), System::currentTimeMillis),
                VerdictHistory::ofLives,
                new PushOrigin("here", "cafe"),
                new Random(1));
    }

    @Test
    void shouldRecordLiveFlowsWhileOthersEnd() throws Exception {
        int live = 5000;
        source.rows = TestRow.rows(
                LongStream.rangeClosed(1, live).mapToObj(id -> flow(id, 100)).toArray(TestRow[]::new));
        parts = new ServedParts(
                state,
                Path.of("/proc/net"),
                Map.of(Settings.PUSH_INTERVAL, "1", Settings.SNAPSHOTAGE, "0"),
                (_, _) -> source);
        Set<Long> recorded = ConcurrentHashMap.newKeySet();
        AtomicLong ends = new AtomicLong(live);
        try (FlowRecordStream stream = new FlowRecordStream(options(), HOUR_MILLIS)) {
            stream.subscribe(flow -> recorded.add(flow.number(RecordField.FLOW_ID)));
            Waiting.until("a record of each live flow", () -> {
                source.happened(FlowListener.Change.ENDED, ended(flow(ends.incrementAndGet(), 1), EndReason.FIN_SENT));
                return recorded.stream().filter(id -> id <= live).count() == live;
            });
        }
        assertTrue(recorded.contains(ends.get()), "the last flow that has ended");
    }

    @Test
    void shouldCountARecordThatCannotBeMadeAndMakeTheOthers() throws Exception {
        start(Map.of());
        parts.served().records().subscribe(flow -> {
            if (flow.number(RecordField.FLOW_ID) == 2) {
                throw new IllegalStateException("made up");
            }
            records.add(flow);
        });
        for (int id = 1; id <= 3; id++) {
            source.happened(FlowListener.Change.ENDED, ended(flow(id, 1), EndReason.FIN_SENT));
        }
        parts.served().records().close();
        assertEquals(2, of(3).size());
        assertEquals(1, of(2).size(), "the first sink has it");
        assertEquals(1, parts.served().records().dropped());
    }

    @Test
    void shouldRecordSampledFlowsOnly() throws Exception {
        start(Map.of(Settings.PUSH_SAMPLING, "4"));
        for (int id = 1; id <= 2000; id++) {
            source.happened(FlowListener.Change.ENDED, ended(flow(id, 1), EndReason.FIN_SENT));
        }
        parts.served().records().close(); // makes the records of all flows that have ended
        assertTrue(
                records.size() > 380 && records.size() < 620, "about one in 4 of 2,000 are 500, not " + records.size());
    }
}
