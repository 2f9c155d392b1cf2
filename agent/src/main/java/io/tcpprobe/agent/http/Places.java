package io.tcpprobe.agent.http;

import java.util.HashMap;
import java.util.Map;

/** A limited number of places for requests, of which one client gets at most three quarters. Thread-safe. */
final class Places {
    private final int total;
    private final int share;
    private final Map<Object, Integer> byClient = new HashMap<>();
    private int taken;

    Places(int total) {
        this.total = total;
        this.share = Math.max(1, total * 3 / 4);
    }

    /** Takes a place for a client; returns false if none is available for it. */
    synchronized boolean take(Object client) {
        if (taken >= total || byClient.getOrDefault(client, 0) >= share) {
            return false;
        }
        byClient.merge(client, 1, Integer::sum);
        taken++;
        return true;
    }

    /** Releases a place. */
    synchronized void release(Object client) {
        byClient.computeIfPresent(client, (_, places) -> places == 1 ? null : places - 1);
        taken--;
    }
}
