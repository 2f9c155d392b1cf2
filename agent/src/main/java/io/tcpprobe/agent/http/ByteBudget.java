package io.tcpprobe.agent.http;

import java.util.HashMap;
import java.util.Map;

/**
 * How many bytes all answers together may take, made or being sent, and how many of these one client. Used by several
 * threads.
 */
final class ByteBudget {
    /** A client's share of the whole: 3 of 4 parts, so that the others get something. */
    private static final int PARTS = 4;

    private final long total;
    private final Map<Object, Long> byClient = new HashMap<>();
    private long taken;

    /** So many bytes. */
    ByteBudget(long total) {
        this.total = total;
    }

    /** The most that one client can have, and so the largest answer. */
    long largest() {
        return total / PARTS * (PARTS - 1);
    }

    /** Takes bytes for a client; false if there are not enough now. */
    synchronized boolean take(Object client, long bytes) {
        long own = byClient.getOrDefault(client, 0L);
        if (taken + bytes > total || own + bytes > largest()) {
            return false;
        }
        taken += bytes;
        byClient.put(client, own + bytes);
        return true;
    }

    /** Gives bytes back. */
    synchronized void giveBack(Object client, long bytes) {
        taken -= bytes;
        byClient.computeIfPresent(client, (_, own) -> own <= bytes ? null : own - bytes);
    }

    /** What is taken by all. */
    synchronized long taken() {
        return taken;
    }
}
