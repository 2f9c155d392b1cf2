package io.tcpprobe.agent.core;

import io.tcpprobe.agent.logging.LastFailure;
import io.tcpprobe.agent.threads.VitalPart;
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
 * last value. A value that is slow to read is refreshed in the background before it is too old, if a caller requests it then. Nothing is
 * read without a request. If reading fails, the last value is served and the failure is logged once.
 *
 * @param <T> the type of the value, immutable
 */
public final class RefreshingCache<T> implements VitalPart, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RefreshingCache.class);

    /** Reads the value. */
    @FunctionalInterface
    public interface Reader<T> {
        /**
         * Reads the value.
         *
         * @param last the value read last
         * @throws IOException if it cannot be read; the last one is kept
         */
        T read(T last) throws IOException;
    }

    /** Decides if a value may still be served. */
    @FunctionalInterface
    public interface Policy<T> {
        /** Returns how fresh a value is at a time, in nanoseconds of the cache's clock. */
        Freshness of(Reading<T> reading, long nowNanos);
    }

    /** What a caller gets if it needs a new value while another thread reads one. */
    public enum WhileReading {
        /** The last value, without waiting. */
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
        /** Creates a placeholder that is served until the first value is read. */
        public static <T> Reading<T> none(T value) {
            return new Reading<>(value, 0, 0, Outcome.NOT_READ);
        }

        /** Creates the result of a successful reading. */
        public static <T> Reading<T> of(T value, long beganNanos, long endedNanos) {
            return new Reading<>(value, beganNanos, endedNanos, Outcome.READ);
        }

        /** Returns how long reading took, in nanoseconds. */
        public long tookNanos() {
            return endedNanos - beganNanos;
        }
    }

    /** How reading ended; after FAILED the value is the previous one. */
    public enum Outcome {
        NOT_READ,
        READ,
        FAILED
    }

    /**
     * How a cache reads.
     *
     * @param what the step and object for the log: "read source bpf"
     * @param reader reads the value; called by one thread at a time
     * @param whileReading what other callers get meanwhile
     * @param background runs early refreshes; may discard a task while it runs another
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
     * Creates a cache; nothing is read yet.
     *
     * @param initial the value before the first reading
     * @param monotonicNanos CLOCK_MONOTONIC, in nanoseconds
     */
    public RefreshingCache(Options<T> options, Reading<T> initial, LongSupplier monotonicNanos) {
        this.options = options;
        this.last = initial;
        this.monotonicNanos = monotonicNanos;
    }

    /** Returns a value that the policy allows, or the last one if none can be read. */
    public T current(Policy<T> policy) {
        Optional<T> known = available(policy);
        return known.isPresent() ? known.get() : readIfStale(policy);
    }

    /**
     * Returns the cached value if the policy allows it, without blocking; otherwise empty. Starts a refresh if the value will soon expire.
     */
    public Optional<T> available(Policy<T> policy) {
        Reading<T> known = last;
        Freshness freshness = freshness(known, policy);
        if (freshness == Freshness.AGING) {
            options.background.execute(() -> readAhead(policy));
        }
        return freshness == Freshness.STALE ? Optional.empty() : Optional.of(known.value);
    }

    /** Returns the last value and how it was read, regardless of its age. */
    public Reading<T> last() {
        return last;
    }

    /** Reads the value, regardless of the age of the last one; waits if another thread is reading. */
    public T refresh() {
        reading.lock();
        try {
            return read();
        } finally {
            reading.unlock();
        }
    }

    /** Marks the value as changed, so that the next caller reads it again. */
    public void invalidate() {
        invalid = true;
    }

    /** Returns how often reading has failed. */
    public long failures() {
        return failures.get();
    }

    /** An action on the object that the cache reads from; see {@link #exclusively}. */
    @FunctionalInterface
    public interface Use<R, E extends Exception> {
        /** Runs the action while nothing is read. */
        R run() throws E;
    }

    /**
     * Runs an action on the object that the reader reads from, while nothing is read.
     *
     * @return the action's result; empty if the cache is closed, and then the action has not run
     * @throws E if the action threw it
     */
    public <R, E extends Exception> Optional<R> exclusively(Use<R, E> use) throws E {
        reading.lock();
        try {
            return closed ? Optional.empty() : Optional.of(use.run());
        } finally {
            reading.unlock();
        }
    }

    @Override
    public String name() {
        return options.what;
    }

    /** Observes the reading of values: it is stalled if it takes the whole time. */
    @Override
    public Observation observe() {
        boolean wasReading = reading.isLocked();
        long ended = last.endedNanos;
        return () -> !wasReading || !reading.isLocked() || last.endedNanos != ended;
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
            failure.warn(LOG, options.what, failed, "the values read last are served");
            LOG.debug("{}: {}", options.what, failed.getMessage());
            return known.value;
        }
    }

    /** Waits for a reading in progress; nothing is read from now on. */
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
