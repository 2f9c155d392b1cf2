package io.tcpprobe.agent.sockets;

import io.tcpprobe.agent.logging.LastFailure;
import io.tcpprobe.kernel.SocketColumns;
import io.tcpprobe.kernel.proc.SocketOwners;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which process has which socket open, when asked. All descriptors of all processes are looked at for that, which may take
 * its time where there are many: the next look is never sooner than twenty times what the last one took, so it is at most a
 * twentieth of one processor; and while the owner of every socket is known, it is ten seconds off. A socket that is younger than
 * the last look has no known owner until then. Whoever asks waits for a look only if the last one is more than a minute old,
 * or took no time to speak of; else it is done aside.
 */
final class OwnerWatch {
    private static final Logger LOG = LoggerFactory.getLogger(OwnerWatch.class);
    private static final int REST = 20;
    private static final long NOTHING_NEW_NANOS = 10_000_000_000L;
    private static final long KEPT_NANOS = 60_000_000_000L;
    private static final long NOTICEABLE_NANOS = 5_000_000;

    /** A look, when it ended and what it took. */
    private record Look(SocketOwners owners, long endedNanos, long tookNanos) {
        /** Whether it is time for another. */
        boolean isOld(long now) {
            return now - endedNanos >= REST * tookNanos;
        }

        /** Whether another could tell no more of these sockets, but for those that have changed hands. */
        boolean isEnough(SocketColumns sockets, long now) {
            return now - endedNanos < NOTHING_NEW_NANOS && owners.knowAll(sockets);
        }

        /** Whether it is served. An old one is if another would take long. */
        boolean atHand(long now) {
            return !isOld(now) || tookNanos >= NOTICEABLE_NANOS && now - endedNanos < KEPT_NANOS;
        }
    }

    /** Looks. */
    @FunctionalInterface
    interface Finder {
        SocketOwners find() throws IOException;
    }

    private final Finder finder;
    private final LongSupplier monotonicNanos;
    private final Executor aside;
    private final LastFailure failure = new LastFailure();

    private volatile @Nullable Look last;

    /**
     * Has not looked yet.
     *
     * @param finder looks at the processes
     * @param aside looks while others go on; may leave it undone if it looks already
     */
    OwnerWatch(Finder finder, LongSupplier monotonicNanos, Executor aside) {
        this.finder = finder;
        this.monotonicNanos = monotonicNanos;
        this.aside = aside;
    }

    /** Whether {@link #of} gives them without looking first, whatever the sockets. */
    boolean atHand() {
        Look known = last;
        return known != null && known.atHand(monotonicNanos.getAsLong());
    }

    /** The owners of sockets, as new as they may be. */
    SocketOwners of(SocketColumns sockets) {
        Look known = last;
        long now = monotonicNanos.getAsLong();
        if (known == null) {
            return look().owners;
        }
        if (known.isOld(now) && !known.isEnough(sockets, now)) {
            if (!known.atHand(now)) {
                return look().owners;
            }
            aside.execute(this::look);
        }
        return known.owners;
    }

    /** Looks, unless somebody else just did. */
    private synchronized Look look() {
        Look known = last;
        long begin = monotonicNanos.getAsLong();
        if (known != null && !known.isOld(begin)) {
            return known;
        }
        SocketOwners owners = known == null ? SocketOwners.NONE : known.owners;
        try {
            owners = finder.find();
            failure.over();
        } catch (IOException failed) {
            if (failure.isNew(failed.toString())) {
                LOG.warn("find the owners of sockets: {}; the last known are served", failed.getMessage());
            }
        }
        long end = monotonicNanos.getAsLong();
        Look looked = new Look(owners, end, end - begin);
        last = looked;
        return looked;
    }
}
