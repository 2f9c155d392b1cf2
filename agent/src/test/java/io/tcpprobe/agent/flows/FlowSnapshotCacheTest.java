package io.tcpprobe.agent.flows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.core.Clocks;
import io.tcpprobe.agent.core.RequestScope;
import io.tcpprobe.config.Configuration;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowStatistic;
import io.tcpprobe.kernel.flow.TcpState;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FlowSnapshotCacheTest {
    private static final long MILLISECOND = 1_000_000;
    private static final long WALL_MILLIS = 1_700_000_000_000L;

    private final AtomicLong clock = new AtomicLong(50 * MILLISECOND);
    private final FakeSource source = new FakeSource();
    private final SettingStore settings =
            Configuration.read(null, Map.of(), List.of()).store(List.of(), _ -> {});
    private final RequestScope requests = new RequestScope();
    private int evaluated;
    private final VerdictEvaluator evaluator = (flows, takenNanos) -> {
        evaluated++;
        assertEquals(clock.get(), takenNanos);
        return VerdictEvaluator.NONE.evaluate(flows, takenNanos);
    };
    private final FlowSnapshotCache snapshots =
            new FlowSnapshotCache(source, settings, requests, new Clocks(clock::get, () -> WALL_MILLIS), evaluator);

    private void pass(long millis) {
        clock.addAndGet(millis * MILLISECOND);
    }

    @Test
    void shouldReadNothingWhileTheSnapshotIsYoung() {
        FlowSnapshot first = snapshots.current();
        pass(999);
        assertSame(first, snapshots.current());
        assertEquals(0, source.refreshes);
        assertEquals(999, snapshots.ageMillis());
        pass(1);
        FlowSnapshot second = snapshots.current();
        assertNotSame(first, second);
        assertEquals(first.generation() + 1, second.generation());
        assertEquals(0, snapshots.ageMillis());
        assertEquals(1, source.refreshes);
    }

    @Test
    void shouldComputeVerdictsOnceAndOnlyIfSomebodyAsks() {
        pass(1000);
        FlowSnapshot snapshot = snapshots.current();
        assertEquals(0, evaluated);
        assertFalse(snapshot.verdicts().made());
        snapshot.verdicts().get();
        assertSame(snapshot.verdicts().get(), snapshot.verdicts().get());
        assertEquals(1, evaluated);
    }

    @Test
    void shouldReadForEveryRequestWhenTheAgeIsZero() throws Exception {
        settings.change(Settings.SNAPSHOTAGE, "0", "test");
        int before = source.refreshes;
        snapshots.current();
        snapshots.current();
        assertEquals(before + 2, source.refreshes);
    }

    @Test
    void shouldReadOnceForARequestThatAsksOften() throws Exception {
        settings.change(Settings.SNAPSHOTAGE, "0", "test");
        int before = source.refreshes;
        requests.run(() -> assertSame(snapshots.current(), snapshots.current()));
        assertEquals(before + 1, source.refreshes);
        requests.run(snapshots::current);
        assertEquals(before + 2, source.refreshes, "the next request reads again");
    }

    @Test
    void shouldReadAtOnceWhenASettingHasChanged() throws Exception {
        FlowSnapshot first = snapshots.current();
        settings.change(Settings.PORT, "22", "test");
        assertEquals(1, source.refreshes);
        assertNotSame(first, snapshots.current());
    }

    @Test
    void shouldReadNothingWhenAnotherSettingHasChanged() throws Exception {
        settings.change(Settings.DEBUG, "1", "test");
        settings.change(Settings.SNAPSHOTAGE, "2000", "test");
        settings.change(Settings.ESTATS_LATENCY, "60", "test");
        settings.change(Settings.SNMP_LOCATION, "Hall 2", "test");
        assertEquals(0, source.refreshes);
    }

    @Test
    void shouldMeasureTheAgeFromTheStartOfTheRead() {
        source.reading = () -> pass(300);
        FlowSnapshot slow = snapshots.refreshNow();
        assertEquals(50 * MILLISECOND, slow.takenNanos());
        assertEquals(300 * MILLISECOND, slow.buildNanos());
        assertEquals(300, snapshots.ageMillis());
        assertEquals(WALL_MILLIS, slow.wallMillis(clock.get()));
    }

    @Test
    void shouldHoldWhatTheSourceHad() {
        source.put(source.flow(), FlowField.CWND, 10);
        FlowSnapshot snapshot = snapshots.refreshNow();
        source.put(1, FlowField.CWND, 99);
        source.flow();
        assertEquals(1, snapshot.flows().size());
        assertEquals(10, snapshot.flows().number(FlowField.CWND, 0));
        assertEquals(Map.of(FlowStatistic.NEW, 1L), snapshot.statistics());
        assertEquals(Map.of(TcpState.LISTEN, 3), snapshot.socketsByState());
    }

    @Test
    void shouldServeTheLastWhenTheSourceFails() {
        FlowSnapshot last = snapshots.current();
        source.reading = () -> {
            throw new IOException("no netlink");
        };
        pass(2000);
        assertSame(last, snapshots.current());
        assertSame(last, snapshots.refreshNow());
        assertEquals(2, snapshots.failures());
        assertEquals(2000, snapshots.ageMillis());
        source.reading = () -> {};
        assertEquals(last.generation() + 1, snapshots.current().generation());
        assertEquals(2, snapshots.failures());
    }

    @Test
    void shouldServeTheLastWhileAnotherThreadBuilds() throws InterruptedException {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        source.reading = () -> {
            reading.countDown();
            await(goOn);
        };
        FlowSnapshot last = snapshots.current();
        pass(1000);
        Thread builder = Thread.ofPlatform().start(snapshots::current);
        await(reading);
        for (int i = 0; i < 10; i++) {
            assertSame(last, snapshots.current());
        }
        goOn.countDown();
        builder.join();
        assertEquals(1, source.refreshes);
        assertEquals(last.generation() + 1, snapshots.current().generation());
    }

    @Test
    void shouldPrefetchWhileTheLastIsServedIfReadingIsSlow() throws InterruptedException {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        source.reading = () -> pass(100);
        FlowSnapshot slow = snapshots.refreshNow();
        source.reading = () -> {
            reading.countDown();
            await(goOn);
        };
        pass(699); // 799 old: it took 100, so the next begins 200 before it is too old
        assertSame(slow, snapshots.current());
        assertEquals(1, source.refreshes);
        pass(1);
        assertSame(slow, snapshots.current());
        await(reading);
        assertSame(slow, snapshots.current());
        goOn.countDown();
        snapshots.close(); // waits for it
        assertEquals(2, source.refreshes);
        assertEquals(slow.generation() + 1, snapshots.current().generation());
    }

    @Test
    void shouldServeASlowSnapshotForAnotherBuildTime() {
        source.reading = () -> pass(2000);
        FlowSnapshot slow = snapshots.refreshNow();
        for (int request = 0; request < 100; request++) {
            assertSame(slow, snapshots.current());
            pass(20);
        }
        assertEquals(1, source.refreshes, "once for 100 requests, though each comes later than snapshotage allows");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Test
    void shouldBuildOncePerAgeForAnyNumberOfRequests() throws InterruptedException {
        for (int round = 0; round < 200; round++) {
            int before = source.refreshes;
            pass(1000);
            List<Thread> threads = List.of(
                    Thread.ofPlatform().start(snapshots::current),
                    Thread.ofPlatform().start(snapshots::current),
                    Thread.ofPlatform().start(snapshots::current));
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(before + 1, source.refreshes, "round " + round);
        }
    }

    @Test
    void shouldServeTheLastAndReadNothingOnceClosed() {
        FlowSnapshot last = snapshots.current();
        snapshots.close();
        pass(5000);
        assertTrue(source.closed);
        assertSame(last, snapshots.current());
        assertSame(last, snapshots.refreshNow());
        assertEquals(0, source.refreshes);
    }
}
