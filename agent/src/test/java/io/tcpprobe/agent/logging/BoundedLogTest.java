package io.tcpprobe.agent.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.parts.Heard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class BoundedLogTest {
    private static final Logger LOG = LoggerFactory.getLogger(BoundedLogTest.class);
    private static final long HOUR = Duration.ofHours(1).toNanos();

    private final AtomicLong nanos = new AtomicLong(-7);
    private final List<Runnable> later = new ArrayList<>();
    private final BoundedLog log = new BoundedLog(nanos::get, later::add);

    private static Heard hear() {
        return Heard.of("io.tcpprobe.agent.logging");
    }

    @Test
    void shouldLogEachKindAndSourceOnceAnHour() {
        try (Heard heard = hear()) {
            for (int i = 0; i < 3; i++) {
                log.warn(LOG, "malformed", "10.0.0.1", "malformed from 10.0.0.1");
                log.warn(LOG, "malformed", "10.0.0.2", "malformed from 10.0.0.2");
                log.warn(LOG, "version", "10.0.0.1", "version from 10.0.0.1");
            }
            assertEquals(
                    List.of(
                            "WARN malformed from 10.0.0.1; logged once an hour",
                            "WARN malformed from 10.0.0.2; logged once an hour",
                            "WARN version from 10.0.0.1; logged once an hour"),
                    heard.lines());
        }
    }

    @Test
    void shouldLogCountsWithTheFirstEventOfTheNextHour() {
        try (Heard heard = hear()) {
            for (int i = 0; i < 2000; i++) {
                log.warn(LOG, "malformed", "10.0.0.1", "malformed");
            }
            heard.lines();
            nanos.addAndGet(HOUR);
            log.warn(LOG, "malformed", "10.0.0.1", "malformed");
            assertEquals(
                    List.of(
                            "WARN not logged in the last hour: 1999 events: 1999 x malformed",
                            "WARN malformed; logged once an hour"),
                    heard.lines());
        }
    }

    @Test
    void shouldLogCountsThoughNoFurtherEventComes() {
        try (Heard heard = hear()) {
            for (int i = 0; i < 5; i++) {
                log.warn(LOG, "malformed", "10.0.0.1", "malformed");
            }
            heard.lines();
            assertEquals(1, later.size(), "one task for all events of an hour");
            later.getFirst().run();
            assertEquals(List.of(), heard.lines(), "the hour is not over");
            nanos.addAndGet(HOUR);
            later.getFirst().run();
            assertEquals(List.of("WARN not logged in the last hour: 4 events: 4 x malformed"), heard.lines());
        }
    }

    @Test
    void shouldBoundTheLinesOfOneKindAndLeaveRoomForOthers() {
        try (Heard heard = hear()) {
            for (int i = 0; i < 65_536; i++) {
                log.warn(LOG, "malformed", "10.0." + i / 256 + "." + i % 256, "malformed");
            }
            List<String> lines = heard.lines();
            assertEquals(BoundedLog.MAX_LINES_PER_KIND, lines.size());
            assertEquals("WARN malformed; further ones are not logged for an hour", lines.getLast());
            log.warn(LOG, "version", "10.0.0.1", "version");
            assertEquals(List.of("WARN version; logged once an hour"), heard.lines());
        }
    }

    @Test
    void shouldBoundAllLinesAndTheirLength() {
        try (Heard heard = hear()) {
            for (int i = 0; i < 10_000; i++) {
                log.warn(LOG, "kind " + i % 1000, "10.0.0." + i, "x".repeat(10_000));
            }
            nanos.addAndGet(HOUR);
            later.getFirst().run();
            List<String> lines = heard.lines();
            assertEquals(BoundedLog.MAX_LINES + 1, lines.size());
            int most = BoundedLog.MAX_CHARACTERS + 60;
            assertTrue(lines.stream().allMatch(line -> line.length() < most), "one is longer than " + most);
            assertTrue(lines.getLast().startsWith("WARN not logged in the last hour: 9940 events: "), lines::getLast);
        }
    }

    @Test
    void shouldNameWhereAnExceptionWasThrownInOneLine() {
        Throwable thrown = new IllegalStateException("as the test wants it");
        assertTrue(
                BoundedLog.brief(thrown)
                        .matches("IllegalStateException at BoundedLogTest\\.shouldName\\w+:\\d+ < .*"
                                + ": as the test wants it"),
                BoundedLog.brief(thrown));
    }
}
