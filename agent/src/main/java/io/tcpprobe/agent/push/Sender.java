package io.tcpprobe.agent.push;

import io.tcpprobe.agent.core.PushCounts;
import io.tcpprobe.agent.events.Event;
import io.tcpprobe.agent.events.EventListener;
import io.tcpprobe.agent.logging.BoundedLog;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Sends flow records, events and one other kind of batch to one target, on a thread of its own. What is added waits in bounded queues, from
 * which the oldest items are dropped: a receiver that is down delays nothing and uses limited memory. A batch that is not accepted is
 * sent again, after growing pauses, until it is accepted or refused.
 */
public final class Sender implements Consumer<FlowRecord>, EventListener, AutoCloseable {
    /** Maximum number of items of a batch. docs/decisions.md says why so many. */
    public static final int MAX_BATCH = 1000;

    /** Flow records that wait. A record has some 2 KB by estimate. */
    static final int MAX_RECORDS = 10_000;

    /** Changes of events that wait. */
    static final int MAX_EVENTS = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(Sender.class);

    private final Options options;
    private final PushQueue<FlowRecord> records = new PushQueue<>(MAX_RECORDS);
    private final PushQueue<PushBatch.EventChange> events = new PushQueue<>(MAX_EVENTS);
    private final List<Lane> lanes;
    private final BoundedLog log = new BoundedLog(System::nanoTime);
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong retries = new AtomicLong();
    private final Thread thread;
    private long firstNanos;

    /** The place of the lane whose turn was the last one. */
    private int lastLane;

    private boolean closing;

    /** True if nothing more is sent. */
    private boolean ended;

    /**
     * Options of a sender.
     *
     * @param name the name of the connector: "otlp"
     * @param target sends the batches; the sender closes it
     * @param periodic what is read and sent regularly; empty if nothing is
     * @param times the times
     * @param random shortens the pauses, so that many agents do not come back at once
     * @param droppedBefore how many records were dropped before they were added
     */
    public record Options(
            String name,
            PushTarget target,
            Optional<Periodic> periodic,
            PushTimes times,
            RandomGenerator random,
            LongSupplier droppedBefore) {}

    /**
     * What is read and sent regularly.
     *
     * @param interval the time between two readings; the first one is earlier, at random
     * @param reader reads it, on the sender's thread
     * @param replaced true if a reading that was not accepted is replaced by a new one; false if the same one is sent again
     */
    public record Periodic(Duration interval, Supplier<? extends PushBatch> reader, boolean replaced) {
        /** What is read and sent regularly, where a new reading replaces one that was not accepted. */
        public Periodic(Duration interval, Supplier<? extends PushBatch> reader) {
            this(interval, reader, true);
        }
    }

    private Sender(Options options) {
        this.options = options;
        Lane.Source ofRecords = new Records();
        Lane.Source ofEvents = new Changes();
        this.lanes = options.periodic
                .map(periodic -> List.of(lane(ofEvents), lane(new Readings(periodic)), lane(ofRecords)))
                .orElseGet(() -> List.of(lane(ofEvents), lane(ofRecords)));
        this.thread =
                Thread.ofPlatform().daemon().name("tcpprobe-" + options.name).unstarted(this::run);
    }

    /** Starts a sender. */
    public static Sender start(Options options) {
        Sender sender = new Sender(options);
        sender.thread.start();
        return sender;
    }

    private Lane lane(Lane.Source source) {
        return new Lane(source, options.times, options.random);
    }

    /** Adds a flow record; does not wait. After the end of the sender, the record counts as failed. */
    @Override
    public synchronized void accept(FlowRecord flow) {
        if (ended) {
            failed.incrementAndGet();
            return;
        }
        if (records.size() == 0) {
            firstNanos = System.nanoTime();
        }
        records.add(flow);
        if (records.size() == 1 || records.size() == MAX_BATCH) {
            notifyAll();
        }
    }

    @Override
    public synchronized void happened(Change change, Event event) {
        if (ended) {
            failed.incrementAndGet();
            return;
        }
        events.add(new PushBatch.EventChange(change, event));
        notifyAll();
    }

    /** The flow records; some are gathered before they are sent. */
    private final class Records implements Lane.Source {
        @Override
        public OptionalLong nanosToNext(long nowNanos) {
            if (records.size() == 0) {
                return OptionalLong.empty();
            }
            return OptionalLong.of(
                    records.size() >= MAX_BATCH
                            ? 0
                            : firstNanos + options.times.gather().toNanos() - nowNanos);
        }

        @Override
        public Optional<PushBatch> next(long nowNanos) {
            return Optional.of(records.take(MAX_BATCH))
                    .filter(taken -> !taken.isEmpty())
                    .map(PushBatch.Flows::new);
        }
    }

    /** The changes of events. */
    private final class Changes implements Lane.Source {
        @Override
        public OptionalLong nanosToNext(long nowNanos) {
            return events.size() == 0 ? OptionalLong.empty() : OptionalLong.of(0);
        }

        @Override
        public Optional<PushBatch> next(long nowNanos) {
            return Optional.of(events.take(MAX_BATCH))
                    .filter(taken -> !taken.isEmpty())
                    .map(PushBatch.Events::new);
        }
    }

    /** What is read regularly. A missed reading is not made up for. */
    private final class Readings implements Lane.Source {
        private final Periodic periodic;
        private long dueNanos;
        private Optional<PushBatch> read = Optional.empty();

        Readings(Periodic periodic) {
            this.periodic = periodic;
            this.dueNanos = System.nanoTime() + options.random.nextLong(periodic.interval.toNanos());
        }

        @Override
        public OptionalLong nanosToNext(long nowNanos) {
            return closing ? OptionalLong.empty() : OptionalLong.of(dueNanos - nowNanos);
        }

        @Override
        public void prepare() {
            dueNanos = Math.max(dueNanos, System.nanoTime()) + periodic.interval.toNanos();
            read = Optional.of(periodic.reader.get());
        }

        @Override
        public Optional<PushBatch> next(long nowNanos) {
            return read;
        }

        @Override
        public boolean replaces() {
            return periodic.replaced;
        }
    }

    private void run() {
        try {
            for (Lane next = await(); next != null; next = await()) {
                send(next);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until a lane has something to send; returns null if this is closed and nothing is left. */
    private synchronized @Nullable Lane await() throws InterruptedException {
        while (true) {
            long now = System.nanoTime();
            long wait = Long.MAX_VALUE;
            for (int i = 1; i <= lanes.size(); i++) {
                int place = (lastLane + i) % lanes.size(); // in turn: none waits for another that is always due
                OptionalLong nanos = lanes.get(place).nanosToNext(now);
                if (nanos.isPresent() && (closing || nanos.getAsLong() <= 0)) {
                    lastLane = place;
                    return lanes.get(place);
                }
                wait = Math.min(wait, nanos.orElse(Long.MAX_VALUE));
            }
            if (closing) {
                ended = true;
                return null;
            }
            TimeUnit.NANOSECONDS.timedWait(this, wait);
        }
    }

    private void send(Lane lane) throws InterruptedException {
        try {
            lane.prepare();
        } catch (RuntimeException | Error wrong) { // the next reading may succeed
            lose(lane, 1, BoundedLog.brief(wrong));
            return;
        }
        Optional<PushBatch> batch;
        synchronized (this) {
            batch = lane.next(System.nanoTime());
        }
        if (batch.isPresent()) {
            int items = batch.get().size();
            switch (attempt(batch.get())) {
                case PushTarget.Outcome.Accepted(int rejected, String why) -> accepted(lane, items, rejected, why);
                case PushTarget.Outcome.Refused(String why) -> lose(lane, items, why);
                case PushTarget.Outcome.Later(String why) -> later(lane, items, why);
            }
        }
    }

    private void accepted(Lane lane, int items, int rejected, String why) {
        sent.addAndGet(items - rejected);
        if (rejected > 0) {
            lose(lane, rejected, "the receiver has rejected " + rejected + " of " + items + " items: " + why);
            return;
        }
        boolean again;
        synchronized (this) {
            again = !lane.failure().isEmpty();
            lane.done("");
        }
        if (again) {
            String text = options.name + ": accepted again; dropped so far: " + dropped();
            log.log(LOG, Level.INFO, options.name + ": accepted again", options.name, text);
        }
    }

    private void lose(Lane lane, int items, String why) {
        synchronized (this) {
            lane.done(why);
        }
        warn("failed", why + "; failed so far: " + failed.addAndGet(items));
    }

    private void later(Lane lane, int items, String why) {
        boolean stops;
        synchronized (this) {
            stops = closing;
            lane.later(System.nanoTime(), why);
        }
        if (stops) {
            lose(lane, items, why + "; the agent stops");
        } else {
            retries.incrementAndGet();
            warn("not accepted", why + "; it is tried again");
        }
    }

    private void warn(String kind, String text) {
        log.warn(LOG, options.name + ": " + kind, options.name, options.name + ": " + kind + ": " + text);
    }

    private PushTarget.Outcome attempt(PushBatch batch) throws InterruptedException {
        try {
            return options.target.send(batch);
        } catch (RuntimeException | Error wrong) { // the next batches are sent
            return new PushTarget.Outcome.Refused(BoundedLog.brief(wrong));
        }
    }

    private long dropped() {
        long before = options.droppedBefore.getAsLong();
        synchronized (this) {
            return before + records.dropped() + events.dropped();
        }
    }

    /** Returns what was sent so far. */
    public PushCounts.Statistics statistics() {
        return new PushCounts.Statistics(sent.get(), failed.get(), dropped(), retries.get(), waiting(), failure());
    }

    private synchronized String failure() {
        return lanes.stream()
                .map(Lane::failure)
                .filter(failure -> !failure.isEmpty())
                .findFirst()
                .orElse("");
    }

    private synchronized long waiting() {
        long waiting = records.size() + (long) events.size();
        for (Lane lane : lanes) {
            waiting += lane.waiting();
        }
        return waiting;
    }

    /** Sends what waits, once and for a limited time, and closes the target. */
    @Override
    public void close() {
        synchronized (this) {
            closing = true;
            notifyAll();
        }
        try {
            if (!thread.join(options.times.stop())) {
                thread.interrupt();
                thread.join(options.times.stop());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        options.target.close();
        long left;
        synchronized (this) {
            ended = true;
            left = waiting();
        }
        if (left > 0) {
            failed.addAndGet(left);
            LOG.warn("{}: {} items were not sent before the agent stopped", options.name, left);
        }
    }
}
