package io.tcpprobe.agent.groups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.core.Clocks;
import io.tcpprobe.agent.core.RequestScope;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.insight.VerdictHistory;
import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.GroupField;
import io.tcpprobe.kernel.flow.GroupKind;
import io.tcpprobe.kernel.proc.ControlGroups;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a thread that may not wait does to the groups, and when flows are counted. The clock stands still. */
class FlowGroupsReadyTest {
    private static final int FEW = 2000;
    private static final long SECOND = 1_000_000_000;

    private final AtomicLong nanos = new AtomicLong(5 * SECOND);
    private final RequestScope requests = new RequestScope();
    private final SettingStore settings = new SettingStore(Map.of(), _ -> {});
    private final FakeFlowSource source = new FakeFlowSource(List.of());
    private final FlowSnapshotCache snapshots =
            new FlowSnapshotCache(source, settings, requests, new Clocks(nanos::get, () -> 0), new VerdictHistory());
    private final AtomicInteger listenersRead = new AtomicInteger();
    private final AtomicInteger controlGroupsRead = new AtomicInteger();
    private final Map<Long, Path> controlGroups = new ConcurrentHashMap<>(Map.of(1L, Path.of("")));
    private volatile Runnable whileListenersAreRead = () -> {};
    private volatile Map<String, String> pods = Map.of();
    private volatile boolean kubeletFails;
    private final Containers containers = new Containers(
            this::controlGroups, new PodNames(Optional.of(this::pods), nanos::get, Runnable::run), nanos::get);
    private final FlowGroups groups = new FlowGroups(
            new FlowGroups.Options(snapshots, requests, settings, nanos::get, containers, false),
            new FlowRoles.Listeners() {
                @Override
                public BitSet ports() {
                    listenersRead.incrementAndGet();
                    whileListenersAreRead.run();
                    return new BitSet();
                }

                @Override
                public int networkNamespace() {
                    return 1;
                }
            });

    private Map<String, String> pods() throws IOException {
        if (kubeletFails) {
            throw new IOException("refused");
        }
        return pods;
    }

    private ControlGroups controlGroups() {
        controlGroupsRead.incrementAndGet();
        return ControlGroups.of(controlGroups);
    }

    @AfterEach
    void close() {
        containers.close();
        snapshots.close();
    }

    private static FakeFlow client(int id) {
        return new FakeFlow(id).with(FlowField.ACTIVE_OPEN, 1);
    }

    private static FakeFlow[] clients(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(FlowGroupsReadyTest::client)
                .toArray(FakeFlow[]::new);
    }

    private void take(FakeFlow... flows) {
        source.set(flows);
        snapshots.refreshNow();
    }

    private static long clients(GroupSnapshot groups, GroupField field) {
        return groups.find(GroupKind.ROLE, "client").orElseThrow().number(field);
    }

    @Test
    void shouldBeReadyForManyFlowsOnlyOnceTheyAreCounted() {
        take(clients(FEW + 1));
        assertFalse(groups.ready());
        assertEquals(FEW + 1, clients(groups.current(), GroupField.FLOWS));
        assertTrue(groups.ready());
        take();
        assertFalse(groups.ready(), "many flows are gone");
        assertEquals(0, groups.current().of(GroupKind.PORT).getFirst().number(GroupField.FLOWS));
        assertTrue(groups.ready());
    }

    /** Before the sweep, only flows that segments sampled have grown: rates of a group would be too low, and then too high. */
    @Test
    void shouldShowTheGroupsOfTheLastSweep() {
        source.completeUntil(5 * SECOND);
        take(client(1).with(FlowField.BYTES_SENT, 100));
        GroupSnapshot first = groups.current();
        assertEquals(100, clients(first, GroupField.BYTES_SENT));
        nanos.addAndGet(SECOND);
        take(client(1).with(FlowField.BYTES_SENT, 700), client(2));
        assertTrue(groups.ready());
        assertSame(first, groups.current());
        source.completeUntil(7 * SECOND);
        nanos.addAndGet(SECOND);
        take(client(1).with(FlowField.BYTES_SENT, 900), client(2));
        assertEquals(900, clients(groups.current(), GroupField.BYTES_SENT));
        assertEquals(2, clients(groups.current(), GroupField.FLOWS));
        assertEquals(7 * SECOND, groups.current().takenNanos());
    }

    @Test
    void shouldCountFewFlowsAtOnce() {
        take(clients(FEW));
        requests.run(() -> {
            assertTrue(groups.ready());
            snapshots.refreshNow();
            assertEquals(FEW, clients(groups.current(), GroupField.FLOWS));
        });
    }

    @Test
    void shouldNotBeReadyBeforeTheListenersAreRead() {
        int before = listenersRead.get();
        take(new FakeFlow(1));
        assertFalse(groups.ready());
        assertEquals(before, listenersRead.get());
        groups.current();
        assertEquals(before + 1, listenersRead.get());
        assertTrue(groups.ready());
    }

    private static FakeFlow inControlGroup(int flow, long id) {
        return client(flow).with(FlowField.CGROUP, id);
    }

    private long flowsOfContainer(String name) {
        return groups.current().find(GroupKind.CONTAINER, name).orElseThrow().number(GroupField.FLOWS);
    }

    @Test
    void shouldReadTheControlGroupsOnlyForThoseThatAreNotKnownAndNotTooOften() {
        take(client(1));
        assertTrue(groups.ready());
        assertEquals(0, controlGroupsRead.get(), "the flow has no control group");
        take(client(1), inControlGroup(2, 1));
        assertFalse(groups.ready());
        assertEquals(0, controlGroupsRead.get());
        assertEquals(1, flowsOfContainer("host"));
        assertEquals(1, controlGroupsRead.get());

        controlGroups.put(7L, Path.of("lxc.payload.web"));
        take(client(1), inControlGroup(2, 1), inControlGroup(3, 7));
        assertTrue(groups.ready(), "the control groups have just been read");
        assertEquals(2, flowsOfContainer("unknown"));
        nanos.addAndGet(SECOND);
        take(client(1), inControlGroup(2, 1), inControlGroup(3, 7));
        assertFalse(groups.ready());
        assertEquals(1, flowsOfContainer("web"));
        assertEquals(1, flowsOfContainer("unknown"));
        nanos.addAndGet(SECOND);
        take(client(1), inControlGroup(2, 1), inControlGroup(3, 7), inControlGroup(4, 7));
        assertEquals(2, flowsOfContainer("web"));
        assertEquals(2, controlGroupsRead.get());
    }

    private long flowsOfPod(String name) {
        return groups.current().find(GroupKind.POD, name).orElseThrow().number(GroupField.FLOWS);
    }

    private void takeAfterAMinute(FakeFlow... flows) {
        nanos.addAndGet(PodNames.FAILURE_PAUSE_NANOS);
        take(flows);
    }

    @Test
    void shouldKeepTheGroupOfAPodWhileTheKubeletFails() {
        controlGroups.put(7L, Path.of("docker", "0123456789ab" + "c".repeat(52)));
        controlGroups.put(8L, Path.of("docker", "ba9876543210" + "c".repeat(52)));
        pods = Map.of("0123456789ab", "shop/web-0");
        take(inControlGroup(1, 7));
        assertEquals(1, flowsOfPod("shop/web-0"));
        kubeletFails = true;
        FakeFlow[] flows = {inControlGroup(1, 7), inControlGroup(2, 8), inControlGroup(3, 7), inControlGroup(4, 1)};
        for (int minute = 1; minute <= 3; minute++) {
            takeAfterAMinute(flows);
            assertEquals(2, flowsOfPod("shop/web-0"));
            assertEquals(1, flowsOfPod("unknown"), "it may have a pod");
            assertEquals(1, flowsOfPod("host"));
            assertEquals(2, flowsOfContainer("0123456789ab"), "a container does not need the kubelet");
            assertEquals(1, flowsOfContainer("ba9876543210"));
        }
        kubeletFails = false;
        pods = Map.of("ba9876543210", "shop/web-1");
        takeAfterAMinute(flows);
        assertEquals(1, flowsOfPod("shop/web-1"));
        assertEquals(2, flowsOfPod("shop/web-0"), "not listed any more");
        assertEquals(0, flowsOfPod("unknown"));
    }

    @Test
    void shouldMoveAFlowToTheGroupOfThoseWithoutAPodOnceNoneIsExpected() {
        controlGroups.put(7L, Path.of("lxc.payload.db"));
        take(inControlGroup(1, 7));
        assertEquals(1, flowsOfPod("unknown"));
        takeAfterAMinute(inControlGroup(1, 7));
        assertEquals(1, flowsOfPod("none"));
        assertEquals(0, flowsOfPod("unknown"));
    }

    /** Without clients nothing else reads them before the flow ends. */
    @Test
    void shouldReadTheControlGroupsInTheBackgroundWhenAConnectionIsEstablished() {
        controlGroups.put(7L, Path.of("lxc.payload.web"));
        FakeFlow flow = inControlGroup(1, 7).with(FlowField.BYTES_SENT, 11);
        groups.happened(FlowListener.Change.ESTABLISHED, FakeFlow.rows(List.of(flow)));
        Waiting.until("the control groups", controlGroupsRead::get, read -> read == 1);
        containers.close(); // waits for it
        groups.happened(
                FlowListener.Change.ENDED, flow.ended(EndReason.FIN_SENT).rows());
        take();
        assertEquals(
                11,
                groups.current().find(GroupKind.CONTAINER, "web").orElseThrow().number(GroupField.BYTES_SENT));
    }

    @Test
    void shouldNotBeReadyWhileAnotherThreadCounts() throws Exception {
        CountDownLatch counts = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        whileListenersAreRead = () -> {
            counts.countDown();
            await(mayEnd);
        };
        take(new FakeFlow(1));
        Thread other = Thread.ofPlatform().start(groups::current);
        counts.await();
        take(client(2));
        assertFalse(groups.ready());
        mayEnd.countDown();
        other.join();
        assertTrue(groups.ready());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** Reports the end of the first client, which had sent 11 bytes, and that a third one was refused. */
    private void oneEndsAndOneFails() {
        FakeFlow ended = client(1).with(FlowField.BYTES_SENT, 11);
        groups.happened(
                FlowListener.Change.ENDED, ended.ended(EndReason.FIN_SENT).rows());
        groups.happened(
                FlowListener.Change.FAILED,
                client(3).ended(EndReason.CONNECTION_REFUSED).rows());
    }

    private static void assertOneLeft(GroupSnapshot shown) {
        assertEquals(1, clients(shown, GroupField.FLOWS));
        assertEquals(1, clients(shown, GroupField.ENDED_FIN_SENT));
        assertEquals(1, clients(shown, GroupField.FAILED_REFUSED));
        assertEquals(11, clients(shown, GroupField.BYTES_SENT));
    }

    @Test
    void shouldBuildTheGroupsOnceForEachSnapshotWhateverEndsMeanwhile() {
        take(client(1), client(2));
        GroupSnapshot first = groups.current();
        oneEndsAndOneFails();
        assertSame(first, groups.current());
        nanos.addAndGet(SECOND);
        take(client(2));
        GroupSnapshot next = groups.current();
        assertOneLeft(next);
        assertEquals(2, clients(first, GroupField.FLOWS));
    }

    @Test
    void shouldHaveTheEndsSinceTheSnapshotIfTheyAreWantedUpToNow() {
        take(client(1), client(2));
        assertEquals(2, clients(groups.upToNow(snapshots.last()), GroupField.FLOWS));
        oneEndsAndOneFails();
        GroupSnapshot now = groups.upToNow(snapshots.last());
        assertOneLeft(now);
    }

    /** The flow ends as soon as a listener is subscribed. */
    @Test
    void shouldNotCountTheLifeOfAFlowThatEndsWhileTheAgentStarts(@TempDir Path state) throws Exception {
        FakeFlow old = new FakeFlow(1).with(FlowField.BYTES_SENT, 1_000_000).process("old");
        FakeFlowSource ending = new FakeFlowSource(List.of(old));
        old.plus(FlowField.BYTES_SENT, 7);
        try (ServedParts parts = new ServedParts(
                state, Path.of("/proc/net"), Map.of(Settings.SNAPSHOTAGE, "3600000"), (_, _) -> ending)) {
            Group process = parts.served()
                    .groups()
                    .current()
                    .find(GroupKind.PROCESS, "old")
                    .orElseThrow();
            assertEquals(7, process.number(GroupField.BYTES_SENT));
            assertEquals(1, process.number(GroupField.ENDED_FIN_SENT));
            assertEquals(0, process.number(GroupField.OPENED));
            assertEquals(0, process.number(GroupField.FLOWS));
        }
    }
}
