package io.tcpprobe.agent.logging;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Logs events that any client can cause, without filling the log. The first event of each kind and source within an hour is one line; the
 * others are counted, and the counts are logged once the hour is over. An hour has at most {@value #MAX_LINES_PER_KIND} lines of a kind and
 * {@value #MAX_LINES} lines in all, of at most {@value #MAX_CHARACTERS} characters each, without stack traces. Events that are not logged
 * appear at {@code debug} 2. Thread-safe.
 *
 * <p>The bound is per instance: a connector has one for everything that it logs about its clients.
 */
public final class BoundedLog {
    /** Lines of one kind within an hour. */
    public static final int MAX_LINES_PER_KIND = 20;

    /** Lines of all kinds within an hour, without the line that reports the counts. */
    public static final int MAX_LINES = 60;

    /** Characters of a line's message. */
    public static final int MAX_CHARACTERS = 500;

    /** Kinds whose events are counted separately; the events of further kinds are counted together. */
    static final int MAX_KINDS = 30;

    private static final Logger LOG = LoggerFactory.getLogger(BoundedLog.class);
    private static final long HOUR_NANOS = Duration.ofHours(1).toNanos();
    private static final int MAX_FRAMES = 4;
    private static final String OTHERS = "other events";

    private record Event(String kind, String source) {}

    private final LongSupplier monotonicNanos;
    private final Executor afterAnHour;
    private final Set<Event> logged = new HashSet<>();
    private final Map<String, Integer> linesOfKind = new HashMap<>();
    private final Map<String, Long> suppressed = new TreeMap<>();
    private long begin;

    /**
     * Creates a log.
     *
     * @param monotonicNanos a monotonic clock, in nanoseconds
     */
    public BoundedLog(LongSupplier monotonicNanos) {
        this(monotonicNanos, CompletableFuture.delayedExecutor(HOUR_NANOS, TimeUnit.NANOSECONDS));
    }

    /**
     * Creates a log.
     *
     * @param afterAnHour runs a task one hour later, so that the counts are logged even if no further event occurs
     */
    BoundedLog(LongSupplier monotonicNanos, Executor afterAnHour) {
        this.monotonicNanos = monotonicNanos;
        this.afterAnHour = afterAnHour;
        this.begin = monotonicNanos.getAsLong();
    }

    /**
     * Logs a warning about an event, or counts it.
     *
     * @param logger the destination of the line
     * @param kind what happened, one of a few constant texts; events are counted by it, and it names them in the report
     * @param source the client that caused it, without the parts that change each time: an address without the port
     * @param message the message; text quoted from the network may be truncated
     */
    public void warn(Logger logger, String kind, String source, String message) {
        log(logger, Level.WARN, kind, source, message);
    }

    /**
     * Logs an event, or counts it, see {@link #warn}.
     *
     * @param level the level of the line
     */
    public void log(Logger logger, Level level, String kind, String source, String message) {
        reportIfDue();
        String note = admit(kind, source);
        if (note != null) {
            logger.atLevel(level).log("{}; {}", cut(message), note);
        } else {
            logger.trace("{}", message);
        }
    }

    /** Returns the suffix of the line; null if the event is counted only. */
    private synchronized @Nullable String admit(String kind, String source) {
        int lines = linesOfKind.getOrDefault(kind, 0);
        if (lines < MAX_LINES_PER_KIND && logged.size() < MAX_LINES && logged.add(new Event(kind, cut(source)))) {
            linesOfKind.put(kind, lines + 1);
            return lines + 1 < MAX_LINES_PER_KIND && logged.size() < MAX_LINES
                    ? "logged once an hour"
                    : "further ones are not logged for an hour";
        }
        if (suppressed.isEmpty()) {
            afterAnHour.execute(this::reportIfDue);
        }
        boolean known = suppressed.containsKey(kind) || suppressed.size() < MAX_KINDS;
        suppressed.merge(known ? kind : OTHERS, 1L, Long::sum);
        return null;
    }

    /** If the hour is over, logs what was counted in it, and begins the next one. */
    private void reportIfDue() {
        String counts = nextHour();
        if (!counts.isEmpty()) {
            LOG.warn("not logged in the last hour: {}", cut(counts));
        }
    }

    private synchronized String nextHour() {
        long now = monotonicNanos.getAsLong();
        if (now - begin < HOUR_NANOS) {
            return "";
        }
        String counts = suppressed.isEmpty()
                ? ""
                : suppressed.values().stream().mapToLong(Long::longValue).sum() + " events: "
                        + suppressed.entrySet().stream()
                                .map(count -> count.getValue() + " x " + count.getKey())
                                .collect(Collectors.joining(", "));
        logged.clear();
        linesOfKind.clear();
        suppressed.clear();
        begin = now;
        return counts;
    }

    private static String cut(String message) {
        return message.length() <= MAX_CHARACTERS ? message : message.substring(0, MAX_CHARACTERS - 3) + "...";
    }

    /**
     * Returns an exception and where it was thrown as part of one line: a client that can cause one exception can cause many, and stack
     * traces are long. The exception's message, which may quote the client, comes last.
     */
    public static String brief(Throwable thrown) {
        StringBuilder text = new StringBuilder(thrown.getClass().getSimpleName());
        StackTraceElement[] frames = thrown.getStackTrace();
        for (int i = 0; i < Math.min(frames.length, MAX_FRAMES); i++) {
            String type = frames[i].getClassName();
            text.append(i == 0 ? " at " : " < ")
                    .append(type, type.lastIndexOf('.') + 1, type.length())
                    .append('.')
                    .append(frames[i].getMethodName())
                    .append(':')
                    .append(frames[i].getLineNumber());
        }
        return thrown.getMessage() == null
                ? text.toString()
                : text.append(": ").append(thrown.getMessage()).toString();
    }
}
