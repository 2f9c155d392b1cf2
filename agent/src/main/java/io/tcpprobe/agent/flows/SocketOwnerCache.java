package io.tcpprobe.agent.flows;

import io.tcpprobe.agent.core.Freshness;
import io.tcpprobe.agent.core.RefreshingCache;
import io.tcpprobe.kernel.proc.SocketOwners;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * Caches the processes that have sockets open. A scan reads all descriptors of all processes, which is slow on a host with many. After a
 * scan, the next one begins no earlier than 20 times its duration later, so that scans use at most 5 % of one core. Within that limit, a
 * snapshot gets the owners of a scan that ended after the snapshot was taken: served data is at most {@code snapshotage} and one scan old.
 * Where the limit applies, a caller gets the last scan while the next one runs.
 */
public final class SocketOwnerCache {
    private static final int REST = 20;

    /** Scans the processes of the host. */
    @FunctionalInterface
    public interface Scanner {
        /**
         * Returns the current owners.
         *
         * @throws IOException if the processes cannot be listed
         */
        SocketOwners scan() throws IOException;
    }

    private final RefreshingCache<SocketOwners> cache;

    /**
     * Creates a cache; nothing is scanned yet.
     *
     * @param scanner scans the processes
     * @param monotonicNanos CLOCK_MONOTONIC, in nanoseconds
     * @param background scans without blocking callers; may discard a task while it runs another
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

    /** Returns how fresh a scan is. A failed scan counts as a scan, so that it is not repeated immediately. */
    private static Freshness freshness(RefreshingCache.Reading<SocketOwners> scan, long takenNanos, long nowNanos) {
        long elapsedNanos = nowNanos - scan.endedNanos();
        if (scan.endedNanos() - takenNanos >= 0 || elapsedNanos < REST * scan.tookNanos()) {
            return Freshness.FRESH;
        }
        return elapsedNanos < (REST + 1) * scan.tookNanos() ? Freshness.AGING : Freshness.STALE;
    }

    /** Returns true if {@link #of} does not wait for a scan. */
    boolean ready(long takenNanos) {
        return cache.available((scan, now) -> freshness(scan, takenNanos, now)).isPresent();
    }

    /**
     * Returns the owners for a snapshot.
     *
     * @param takenNanos when the snapshot was taken, in CLOCK_MONOTONIC, in nanoseconds
     */
    public SocketOwners of(long takenNanos) {
        return cache.current((scan, now) -> freshness(scan, takenNanos, now));
    }
}
