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
 * Logs events that a stranger can cause, so that no number of them fills the log. The first event of each kind and source within
 * an hour is one line; the others are counted, and the counts are logged once the hour is over. An hour has at most
 * {@value #MAX_LINES_PER_KIND} lines of a kind and {@value #MAX_LINES} lines in all, of at most {@value #MAX_CHARACTERS}
 * characters each, without stack traces. Events that are not logged appear at {@code debug} 2. Thread-safe.
 *
 * <p>The bound is per instance: a connector has one for all that it logs about its clients.
 */
public final class BoundedLog {
    /** Lines of one kind within an hour. */
    public static final int MAX_LINES_PER_KIND = 20;

    /** Lines of all kinds within an hour, without the line that reports the counts. */
    public static final int MAX_LINES = 60;

    /** Characters of a line's message. */
    public static final int MAX_CHARACTERS = 500;

    /** Kinds whose events are counted apart; the events of further kinds are counted together. */
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
     * A log in which nothing has been logged yet.
     *
     * @param monotonicNanos a monotonic clock, in nanoseconds
     */
    public BoundedLog(LongSupplier monotonicNanos) {
        this(monotonicNanos, CompletableFuture.delayedExecutor(HOUR_NANOS, TimeUnit.NANOSECONDS));
    }

    /** @param afterAnHour runs what it is given an hour later, when the counts are due though no further event comes */
    BoundedLog(LongSupplier monotonicNanos, Executor afterAnHour) {
        this.monotonicNanos = monotonicNanos;
        this.afterAnHour = afterAnHour;
        this.begin = monotonicNanos.getAsLong();
    }

    /**
     * Logs a warning about an event, or counts it.
     *
     * @param logger where the line goes
     * @param kind what happened, one of a few constant texts: it is counted by this, and named by it in the counts
     * @param source who caused it, without what differs each time: an address without the port
     * @param message the line; what it quotes from the network may be cut
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

    /** Returns what a line ends with; null if the event is counted only. */
    private synchronized @Nullable String admit(String kind, String source) {
        int lines = linesOfKind.getOrDefault(kind, 0);
        if (lines < MAX_LINES_PER_KIND && logged.size() < MAX_LINES && logged.add(new Event(kind, cut(source)))) {
            linesOfKind.put(kind, lines + 1);
            return lines + 1 < MAX_LINES_PER_KIND && logged.size() < MAX_LINES
                    ? "logged once an hour"
                    : "no more of this is logged for an hour";
        }
        if (suppressed.isEmpty()) {
            afterAnHour.execute(this::reportIfDue);
        }
        boolean known = suppressed.containsKey(kind) || suppressed.size() < MAX_KINDS;
        suppressed.merge(known ? kind : OTHERS, 1L, Long::sum);
        return null;
    }

    /** Begins the next hour if this one is over, and logs what was counted in it. */
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
     * An exception and where it was thrown as part of one line: stack traces are long, and a client that can cause one can cause
     * many. The message of the exception, which may quote the client, comes last.
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
