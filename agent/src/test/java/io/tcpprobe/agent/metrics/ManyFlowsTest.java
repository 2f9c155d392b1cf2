package io.tcpprobe.agent.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.flows.TestSource;
import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.TcpState;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scrapes of a host with many flows. The evaluation of the events is played by the test. */
class ManyFlowsTest {
    private static final int MANY = FlowEvaluator.FEW_FLOWS + 1;

    @TempDir
    Path folder;

    private Source source;
    private ServedParts parts;
    private Metrics metrics;

    /** Client connections that have sent as many bytes as the source was read. */
    private static final class Source extends TestSource {
        private final AtomicInteger refreshes = new AtomicInteger();
        private final MemorySegment memory = Arena.ofAuto().allocate((long) MANY * FlowLayout.SIZE, Long.BYTES);
        private final int flows;

        Source(int flows) {
            this.flows = flows;
            for (int i = 0; i < flows; i++) {
                long row = (long) i * FlowLayout.SIZE;
                memory.set(ValueLayout.JAVA_INT, row + FlowLayout.FLOW_ID, i + 1);
                put(row, FlowField.STATE, TcpState.ESTABLISHED.mib());
                put(row, FlowField.ACTIVE_OPEN, 1);
                put(row, FlowField.BYTES_SENT, 0);
            }
        }

        private void put(long row, FlowField field, long value) {
            FlowLayout.put(memory, row, field, value);
            FlowLayout.present(memory, row, field, true);
        }

        @Override
        public void refresh() {
            int count = refreshes.incrementAndGet();
            for (int i = 0; i < flows; i++) {
                FlowLayout.put(memory, (long) i * FlowLayout.SIZE, FlowField.BYTES_SENT, count);
            }
        }

        @Override
        public FlowRows rows() {
            return new FlowRows(memory, flows);
        }

        @Override
        public boolean live() {
            return true;
        }

        @Override
        public Optional<FlowListener.Subscription> listen(FlowListener listener) {
            return Optional.of(subscription(() -> {}));
        }
    }

    private void open(int flows, Map<Setting<?>, String> settings) throws Exception {
        source = new Source(flows);
        parts = new ServedParts(folder, Path.of("/proc/net"), settings, (_, _) -> source);
        metrics = parts.served().metrics();
    }

    @AfterEach
    void close() throws IOException {
        parts.close();
    }

    private Series scrape() throws IOException {
        return Series.of(metrics.current());
    }

    private static long snapshots(Series series) {
        return series.value("tcpprobe_snapshots_total").longValue();
    }

    /** Takes the snapshot of an evaluation of the events. */
    private FlowSnapshot evaluateEvents() {
        FlowSnapshot snapshot = parts.snapshots().refreshNow();
        metrics.evaluateAhead();
        return snapshot;
    }

    private static void assertFrom(FlowSnapshot snapshot, Series series) {
        int flows = snapshot.flows().size();
        assertEquals(snapshot.generation(), snapshots(series));
        assertEquals(flows, series.value("tcpprobe_flows", "state", "established"));
        assertEquals(flows, series.value("tcpprobe_group_flows", "kind", "role", "group", "client"));
        assertEquals(
                (double) flows * snapshot.flows().number(FlowField.BYTES_SENT, 0),
                series.value("tcpprobe_group_sent_bytes_total", "kind", "role", "group", "client"));
    }

    @Test
    void shouldBeAnsweredFromTheSnapshotOfTheEvents() throws Exception {
        open(MANY, Map.of());
        FlowSnapshot snapshot = evaluateEvents();
        parts.pass(4);
        int before = source.refreshes.get();
        Series series = scrape();
        assertEquals(before, source.refreshes.get());
        assertFrom(snapshot, series);
        Double age = series.value("tcpprobe_snapshot_age_seconds");
        assertTrue(age >= 4, () -> "age " + age);
        assertFrom(snapshot, scrape());
        assertEquals(before, source.refreshes.get());
    }

    @Test
    void shouldTakeASnapshotIfThatOfTheEventsIsTooOld() throws Exception {
        open(MANY, Map.of());
        FlowSnapshot snapshot = evaluateEvents();
        parts.pass(FlowEvaluator.MAX_AGE_MILLIS / 1000);
        assertEquals(snapshot.generation() + 1, snapshots(scrape()));
    }

    @Test
    void shouldTakeASnapshotIfNoEventsAreEvaluated() throws Exception {
        open(MANY, Map.of(Settings.EVENTS_INTERVAL, "0"));
        FlowSnapshot snapshot = evaluateEvents();
        parts.pass(9);
        Series series = scrape();
        assertEquals(snapshot.generation() + 1, snapshots(series));
        assertTrue(series.value("tcpprobe_snapshot_age_seconds") < 9);
    }

    @Test
    void shouldTakeASnapshotOfFewFlows() throws Exception {
        open(FlowEvaluator.FEW_FLOWS, Map.of());
        FlowSnapshot snapshot = evaluateEvents();
        parts.pass(9);
        assertEquals(snapshot.generation() + 1, snapshots(scrape()));
    }

    @Test
    void shouldTakeASnapshotForEachScrapeIfSnapshotageIsZero() throws Exception {
        open(MANY, Map.of(Settings.SNAPSHOTAGE, "0"));
        FlowSnapshot snapshot = evaluateEvents();
        assertEquals(snapshot.generation() + 1, snapshots(scrape()));
        assertEquals(snapshot.generation() + 2, snapshots(scrape()));
    }

    @Test
    void shouldTakeOneSnapshotForScrapesAtTheSameTime() throws Exception {
        open(MANY, Map.of());
        parts.pass(60);
        int before = source.refreshes.get();
        List<Thread> scrapers = List.of(
                Thread.ofPlatform().start(metrics::current),
                Thread.ofPlatform().start(metrics::current),
                Thread.ofPlatform().start(metrics::current));
        for (Thread scraper : scrapers) {
            scraper.join();
        }
        assertEquals(before + 1, source.refreshes.get());
    }

    @Test
    void shouldBeAnsweredFromTheEvaluationAheadOfIt() throws Exception {
        open(MANY, Map.of());
        scrape();
        parts.pass(15);
        scrape();
        parts.pass(5);
        FlowSnapshot tooEarly = evaluateEvents();
        parts.pass(7);
        FlowSnapshot ahead = evaluateEvents();
        metrics.close(); // waits for the evaluation
        assertFalse(tooEarly.verdicts().made());
        assertTrue(ahead.verdicts().made());
        assertEquals(ahead.takenNanos(), parts.served().groups().last().takenNanos());
        parts.pass(4);
        parts.snapshots().refreshNow(); // for another client
        assertFrom(ahead, scrape());
    }

    @Test
    void shouldEvaluateNothingAheadWithoutScrapes() throws Exception {
        open(MANY, Map.of());
        FlowSnapshot snapshot = evaluateEvents();
        metrics.close();
        assertFalse(snapshot.verdicts().made());
    }

    @Test
    void shouldBeAnsweredFromTheFlowsOfTheLastSettings() throws Exception {
        open(MANY, Map.of());
        evaluateEvents();
        scrape();
        parts.settings().change(Settings.PORT, "22", "test");
        assertFrom(parts.snapshots().last(), scrape());
    }

    @Test
    void shouldNeverLetACounterFall() throws Exception {
        open(MANY, Map.of());
        Random random = new Random(7);
        Map<String, Double> last = new HashMap<>();
        for (int i = 0; i < 60; i++) {
            parts.pass(random.nextInt(5));
            switch (random.nextInt(3)) {
                case 0 -> evaluateEvents();
                case 1 -> parts.snapshots().current();
                default -> {
                    Series series = scrape();
                    for (String counter : List.of("tcpprobe_snapshots_total", "tcpprobe_group_sent_bytes_total")) {
                        String[] labels = counter.contains("group")
                                ? new String[] {"kind", "role", "group", "client"}
                                : new String[] {};
                        double value = series.value(counter, labels);
                        assertTrue(value >= last.getOrDefault(counter, 0.0), counter);
                        last.put(counter, value);
                    }
                    assertTrue(
                            last.getOrDefault("tcpprobe_snapshots_total", 0.0)
                                    <= parts.snapshots().last().generation(),
                            "a value that fell would be added to those that follow");
                }
            }
        }
    }
}
