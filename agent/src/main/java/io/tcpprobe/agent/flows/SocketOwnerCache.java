package io.tcpprobe.agent.flows;

import io.tcpprobe.agent.core.Freshness;
import io.tcpprobe.agent.core.RefreshingCache;
import io.tcpprobe.kernel.proc.SocketOwners;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * The processes that have sockets open. A scan reads all descriptors of all processes, which takes long where there are many: the next scan
 * begins at the earliest 20 times the duration of the last one after it, so that scans use at most a twentieth of one processor. Within
 * that limit, a snapshot gets the owners of a scan that ended after the snapshot was taken, so that what is served is at most
 * {@code snapshotage} and one scan old. Where the limit applies, a caller gets the last scan while the next runs.
 */
public final class SocketOwnerCache {
    private static final int REST = 20;

    /** Scans. */
    @FunctionalInterface
    public interface Scanner {
        /**
         * Scans.
         *
         * @throws IOException if the processes cannot be listed
         */
        SocketOwners scan() throws IOException;
    }

    private final RefreshingCache<SocketOwners> cache;

    /**
     * Has not scanned yet.
     *
     * @param scanner scans the processes
     * @param background scans while callers go on; may discard a task while it runs another
     */
    public SocketOwnerCache(Scanner scanner, LongSupplier monotonicNanos, Executor background) {
        this.cache = new RefreshingCache<>(
                new RefreshingCache.Options<>(
                        "find the owners of sockets",
                        _ -> scanner.scan(),
                        RefreshingCache.WhileReading.WAIT,
                        background),
                RefreshingCache.Reading.none(SocketOwners.NONE),
                monotonicNanos);
    }

    /** A failed scan counts as one: it is not repeated at once. */
    private static Freshness freshness(RefreshingCache.Reading<SocketOwners> scan, long takenNanos, long nowNanos) {
        long rested = nowNanos - scan.endedNanos();
        if (scan.endedNanos() - takenNanos >= 0 || rested < REST * scan.tookNanos()) {
            return Freshness.FRESH;
        }
        return rested < (REST + 1) * scan.tookNanos() ? Freshness.AGING : Freshness.STALE;
    }

    /** Returns true if {@link #of} does not wait for a scan. */
    boolean ready(long takenNanos) {
        return cache.available((scan, now) -> freshness(scan, takenNanos, now)).isPresent();
    }

    /**
     * Returns the owners for a snapshot.
     *
     * @param takenNanos when the snapshot was taken, in CLOCK_MONOTONIC
     */
    public SocketOwners of(long takenNanos) {
        return cache.current((scan, now) -> freshness(scan, takenNanos, now));
    }
}
