package io.tcpprobe.agent.groups;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
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
