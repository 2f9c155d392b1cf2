package io.tcpprobe.agent.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;
import org.snmp4j.log.LogFactory;

class LoggingTest {
    private static final Logger OURS = LoggerFactory.getLogger("io.tcpprobe.agent.Some");
    private static final Logger OTHERS = LoggerFactory.getLogger("org.jolokia.Some");
    private static final Logger AUDIT = LoggerFactory.getLogger(Logging.AUDIT);

    @AfterEach
    void asAtStart() {
        Logging.level(0);
    }

    @Test
    void shouldFollowDebugAtOnce() {
        Logging.level(0);
        assertEquals(
                List.of(true, false, false),
                List.of(OURS.isInfoEnabled(), OURS.isDebugEnabled(), OTHERS.isInfoEnabled()));
        Logging.level(1);
        assertEquals(
                List.of(true, false, false),
                List.of(OURS.isDebugEnabled(), OURS.isTraceEnabled(), OTHERS.isInfoEnabled()));
        Logging.level(2);
        assertEquals(
                List.of(true, true, false),
                List.of(OURS.isTraceEnabled(), OTHERS.isDebugEnabled(), OTHERS.isTraceEnabled()));
        Logging.level(0);
        assertEquals(List.of(false, false), List.of(OURS.isDebugEnabled(), OTHERS.isInfoEnabled()));
    }

    @Test
    void shouldWriteAuditLinesAtAnyDebugLevel() {
        for (long debug = 0; debug <= 2; debug++) {
            Logging.level(debug);
            assertTrue(AUDIT.isInfoEnabled());
        }
    }

    @Test
    void shouldLogOnlyWarningsForCommands() {
        Logging.warningsOnly();
        assertEquals(
                List.of(true, false, false),
                List.of(OURS.isWarnEnabled(), OURS.isInfoEnabled(), AUDIT.isInfoEnabled()));
    }

    @Test
    void shouldBeSetUpByOurCodeAlone() {
        ch.qos.logback.classic.Logger root =
                ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(Logger.ROOT_LOGGER_NAME);
        var appenders = root.iteratorForAppenders();
        var encoder = ((ch.qos.logback.core.ConsoleAppender<?>) appenders.next()).getEncoder();
        assertEquals(
                LineLayout.class,
                ((ch.qos.logback.core.encoder.LayoutWrappingEncoder<?>) encoder)
                        .getLayout()
                        .getClass());
        assertEquals(false, appenders.hasNext());
    }

    @Test
    void shouldReceiveTheLogOfSnmp4j() {
        Logging.start();
        assertEquals(false, LogFactory.getLogger("org.snmp4j.Some").isDebugEnabled());
        Logging.level(2);
        assertTrue(LogFactory.getLogger("org.snmp4j.Some").isDebugEnabled());
        assertEquals("org.snmp4j.Some", LogFactory.getLogger("org.snmp4j.Some").getName());
    }

    @Test
    void shouldWriteOneLineForOneEvent() {
        assertEquals(
                "2026-01-31T12:00:00.250+00:00 WARN  FlowSnapshotCache: read source diag: EPERM\n",
                line(
                        false,
                        "io.tcpprobe.agent.flows.FlowSnapshotCache",
                        Level.WARN,
                        "read source {}: {}",
                        "diag",
                        "EPERM"));
        assertEquals(
                "12:00:00 INFO  tcpprobe.audit: probetime 500 -> 5\n",
                line(true, "tcpprobe.audit", Level.INFO, "probetime 500 -> 5"));
    }

    @Test
    void shouldNotLetMessagesForgeLinesOrSteerTheTerminal() {
        assertEquals(
                "12:00:00 INFO  X: user a\\x0a12:00:00\\x1b[2J\\x9b\n",
                line(true, "x.X", Level.INFO, "user {}", "a\n12:00:00\u001b[2J\u009b"));
    }

    private static String line(boolean terminal, String logger, Level level, String message, Object... values) {
        LoggingEvent event = new LoggingEvent();
        event.setLoggerName(logger);
        event.setLevel(level);
        event.setMessage(message);
        event.setArgumentArray(values);
        event.setInstant(Instant.parse("2026-01-31T12:00:00.250Z"));
        event.setKeyValuePairs(List.<KeyValuePair>of());
        return new LineLayout(terminal, ZoneOffset.UTC).doLayout(event);
    }
}
