package io.tcpprobe.kernel.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The rules of sampling, with real connections; skipped where BPF cannot be used. */
class BpfSourceTest {
    private static final int PRIME = 503;

    private LoopbackFlows flows;
    private SettingStore settings;
    private BpfSource source;

    @BeforeEach
    void openPort() throws IOException {
        flows = new LoopbackFlows();
    }

    @AfterEach
    void closeAll() throws IOException {
        if (source != null) {
            source.close();
        }
        flows.close();
    }

    private void start(String... values) throws Exception {
        List<String> all = new ArrayList<>(List.of(values));
        all.add("port=" + flows.port());
        settings = Bpf.settings(all.toArray(String[]::new));
        source = Bpf.open(settings);
    }

    private FlowColumns read() throws IOException {
        source.refreshNow();
        return FlowColumns.copyOf(source.rows());
    }

    /** The place of the client's end. */
    private int client(FlowColumns columns) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.number(FlowField.REMOTE_PORT, i) == flows.port()) {
                return i;
            }
        }
        throw new AssertionError("the client's flow is not there");
    }

    private long statistic(FlowStatistic statistic) {
        return source.statistics().getOrDefault(statistic, -1L);
    }

    @Test
    void shouldSeeEveryConnectionOpenAndEnd() throws Exception {
        start();
        try (EventRing ring = source.events()) {
            Map<EventRing.Kind, Integer> counts = new EnumMap<>(EventRing.Kind.class);
            List<Integer> lengths = new ArrayList<>();
            for (int i = 0; i < PRIME; i++) {
                flows.open();
                flows.pingPong();
                if (i % 2 == 0) {
                    flows.closeLast();
                } else {
                    flows.resetLast();
                }
                ring.drain((kind, memory, row) -> {
                    counts.merge(kind, 1, Integer::sum);
                    if (kind == EventRing.Kind.CLOSE) {
                        long at = row + FlowLayout.offset(FlowField.LENGTH);
                        lengths.add(Short.toUnsignedInt(memory.get(ValueLayout.JAVA_SHORT, at)));
                    }
                });
            }
            ring.drain((kind, _, _) -> counts.merge(kind, 1, Integer::sum));
            int all = 2 * PRIME;
            assertEquals(Map.of(EventRing.Kind.OPEN, all, EventRing.Kind.LEFT, all, EventRing.Kind.CLOSE, all), counts);
            assertTrue(lengths.stream().allMatch(length -> length == 65535), "the last sample is marked");
        }
        assertEquals(2 * PRIME, statistic(FlowStatistic.NEW));
        assertEquals(2 * PRIME, statistic(FlowStatistic.RESET));
        assertEquals(0, statistic(FlowStatistic.ACTIVE_FLOWS));
        assertEquals(0, BpfCounters.read(source.object()).rowsLost());
    }

    @Test
    void shouldReadRecordsAcrossTheEndOfTheRing() throws Exception {
        start("probetime=0", "full=1", "bufsize=4"); // a ring of 4096 bytes
        flows.open();
        int samples = 0;
        Set<Long> ports = new HashSet<>();
        Set<Long> cookies = new HashSet<>();
        try (EventRing ring = source.samples()) {
            for (int i = 0; i < PRIME; i++) {
                flows.pingPong();
                List<FlowColumns> rows = new ArrayList<>();
                ring.drain((_, memory, row) -> rows.add(FlowColumns.copyOf(FlowRows.one(memory, row))));
                for (FlowColumns row : rows) {
                    ports.add(row.number(FlowField.LOCAL_PORT, 0));
                    cookies.add(row.number(FlowField.COOKIE, 0));
                }
                samples += rows.size();
            }
        }
        assertEquals(0, statistic(FlowStatistic.RING_FULL));
        assertTrue(samples > PRIME, samples + " samples, of which the ring holds four");
        assertEquals(2, ports.size(), ports::toString);
        assertEquals(2, cookies.size(), cookies::toString);
    }

    @Test
    void shouldAdoptThousandsOfFlowsByOneMoreSweep() throws Exception {
        start();
        assertEquals(1, source.sweeps());
        source.close();
        int connections = 4_201; // more ends than there are rows at first
        for (int i = 0; i < connections; i++) {
            flows.open();
        }
        start();
        assertEquals(2, source.sweeps(), "the first one counts those of the port");
        assertEquals(2L * connections, statistic(FlowStatistic.ACTIVE_FLOWS));
        assertEquals(0, statistic(FlowStatistic.MAXFLOW_REACHED));
    }

    /** All sockets of the host, which the kernel has counted. */
    @Test
    void shouldAdoptAllFlowsByOneSweepWithoutSearchingOwners() throws Exception {
        int connections = 4_201; // more ends than there are rows at first
        for (int i = 0; i < connections; i++) {
            flows.open();
        }
        settings = Bpf.settings();
        source = Bpf.open(settings);
        assertEquals(1, source.sweeps());
        assertEquals(0, source.table().ownerSweeps());
        assertTrue(statistic(FlowStatistic.ACTIVE_FLOWS) >= 2L * connections);
        source.refresh();
        assertEquals(2, source.sweeps(), "the first request need not wait for a pause to be over");
        assertEquals(1, source.table().ownerSweeps());
        FlowColumns columns = FlowColumns.copyOf(source.rows());
        assertEquals(ProcessHandle.current().pid(), columns.number(FlowField.PID, client(columns)));
    }

    /** A sweep asks the clock, and nothing else does. */
    @Test
    void shouldSweepForSettingsOfTheSamplingOnly() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        settings = Bpf.settings();
        source = Bpf.open(settings, () -> {
            calls.incrementAndGet();
            return System.nanoTime();
        });
        int before = calls.get();
        settings.change(Settings.ESTATS_LATENCY, "60", "test");
        settings.change(Settings.DEBUG, "2", "test");
        settings.change(Settings.DEBUG, "0", "test");
        settings.change(Settings.SNAPSHOTAGE, "2000", "test");
        assertEquals(before, calls.get());
        settings.change(Settings.PROBETIME, "200", "test");
        assertTrue(calls.get() > before);
    }

    @Test
    void shouldFindFlowsOlderThanTheAgent() throws Exception {
        flows.open();
        flows.pingPong();
        start();
        FlowColumns columns = read();
        assertEquals(2, columns.size());
        int at = client(columns);
        assertFalse(columns.has(FlowField.ACTIVE_OPEN, at));
        assertEquals(ProcessHandle.current().pid(), columns.number(FlowField.PID, at));
        assertEquals(1, columns.number(FlowField.BYTES_RECEIVED, at));
    }

    @Test
    void shouldKnowWhoOpenedAndWhoHoldsEitherEnd() throws Exception {
        start();
        flows.open();
        flows.pingPong();
        FlowColumns columns = read();
        assertEquals(2, columns.size());
        int at = client(columns);
        assertEquals(1, columns.number(FlowField.ACTIVE_OPEN, at));
        assertEquals(0, columns.number(FlowField.ACTIVE_OPEN, 1 - at));
        assertEquals(columns.number(FlowField.SND_INITIAL, at), columns.number(FlowField.RCV_INITIAL, 1 - at));
        for (int i = 0; i < 2; i++) {
            assertEquals(ProcessHandle.current().pid(), columns.number(FlowField.PID, i));
            assertEquals("java", columns.text(FlowField.COMMAND, i), "not the thread's name");
            assertTrue(columns.has(FlowField.INODE, i));
        }
    }

    @Test
    void shouldSampleAtTheRateOfProbetime() throws Exception {
        start("probetime=100", "full=1");
        flows.open();
        long often = samplesOfTwoSeconds();
        settings.change(Settings.PROBETIME, "1000", "test");
        long seldom = samplesOfTwoSeconds();
        assertTrue(often >= 17 && often <= 21, often + " samples in 2 s with probetime 100");
        assertTrue(seldom >= 1 && seldom <= 3, seldom + " samples in 2 s with probetime 1000");
    }

    /** Without sweeps, which sample as well. */
    private long samplesOfTwoSeconds() throws Exception {
        long before = samples();
        flows.pingPongFor(2000);
        return samples() - before;
    }

    private long samples() {
        FlowColumns columns = FlowColumns.copyOf(source.rows());
        return columns.number(FlowField.SAMPLES, client(columns));
    }

    @Test
    void shouldNotSampleWhileCwndStandsUnlessFull() throws Exception {
        start("probetime=0", "full=0");
        flows.open();
        flows.pingPongFor(100); // until slow start has nothing to gain: one segment at a time does not fill the window
        long before = samples();
        flows.pingPongFor(100);
        assertEquals(before, samples());
        settings.change(Settings.FULL, "1", "test");
        before = samples();
        for (int i = 0; i < 10; i++) {
            flows.pingPong();
        }
        assertTrue(samples() - before >= 10, "every segment is sampled");
    }

    @Test
    void shouldCountRoundTripTimes() throws Exception {
        start();
        flows.open();
        for (int i = 0; i < 10; i++) {
            flows.pingPong();
        }
        FlowColumns columns = Waiting.until(
                "the round-trip times", this::read, flows -> flows.number(FlowField.RTT_SAMPLES, client(flows)) >= 10);
        int at = client(columns);
        long count = columns.number(FlowField.RTT_SAMPLES, at);
        long max = columns.number(FlowField.RTT_MAX, at);
        assertTrue(count >= 10 && count <= 12, count + " round-trip times of 10 and the handshake");
        assertTrue(columns.number(FlowField.RTT_SUM, at) <= count * max);
        assertTrue(columns.number(FlowField.RTT_LAST, at) <= max);
        assertTrue(max < 1_000_000, max + " us over loopback");
    }

    @Test
    void shouldSkipAndCountFlowsBeyondMaxflowsAndTakeThemInLater() throws Exception {
        start("maxflows=2");
        flows.open();
        flows.open();
        flows.open();
        assertEquals(4, statistic(FlowStatistic.MAXFLOW_REACHED));
        assertEquals(2, read().size());
        settings.change(Settings.MAXFLOWS, "10000", "test");
        assertEquals(6, read().size());
    }

    @Test
    void shouldAllocateMemoryAsFlowsOpen() throws Exception {
        start("maxflows=100000");
        long before = statistic(FlowStatistic.MEMORY);
        assertTrue(before < 100_000L * FlowLayout.SIZE / 4, before + " bytes for no flow");
        for (int i = 0; i < 2300; i++) {
            flows.open();
        }
        assertEquals(4600, read().size());
        Waiting.until("rows to spare", () -> statistic(FlowStatistic.MEMORY) > before);
        assertEquals(0, statistic(FlowStatistic.MEMORY_ALLOC_FAILED));
    }

    @Test
    void shouldKeepTheFlowsThatFitWhenMaxflowsIsLowered() throws Exception {
        start();
        flows.open();
        flows.open();
        long first = read().flowId(0);
        settings.change(Settings.MAXFLOWS, "3", "test");
        FlowColumns columns = read();
        assertEquals(3, columns.size());
        assertEquals(first, columns.flowId(0));
        settings.change(Settings.MAXFLOWS, "100", "test");
        flows.open();
        assertEquals(6, read().size());
    }

    @Test
    void shouldLeaveOutIdsInUseWhenTheNumbersBeginAnew() throws Exception {
        start();
        flows.open(); // 1 and 2
        read();
        source.table().lastFlowId(-3); // the next to the next is the last number there is
        flows.open();
        FlowColumns columns = read();
        assertEquals(List.of(1L, 2L, 0xffff_fffeL, 0xffff_ffffL), ids(columns));
        flows.open();
        assertEquals(List.of(1L, 2L, 3L, 4L, 0xffff_fffeL, 0xffff_ffffL), ids(read()));
    }

    private static List<Long> ids(FlowColumns columns) {
        return IntStream.range(0, columns.size()).mapToObj(columns::flowId).toList();
    }

    @Test
    void shouldLetTheYoungestGoWhicheverTheirNumbers() throws Exception {
        start();
        source.table().lastFlowId(-3);
        flows.open();
        flows.open();
        settings.change(Settings.MAXFLOWS, "2", "test");
        assertEquals(List.of(0xffff_fffeL, 0xffff_ffffL), ids(read()));
    }

    /** Waits until every flow has been idle for so long. */
    private void idle(long millis) throws Exception {
        Waiting.until("it to come", () -> {
            FlowColumns columns = read();
            return IntStream.range(0, columns.size())
                    .allMatch(i -> Math.min(
                                    columns.number(FlowField.LAST_DATA_SENT, i),
                                    Math.min(
                                            columns.number(FlowField.LAST_DATA_RECEIVED, i),
                                            columns.number(FlowField.LAST_ACK_RECEIVED, i)))
                            >= millis);
        });
    }

    @Test
    void shouldKeepIdleFlowsWhileThereIsRoom() throws Exception {
        start("purgetime=1");
        flows.open();
        flows.pingPong();
        List<Long> before = ids(read());
        idle(1300);
        assertEquals(before, ids(read()));
    }

    @Test
    void shouldFindFlowsThatHaveBeenIdleForLonger() throws Exception {
        flows.open();
        start("purgetime=1");
        idle(1300);
        source.close();
        source = Bpf.open(settings);
        assertEquals(2, read().size());
    }

    /** Those that have been idle longest, and no more than are needed. */
    @Test
    void shouldEvictTheLongestIdleFlowsAtMaxflows() throws Exception {
        start("purgetime=1", "maxflows=4");
        flows.open();
        idle(100);
        flows.open();
        idle(1100);
        flows.open();
        Waiting.until("it to come", () -> ids(read()).equals(List.of(3L, 4L, 5L, 6L)));
        idle(1100); // now the first ones, without a row, are idle as well as the others: they take nobody's
        assertEquals(List.of(3L, 4L, 5L, 6L), ids(read()));
    }

    @Test
    void shouldKeepFlowsThatHaveNotBeenIdleForPurgetime() throws Exception {
        start("purgetime=1000", "maxflows=2");
        flows.open();
        idle(300);
        flows.open();
        assertEquals(List.of(1L, 2L), ids(read()));
        assertEquals(List.of(1L, 2L), ids(read()));
        settings.change(Settings.PURGETIME, "1", "test");
        idle(1100); // of those that are tracked: the others have come later, and are as idle soon
        flows.open();
        Waiting.until("it to come", () -> ids(read()).stream().allMatch(id -> id > 2));
        assertEquals(2, read().size());
    }

    /** Added by the thread that maintains the table. */
    @Test
    void shouldAddRowsWithoutARequest() throws Exception {
        // Twice as long as between two scans of the maintenance thread: the new flows must not be idle by then.
        start("purgetime=2", "maxflows=2");
        flows.open();
        idle(2100);
        flows.open();
        Waiting.until(
                "it to come",
                () -> ids(FlowColumns.copyOf(source.rows())).stream().allMatch(id -> id > 2));
    }

    @Test
    void shouldEvictIdleFlowsFirstWhenMaxflowsIsLowered() throws Exception {
        start("purgetime=1");
        flows.open();
        idle(1100);
        flows.open();
        settings.change(Settings.MAXFLOWS, "2", "test");
        assertEquals(List.of(3L, 4L), ids(read()));
    }

    @Test
    void shouldTrackOnePortOnly() throws Exception {
        start();
        flows.open();
        try (LoopbackFlows others = new LoopbackFlows()) {
            others.open();
            assertEquals(2, read().size());
            settings.change(Settings.PORT, Integer.toString(others.port()), "test");
            FlowColumns columns = read();
            assertEquals(2, columns.size());
            assertTrue(columns.number(FlowField.LOCAL_PORT, 0) == others.port()
                    || columns.number(FlowField.REMOTE_PORT, 0) == others.port());
        }
    }

    /** A ring of 4 MB, of which 1 MB is mapped at a time: six rounds through that, and one around the end. */
    @Test
    void shouldReadRecordsInAllPartsOfTheRing() throws Exception {
        start("probetime=0", "full=1", "bufsize=3500");
        flows.open();
        Set<Long> ports = new HashSet<>();
        int samples = 0;
        try (EventRing ring = source.samples()) {
            for (int i = 0; i < 3_001; i++) {
                flows.pingPong();
                if (i % 499 == 0) {
                    samples += ring.drain((_, memory, row) ->
                            ports.add(FlowRows.one(memory, row).number(FlowField.LOCAL_PORT)));
                }
            }
            samples += ring.drain(
                    (_, memory, row) -> ports.add(FlowRows.one(memory, row).number(FlowField.LOCAL_PORT)));
        }
        assertEquals(0, statistic(FlowStatistic.RING_FULL));
        assertTrue(samples >= 6_002, samples + " samples");
        assertEquals(2, ports.size(), ports::toString);
    }

    @Test
    void shouldStreamSamplesWhileThereIsAListener() throws Exception {
        start("probetime=0", "full=1");
        flows.open();
        try (EventRing ring = source.samples()) {
            for (int i = 0; i < 7; i++) {
                flows.pingPong();
            }
            int[] sampled = new int[1];
            long[] last = new long[1];
            ring.drain((kind, memory, row) -> {
                assertEquals(EventRing.Kind.SAMPLE, kind);
                long at = memory.get(ValueLayout.JAVA_LONG, row + FlowLayout.offset(FlowField.SAMPLED));
                assertTrue(at >= last[0], "in their order");
                last[0] = at;
                sampled[0]++;
            });
            assertTrue(sampled[0] >= 14, sampled[0] + " samples of 14 segments with data");
        }
    }

    @Test
    void shouldCountWhatFindsTheRingFull() throws Exception {
        start("probetime=0", "full=1", "bufsize=1");
        flows.open();
        try (EventRing ring = source.samples()) {
            for (int i = 0; i < 50; i++) {
                flows.pingPong();
            }
            int taken = ring.drain((_, _, _) -> {});
            assertTrue(taken > 0 && statistic(FlowStatistic.RING_FULL) >= 100 - taken, taken + " in the ring");
        }
    }

    @Test
    void shouldWorkBesideAnotherAgent() throws Exception {
        start();
        try (BpfSource other = Bpf.open(settings)) {
            flows.open();
            other.refresh();
            assertEquals(2, FlowColumns.copyOf(other.rows()).size());
            assertEquals(2, read().size());
        }
        flows.open();
        assertEquals(4, read().size());
    }

    @Test
    void shouldUseTheRowsThatWereAddedBeforeMemoryRanOut() throws Exception {
        start("maxflows=100");
        for (int i = 0; i < 4_201; i++) {
            flows.open();
        }
        AtomicInteger made = new AtomicInteger();
        source.table().arrays((name, valueSize, entries, mappable) -> {
            if (made.incrementAndGet() > 4) { // two maps for each 4,096 rows: two times that
                throw new IOException("create map " + name + ": out of memory");
            }
            return source.object().libbpf().createArray(name, valueSize, entries, mappable);
        });
        settings.change(
                Settings.MAXFLOWS, "1000000", "test"); // 8,192 rows at once; then it is known that they are too few
        assertEquals(3 * BpfTable.CHUNK_ROWS, source.table().capacity());
        assertEquals(2 * 4_201, read().size());
    }
}
