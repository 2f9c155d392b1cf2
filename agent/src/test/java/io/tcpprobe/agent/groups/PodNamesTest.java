package io.tcpprobe.agent.groups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PodNamesTest {
    private final AtomicLong clock = new AtomicLong(-5_000_000_000L);
    private int requests;
    private Map<String, String> pods = Map.of();
    private boolean fails;
    private final PodNames names = new PodNames(Optional.of(this::answer), clock::get, Runnable::run);

    private Map<String, String> answer() throws IOException {
        requests++;
        if (fails) {
            throw new IOException("refused");
        }
        return pods;
    }

    @Test
    void shouldWaitForTheNameOfANewContainer() {
        names.read();
        assertFalse(names.settled("new"));
        pods = Map.of("new", "default/web-0");
        clock.addAndGet(PodNames.PAUSE_NANOS - 1);
        names.read();
        assertEquals(1, requests, "it was asked just now");
        clock.incrementAndGet();
        names.read();
        assertTrue(names.settled("new"));
        assertEquals(Optional.of("default/web-0"), names.of("new"));
    }

    @Test
    void shouldNotWaitForeverForAContainerWithoutAPod() {
        names.read();
        assertFalse(names.settled("other"));
        clock.addAndGet(PodNames.UNNAMED_NANOS);
        assertTrue(names.settled("other"));
        assertEquals(Optional.empty(), names.of("other"));
    }

    /** Containers outside of pods exist as well, and must not be waited for again and again. */
    @Test
    void shouldWaitForAContainerWithoutAPodOnce() {
        names.read();
        assertFalse(names.settled("other"));
        for (int i = 0; i < 20; i++) {
            clock.addAndGet(PodNames.UNNAMED_NANOS);
            names.read();
            assertTrue(names.settled("other"));
        }
    }

    /** Flows of a pod may end, and be counted, after the kubelet has forgotten it. */
    @Test
    void shouldKeepTheNameOfAPodThatHasEnded() {
        pods = Map.of("old", "default/web-0");
        names.read();
        pods = Map.of("new", "default/web-1");
        clock.addAndGet(PodNames.PAUSE_NANOS);
        names.read();
        assertEquals(Optional.of("default/web-0"), names.of("old"));
        assertEquals(Optional.of("default/web-1"), names.of("new"));
    }

    @Test
    void shouldKeepABoundedNumberOfNames() {
        for (int list = 0; list < 3; list++) {
            Map<String, String> many = new HashMap<>();
            for (int i = 0; i < PodNames.MAX_NAMED / 2; i++) {
                many.put(list + "-" + i, "default/web");
            }
            pods = many;
            names.read();
            clock.addAndGet(PodNames.PAUSE_NANOS);
        }
        assertEquals(Optional.empty(), names.of("0-1"));
        assertEquals(Optional.of("default/web"), names.of("2-1"));
    }

    @Test
    void shouldKeepTheNamesAndWaitLongerWhileTheKubeletFails() {
        pods = Map.of("a", "default/web-0");
        names.read();
        fails = true;
        clock.addAndGet(PodNames.PAUSE_NANOS);
        names.read();
        assertEquals(2, requests);
        assertEquals(Optional.of("default/web-0"), names.of("a"));
        assertTrue(names.settled("b"), "nothing is waited for");
        clock.addAndGet(PodNames.FAILURE_PAUSE_NANOS - 1);
        names.read();
        assertEquals(2, requests);
        fails = false;
        clock.incrementAndGet();
        names.read();
        assertFalse(names.settled("b"));
    }

    @Test
    void shouldWaitForABoundedNumberOfContainers() {
        names.read();
        for (int i = 0; i < PodNames.MAX_UNNAMED; i++) {
            assertFalse(names.settled("container " + i));
        }
        assertTrue(names.settled("one more"));
        assertFalse(names.settled("container 0"));
    }

    @Test
    void shouldAskNobodyWithoutAKubelet() {
        PodNames none = new PodNames(Optional.empty(), clock::get, Runnable::run);
        none.read();
        assertTrue(none.settled("a"));
        assertEquals(Optional.empty(), none.of("a"));
    }
}
