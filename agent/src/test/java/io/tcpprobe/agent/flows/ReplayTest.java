package io.tcpprobe.agent.flows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.core.Clocks;
import io.tcpprobe.agent.core.RequestScope;
import io.tcpprobe.agent.parts.ServedParts;
import io.tcpprobe.agent.series.History;
import io.tcpprobe.config.Origin;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.GroupField;
import io.tcpprobe.kernel.flow.GroupKind;
import io.tcpprobe.kernel.flow.Playback;
import io.tcpprobe.kernel.replay.ReplaySource;
import io.tcpprobe.test.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two flows of 30 minutes with a record each second: cwnd is the second, and the second flow begins after a minute. */
class ReplayTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int SECONDS = 1800;
    private static final int LATE = 60;

    @TempDir
    Path folder;

    private ServedParts parts;
    private Replay replay;

    private Path recording() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int second = 0; second <= SECONDS; second++) {
            lines.add(line(second, 1));
            if (second >= LATE) {
                lines.add(line(second, 2));
            }
        }
        return Files.write(folder.resolve("records"), lines);
    }

    private void open(String speed) throws Exception {
        Path file = recording();
        parts = new ServedParts(
                folder,
                Path.of("/proc/net"),
                Map.of(Settings.REPLAY_FILE, file.toString(), Settings.REPLAY_SPEED, speed, Settings.SNAPSHOTAGE, "0"),
                ReplaySource::open);
        replay = parts.served().replay().orElseThrow();
    }

    private static String line(int second, int port) {
        return String.format(
                Locale.ROOT,
                "%d.000000000 10.0.0.1:%d 10.0.0.2:80 32 0x65 0x64 %d 2147483647 65536 11000 25000 111000 0 0 3 0 0 1 0x64",
                second,
                port,
                second + 1);
    }

    @AfterEach
    void close() throws Exception {
        if (parts != null) {
            parts.close();
        }
    }

    private void seek(long seconds) {
        replay.seek(seconds * SECOND);
        Waiting.until("the end of the seek", () -> !replay.state().seeking());
    }

    private long cwnd() {
        return parts.snapshots().current().flows().number(FlowField.CWND, 0);
    }

    private static void assertHistory(History history, long beganMillis, int from, int to) {
        List<Long> seconds = history.of(History.SUMMARY).rows().stream()
                .map(row -> Math.round((Objects.requireNonNull(row[0]) - beganMillis) / 1000.0))
                .toList();
        assertTrue(Math.abs(seconds.getFirst() - from) <= 6, seconds.toString());
        assertEquals(to, seconds.getLast(), seconds.toString());
        assertEquals(seconds.stream().sorted().toList(), seconds);
    }

    @Test
    void shouldShowThePastOfThePositionThatWasSought() throws Exception {
        open("1");
        replay.pause();
        seek(1200);
        assertEquals(1201, cwnd());
        assertEquals(2, parts.snapshots().current().flows().flowId(1));
        History history = parts.served().history();
        assertHistory(history, replay.state().beganMillis(), 300, 1200);
        seek(400);
        assertEquals(401, cwnd());
        assertHistory(history, replay.state().beganMillis(), 0, 400);
        seek(30);
        assertEquals(1, parts.snapshots().current().flows().size());
        seek(900);
        assertEquals(2, parts.snapshots().current().flows().flowId(1), "it has the same id again");
        assertEquals(
                2,
                parts.served().groups().current().groups().stream()
                        .filter(group -> group.kind() == GroupKind.ROLE)
                        .mapToLong(group -> group.number(GroupField.FLOWS))
                        .sum());
        assertEquals(900 * SECOND, replay.state().positionNanos());
        assertFalse(replay.state().playing());
    }

    @Test
    void shouldGoOnFromThereWithTheSpeed() throws Exception {
        open("0.001");
        seek(500);
        assertTrue(replay.state().playing());
        assertEquals(501, cwnd());
        replay.speed(10);
        parts.pass(20);
        long cwnd = cwnd();
        assertTrue(cwnd >= 701 && cwnd < 1500, "cwnd " + cwnd);
        replay.pause();
        long position = replay.state().positionNanos();
        parts.pass(20);
        assertEquals(position, replay.state().positionNanos());
        assertThrows(IllegalArgumentException.class, () -> replay.speed(0));
        assertThrows(IllegalArgumentException.class, () -> replay.seek(-1));
    }

    @Test
    void shouldPlayFromTheBeginningAfterTheEnd() throws Exception {
        open("0");
        assertFalse(replay.state().playing());
        assertEquals(SECONDS * SECOND, replay.state().positionNanos());
        replay.play();
        Waiting.until("the end of the seek", () -> !replay.state().seeking());
        assertTrue(replay.state().playing());
        assertTrue(replay.state().positionNanos() < 600 * SECOND, "" + replay.state());
        seek(5000);
        assertEquals(SECONDS * SECOND, replay.state().positionNanos());
        assertHistory(parts.served().history(), replay.state().beganMillis(), SECONDS - 900, SECONDS);
    }

    /** The clock goes on by a tenth of a second at each reading, as if the source was read slowly. */
    @Test
    void shouldTakeNoRowThatIsNewerThanItsSnapshot() throws Exception {
        AtomicLong nanos = new AtomicLong();
        LongSupplier slowly = () -> nanos.addAndGet(SECOND / 10);
        SettingStore settings = new SettingStore(
                Map.of(
                        Origin.COMMAND_LINE,
                        List.of(Settings.REPLAY_FILE.parse(recording().toString()), Settings.REPLAY_SPEED.parse("60"))),
                _ -> {});
        try (FlowSnapshotCache flows = new FlowSnapshotCache(
                ReplaySource.open(settings, slowly),
                settings,
                new RequestScope(),
                new Clocks(slowly, () -> 0),
                VerdictEvaluator.NONE)) {
            for (int i = 0; i < 5; i++) {
                FlowSnapshot snapshot = flows.refreshNow();
                long newest = snapshot.flows().number(FlowField.SAMPLED, 0);
                assertTrue(newest <= snapshot.takenNanos(), newest + " is after " + snapshot.takenNanos());
            }
        }
    }

    /** Moves when it is allowed to, or is stopped. */
    private static final class SlowPlayback implements Playback {
        private final List<Long> moves = new ArrayList<>();
        private final CountDownLatch moving = new CountDownLatch(1);
        private volatile boolean free;

        @Override
        public State state() {
            return new State(0, 0, OptionalLong.of(SECONDS * SECOND), false, 1, false);
        }

        @Override
        public boolean seekable() {
            return true;
        }

        @Override
        public void play() {}

        @Override
        public void pause() {}

        @Override
        public void speed(double factor) {}

        @Override
        public void moveTo(long positionNanos, BooleanSupplier stopped) {
            synchronized (moves) {
                moves.add(positionNanos);
            }
            moving.countDown();
            while (!free && !stopped.getAsBoolean()) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void shouldCarryOutOnlyTheLastSeekOfThoseThatWait() throws Exception {
        parts = ServedParts.of(folder);
        SlowPlayback slow = new SlowPlayback();
        try (Replay slowly = new Replay(parts.snapshots(), slow, parts.settings())) {
            for (long seconds = 1; seconds <= 20; seconds++) {
                slowly.seek(seconds * SECOND);
            }
            slow.free = true;
            Waiting.until("the end of the seek", () -> !slowly.state().seeking());
            synchronized (slow.moves) {
                assertEquals(20 * SECOND, slow.moves.getLast());
                assertTrue(slow.moves.size() < 20 + 10, slow.moves.toString());
                assertEquals(1, slowly.state().seeks(), "the others were not completed");
            }
        }
    }

    @Test
    void shouldNotBeDelayedByASeekWhenItIsClosed() throws Exception {
        parts = ServedParts.of(folder);
        SlowPlayback slow = new SlowPlayback();
        Replay slowly = new Replay(parts.snapshots(), slow, parts.settings());
        slowly.seek(SECOND);
        slow.moving.await();
        slowly.close();
        assertTrue(parts.snapshots().refreshNow().generation() > 0, "the source can be read");
    }
}
