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
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
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
    private final FlowGroups groups = new FlowGroups(
            new FlowGroups.Options(snapshots, requests, settings, nanos::get, false),
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
            },
            this::controlGroups);

    private ControlGroups controlGroups() {
        controlGroupsRead.incrementAndGet();
        return ControlGroups.of(controlGroups);
    }

    @AfterEach
    void close() {
        groups.close();
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

    /** Without clients nothing else reads them before the flow ends. */
    @Test
    void shouldReadTheControlGroupsInTheBackgroundWhenAConnectionIsEstablished() {
        controlGroups.put(7L, Path.of("lxc.payload.web"));
        FakeFlow flow = inControlGroup(1, 7).with(FlowField.BYTES_SENT, 11);
        groups.happened(FlowListener.Change.ESTABLISHED, FakeFlow.rows(List.of(flow)));
        Waiting.until("the control groups", controlGroupsRead::get, read -> read == 1);
        groups.close(); // waits for it
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

    @Test
    void shouldBuildTheGroupsOnceForEachSnapshotWhateverEndsMeanwhile() {
        take(client(1), client(2));
        GroupSnapshot first = groups.current();
        FakeFlow ended = client(1).with(FlowField.BYTES_SENT, 11);
        groups.happened(
                FlowListener.Change.ENDED, ended.ended(EndReason.FIN_SENT).rows());
        groups.happened(
                FlowListener.Change.FAILED,
                client(3).ended(EndReason.CONNECTION_REFUSED).rows());
        assertSame(first, groups.current());
        nanos.addAndGet(SECOND);
        take(client(2));
        GroupSnapshot next = groups.current();
        assertEquals(1, clients(next, GroupField.FLOWS));
        assertEquals(1, clients(next, GroupField.ENDED_FIN_SENT));
        assertEquals(1, clients(next, GroupField.FAILED_REFUSED));
        assertEquals(11, clients(next, GroupField.BYTES_SENT));
        assertEquals(2, clients(first, GroupField.FLOWS));
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
