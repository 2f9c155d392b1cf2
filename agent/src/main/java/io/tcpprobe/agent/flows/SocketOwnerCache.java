package io.tcpprobe.agent.flows;

import io.tcpprobe.agent.logging.LastFailure;
import io.tcpprobe.kernel.proc.SocketOwners;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which process has which socket open, when asked. All descriptors of all processes are scanned for that, which may take
 * long where there are many: the next scan is never sooner than twenty times what the last one took, so scans use at most a
 * twentieth of one processor. But for that, a snapshot gets the owners of a scan that ended after the snapshot was taken, so what is
 * served is at most {@code snapshotage} and one scan old. The first caller waits for a scan; where the twentieth is the limit, a
 * caller is served the last one while the next runs.
 */
public final class SocketOwnerCache {
    private static final Logger LOG = LoggerFactory.getLogger(SocketOwnerCache.class);
    private static final int REST = 20;

    /** A scan, when it ended and what it took. */
    private record Scan(SocketOwners owners, long endedNanos, long tookNanos) {
        /** Returns true if no other is made for a snapshot of this time. */
        boolean serves(long takenNanos, long now) {
            return endedNanos - takenNanos >= 0 || now - endedNanos < REST * tookNanos;
        }

        /** Returns true if it is served while another runs. */
        boolean tolerable(long now) {
            return now - endedNanos < (REST + 1) * tookNanos;
        }
    }

    /** Scans. */
    @FunctionalInterface
    public interface Finder {
        /**
         * Scans.
         *
         * @throws IOException if the processes cannot be listed
         */
        SocketOwners find() throws IOException;
    }

    private final Finder finder;
    private final LongSupplier monotonicNanos;
    private final Executor background;
    private final LastFailure failure = new LastFailure();

    private volatile @Nullable Scan last;

    /**
     * Has not scanned yet.
     *
     * @param finder scans the processes
     * @param background scans while others go on; may leave it undone if it scans already
     */
    public SocketOwnerCache(Finder finder, LongSupplier monotonicNanos, Executor background) {
        this.finder = finder;
        this.monotonicNanos = monotonicNanos;
        this.background = background;
    }

    /** Returns true if {@link #of} does not wait for a scan. */
    boolean ready(long takenNanos) {
        Scan known = last;
        long now = monotonicNanos.getAsLong();
        return known != null && (known.serves(takenNanos, now) || known.tolerable(now));
    }

    /**
     * The owners for a snapshot.
     *
     * @param takenNanos when the snapshot was taken, in CLOCK_MONOTONIC
     */
    public SocketOwners of(long takenNanos) {
        Scan known = last;
        long now = monotonicNanos.getAsLong();
        if (known != null && known.serves(takenNanos, now)) {
            return known.owners;
        }
        if (known != null && known.tolerable(now)) {
            background.execute(() -> scan(takenNanos));
            return known.owners;
        }
        return scan(takenNanos).owners;
    }

    /** Scans, unless another thread just did. */
    private synchronized Scan scan(long takenNanos) {
        Scan known = last;
        long begin = monotonicNanos.getAsLong();
        if (known != null && known.serves(takenNanos, begin)) {
            return known;
        }
        SocketOwners owners = known == null ? SocketOwners.NONE : known.owners;
        try {
            owners = finder.find();
            failure.over();
        } catch (IOException failed) {
            failure.warn(LOG, "find the owners of sockets", failed, "the last known are served");
        }
        long end = monotonicNanos.getAsLong();
        Scan made = new Scan(owners, end, end - begin);
        last = made;
        return made;
    }
}
