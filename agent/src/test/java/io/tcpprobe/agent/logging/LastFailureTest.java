package io.tcpprobe.agent.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.parts.Heard;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LastFailureTest {
    private static final Logger LOG = LoggerFactory.getLogger(LastFailureTest.class);

    private final LastFailure failure = new LastFailure();

    @Test
    void shouldReportOnceWhileTheFailureLasts() {
        assertTrue(failure.isNew("no route"));
        assertFalse(failure.isNew("no route"));
        assertTrue(failure.isNew("no memory"));
        assertTrue(failure.isNew("no route"));
    }

    @Test
    void shouldReportAgainAfterRecovery() {
        assertTrue(failure.isNew("no route"));
        failure.over();
        assertTrue(failure.isNew("no route"));
    }

    /** A broken disk fails at one time and works at the next. */
    @Test
    void shouldNotFillTheLogWithIntermittentFailures() {
        try (Heard log = Heard.of(LastFailureTest.class.getName())) {
            for (int i = 0; i < 100; i++) {
                failure.warn(LOG, "read sockets", new IOException("no memory"), "the last are served");
                failure.over();
            }
            assertEquals(
                    List.of("WARN read sockets: no memory; the last are served; logged once an hour"), log.lines());
            for (int i = 0; i < 100; i++) {
                failure.warn(LOG, "read sockets", new IOException("error " + i), "the last are served");
            }
            assertEquals(BoundedLog.MAX_LINES_PER_KIND - 1, log.lines().size());
        }
    }
}
