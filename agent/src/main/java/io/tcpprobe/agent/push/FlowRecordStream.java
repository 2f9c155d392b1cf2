package io.tcpprobe.agent.push;

import io.tcpprobe.agent.core.Clocks;
import io.tcpprobe.agent.estats.FlowEventHub;
import io.tcpprobe.agent.flows.EndedFlowWriter;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.flows.VerdictEvaluator;
import io.tcpprobe.agent.groups.FlowGroups;
import io.tcpprobe.agent.logging.LastFailure;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.FlowValues;
import io.tcpprobe.kernel.flow.VerdictTable;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes flow records: one when a flow ends or a connect fails, and one every {@code push.interval} of each flow that is older than that. It
 * runs on a thread of its own, from the first subscription on. Flows that end faster than their records can be made are counted.
 */
public final class FlowRecordStream implements FlowListener, AutoCloseable {
    /** Maximum number of ended flows that wait. */
    static final int MAX_WAITING = 20_000;

    /** Live flows whose records are made at once: those that ended meanwhile do not wait for all of them. */
    static final int SLICE = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(FlowRecordStream.class);
    private static final long GATHER_MILLIS = 1000;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** The records of all live flows are spread over at most this part of an interval, so that receivers and queues keep up. */
    private static final int SPREAD = 4;

    /** Maximum time that they are spread over. */
    private static final long MAX_SPREAD_NANOS = 15 * NANOS_PER_SECOND;

    private static final long CLOSE_MILLIS = 2000;

    private final Options options;
    private final long intervalNanos;
    private final long oneIn;
    private final long gatherMillis;
    private final AtomicLong lost = new AtomicLong();
    private final LastFailure failure = new LastFailure();
    private final List<Consumer<? super FlowRecord>> sinks = new CopyOnWriteArrayList<>();
    private volatile @Nullable EndedFlowWriter writer;
    private boolean closed;

    /**
     * What records are made from.
     *
     * @param flows the live flows
     * @param events notifies of flows that end
     * @param groups knows roles and containers
     * @param settings {@code push.interval} and {@code push.sampling}, read once
     * @param clocks the clocks
     * @param lives judges what limited flows in their lives
     * @param origin this host
     * @param random spreads the records of many hosts over the interval
     */
    public record Options(
            FlowSnapshotCache flows,
            FlowEventHub events,
            FlowGroups groups,
            SettingStore settings,
            Clocks clocks,
            VerdictEvaluator lives,
            PushOrigin origin,
            RandomGenerator random) {}

    /** Creates a stream without subscriptions: nothing runs. */
    public FlowRecordStream(Options options) {
        this(options, GATHER_MILLIS);
    }

    /**
     * Creates a stream without subscriptions.
     *
     * @param gatherMillis how long it waits after the end of a flow, unless live flows are due
     */
    FlowRecordStream(Options options, long gatherMillis) {
        this.options = options;
        this.gatherMillis = gatherMillis;
        this.intervalNanos = options.settings.get(Settings.PUSH_INTERVAL) * NANOS_PER_SECOND;
        this.oneIn = options.settings.get(Settings.PUSH_SAMPLING);
    }

    /** Passes all records from now on to a sink, which must return immediately and must not throw. */
    public synchronized void subscribe(Consumer<? super FlowRecord> sink) {
        sinks.add(sink);
        if (writer == null && !closed) {
            writer = EndedFlowWriter.start("tcpprobe-records", MAX_WAITING, gatherMillis, new Making());
            options.events.subscribe(this, "no record is sent at the end of a flow");
        }
    }

    @Override
    public void happened(Change change, FlowRows flow) {
        EndedFlowWriter to = writer;
        if (to != null && (change == Change.ENDED || change == Change.FAILED)) {
            to.add(flow);
        }
    }

    /** Returns the number of records that could not be made: because too many ended flows waited, or because of an error. */
    public long dropped() {
        EndedFlowWriter running = writer;
        return lost.get() + (running == null ? 0 : running.dropped());
    }

    /**
     * Makes the records of the flows that have ended so far, for at most 2 s, and ends the thread. The sinks must be open until then. No effect
     * if it is closed already.
     */
    @Override
    public void close() {
        EndedFlowWriter running;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            running = writer;
        }
        if (running != null) {
            running.close(CLOSE_MILLIS);
        }
    }

    /** A snapshot whose live flows get records, slice by slice. */
    private record Pass(FlowSnapshot snapshot, VerdictTable verdicts, int done, long sliceNanos) {
        boolean isOver() {
            return done >= snapshot.flows().size();
        }
    }

    /** The work of the thread. */
    private final class Making implements EndedFlowWriter.Target {
        private final CommunityId ids = new CommunityId();
        private final RecordNumbers numbers = new RecordNumbers();
        private long passNanos = now() + options.random.nextLong(intervalNanos);
        private long passedGeneration;
        private long nextNanos = passNanos;
        private @Nullable Pass pass;

        /** Rows that are being made records of. */
        private int unmade;

        /** Why a record could not be made since the last call of {@link #write}. */
        private @Nullable Throwable wrong;

        @Override
        public void write(FlowColumns ended) {
            wrong = null;
            if (ended.size() > 0) {
                makeEnded(ended);
            }
            if (now() - nextNanos >= 0) {
                proceed();
            }
            if (wrong == null) {
                failure.over();
            } else {
                warn(wrong);
            }
        }

        @Override
        public long maxMillis() {
            return Math.max(1, (nextNanos - now()) / NANOS_PER_MILLI);
        }

        @Override
        public void failed(Throwable failed) {
            lost.addAndGet(unmade);
            unmade = 0;
            pass = null;
            nextPass();
            warn(failed);
        }

        private void warn(Throwable failed) {
            failure.warn(
                    LOG, "make flow records", new IOException(failed.toString(), failed), "some records are missing");
        }

        private long now() {
            return options.clocks.monotonicNanos().getAsLong();
        }

        private void makeEnded(FlowColumns flows) {
            long now = now();
            long offset = options.clocks.wallMillis().getAsLong() * NANOS_PER_MILLI - now;
            unmade = flows.size();
            VerdictTable verdicts = options.lives.evaluate(flows, now);
            for (int i = 0; i < flows.size(); i++) {
                int index = i;
                long nanos = flows.has(FlowField.SAMPLED, i) ? flows.number(FlowField.SAMPLED, i) : now;
                make(
                        flows,
                        i,
                        verdicts,
                        () -> new RecordRow.Part(
                                numbers.end(flows.flowId(index), now, isOld(flows, index, now)), true, nanos, offset));
                unmade--;
            }
        }

        /** Begins a pass over the live flows, or goes on with it. */
        private void proceed() {
            Pass current = pass == null ? begin() : pass;
            if (current == null) {
                nextPass();
                return;
            }
            FlowColumns flows = current.snapshot.flows();
            int to = Math.min(flows.size(), current.done + SLICE);
            for (int i = current.done; i < to; i++) {
                makeLive(current, i);
            }
            pass = new Pass(current.snapshot, current.verdicts, to, current.sliceNanos);
            nextNanos += current.sliceNanos;
            if (pass.isOver()) {
                numbers.retain(flows, current.snapshot.takenNanos());
                pass = null;
                nextPass();
            }
        }

        /** Takes a snapshot; returns null if the source could not be read since the last pass. */
        private @Nullable Pass begin() {
            options.groups.current(); // finds out roles and containers
            FlowSnapshot snapshot = options.flows.current();
            if (snapshot.generation() == passedGeneration) {
                return null;
            }
            passedGeneration = snapshot.generation();
            int slices = snapshot.flows().size() / SLICE + 1;
            return new Pass(
                    snapshot,
                    snapshot.verdicts().get(),
                    0,
                    Math.min(intervalNanos / SPREAD, MAX_SPREAD_NANOS) / slices);
        }

        private void nextPass() {
            long now = now();
            while (passNanos - now <= 0) {
                passNanos += intervalNanos;
            }
            nextNanos = passNanos;
        }

        /** Returns true if a flow has records while it is alive. */
        private boolean isOld(FlowColumns flows, int index, long nanos) {
            return flows.has(FlowField.FIRST_SEEN, index)
                    && nanos - flows.number(FlowField.FIRST_SEEN, index) >= intervalNanos;
        }

        private void makeLive(Pass current, int index) {
            FlowColumns flows = current.snapshot.flows();
            long taken = current.snapshot.takenNanos();
            long id = flows.flowId(index);
            if (isOld(flows, index, taken) && !numbers.hasEnded(id)) {
                make(
                        flows,
                        index,
                        current.verdicts,
                        () -> new RecordRow.Part(
                                numbers.next(id), false, taken, current.snapshot.wallMinusMonotonicNanos()));
            }
        }

        /** Makes a record of a row, if its flow is sampled; counts an error, so that the other rows have their records. */
        private void make(FlowColumns flows, int index, VerdictTable verdicts, Supplier<RecordRow.Part> part) {
            try {
                makeIfSampled(flows, index, verdicts, part);
            } catch (RuntimeException | Error failed) {
                lost.incrementAndGet();
                wrong = failed;
            }
        }

        private void makeIfSampled(FlowColumns flows, int index, VerdictTable verdicts, Supplier<RecordRow.Part> part) {
            FlowValues row = flows.at(index);
            byte[] digest = ids.digest(row);
            if (!CommunityId.sampled(digest, oneIn)) {
                return;
            }
            FlowRecord record = new FlowRecord(new RecordRow(
                    flows,
                    index,
                    verdicts,
                    new RecordRow.Identity(
                            options.origin,
                            CommunityId.text(digest),
                            options.groups.role(row),
                            options.groups.container(row).orElse(""),
                            options.groups.pod(row).orElse("")),
                    part.get()));
            sinks.forEach(sink -> sink.accept(record));
        }
    }
}
