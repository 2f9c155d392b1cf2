package io.tcpprobe.agent.metrics;

/**
 * Predicts the next scrape. A scraper has a fixed interval, so the next scrape follows the last one by the shorter of the last two intervals:
 * two scrapers come in turn. Not thread-safe.
 */
final class ScrapeTimes {
    /** After so many intervals without a scrape, none is expected: the scraper has stopped. */
    private static final long MISSED = 3;

    private static final long NONE = -1;

    private boolean scraped;
    private long lastNanos;
    private long interval = NONE;
    private long intervalBefore = NONE;

    /** Notes a scrape. */
    void add(long nowNanos) {
        if (scraped) {
            intervalBefore = interval;
            interval = nowNanos - lastNanos;
        }
        scraped = true;
        lastNanos = nowNanos;
    }

    /** Returns true if a scrape is expected before a time has passed; false before the second scrape. */
    boolean expectedWithin(long nowNanos, long nanos) {
        if (interval == NONE) {
            return false;
        }
        long shorter = intervalBefore == NONE ? interval : Math.min(interval, intervalBefore);
        long elapsed = nowNanos - lastNanos;
        return elapsed + nanos >= shorter && elapsed <= MISSED * Math.max(interval, intervalBefore);
    }
}
