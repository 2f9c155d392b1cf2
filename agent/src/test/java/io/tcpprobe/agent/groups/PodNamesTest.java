package io.tcpprobe.agent.groups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PodNamesTest {
    private final AtomicLong clock = new AtomicLong(-5_000_000_000L);
    private int requests;
    private Map<String, String> pods = Map.of();
    private Set<String> living = Set.of();
    private boolean fails;
    private final PodNames names = new PodNames(Optional.of(this::answer), clock::get, Runnable::run);

    private Map<String, String> answer() throws IOException {
        requests++;
        if (fails) {
            throw new IOException("refused");
        }
        return pods;
    }

    private void read() {
        names.read(() -> living);
    }

    @Test
    void shouldWaitForTheNameOfANewContainer() {
        read();
        assertFalse(names.settled("new"));
        pods = Map.of("new", "default/web-0");
        clock.addAndGet(PodNames.PAUSE_NANOS - 1);
        read();
        assertEquals(1, requests, "it was asked just now");
        clock.incrementAndGet();
        read();
        assertTrue(names.settled("new"));
        assertEquals(Optional.of("default/web-0"), names.of("new"));
    }

    @Test
    void shouldNotWaitForeverForAContainerWithoutAPod() {
        read();
        assertFalse(names.settled("other"));
        clock.addAndGet(PodNames.UNNAMED_NANOS);
        assertFalse(names.settled("other"), "the kubelet was not asked since");
        read();
        assertTrue(names.settled("other"));
        assertEquals(Optional.empty(), names.of("other"));
    }

    /** Containers outside of pods exist as well, and must not be waited for again and again. */
    @Test
    void shouldWaitForAContainerWithoutAPodOnce() {
        read();
        assertFalse(names.settled("other"));
        for (int i = 0; i < 20; i++) {
            clock.addAndGet(PodNames.UNNAMED_NANOS);
            read();
            assertTrue(names.settled("other"));
        }
    }

    @Test
    void shouldRememberThatALivingContainerHasNoPod() {
        living = Set.of("other");
        names.settled("other");
        names.settled("ended");
        clock.addAndGet(PodNames.FORGOTTEN_NANOS);
        read();
        assertTrue(names.settled("other"));
        assertFalse(names.settled("ended"), "it was forgotten");
    }

    /** Flows of a pod may end, and be counted, after the kubelet has forgotten it. */
    @Test
    void shouldKeepTheNameOfAPodThatHasEnded() {
        pods = Map.of("old", "default/web-0");
        read();
        pods = Map.of("new", "default/web-1");
        clock.addAndGet(PodNames.PAUSE_NANOS);
        read();
        assertEquals(Optional.of("default/web-0"), names.of("old"));
        assertEquals(Optional.of("default/web-1"), names.of("new"));
    }

    @Test
    void shouldKeepABoundedNumberOfNames() {
        living = Set.of("0-7");
        for (int list = 0; list < 3; list++) {
            Map<String, String> many = new HashMap<>();
            for (int i = 0; i < PodNames.MAX_NAMED / 2; i++) {
                many.put(list + "-" + i, "default/web");
            }
            pods = many;
            read();
            clock.addAndGet(PodNames.PAUSE_NANOS);
        }
        assertEquals(Optional.empty(), names.of("0-1"));
        assertEquals(Optional.of("default/web"), names.of("0-7"), "it has a control group");
        assertEquals(Optional.of("default/web"), names.of("2-1"));
    }

    /** A kubelet that was just restarted may answer with an empty list, or with other names. */
    @Test
    void shouldKeepTheNameOfAContainerWhateverTheKubeletAnswersLater() {
        pods = Map.of("a", "default/web-0");
        read();
        for (Map<String, String> other : List.of(Map.<String, String>of(), Map.of("a", "default/other"))) {
            pods = other;
            clock.addAndGet(PodNames.PAUSE_NANOS);
            read();
            assertEquals(Optional.of("default/web-0"), names.of("a"));
        }
        assertEquals(3, requests);
    }

    @Test
    void shouldKeepTheNamesAndWaitLongerWhileTheKubeletFails() {
        pods = Map.of("a", "default/web-0");
        read();
        fails = true;
        clock.addAndGet(PodNames.PAUSE_NANOS);
        read();
        assertEquals(2, requests);
        assertEquals(Optional.of("default/web-0"), names.of("a"));
        assertFalse(names.settled("b"));
        clock.addAndGet(PodNames.UNNAMED_NANOS);
        assertFalse(names.settled("b"), "it may have a pod");
        clock.addAndGet(-PodNames.UNNAMED_NANOS);
        clock.addAndGet(PodNames.FAILURE_PAUSE_NANOS - 1);
        read();
        assertEquals(2, requests);
        fails = false;
        pods = Map.of("b", "default/web-1");
        clock.incrementAndGet();
        read();
        assertEquals(Optional.of("default/web-1"), names.of("b"));
        assertEquals(Optional.of("default/web-0"), names.of("a"));
    }

    @Test
    void shouldWaitForABoundedNumberOfContainers() {
        read();
        for (int i = 0; i < PodNames.MAX_UNNAMED; i++) {
            assertFalse(names.settled("container " + i));
        }
        clock.addAndGet(PodNames.UNNAMED_NANOS);
        assertFalse(names.settled("one more"));
        clock.addAndGet(PodNames.UNNAMED_NANOS);
        read();
        assertTrue(names.settled("container 0"));
        assertFalse(names.settled("one more"), "there is no room for it");
    }

    @Test
    void shouldAskNobodyWithoutAKubelet() {
        PodNames none = new PodNames(Optional.empty(), clock::get, Runnable::run);
        none.read(Set::of);
        assertFalse(none.exist());
        assertTrue(none.settled("a"));
        assertEquals(Optional.empty(), none.of("a"));
    }
}
