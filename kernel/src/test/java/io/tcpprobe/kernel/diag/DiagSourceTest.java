package io.tcpprobe.kernel.diag;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import io.tcpprobe.config.BadSettingException;
import io.tcpprobe.config.Configuration;
import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowIds;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The live source, and connections that the test opens; all others are kept out by the setting port. */
class DiagSourceTest {
    private static final long MILLISECOND = 1_000_000;

    private final AtomicLong clock = new AtomicLong(1_000 * MILLISECOND);
    private LoopbackPairs pairs;
    private SettingStore settings;
    private DiagSource source;

    @BeforeEach
    void open() throws IOException {
        open("127.0.0.1");
    }

    private void open(String address) throws IOException {
        pairs = LoopbackPairs.listen(address);
        settings = Configuration.read(null, Map.of(), List.of("port=" + pairs.port(), "probetime=0"))
                .store(List.of(), _ -> {});
        source = DiagSource.open(settings, clock::get);
    }

    @AfterEach
    void close() throws IOException {
        source.close();
        pairs.close();
    }

    private FlowColumns refresh() throws IOException {
        source.refresh();
        return FlowColumns.copyOf(source.rows());
    }

    private void set(Setting<?> setting, long value) throws BadSettingException {
        settings.change(setting, Long.toString(value), "test");
    }

    private long statistic(FlowStatistic statistic) {
        return source.statistics().get(statistic);
    }

    private static List<Long> ids(FlowColumns flows) {
        List<Long> ids = new ArrayList<>();
        for (int i = 0; i < flows.size(); i++) {
            ids.add(flows.flowId(i));
        }
        return ids;
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void shouldShowBothEndpointsOfAConnection(String address) throws IOException {
        close();
        open(address);
        assertEquals(0, refresh().size());
        int active = pairs.open();
        FlowColumns flows = refresh();
        assertEquals(2, flows.size());
        for (int i = 0; i < 2; i++) {
            long local = flows.number(FlowField.LOCAL_PORT, i);
            long remote = flows.number(FlowField.REMOTE_PORT, i);
            assertEquals(Set.of((long) active, (long) pairs.port()), Set.of(local, remote));
            assertEquals(TcpState.ESTABLISHED.mib(), flows.number(FlowField.STATE, i));
            assertEquals(1_000 * MILLISECOND, flows.number(FlowField.FIRST_SEEN, i));
            assertEquals(1_000 * MILLISECOND, flows.number(FlowField.SAMPLED, i));
            assertArrayEquals(
                    InetAddress.getAllByName(address)[0].getAddress(),
                    flows.address(FlowField.REMOTE_ADDRESS, FlowField.REMOTE_ADDRESS_TYPE, i));
        }
    }

    @Test
    void shouldRemoveAClosedConnection() throws IOException {
        pairs.open();
        pairs.open();
        List<Long> before = ids(refresh());
        pairs.closeOldest();
        List<Long> after = ids(refresh());
        assertEquals(4, before.size());
        assertEquals(2, after.size());
        assertTrue(before.containsAll(after));
        assertEquals(2, statistic(FlowStatistic.RESET));
        assertEquals(4, statistic(FlowStatistic.NEW));
        assertEquals(2, statistic(FlowStatistic.ACTIVE_FLOWS));
    }

    @Test
    void shouldNotifyOfConnectionsThatOpenAndClose() throws IOException {
        pairs.open();
        List<String> notified = new ArrayList<>();
        try (FlowListener.Subscription listening = source.listen((change, flow) ->
                        notified.add(change + " " + FlowColumns.copyOf(flow).flowId(0)))
                .orElseThrow()) {
            assertTrue(listening.atRefreshes());
            pairs.open();
            assertEquals(List.of(), notified, "nothing before a refresh, and nothing of what was there");
            List<Long> ids = ids(refresh());
            assertEquals(4, ids.size());
            assertEquals(List.of("ESTABLISHED " + ids.get(2), "ESTABLISHED " + ids.get(3)), notified);
            notified.clear();
            pairs.closeOldest();
            refresh();
            assertEquals(
                    Set.of("LEFT " + ids.get(0), "ENDED " + ids.get(0), "LEFT " + ids.get(1), "ENDED " + ids.get(1)),
                    Set.copyOf(notified));
            assertEquals(4, notified.size());
            notified.clear();
        }
        pairs.open();
        refresh();
        assertEquals(List.of(), notified, "not any more");
    }

    @Test
    void shouldNeverAssignAnIdTwice() throws IOException {
        Set<Long> known = new HashSet<>();
        long max = 0;
        for (int round = 0; round < 20; round++) {
            pairs.open();
            pairs.open();
            List<Long> now = ids(refresh());
            List<Long> fresh = now.stream().filter(known::add).toList();
            assertEquals(4, fresh.size());
            assertTrue(fresh.getFirst() > max);
            max = fresh.getLast();
            pairs.closeOldest();
        }
    }

    @Test
    void shouldKeepMoreFlowsThanItBeganWith() throws IOException {
        for (int i = 0; i < 200; i++) { // 400 rows: the table starts with 256
            pairs.open();
        }
        FlowColumns flows = refresh();
        assertEquals(400, flows.size());
        Set<Long> cookies = new HashSet<>();
        for (int i = 0; i < flows.size(); i++) {
            assertTrue(cookies.add(flows.number(FlowField.COOKIE, i)));
        }
        for (int i = 0; i < 100; i++) {
            pairs.closeOldest();
        }
        assertEquals(200, refresh().size());
        assertEquals(400, source.rows().count(), "free rows are used again");
    }

    @Test
    void shouldKeepTheOldestFlowsWhenMaxflowsIsLowered() throws Exception {
        for (int i = 0; i < 5; i++) {
            pairs.open();
            refresh();
        }
        List<Long> all = ids(refresh());
        set(Settings.MAXFLOWS, 3);
        assertEquals(all.subList(0, 3), ids(refresh()));
        assertEquals(7, statistic(FlowStatistic.MAXFLOW_REACHED));
        assertEquals(all.subList(0, 3), ids(refresh()), "what is skipped must not push out what is tracked");
        assertEquals(14, statistic(FlowStatistic.MAXFLOW_REACHED));
        set(Settings.MAXFLOWS, 100);
        List<Long> again = ids(refresh());
        assertEquals(10, again.size());
        assertEquals(all.subList(0, 3), again.subList(0, 3));
        assertTrue(again.get(3) > all.getLast(), "ids are not used again");
    }

    /** After 4294967295 ids start again: then the lowest id is not the oldest flow. */
    @Test
    void shouldKeepTheOldestFlowsThoughIdsHaveBegunAnew() throws Exception {
        source.close();
        source = DiagSource.open(settings, clock::get, new FlowIds(-4));
        for (int i = 0; i < 3; i++) {
            pairs.open();
            refresh();
        }
        assertEquals(Set.of(4294967293L, 4294967294L, 4294967295L, 1L, 2L, 3L), Set.copyOf(ids(refresh())));
        set(Settings.MAXFLOWS, 4);
        assertEquals(Set.of(4294967293L, 4294967294L, 4294967295L, 1L), Set.copyOf(ids(refresh())));
    }

    /** Waits until nothing has come or gone for so long on the flows there are. */
    private void idle(long millis) throws Exception {
        Waiting.until("the flows to be idle", () -> {
            clock.addAndGet(1_000 * MILLISECOND); // probetime has passed
            FlowColumns flows = refresh();
            return flows.number(FlowField.LAST_ACK_RECEIVED, flows.size() - 1) >= millis;
        });
    }

    @Test
    void shouldEvictTheLongestIdleFlowsAtMaxflows() throws Exception {
        set(Settings.PURGETIME, 1);
        set(Settings.MAXFLOWS, 4);
        pairs.open();
        idle(100);
        pairs.open();
        idle(1100);
        List<Long> first = ids(refresh());
        assertEquals(4, first.size());
        pairs.open();
        refresh(); // it finds no room
        List<Long> after = ids(refresh());
        assertEquals(first.subList(2, 4), after.subList(0, 2));
        assertEquals(4, after.size());
        idle(1100);
        assertEquals(after, ids(refresh()), "an evicted flow is idle and takes no room from others");
        set(Settings.MAXFLOWS, 6);
        assertEquals(6, refresh().size());
    }

    @Test
    void shouldKeepFlowsThatHaveNotBeenIdleForPurgetime() throws Exception {
        set(Settings.MAXFLOWS, 2);
        pairs.open();
        List<Long> first = ids(refresh());
        pairs.open();
        refresh();
        assertEquals(first, ids(refresh()));
    }

    @Test
    void shouldEvictIdleFlowsFirstWhenMaxflowsIsLowered() throws Exception {
        set(Settings.PURGETIME, 1);
        pairs.open();
        idle(1100);
        pairs.open();
        List<Long> all = ids(refresh());
        set(Settings.MAXFLOWS, 2);
        assertEquals(all.subList(2, 4), ids(refresh()));
    }

    /** The rows of the refresh before do not say yet that the old flows have been idle for long enough. */
    @Test
    void shouldLetIdleFlowsGoFirstWithinProbetime() throws Exception {
        set(Settings.PURGETIME, 1);
        set(Settings.PROBETIME, 100_000);
        pairs.open();
        assertEquals(2, refresh().size());
        Waiting.pause(Duration.ofMillis(1_100)); // purgetime passes; a refresh would show it
        pairs.open();
        List<Long> all = ids(refresh());
        set(Settings.MAXFLOWS, 2);
        assertEquals(all.subList(2, 4), ids(refresh()));
    }

    @Test
    void shouldTrackOnlyFlowsOfThePort() throws Exception {
        long active = pairs.open();
        pairs.open();
        assertEquals(4, refresh().size());
        set(Settings.PORT, active);
        FlowColumns flows = refresh();
        int ours = 0;
        for (int i = 0; i < flows.size(); i++) { // another program may use the same port towards another one
            Set<Long> ports = Set.of(flows.number(FlowField.LOCAL_PORT, i), flows.number(FlowField.REMOTE_PORT, i));
            assertTrue(ports.contains(active));
            ours += ports.contains((long) pairs.port()) ? 1 : 0;
        }
        assertEquals(2, ours);
        set(Settings.PORT, 0);
        assertTrue(refresh().size() >= 4);
    }

    @Test
    void shouldSampleAFlowAgainWhenProbetimeHasPassed() throws Exception {
        set(Settings.PROBETIME, 500);
        pairs.open();
        assertEquals(1_000 * MILLISECOND, refresh().number(FlowField.SAMPLED, 0));
        clock.addAndGet(500 * MILLISECOND - 1);
        assertEquals(1_000 * MILLISECOND, refresh().number(FlowField.SAMPLED, 0));
        clock.addAndGet(1);
        FlowColumns flows = refresh();
        assertEquals(1_500 * MILLISECOND, flows.number(FlowField.SAMPLED, 0));
        assertEquals(1_000 * MILLISECOND, flows.number(FlowField.FIRST_SEEN, 0));
        set(Settings.PROBETIME, 0);
        clock.addAndGet(1);
        assertEquals(1_500 * MILLISECOND + 1, refresh().number(FlowField.SAMPLED, 0));
    }

    @Test
    void shouldKeepAFlowThatProbetimeHoldsBack() throws Exception {
        set(Settings.PROBETIME, 86_400_000);
        pairs.open();
        List<Long> ids = ids(refresh());
        assertEquals(ids, ids(refresh()));
        pairs.closeOldest();
        assertEquals(0, refresh().size());
    }

    @Test
    void shouldCountWhatItFinds() throws IOException {
        pairs.open();
        refresh();
        refresh();
        assertEquals(2, statistic(FlowStatistic.FOUND));
        assertTrue(statistic(FlowStatistic.MEMORY) > 0);
        assertFalse(source.statistics().containsKey(FlowStatistic.RING_FULL), "it has no ring");
    }

    @Test
    void shouldCountSocketsOfEveryStateWhateverThePort() throws Exception {
        for (int i = 0; i < 20; i++) {
            pairs.open();
        }
        set(Settings.PORT, 1);
        source.refresh();
        assertTrue(source.socketsByState().get(TcpState.ESTABLISHED) >= 40);
        assertTrue(source.socketsByState().get(TcpState.LISTEN) >= 1);
        assertEquals(TcpState.values().length, source.socketsByState().size());
    }

    /** Other programs open and close sockets at any time: the same counts before and after, or try again. */
    @Test
    void shouldCountTheSocketsOfEveryStateAsProcNetTcpDoes() throws Exception {
        pairs.open();
        for (int attempt = 0; attempt < 30; attempt++) {
            Map<TcpState, Integer> before = procNetTcp();
            source.refresh();
            Map<TcpState, Integer> counted = new EnumMap<>(source.socketsByState());
            if (before.equals(procNetTcp())) {
                counted.values().removeIf(count -> count == 0);
                assertEquals(before, counted);
                assertTrue(counted.get(TcpState.ESTABLISHED) >= 2 && counted.get(TcpState.LISTEN) >= 1);
                return;
            }
            Waiting.pause(Duration.ofMillis(10)); // for whatever opens or closes sockets
        }
        abort("the sockets of this machine are never the same for the time of a dump");
    }

    /** The fourth column of /proc/net/tcp and tcp6 is the state, in hexadecimal. */
    private static Map<TcpState, Integer> procNetTcp() throws IOException {
        Map<TcpState, Integer> counts = new EnumMap<>(TcpState.class);
        for (String file : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            for (String line : Files.readAllLines(Path.of(file))) {
                String[] columns = line.strip().split(" +", -1);
                if (columns[0].endsWith(":")) {
                    counts.merge(TcpState.ofKernel(Integer.parseInt(columns[3], 16)), 1, Integer::sum);
                }
            }
        }
        return counts;
    }

    @Test
    void shouldUseOnlySettingsOfTheList() {
        assertTrue(Settings.PROBE.containsAll(Settings.usedBy(source.settingUser())));
        assertEquals("diag", source.name());
    }
}
