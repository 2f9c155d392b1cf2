package io.tcpprobe.agent.push;

import io.tcpprobe.agent.core.Backoff;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One kind of batch of a {@link Sender}: the batch that is sent again until it is accepted, and when. A receiver that refuses one kind does
 * not delay the others. Not thread-safe.
 */
final class Lane {
    private final Source source;
    private final Backoff backoff;
    private @Nullable PushBatch pending;
    private String failure = "";
    private long retryNanos;

    /** Where the batches come from. */
    interface Source {
        /** Returns in how many nanoseconds there is a batch, 0 or less if there is one; empty if that depends on others. */
        OptionalLong nanosToNext(long nowNanos);

        /** Removes and returns the next batch; empty if there is none. */
        Optional<PushBatch> next(long nowNanos);

        /** Reads what {@link #next} returns. It may take its time: the lock is not held. */
        default void prepare() {}

        /** Returns true if a batch that is to be sent again is replaced by a new one, which includes it. */
        default boolean replaces() {
            return false;
        }
    }

    Lane(Source source, PushTimes times, RandomGenerator random) {
        this.source = source;
        this.backoff = new Backoff(times.firstPause(), times.lastPause(), random);
    }

    /** Returns in how many nanoseconds it can send, 0 or less if now; empty if there is nothing to send. */
    OptionalLong nanosToNext(long nowNanos) {
        return pending == null ? source.nanosToNext(nowNanos) : OptionalLong.of(retryNanos - nowNanos);
    }

    /** Reads what {@link #next} returns, unless a batch is to be sent again as it is; the lock is not held. */
    void prepare() {
        if (pending == null || source.replaces()) {
            source.prepare();
        }
    }

    /** Returns the batch to send now; empty if there is none. */
    Optional<PushBatch> next(long nowNanos) {
        if (pending == null || source.replaces()) {
            pending = source.next(nowNanos).orElse(null);
        }
        return Optional.ofNullable(pending);
    }

    /** Returns the number of items that are to be sent again. */
    int waiting() {
        return pending == null ? 0 : pending.size();
    }

    /** Returns why the last attempt failed; empty after a success. */
    String failure() {
        return failure;
    }

    /**
     * Notes that nothing more becomes of the batch.
     *
     * @param why why it was not accepted; empty if it was
     */
    void done(String why) {
        pending = null;
        failure = why;
        backoff.reset();
    }

    /** Lets the batch wait for a growing pause. */
    void later(long nowNanos, String why) {
        failure = why;
        retryNanos = nowNanos + backoff.nextNanos();
    }
}
