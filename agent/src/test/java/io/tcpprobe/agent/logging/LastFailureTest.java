package io.tcpprobe.agent.logging;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LastFailureTest {
    private final LastFailure failure = new LastFailure();

    @Test
    void shouldBeNewOnceWhileItGoesOn() {
        assertTrue(failure.isNew("no route"));
        assertFalse(failure.isNew("no route"));
        assertTrue(failure.isNew("no memory"));
        assertTrue(failure.isNew("no route"));
    }

    @Test
    void shouldBeNewAgainAfterItWasOver() {
        assertTrue(failure.isNew("no route"));
        failure.over();
        assertTrue(failure.isNew("no route"));
    }
}
