package io.tcpprobe.kernel.diag;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

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

    private void dump(int max) throws IOException {
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
    void shouldSearchAtIntervalsWhileThereIsNone() throws IOException {
        dump(8);
        clock.set(OtherNamespaces.SEARCH_NANOS - 1);
        dump(8);
        assertEquals(1, searches);
        clock.set(OtherNamespaces.SEARCH_NANOS);
        dump(8);
        assertEquals(2, searches);
    }

    @Test
    void shouldSearchLessOftenIfASearchTakesLong() throws IOException {
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

    /** The path of a namespace may be that of a process that has ended: it is searched for once more, and not tried again after that. */
    @Test
    void shouldNotTryAgainWhatItCouldNotEnter() throws IOException {
        there = missing("a", "b");
        dump(8);
        assertEquals(2, searches);
        dump(8);
        assertEquals(2, searches, "nothing is left to enter");
        assertEquals(0, others.left());
    }

    @Test
    void shouldCountThoseBeyondTheMaximum() throws IOException {
        there = missing("a", "b", "c", "d", "e");
        dump(3);
        assertEquals(2, others.left());
    }

    @Test
    void shouldKeepWhatItKnowsIfTheSearchFails() throws IOException {
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
