package io.tcpprobe.agent.logging;

import ch.qos.logback.classic.Level;
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
 *   &lt;4&gt;WARN  Snapshots: read source diag: ...                                  in the journal, with the priority of syslog(3)
 * </pre>
 */
final class LineLayout extends LayoutBase<ILoggingEvent> {
    private static final int LEVEL_WIDTH = 5;
    private static final int ERROR = 3;
    private static final int WARNING = 4;
    private static final int NOTICE = 5;
    private static final int INFO = 6;
    private static final int DEBUG = 7;

    private final LogTarget target;
    private final DateTimeFormatter time;

    /**
     * Creates a layout.
     *
     * @param target the reader of the lines
     * @param zone the time zone of the times
     */
    LineLayout(LogTarget target, ZoneId zone) {
        this.target = target;
        this.time = DateTimeFormatter.ofPattern(
                        target == LogTarget.TERMINAL ? "HH:mm:ss" : "yyyy-MM-dd'T'HH:mm:ss.SSSxxx")
                .withZone(zone);
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160);
        String prefix = target == LogTarget.JOURNAL ? "<" + priority(event) + ">" : "";
        line.append(prefix);
        if (target != LogTarget.JOURNAL) {
            time.formatTo(event.getInstant(), line);
            line.append(' ');
        }
        String level = event.getLevel().toString();
        line.append(level).repeat(' ', LEVEL_WIDTH - level.length() + 1);
        line.append(shortName(event.getLoggerName())).append(": ");
        appendVisible(event.getFormattedMessage(), line);
        line.append('\n');
        if (event.getThrowableProxy() != null) {
            ThrowableProxyUtil.asString(event.getThrowableProxy())
                    .lines()
                    .forEach(traced -> appendTraced(traced, prefix, line));
        }
        return line.toString();
    }

    /** Returns the priority of syslog(3). The audit of what is changed is a notice: normal, but significant. */
    private static int priority(ILoggingEvent event) {
        return switch (event.getLevel().toInt()) {
            case Level.ERROR_INT -> ERROR;
            case Level.WARN_INT -> WARNING;
            case Level.INFO_INT -> event.getLoggerName().equals(Logging.AUDIT) ? NOTICE : INFO;
            default -> DEBUG;
        };
    }

    /** Returns the name of a class without its package; other names unchanged. */
    private static String shortName(String logger) {
        int dot = logger.lastIndexOf('.') + 1;
        return dot < logger.length() && Character.isUpperCase(logger.charAt(dot)) ? logger.substring(dot) : logger;
    }

    /** Appends a line of a stack trace, which keeps its indentation. */
    private static void appendTraced(String traced, String prefix, StringBuilder line) {
        String text = traced.stripLeading();
        line.append(prefix).append(traced, 0, traced.length() - text.length());
        appendVisible(text, line);
        line.append('\n');
    }

    /**
     * Appends a message with control characters made visible: messages may quote the network, and a line break in the quote must not forge
     * a log line or control the terminal.
     */
    static void appendVisible(String message, StringBuilder line) {
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
