package io.tcpprobe.agent.jfr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.core.Clocks;
import io.tcpprobe.agent.core.RequestScope;
import io.tcpprobe.agent.events.EventListener.Change;
import io.tcpprobe.agent.events.TestEvents;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.flows.TestRow;
import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.agent.series.WatchableSource;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.FlowValues;
import io.tcpprobe.kernel.flow.ResetReason;
import io.tcpprobe.kernel.flow.VerdictField;
import io.tcpprobe.kernel.flow.VerdictTable;
import io.tcpprobe.kernel.flow.WatchedFlows;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recordings of the flight recorder of this JVM, with flows and samples of the test. */
class FlightRecorderEventsTest {
    private static final String FLOW_END = "tcpprobe.FlowEnd";
    private static final String VERDICT = "tcpprobe.Verdict";
    private static final String SAMPLE = "tcpprobe.Sample";
    private static final String EVENT = "tcpprobe.Event";
    private static final long SECOND = 1_000_000_000;

    /** Wall-clock time minus the monotonic time of the test. */
    private static final long OFFSET_MILLIS = 1_700_000_000_000L;

    @TempDir
    private Path folder;

    private final WatchableSource source = new WatchableSource();
    private final AtomicInteger judged = new AtomicInteger();
    private final AtomicLong nanos = new AtomicLong(5000 * SECOND);
    private ServedParts parts;
    private FlowSnapshotCache flows;
    private FlightRecorderEvents events;

    @BeforeEach
    void open() throws Exception {
        source.flows(flow(1), flow(2), flow(7));
        parts = new ServedParts(
                folder, Path.of("/proc/net"), Map.of(Settings.SNAPSHOTAGE, "0"), (_, clock) -> source.clock(clock));
        Clocks clocks = new Clocks(nanos::get, () -> OFFSET_MILLIS + nanos.get() / 1_000_000);
        flows = new FlowSnapshotCache(source, parts.settings(), new RequestScope(), clocks, this::judge);
        events = FlightRecorderEvents.open(new FlightRecorderEvents.Observed(
                flows,
                parts.served().events(),
                this::judge,
                parts.served().watches(),
                parts.served().ruleEvents(),
                nanos::get));
    }

    @AfterEach
    void close() throws Exception {
        events.close();
        flows.close();
        parts.close();
    }

    private static TestRow flow(long id) {
        return TestRow.flow(id)
                .between("10.0.0.1", "192.0.2.5")
                .with(FlowField.LOCAL_PORT, 1000 + id)
                .with(FlowField.REMOTE_PORT, 443)
                .with(FlowField.PID, 4711)
                .with(FlowField.BYTES_ACKED, 100 * id);
    }

    /** Knows all computed values but the network's cause: numbers are the field's id, texts its name. */
    private VerdictTable judge(FlowColumns columns, long takenNanos) {
        judged.incrementAndGet();
        return new VerdictTable() {
            @Override
            public boolean has(VerdictField field, int index) {
                return field != VerdictField.NETWORK_CAUSE;
            }

            @Override
            public long number(VerdictField field, int index) {
                return field.id();
            }

            @Override
            public String text(VerdictField field, int index) {
                return field.label() + " of " + columns.flowId(index);
            }
        };
    }

    private List<RecordedEvent> read(Recording recording, String... types) throws IOException {
        Path file = folder.resolve(String.join("-", types) + ".jfr");
        recording.stop();
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> List.of(types).contains(event.getEventType().getName()))
                .sorted(Comparator.comparing(RecordedEvent::getStartTime))
                .toList();
    }

    @Test
    void shouldRecordTheEndOfAFlow() throws Exception {
        TestRow row = flow(2).with(FlowField.SAMPLED, 5000 * SECOND - 250_000_000)
                .with(FlowField.FIRST_SEEN, 4900 * SECOND)
                .with(FlowField.END_REASON, EndReason.RESET_RECEIVED.number())
                .with(FlowField.RESET_REASON, ResetReason.TCP_OLD_ACK.number())
                .with(FlowField.BYTES_SENT, 70_001)
                .with(FlowField.BYTES_RECEIVED, 90_003)
                .with(FlowField.RETRANS, 13)
                .with(FlowField.SRTT, 20_011);
        try (Recording recording = new Recording()) {
            recording.start();
            source.notify(FlowListener.Change.ESTABLISHED, flow(9));
            source.notify(FlowListener.Change.ENDED, row);
            source.notify(FlowListener.Change.FAILED, TestRow.flow(3));
            events.close(); // writes what waits
            List<RecordedEvent> ends = read(recording, FLOW_END);
            assertEquals(List.of(2L, 3L), ids(ends));
            RecordedEvent end = ends.getFirst();
            assertEquals("10.0.0.1:1002", end.getString("local"));
            assertEquals("192.0.2.5:443", end.getString("remote"));
            assertEquals("4711", end.getString("process"));
            assertEquals("resetReceived", end.getString("endReason"));
            assertEquals("TCP_OLD_ACK", end.getString("resetReason"));
            assertEquals(Instant.ofEpochMilli(OFFSET_MILLIS + 4_999_750), end.getInstant("ended"));
            assertEquals(Duration.ofMillis(99_750), end.getDuration("lifetime"));
            assertEquals(70_001, end.getLong("bytesSent"));
            assertEquals(200, end.getLong("bytesAcked"));
            assertEquals(90_003, end.getLong("bytesReceived"));
            assertEquals(13, end.getLong("retrans"));
            assertEquals(Duration.ofNanos(20_011_000), end.getDuration("srtt"));
            assertEquals("lifeVerdict of 2", end.getString("lifeVerdict"));
            assertEquals(1.009f, end.getFloat("lifeShare"));
            assertEquals(0, end.getLong("lost"));
            assertNull(end.getStackTrace());
            assertEquals(List.of("TCP", "Flows"), end.getEventType().getCategoryNames());
            RecordedEvent failed = ends.getLast();
            assertNull(failed.getString("process"), "absent is not zero");
            assertNull(failed.getString("endReason"));
            assertNull(failed.getString("resetReason"));
            assertEquals(Long.MIN_VALUE, failed.getLong("retrans"));
            assertEquals(Long.MIN_VALUE, failed.getLong("lifetime"));
        }
    }

    private static void end(FlowEnds ends, long id) {
        ends.happened(FlowListener.Change.ENDED, TestRow.rows(flow(id)));
    }

    private static List<Long> ids(List<RecordedEvent> events) {
        return events.stream().map(event -> event.getLong("flowId")).toList();
    }

    @Test
    void shouldCountEndsThatTheThrottleRefuses() throws Exception {
        try (Recording recording = new Recording()) {
            recording.enable(FLOW_END).with("throttle", "0/s");
            recording.start();
            FlowEnds ends = new FlowEnds(this::judge, nanos::get, _ -> 0);
            try (ends) {
                for (long id = 1; id <= 3; id++) {
                    end(ends, id);
                }
                Waiting.until("three refused ends", ends::lost, lost -> lost == 3);
                assertEquals(0, judged.get(), "nothing is computed for them");
                recording.enable(FLOW_END).with("throttle", "off");
                end(ends, 4);
            }
            List<RecordedEvent> written = read(recording, FLOW_END);
            assertEquals(List.of(4L), ids(written));
            assertEquals(3, written.getFirst().getLong("lost"));
        }
    }

    @Test
    void shouldBoundTheEndsThatWait() throws Exception {
        int burst = FlowEnds.MAX_WAITING * 4;
        AtomicInteger rows = new AtomicInteger();
        try (Recording recording = new Recording()) {
            recording.enable(FLOW_END).with("throttle", "off");
            recording.start();
            FlowEnds ends = new FlowEnds(
                    (columns, now) -> {
                        rows.addAndGet(columns.size());
                        assertTrue(columns.size() <= FlowEnds.MAX_WAITING, () -> columns.size() + " rows at once");
                        return judge(columns, now);
                    },
                    nanos::get,
                    _ -> 0);
            try (ends) {
                for (int id = 1; id <= burst; id++) {
                    end(ends, id);
                }
            }
            assertEquals(burst, rows.get() + ends.lost(), "each is written or counted");
            assertEquals(rows.get(), read(recording, FLOW_END).size());
        }
    }

    @Test
    void shouldGoOnAfterAFailure() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        try (Recording recording = new Recording()) {
            recording.start();
            FlowEnds ends = new FlowEnds(
                    (columns, now) -> {
                        if (calls.getAndIncrement() == 0) {
                            throw new IllegalStateException("no verdicts");
                        }
                        return judge(columns, now);
                    },
                    nanos::get,
                    _ -> 0);
            try (ends) {
                end(ends, 1);
                Waiting.until("the failure", calls::get, count -> count == 1);
                end(ends, 2);
            }
            assertEquals(List.of(2L), ids(read(recording, FLOW_END)));
        }
    }

    @Test
    void shouldRecordTheVerdictsOfTheBusiestFlows() throws Exception {
        source.flows(LongStream.rangeClosed(1, VerdictHook.MAX_FLOWS + 5)
                .mapToObj(FlightRecorderEventsTest::flow)
                .toArray(TestRow[]::new));
        try (Recording recording = new Recording()) {
            recording.enable(VERDICT).withPeriod(Duration.ofMillis(50));
            recording.start();
            Waiting.until("two periods", judged::get, count -> count >= 2);
            List<RecordedEvent> verdicts = read(recording, VERDICT).subList(0, VerdictHook.MAX_FLOWS);
            assertEquals(
                    LongStream.rangeClosed(1, VerdictHook.MAX_FLOWS).boxed().toList(),
                    verdicts.stream()
                            .map(verdict -> verdict.getLong("rank"))
                            .sorted()
                            .toList());
            RecordedEvent busiest = verdicts.stream()
                    .filter(verdict -> verdict.getLong("rank") == 1)
                    .findFirst()
                    .orElseThrow();
            assertEquals(VerdictHook.MAX_FLOWS + 5, busiest.getLong("flowId"));
            assertEquals("10.0.0.1:1025", busiest.getString("local"));
            assertEquals("192.0.2.5:443", busiest.getString("remote"));
            assertEquals("4711", busiest.getString("process"));
            assertEquals("verdict of 25", busiest.getString("verdict"));
            assertEquals(1.002f, busiest.getFloat("verdictShare"));
            assertNull(busiest.getString("networkCause"), "absent is not zero");
            assertEquals(Duration.ofMillis(1005), busiest.getDuration("verdictWindow"));
            assertEquals("receiverVerdict of 25", busiest.getString("receiverVerdict"));
            assertEquals(1.007f, busiest.getFloat("receiverShare"));
            assertEquals("evidence of 25", busiest.getString("evidence"));
        }
    }

    @Test
    void shouldRecordTheSamplesOfWatchedFlowsIfWanted() throws Exception {
        try (Recording recording = new Recording()) {
            recording.enable(SAMPLE).with("throttle", "off");
            recording.start();
            long watch = parts.served().watches().watch("2");
            source.sample(flow(1).with(FlowField.CWND, 9));
            source.sample(flow(2).with(FlowField.CWND, 11).with(FlowField.SRTT, 20_011));
            source.sample(flow(2).with(FlowField.CWND, 12).with(FlowField.SEND_WINDOW, 65_536));
            awaitSamples(watch, 2);
            source.report(WatchedFlows.Event.ENDED, flow(2));
            Waiting.until("the end", () -> parts.served().watches().live().isEmpty());
            List<RecordedEvent> samples = read(recording, SAMPLE);
            assertEquals(
                    List.of(11L, 12L),
                    samples.stream().map(sample -> sample.getLong("cwnd")).toList());
            RecordedEvent first = samples.getFirst();
            assertEquals(2, first.getLong("flowId"));
            assertEquals("10.0.0.1:1002", first.getString("local"));
            assertEquals(Duration.ofNanos(20_011_000), first.getDuration("srtt"));
            assertEquals(Long.MIN_VALUE, first.getLong("sendWindow"), "absent is not zero");
            assertEquals(65_536, samples.getLast().getLong("sendWindow"));
            assertEquals(200, samples.getLast().getLong("bytesAcked"));
        }
    }

    private void awaitSamples(long watch, long count) {
        Waiting.until(
                count + " samples",
                () -> parts.served().watches().read(watch, 0).next(),
                next -> next == count);
    }

    @Test
    void shouldNotRecordSamplesByDefaultNorBeyondTheThrottle() throws Exception {
        try (Recording byDefault = new Recording();
                Recording refusing = new Recording()) {
            byDefault.start();
            long watch = parts.served().watches().watch("2");
            source.sample(flow(2));
            awaitSamples(watch, 1);
            assertEquals(List.of(), read(byDefault, SAMPLE));
            refusing.enable(SAMPLE).with("throttle", "0/s");
            refusing.start();
            source.sample(flow(2));
            awaitSamples(watch, 2);
            assertEquals(List.of(), read(refusing, SAMPLE));
        }
    }

    @Test
    void shouldRecordWhenARuleRaisesAndClearsAnEvent() throws Exception {
        try (Recording recording = new Recording()) {
            recording.start();
            TestEvents.raise(parts.served().ruleEvents(), 7);
            TestEvents.clear(parts.served().ruleEvents(), 7);
            List<RecordedEvent> changes = read(recording, EVENT);
            assertEquals(
                    List.of("raised", "cleared"),
                    changes.stream().map(change -> change.getString("change")).toList());
            RecordedEvent raised = changes.getFirst();
            assertEquals(7, raised.getLong("id"));
            assertEquals("blackhole", raised.getString("rule"));
            assertEquals(TestEvents.active(7).rule().severity().label(), raised.getString("severity"));
            assertEquals("peerPrefix", raised.getString("subjectKind"));
            assertEquals("10.0.7.0/24", raised.getString("subject"));
            assertEquals(TestEvents.active(7).raised(), raised.getInstant("raised"));
            assertEquals(97, raised.getLong("value"));
            assertEquals(80, raised.getLong("threshold"));
            assertEquals(TestEvents.active(7).rule().unit().label(), raised.getString("unit"));
            assertTrue(raised.getString("evidence").startsWith("33 of 34"), raised::toString);
            assertEquals("recovery", raised.getString("verdict"));
            assertEquals(List.of("TCP", "Rules"), raised.getEventType().getCategoryNames());
        }
    }

    @Test
    void shouldComputeNothingThatNoRecordingWants() throws Exception {
        try (Recording recording = new Recording()) {
            for (String type : List.of(FLOW_END, VERDICT, SAMPLE, EVENT)) {
                recording.disable(type);
            }
            recording.start();
            long read = flows.last().generation();
            new VerdictHook(flows).run();
            assertEquals(read, flows.last().generation(), "no snapshot is taken");
            source.notify(FlowListener.Change.ENDED, flow(2));
            var unread = (FlowValues) Proxy.newProxyInstance(
                    FlowValues.class.getClassLoader(), new Class<?>[] {FlowValues.class}, (_, method, _) -> {
                        throw new AssertionError(method + " is called");
                    });
            new Samples(_ -> 0).happened(WatchedFlows.Event.SAMPLE, 2, unread);
            RuleEvent.write(Change.RAISED, TestEvents.active(7));
            events.close();
            assertEquals(0, judged.get(), "no verdict is computed");
            assertEquals(List.of(), read(recording, FLOW_END, VERDICT, SAMPLE, EVENT));
        }
    }

    @Test
    void shouldRecordNothingAfterItWasClosed() throws Exception {
        try (Recording recording = new Recording()) {
            recording.enable(VERDICT).with("period", "endChunk");
            recording.start();
            events.close();
            source.notify(FlowListener.Change.ENDED, flow(2));
            TestEvents.raise(parts.served().ruleEvents(), 7);
            assertEquals(List.of(), read(recording, FLOW_END, VERDICT, EVENT));
            assertEquals(0, judged.get());
        }
    }
}
