package io.tcpprobe.agent.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/**
 * One event, one line: time, level, the logger's short name, message. An exception's stack trace follows on lines of its own.
 *
 * <pre>
 *   2026-01-31T12:00:00.000+01:00 WARN  Snapshots: read source diag: ...
 *   12:00:00 WARN  Snapshots: read source diag: ...                            on a terminal
 * </pre>
 */
final class LineLayout extends LayoutBase<ILoggingEvent> {
    private static final int LEVEL_WIDTH = 5;

    private final DateTimeFormatter time;

    /**
     * Creates a layout.
     *
     * @param terminal true to omit the date, for a reader at a terminal
     * @param zone the time zone of the times
     */
    LineLayout(boolean terminal, ZoneId zone) {
        time = DateTimeFormatter.ofPattern(terminal ? "HH:mm:ss" : "yyyy-MM-dd'T'HH:mm:ss.SSSxxx")
                .withZone(zone);
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160);
        time.formatTo(event.getInstant(), line);
        String level = event.getLevel().toString();
        line.append(' ').append(level).repeat(' ', LEVEL_WIDTH - level.length() + 1);
        line.append(shortName(event.getLoggerName())).append(": ");
        appendVisible(event.getFormattedMessage(), line);
        line.append('\n');
        if (event.getThrowableProxy() != null) {
            line.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        return line.toString();
    }

    /** Returns the name of a class without its package; other names unchanged. */
    private static String shortName(String logger) {
        int dot = logger.lastIndexOf('.') + 1;
        return dot < logger.length() && Character.isUpperCase(logger.charAt(dot)) ? logger.substring(dot) : logger;
    }

    /**
     * Appends a message with control characters made visible: messages may quote the network, and a line break in the quote must not forge
     * a log line or control the terminal.
     */
    private static void appendVisible(String message, StringBuilder line) {
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            if (Character.isISOControl(c)) {
                line.append(String.format("\\x%02x", (int) c));
            } else {
                line.append(c);
            }
        }
    }
}
