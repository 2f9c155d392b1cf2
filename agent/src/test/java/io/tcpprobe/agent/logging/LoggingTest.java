package io.tcpprobe.agent.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
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
                        LogTarget.OTHER,
                        "io.tcpprobe.agent.flows.FlowSnapshotCache",
                        Level.WARN,
                        "read source {}: {}",
                        "diag",
                        "EPERM"));
        assertEquals(
                "12:00:00 INFO  tcpprobe.audit: probetime 500 -> 5\n",
                line(LogTarget.TERMINAL, "tcpprobe.audit", Level.INFO, "probetime 500 -> 5"));
    }

    @Test
    void shouldNotLetMessagesForgeLinesOrSteerTheTerminal() {
        assertEquals(
                "12:00:00 INFO  X: user a\\x0a12:00:00\\x1b[2J\\x9b\n",
                line(LogTarget.TERMINAL, "x.X", Level.INFO, "user {}", "a\n12:00:00\u001b[2J\u009b"));
    }

    @Test
    void shouldBeginLinesOfTheJournalWithTheirPriority() {
        assertEquals("<3>ERROR X: broken\n", line(LogTarget.JOURNAL, "x.X", Level.ERROR, "broken"));
        assertEquals("<4>WARN  X: odd\n", line(LogTarget.JOURNAL, "x.X", Level.WARN, "odd"));
        assertEquals("<6>INFO  X: done\n", line(LogTarget.JOURNAL, "x.X", Level.INFO, "done"));
        assertEquals("<7>DEBUG X: doing\n", line(LogTarget.JOURNAL, "x.X", Level.DEBUG, "doing"));
        assertEquals("<7>TRACE X: doing\n", line(LogTarget.JOURNAL, "x.X", Level.TRACE, "doing"));
        assertEquals(
                "<5>INFO  tcpprobe.audit: probetime 500 -> 5\n",
                line(LogTarget.JOURNAL, Logging.AUDIT, Level.INFO, "probetime 500 -> 5"));
    }

    @Test
    void shouldNotLetMessagesForgeLinesOrPrioritiesOfTheJournal() {
        assertEquals(
                "<6>INFO  X: user a\\x0a<0>forged\n",
                line(LogTarget.JOURNAL, "x.X", Level.INFO, "user {}", "a\n<0>forged"));
        assertEquals("<6>INFO  X: <0>forged\n", line(LogTarget.JOURNAL, "x.X", Level.INFO, "{}", "<0>forged"));
    }

    @Test
    void shouldBeginEachLineOfAStackTraceInTheJournalWithThePriority() {
        LoggingEvent event = event("x.X", Level.ERROR, "failed");
        event.setThrowableProxy(new ThrowableProxy(new IllegalStateException("outer", new IOException("in\u001bner"))));
        String text = new LineLayout(LogTarget.JOURNAL, ZoneOffset.UTC).doLayout(event);
        List<String> lines = text.lines().toList();
        assertEquals("<3>ERROR X: failed", lines.get(0));
        assertEquals("<3>java.lang.IllegalStateException: outer", lines.get(1));
        assertTrue(lines.get(2).startsWith("<3>\tat "), text);
        assertTrue(lines.stream().allMatch(line -> line.startsWith("<3>")), text);
        assertTrue(lines.contains("<3>Caused by: java.io.IOException: in\\x1bner"), text);
    }

    @Test
    void shouldFindTheJournalByDeviceAndInode() throws Exception {
        Path file = Files.createTempFile("tcpprobe", ".log");
        Path link = file.resolveSibling(file.getFileName() + ".link");
        try {
            Files.createSymbolicLink(link, file);
            String stream = Files.getAttribute(file, "unix:dev") + ":" + Files.getAttribute(file, "unix:ino");
            assertEquals(LogTarget.JOURNAL, LogTarget.of(link, Map.of("JOURNAL_STREAM", stream)));
            assertEquals(LogTarget.OTHER, LogTarget.of(link, Map.of("JOURNAL_STREAM", stream + "1")));
            assertEquals(LogTarget.OTHER, LogTarget.of(link, Map.of()));
            assertEquals(LogTarget.OTHER, LogTarget.of(link.resolveSibling("none"), Map.of("JOURNAL_STREAM", stream)));
            Files.delete(link);
            Files.createSymbolicLink(link, Path.of("/dev/pts/7"));
            assertEquals(LogTarget.TERMINAL, LogTarget.of(link, Map.of("JOURNAL_STREAM", stream)));
        } finally {
            Files.deleteIfExists(link);
            Files.deleteIfExists(file);
        }
    }

    private static String line(LogTarget target, String logger, Level level, String message, Object... values) {
        return new LineLayout(target, ZoneOffset.UTC).doLayout(event(logger, level, message, values));
    }

    private static LoggingEvent event(String logger, Level level, String message, Object... values) {
        LoggingEvent event = new LoggingEvent();
        event.setLoggerName(logger);
        event.setLevel(level);
        event.setMessage(message);
        event.setArgumentArray(values);
        event.setInstant(Instant.parse("2026-01-31T12:00:00.250Z"));
        event.setKeyValuePairs(List.<KeyValuePair>of());
        return event;
    }
}
