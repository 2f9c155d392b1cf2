package io.tcpprobe.agent.core;

import io.tcpprobe.agent.logging.LastFailure;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value that is read on demand and kept for as long as its policy allows. One thread reads at a time; meanwhile, other callers get the
 * last value. A value that takes long to read is read again in the background before it is too old, if a caller asks for it then. Nothing
 * is read while nobody asks. If reading fails, the last value is served and the failure is logged once.
 *
 * @param <T> the value, immutable
 */
public final class RefreshingCache<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RefreshingCache.class);

    /** Reads the value. */
    @FunctionalInterface
    public interface Reader<T> {
        /**
         * Reads.
         *
         * @param last the value read last
         * @throws IOException if it cannot be read; the last one stays
         */
        T read(T last) throws IOException;
    }

    /** Whether a value may still be served. */
    @FunctionalInterface
    public interface Policy<T> {
        /** Returns how fresh a value is at this time, in nanoseconds of the cache's clock. */
        Freshness of(Reading<T> reading, long nowNanos);
    }

    /** What a caller gets that needs a new value while another thread reads one. */
    public enum WhileReading {
        /** The last value, at once. */
        SERVE_LAST,
        /** The new value, after waiting for it. */
        WAIT
    }

    /**
     * A value and how it was read, in nanoseconds of the cache's clock.
     *
     * @param value the value
     * @param beganNanos when reading began
     * @param endedNanos when reading ended
     * @param outcome how it ended
     */
    public record Reading<T>(T value, long beganNanos, long endedNanos, Outcome outcome) {
        /** A value that is served until the first one is read. */
        public static <T> Reading<T> none(T value) {
            return new Reading<>(value, 0, 0, Outcome.NOT_READ);
        }

        /** A value that was read. */
        public static <T> Reading<T> of(T value, long beganNanos, long endedNanos) {
            return new Reading<>(value, beganNanos, endedNanos, Outcome.READ);
        }

        /** How long reading took, in nanoseconds. */
        public long tookNanos() {
            return endedNanos - beganNanos;
        }
    }

    /** How reading ended: FAILED means that the value is the one before. */
    public enum Outcome {
        NOT_READ,
        READ,
        FAILED
    }

    /**
     * How a cache reads.
     *
     * @param what the step and object for the log: "read source bpf"
     * @param reader reads; called by one thread at a time
     * @param whileReading what callers get meanwhile
     * @param background reads ahead; may discard a task while it runs another
     */
    public record Options<T>(String what, Reader<T> reader, WhileReading whileReading, Executor background) {}

    private final Options<T> options;
    private final LongSupplier monotonicNanos;
    private final ReentrantLock reading = new ReentrantLock();
    private final LastFailure failure = new LastFailure();
    private final AtomicLong failures = new AtomicLong();
    private volatile Reading<T> last;
    private volatile boolean invalid;
    private boolean closed;

    /**
     * Reads nothing yet.
     *
     * @param initial what is there before the first reading
     * @param monotonicNanos CLOCK_MONOTONIC
     */
    public RefreshingCache(Options<T> options, Reading<T> initial, LongSupplier monotonicNanos) {
        this.options = options;
        this.last = initial;
        this.monotonicNanos = monotonicNanos;
    }

    /** Returns a value that the policy allows, or the last one if no other can be had. */
    public T current(Policy<T> policy) {
        Optional<T> known = available(policy);
        return known.isPresent() ? known.get() : readIfStale(policy);
    }

    /** Returns a value that the policy allows if there is one; has the next one read if it will soon not be allowed. */
    public Optional<T> available(Policy<T> policy) {
        Reading<T> known = last;
        Freshness freshness = freshness(known, policy);
        if (freshness == Freshness.AGING) {
            options.background.execute(() -> readAhead(policy));
        }
        return freshness == Freshness.STALE ? Optional.empty() : Optional.of(known.value);
    }

    /** Returns the last value and how it was read, whatever its age. */
    public Reading<T> last() {
        return last;
    }

    /** Reads, whatever the age of the last value; waits for a reading that runs. */
    public T refresh() {
        reading.lock();
        try {
            return read();
        } finally {
            reading.unlock();
        }
    }

    /** Has the next caller read, because what was read has been changed. */
    public void invalidate() {
        invalid = true;
    }

    /** How often reading has failed. */
    public long failures() {
        return failures.get();
    }

    /** Uses what is read here; see {@link #exclusively}. */
    @FunctionalInterface
    public interface Use<R, E extends Exception> {
        /** Runs while nothing is read. */
        R run() throws E;
    }

    /**
     * Uses what the reader reads from, while nothing is read.
     *
     * @return what it returned; empty if the cache is closed, and then it has not run
     * @throws E what it threw
     */
    public <R, E extends Exception> Optional<R> exclusively(Use<R, E> use) throws E {
        reading.lock();
        try {
            return closed ? Optional.empty() : Optional.of(use.run());
        } finally {
            reading.unlock();
        }
    }

    private Freshness freshness(Reading<T> known, Policy<T> policy) {
        return invalid || known.outcome == Outcome.NOT_READ
                ? Freshness.STALE
                : policy.of(known, monotonicNanos.getAsLong());
    }

    private T readIfStale(Policy<T> policy) {
        if (options.whileReading == WhileReading.WAIT || last.outcome == Outcome.NOT_READ) {
            reading.lock();
        } else if (!reading.tryLock()) {
            return last.value;
        }
        try {
            Reading<T> newest = last;
            return freshness(newest, policy) == Freshness.STALE ? read() : newest.value;
        } finally {
            reading.unlock();
        }
    }

    private void readAhead(Policy<T> policy) {
        if (!reading.tryLock()) {
            return; // another thread reads
        }
        try {
            if (freshness(last, policy) != Freshness.FRESH) {
                read();
            }
        } finally {
            reading.unlock();
        }
    }

    private T read() {
        Reading<T> known = last;
        if (closed) {
            return known.value;
        }
        invalid = false;
        long began = monotonicNanos.getAsLong();
        try {
            T value = options.reader.read(known.value);
            last = Reading.of(value, began, monotonicNanos.getAsLong());
            failure.over();
            return value;
        } catch (IOException failed) {
            failures.incrementAndGet();
            last = new Reading<>(known.value, began, monotonicNanos.getAsLong(), Outcome.FAILED);
            failure.warn(LOG, options.what, failed, "what was read last is served");
            LOG.debug("{}: {}", options.what, failed.getMessage());
            return known.value;
        }
    }

    /** Waits for a reading that runs; reads nothing from now on. */
    @Override
    public void close() {
        reading.lock();
        try {
            closed = true;
        } finally {
            reading.unlock();
        }
    }
}
