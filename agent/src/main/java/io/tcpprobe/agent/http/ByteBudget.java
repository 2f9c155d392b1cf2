package io.tcpprobe.agent.http;

import java.util.HashMap;
import java.util.Map;

/**
 * Limits the bytes that all answers together may use while they are built or sent, and each client's share of them. Thread-safe.
 */
final class ByteBudget {
    /** One client gets at most 3 of 4 parts, so that the others get something. */
    private static final int PARTS = 4;

    private final long total;
    private final Map<Object, Long> byClient = new HashMap<>();
    private long taken;

    /** Creates a budget of this many bytes. */
    ByteBudget(long total) {
        this.total = total;
    }

    /** Returns the maximum bytes for one client, and so of one answer. */
    long largest() {
        return total / PARTS * (PARTS - 1);
    }

    /** Takes bytes for a client; returns false if not enough are available. */
    synchronized boolean take(Object client, long bytes) {
        long own = byClient.getOrDefault(client, 0L);
        if (taken + bytes > total || own + bytes > largest()) {
            return false;
        }
        taken += bytes;
        byClient.put(client, own + bytes);
        return true;
    }

    /** Returns bytes to the budget. */
    synchronized void release(Object client, long bytes) {
        taken -= bytes;
        byClient.computeIfPresent(client, (_, own) -> own <= bytes ? null : own - bytes);
    }

    /** Returns the bytes taken by all clients. */
    synchronized long taken() {
        return taken;
    }
}
