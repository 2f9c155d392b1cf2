package io.tcpprobe.kernel.diag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tcpprobe.kernel.proc.Capabilities;
import io.tcpprobe.kernel.proc.NetworkNamespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The search for namespaces, and the bound of their number; nothing is entered, because the paths do not exist. */
class OtherNamespacesTest {
    private final AtomicLong clock = new AtomicLong();
    private int searches;
    private Map<Object, Path> there = Map.of();
    private final OtherNamespaces others = new OtherNamespaces(
            () -> {
                searches++;
                return new LinkedHashMap<>(there);
            },
            clock::get);

    private void dump(int max) {
        others.dump(max, (_, _) -> {
            throw new AssertionError("a namespace that does not exist was read");
        });
    }

    private static Map<Object, Path> missing(String... names) {
        Map<Object, Path> paths = new LinkedHashMap<>();
        for (String name : names) {
            paths.put(name, Path.of("/nonexistent", name));
        }
        return paths;
    }

    @Test
    void shouldSearchAtIntervalsWhileThereIsNone() {
        dump(8);
        clock.set(OtherNamespaces.SEARCH_NANOS - 1);
        dump(8);
        assertEquals(1, searches);
        clock.set(OtherNamespaces.SEARCH_NANOS);
        dump(8);
        assertEquals(2, searches);
    }

    @Test
    void shouldSearchLessOftenIfASearchTakesLong() {
        OtherNamespaces slow = new OtherNamespaces(
                () -> {
                    searches++;
                    clock.addAndGet(1_000_000_000);
                    return new LinkedHashMap<>();
                },
                clock::get);
        slow.dump(8, (_, _) -> {});
        clock.set(20_999_999_999L);
        slow.dump(8, (_, _) -> {});
        assertEquals(1, searches);
        clock.set(21_000_000_000L);
        slow.dump(8, (_, _) -> {});
        assertEquals(2, searches);
    }

    /** The path of a namespace may be that of a process that has ended: it is searched for once more, and tried again after a minute. */
    @Test
    void shouldTryAgainLaterWhatItCouldNotEnter() {
        there = missing("a", "b");
        dump(8);
        assertEquals(2, searches);
        assertEquals(2, others.refused());
        dump(8);
        assertEquals(2, searches, "nothing is left to enter");
        assertEquals(0, others.left());
        clock.set(OtherNamespaces.RETRY_NANOS);
        dump(8);
        assertEquals(4, searches, "due, and once more because they could not be entered");
        there = Map.of();
        clock.set(2 * OtherNamespaces.RETRY_NANOS);
        dump(8);
        assertEquals(0, others.refused(), "they have ended");
    }

    /** Namespaces that begin and end all the time must not keep the agent searching. */
    @Test
    void shouldNotSearchAgainBeforeItsPauseIsOver() {
        AtomicInteger names = new AtomicInteger();
        OtherNamespaces busy = new OtherNamespaces(
                () -> {
                    searches++;
                    clock.addAndGet(100_000_000);
                    return missing("namespace" + names.incrementAndGet());
                },
                clock::get);
        busy.dump(8, (_, _) -> {});
        assertEquals(1, searches, "20 times as long as the search took");
        clock.addAndGet(1_999_999_999L);
        busy.dump(8, (_, _) -> {});
        assertEquals(1, searches);
        clock.addAndGet(1);
        busy.dump(8, (_, _) -> {});
        assertEquals(2, searches);
    }

    /** A failure in one namespace must neither stop the others nor end its flows. */
    @Test
    @Timeout(60)
    void shouldKnowWhatItCouldNotRead() throws IOException {
        assumeTrue(Capabilities.has(Capabilities.SYS_ADMIN), "needs CAP_SYS_ADMIN");
        Path own = Path.of("/proc/self/ns/net");
        Object key = Files.readAttributes(own, BasicFileAttributes.class).fileKey();
        there = Map.of(key, own);
        AtomicBoolean fails = new AtomicBoolean();
        AtomicInteger reads = new AtomicInteger();
        OtherNamespaces.Reader reader = (_, _) -> {
            reads.incrementAndGet();
            if (fails.get()) {
                throw new IOException("on purpose");
            }
        };
        others.dump(8, reader);
        assertEquals(1, reads.get());
        assertFalse(others.unread(NetworkNamespaces.own()));
        fails.set(true);
        others.dump(8, reader);
        assertTrue(others.unread(NetworkNamespaces.own()));
        assertEquals(1, others.refused());
        others.dump(8, reader);
        assertTrue(others.unread(NetworkNamespaces.own()), "it still exists");
        fails.set(false);
        clock.set(OtherNamespaces.RETRY_NANOS);
        others.dump(8, reader);
        assertFalse(others.unread(NetworkNamespaces.own()));
    }

    @Test
    void shouldCountThoseBeyondTheMaximum() {
        there = missing("a", "b", "c", "d", "e");
        dump(3);
        assertEquals(2, others.left());
    }

    @Test
    void shouldKeepWhatItKnowsIfTheSearchFails() {
        OtherNamespaces failing = new OtherNamespaces(
                () -> {
                    searches++;
                    throw new IOException("no /proc");
                },
                clock::get);
        failing.dump(8, (_, _) -> {});
        failing.dump(8, (_, _) -> {});
        assertEquals(1, searches);
    }
}
