package io.tcpprobe.agent.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.agent.core.Clocks;
import io.tcpprobe.agent.core.RequestScope;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.flows.TestRow;
import io.tcpprobe.agent.flows.TestSource;
import io.tcpprobe.agent.flows.VerdictEvaluator;
import io.tcpprobe.agent.sockets.SocketSnapshot;
import io.tcpprobe.config.Origin;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.kernel.flow.EventRule;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.flow.ListenerCounter;
import io.tcpprobe.kernel.flow.ListenerTable;
import io.tcpprobe.kernel.flow.SocketColumns;
import io.tcpprobe.kernel.flow.SocketEndpoints;
import io.tcpprobe.kernel.proc.HostCounters;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The monitor with counters and a source of the test, by the clock of the test. */
class EventMonitorTest {
    /** A source that can fail, with flows of which one in two segments is lost. */
    private static final class Source extends TestSource {
        private boolean fails;
        private Runnable reading = () -> {};
        private Map<FlowStatistic, Long> statistics = Map.of();
        private int refreshes;
        private long completeNanos = FlowRows.ALWAYS;

        /** Of the listener 1; negative if none are counted. */
        private long overflows = -1;

        @Override
        public void refresh() throws IOException {
            reading.run();
            if (fails) {
                throw new IOException("the source is gone");
            }
            refreshes++;
        }

        @Override
        public FlowRows rows() {
            return TestRow.rows(TestRow.flow(1)
                            .between("10.1.2.3", "10.4.5.6")
                            .with(FlowField.LOCAL_PORT, 443)
                            .with(FlowField.REMOTE_PORT, 40_000)
                            .with(FlowField.RETRANS, 500L * refreshes)
                            .with(FlowField.DATA_SEGS_OUT, 1000L * refreshes))
                    .completeUntil(completeNanos);
        }

        @Override
        public Map<FlowStatistic, Long> statistics() {
            return statistics;
        }

        @Override
        public ListenerTable listeners() {
            return overflows < 0
                    ? ListenerTable.NONE
                    : new ListenerTable.Builder(EnumSet.of(ListenerCounter.OVERFLOWS))
                            .listener(1)
                            .set(1, ListenerCounter.OVERFLOWS, overflows)
                            .build();
        }
    }

    private static final int LISTEN = 10;

    @TempDir
    private Path procNet;

    private final AtomicLong nanos = new AtomicLong(TimeUnit.SECONDS.toNanos(100));
    private final Clocks clocks = new Clocks(nanos::get, () -> TimeUnit.NANOSECONDS.toMillis(nanos.get()));
    private final SettingStore settings = new SettingStore(Map.of(Origin.COMMAND_LINE, List.of()), _ -> {});
    private final Source source = new Source();
    private final Events events = new Events();
    private HostCounters counters;
    private Set<Long> watched = Set.of();
    private boolean seeking;
    private FlowSnapshotCache flows;
    private EventMonitor monitor;

    @BeforeEach
    void open() throws IOException {
        count(0, 0);
        counters = HostCounters.open(procNet, procNet, nanos::get);
        flows = new FlowSnapshotCache(source, settings, new RequestScope(), clocks, VerdictEvaluator.NONE);
        monitor = new EventMonitor(
                new EventMonitor.Observed(
                        flows, EventMonitorTest::sockets, counters, () -> watched, () -> seeking, "box", clocks),
                settings,
                events,
                () -> {});
    }

    @AfterEach
    void close() throws IOException {
        monitor.close();
        flows.close();
        counters.close();
    }

    /** Returns the listener 0.0.0.0:80, whose cookie is 1. */
    private static SocketSnapshot sockets() {
        SocketColumns.Builder sockets = new SocketColumns.Builder(1);
        byte[] endpoints = new byte[SocketEndpoints.SIZE];
        endpoints[0] = 1;
        endpoints[SocketEndpoints.PORT + 1] = 80;
        sockets.add(endpoints, LISTEN, 0, 1, 6, 5);
        return new SocketSnapshot(sockets.build(), 0, SocketSnapshot.NO_OWNERS);
    }

    private void overflow(long overflows) throws IOException {
        Files.writeString(
                procNet.resolve("netstat"),
                "TcpExt: ListenOverflows SyncookiesSent\nTcpExt: %d 0\n".formatted(overflows));
    }

    private void count(long attemptFails, long cookies) throws IOException {
        Files.writeString(
                procNet.resolve("snmp"),
                "Tcp: OutSegs RetransSegs AttemptFails\nTcp: 0 0 %d\n".formatted(attemptFails));
        Files.writeString(
                procNet.resolve("netstat"),
                "TcpExt: ListenOverflows SyncookiesSent\nTcpExt: 0 %d\n".formatted(cookies));
    }

    private void pass(int windows) {
        for (int i = 0; i < windows; i++) {
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(5));
            monitor.evaluate();
        }
    }

    private List<String> active() {
        return names(events.state().active());
    }

    private static List<String> names(List<Event> all) {
        return all.stream()
                .filter(event -> event.rule() != EventRule.MEMORY_PRESSURE) // of this machine
                .map(event -> event.rule().label() + " of " + event.subject().name())
                .sorted()
                .toList();
    }

    /** Only flows that segments sampled have grown before the next sweep. */
    @Test
    void shouldEvaluateFlowsWhenTheyHaveBeenSwept() {
        source.completeNanos = nanos.get();
        pass(20);
        assertEquals(List.of(), active(), "all snapshots are of one sweep");
        source.completeNanos = FlowRows.ALWAYS;
        pass(3);
        assertEquals(List.of("retransmissionStorm of 10.4.5.0/24"), active());
    }

    @Test
    void shouldReportALostSourceWhileItFails() {
        pass(2);
        assertEquals(List.of(), active());
        source.fails = true;
        pass(1);
        assertEquals(List.of("sourceLost of box"), active());
        pass(20);
        assertEquals(List.of("sourceLost of box"), active(), "as long as it fails");
        source.fails = false;
        pass(7);
        assertEquals(List.of("sourceLost of box"), names(events.state().past()));
    }

    /** What the source counts is as old as its snapshot: without a new one an overflow may go on. */
    @Test
    void shouldKeepTheOverflowOfAListenerWhileTheSourceFails() {
        source.overflows = 7;
        pass(2);
        assertEquals(List.of(), overflowing());
        source.overflows = 9;
        pass(1);
        assertEquals(List.of("listenerOverflow of 0.0.0.0:80"), overflowing());
        source.fails = true;
        pass(20);
        assertEquals(List.of("listenerOverflow of 0.0.0.0:80"), overflowing());
        source.fails = false;
        pass(7);
        assertEquals(List.of(), overflowing(), "no further overflow");
    }

    private void second() {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        monitor.evaluateOverflows();
    }

    @Test
    void shouldReportOverflowsWithinASecond() throws IOException {
        pass(1);
        second();
        overflow(3);
        second();
        assertEquals(List.of("listenerOverflow of box"), active());
        assertEquals(
                Instant.ofEpochMilli(clocks.wallMillis().getAsLong()),
                events.state().active().getFirst().raised());
        second();
        assertEquals(List.of("listenerOverflow of box"), active(), "until the value was low for events.clear");
    }

    @Test
    void shouldReportTheOverflowsThatTheSourceCountsWithinASecond() throws IOException {
        source.overflows = 7;
        pass(2);
        source.overflows = 9;
        int refreshes = source.refreshes;
        second();
        assertEquals(refreshes, source.refreshes, "without an overflow of the host no snapshot is read");
        overflow(2);
        second();
        assertEquals(List.of("listenerOverflow of 0.0.0.0:80", "listenerOverflow of box"), overflowing());
        pass(1);
        assertEquals(List.of("listenerOverflow of 0.0.0.0:80", "listenerOverflow of box"), overflowing());
    }

    /** The thread of the seek evaluates its snapshots. */
    @Test
    void shouldNotEvaluateSnapshotsDuringASeek() {
        pass(2);
        seeking = true;
        pass(20);
        assertEquals(List.of(), active());
        seeking = false;
        pass(2);
        assertEquals(List.of("retransmissionStorm of 10.4.5.0/24"), active());
    }

    private List<String> overflowing() {
        return active().stream()
                .filter(event -> event.startsWith("listenerOverflow"))
                .toList();
    }

    @Test
    void shouldEvaluateTheHostWhileTheSourceFails() throws IOException {
        source.statistics = Map.of(FlowStatistic.CONNECTS_REFUSED, 0L);
        source.fails = true;
        pass(1);
        for (int i = 1; i <= 3; i++) {
            count(100L * i, 1000L * i);
            pass(1);
        }
        assertEquals(List.of("failedConnects of box", "sourceLost of box", "synFlood of box"), active());
        pass(7);
        assertEquals(List.of("sourceLost of box"), active(), "nothing more has happened");
    }

    @Test
    void shouldReportAWatchedFlowUntilTheWatchEnds() {
        String storm = "retransmissionStorm of 10.1.2.3:443 - 10.4.5.6:40000";
        pass(4);
        assertEquals(List.of("retransmissionStorm of 10.4.5.0/24"), active());
        watched = Set.of(1L);
        pass(2);
        assertEquals(List.of(storm, "retransmissionStorm of 10.4.5.0/24"), active());
        watched = Set.of();
        pass(7);
        assertEquals(List.of("retransmissionStorm of 10.4.5.0/24"), active());
        assertEquals(List.of(storm), names(events.state().past()));
    }

    /** The sources are closed next. */
    @Test
    void shouldWaitForAnEvaluationWhenItIsClosed() throws Exception {
        CountDownLatch evaluates = new CountDownLatch(1);
        CountDownLatch forever = new CountDownLatch(1);
        AtomicReference<Thread.State> closing = new AtomicReference<>();
        Thread closer = Thread.ofPlatform().unstarted(() -> monitor.close());
        source.reading = () -> {
            evaluates.countDown();
            try {
                forever.await();
            } catch (InterruptedException _) {
                closing.set(Waiting.until(
                        "close() to wait or to return",
                        closer::getState,
                        state -> state == Thread.State.TIMED_WAITING || state == Thread.State.TERMINATED));
            }
        };
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(5));
        monitor.start();
        evaluates.await();
        closer.start();
        closer.join();
        assertEquals(Thread.State.TIMED_WAITING, closing.get());
    }

    @Test
    void shouldNeitherRaiseNorClearEventsOfFlowsWithoutASnapshot() {
        String storm = "retransmissionStorm of 10.4.5.0/24";
        pass(2);
        source.fails = true;
        pass(20);
        assertEquals(List.of("sourceLost of box"), active(), "it held for one window only");
        source.fails = false;
        pass(7);
        assertEquals(List.of(storm), active());
        source.fails = true;
        pass(20);
        assertEquals(List.of(storm, "sourceLost of box"), active());
    }
}
