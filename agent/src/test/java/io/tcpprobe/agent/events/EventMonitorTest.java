package io.tcpprobe.agent.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.agent.core.Clocks;
import io.tcpprobe.agent.core.RequestScope;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.flows.TestRow;
import io.tcpprobe.agent.flows.VerdictEvaluator;
import io.tcpprobe.agent.sockets.SocketSnapshot;
import io.tcpprobe.config.Origin;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.SettingUser;
import io.tcpprobe.kernel.flow.EventRule;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.FlowSource;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.flow.SocketColumns;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.kernel.proc.HostCounters;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
    private static final class Source implements FlowSource {
        private boolean fails;
        private Runnable reading = () -> {};
        private Map<FlowStatistic, Long> statistics = Map.of();
        private int refreshes;

        @Override
        public String name() {
            return "fake";
        }

        @Override
        public SettingUser settingUser() {
            return SettingUser.DIAG;
        }

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
                    .with(FlowField.DATA_SEGS_OUT, 1000L * refreshes));
        }

        @Override
        public Map<FlowStatistic, Long> statistics() {
            return statistics;
        }

        @Override
        public Map<TcpState, Integer> socketsByState() {
            return Map.of();
        }

        @Override
        public boolean live() {
            return false;
        }

        @Override
        public void close() {}
    }

    @TempDir
    private Path procNet;

    private final AtomicLong nanos = new AtomicLong(TimeUnit.SECONDS.toNanos(100));
    private final Clocks clocks = new Clocks(nanos::get, () -> TimeUnit.NANOSECONDS.toMillis(nanos.get()));
    private final SettingStore settings = new SettingStore(Map.of(Origin.COMMAND_LINE, List.of()), _ -> {});
    private final Source source = new Source();
    private final Events events = new Events();
    private HostCounters counters;
    private FlowSnapshotCache flows;
    private EventMonitor monitor;

    @BeforeEach
    void open() throws IOException {
        count(0, 0);
        counters = HostCounters.open(procNet, procNet, nanos::get);
        flows = new FlowSnapshotCache(source, settings, new RequestScope(), clocks, VerdictEvaluator.NONE);
        monitor = new EventMonitor(
                new EventMonitor.Observed(flows, EventMonitorTest::noSockets, counters, "box", clocks),
                settings,
                events);
    }

    @AfterEach
    void close() throws IOException {
        monitor.close();
        flows.close();
        counters.close();
    }

    private static SocketSnapshot noSockets() {
        return new SocketSnapshot(new SocketColumns.Builder(0).build(), 0, SocketSnapshot.NO_OWNERS);
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
