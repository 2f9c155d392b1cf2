package io.tcpprobe.agent.events;

import io.tcpprobe.agent.core.Clocks;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.flows.Replay;
import io.tcpprobe.agent.groups.PeerPrefixes;
import io.tcpprobe.agent.insight.EarlierRows;
import io.tcpprobe.agent.logging.BoundedLog;
import io.tcpprobe.agent.sockets.SocketSnapshot;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.ListenerCounter;
import io.tcpprobe.kernel.flow.Verdict;
import io.tcpprobe.kernel.flow.VerdictField;
import io.tcpprobe.kernel.flow.VerdictTable;
import io.tcpprobe.kernel.proc.HostCounters;
import io.tcpprobe.kernel.proc.TcpMemory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates the rules every {@code events.interval} seconds, on its own thread. What is computed from counters is evaluated at every
 * interval, also while the source cannot be read; what is computed from snapshots when there is a new one, over the time between the two,
 * see {@link Basis}. Overflows of listeners, which are raised without a minimum duration, are evaluated every second, from the counters of
 * the host. It reads the snapshot that the caches give, so the setting {@code snapshotage} bounds how fresh the flows are. Of the previous
 * snapshot it keeps only the columns that the rules and verdicts need. The time of an evaluation grows with the number of flows.
 */
public final class EventMonitor implements Replay.Listener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventMonitor.class);
    private static final double NANOS_PER_SECOND = 1e9;
    private static final long CLOSE_MILLIS = 2000;
    private static final long BYTES_PER_MEBIBYTE = 1 << 20;
    private static final List<FlowField> KEPT = Stream.concat(EarlierRows.FIELDS.stream(), FlowWindow.FIELDS.stream())
            .distinct()
            .toList();

    /**
     * What is observed.
     *
     * @param flows the flows
     * @param sockets the sockets, with the listeners
     * @param counters the host's counters
     * @param watched the ids of the flows that are watched, few; they are subjects of their own
     * @param seeking returns true while a recording is being moved: the snapshots are then evaluated as {@link Replay.Listener}
     * @param host the name of this host
     * @param clocks the clocks of the caches
     */
    public record Observed(
            FlowSnapshotCache flows,
            Supplier<SocketSnapshot> sockets,
            HostCounters counters,
            Supplier<Set<Long>> watched,
            BooleanSupplier seeking,
            String host,
            Clocks clocks) {}

    /** The end of a window of the counters. */
    private record Reading(long nanos, HostReading host) {}

    /** The end of a window of the flows. */
    private record Rows(FlowColumns flows, long takenNanos, HostReading host) {}

    private final Observed observed;
    private final SettingStore settings;
    private final Events events;
    private final Runnable afterEvaluation;
    private final RuleEvaluator evaluator;
    private final ListenerMeasures listeners;
    private final PeerPrefixes prefixes;
    private final FailedConnects failedConnects;
    private final BoundedLog log = new BoundedLog(System::nanoTime);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("tcpprobe-events").unstarted(this::run);
    private @Nullable Reading lastReading;
    private @Nullable Reading lastOverflows;

    /** When an overflow was seen that no evaluated snapshot has yet. */
    private @Nullable Long overflowedNanos;

    private @Nullable Rows lastRows;

    /** When the snapshot was taken that {@link Basis#LISTENER_SNAPSHOTS} was last evaluated with. */
    private @Nullable Long lastListenersNanos;

    /**
     * Creates a monitor, which does nothing until it is started.
     *
     * @param events receives the events
     * @param afterEvaluation runs after each evaluation, which usually has taken a snapshot; must return immediately
     */
    public EventMonitor(Observed observed, SettingStore settings, Events events, Runnable afterEvaluation) {
        this.afterEvaluation = afterEvaluation;
        this.observed = observed;
        this.settings = settings;
        this.events = events;
        this.evaluator = new RuleEvaluator(settings, events);
        this.listeners = new ListenerMeasures(observed.sockets);
        this.prefixes = new PeerPrefixes(settings);
        this.failedConnects = new FailedConnects(prefixes);
    }

    /** Returns the listener that counts failed connects. */
    public FlowListener failedConnects() {
        return failedConnects;
    }

    /** Begins to evaluate. */
    public void start() {
        thread.start();
    }

    private void run() {
        long interval = settings.get(Settings.EVENTS_INTERVAL);
        try {
            while (true) {
                evaluate();
                logged(afterEvaluation);
                for (long second = 1; second < interval; second++) {
                    TimeUnit.SECONDS.sleep(1);
                    evaluateOverflows();
                }
                TimeUnit.SECONDS.sleep(1);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void logged(Runnable evaluation) {
        try {
            evaluation.run();
        } catch (RuntimeException | Error failed) {
            log.warn(LOG, "evaluate the rules", "", "evaluate the rules: " + BoundedLog.brief(failed));
        }
    }

    /** Evaluates the time since the previous call, and the time since the previous snapshot if there is a new one. */
    synchronized void evaluate() {
        logged(() -> {
            FlowSnapshot snapshot =
                    observed.seeking.getAsBoolean() ? observed.flows.last() : observed.flows.currentComplete();
            Rows rows = lastRows;
            // Also if a seek began meanwhile: then it may be a snapshot of the seek.
            boolean fresh =
                    !observed.seeking.getAsBoolean() && (rows == null || snapshot.takenNanos() > rows.takenNanos);
            HostReading host = read(snapshot, fresh, TcpMemory.percentOfPressure());
            evaluateCounters(host);
            evaluateOverflows(host);
            if (fresh) {
                evaluateListeners(snapshot, host);
                evaluateSnapshot(snapshot, host);
            }
        });
    }

    /** Evaluates the overflows of listeners since the last evaluation of them. Reads no snapshot unless there was one. */
    synchronized void evaluateOverflows() {
        logged(() -> {
            Reading before = lastOverflows;
            FlowSnapshot last = observed.flows.last();
            HostReading host = read(last, false, OptionalLong.empty()); // no rule about overflows uses the memory
            evaluateOverflows(host);
            if (before != null && host.overflowsSince(before.host) > 0) {
                overflowedNanos = observed.clocks.monotonicNanos().getAsLong();
            }
            Long overflowed = overflowedNanos;
            if (overflowed != null && host.countsOverflows() && !observed.seeking.getAsBoolean()) {
                FlowSnapshot snapshot = observed.flows.current(); // may be older: then the next second has another one
                evaluateListeners(snapshot, host);
                if (snapshot.takenNanos() - overflowed >= 0) {
                    overflowedNanos = null;
                }
            }
        });
    }

    private void evaluateOverflows(HostReading host) {
        Reading before = lastOverflows;
        long now = observed.clocks.monotonicNanos().getAsLong();
        lastOverflows = new Reading(now, host);
        if (before == null || now <= before.nanos) {
            return;
        }
        List<Measurement> all = new ArrayList<>(HostMeasures.ofOverflows(before.host, host, observed.host));
        if (!host.countsOverflows()) {
            all.addAll(listeners.ofDrops(host.overflowsSince(before.host)));
        }
        evaluate(all, Basis.OVERFLOWS, hostSpan(before.nanos, now), host, _ -> Optional.empty());
    }

    private void evaluateListeners(FlowSnapshot snapshot, HostReading host) {
        Long before = lastListenersNanos;
        if (!host.countsOverflows() || before != null && snapshot.takenNanos() <= before) {
            return;
        }
        lastListenersNanos = snapshot.takenNanos();
        List<Measurement> all = listeners.ofOverflows(snapshot.listeners());
        if (before != null) {
            evaluate(all, Basis.LISTENER_SNAPSHOTS, span(before, snapshot.takenNanos()), host, _ -> Optional.empty());
        }
    }

    private void evaluateSnapshot(FlowSnapshot snapshot, HostReading host) {
        Rows rows = lastRows;
        lastRows = new Rows(snapshot.flows().only(KEPT), snapshot.takenNanos(), host);
        if (rows != null) {
            evaluateSnapshots(rows, snapshot, host);
        }
    }

    /** Clears all events that follow from snapshots: those so far are not the past of this one. */
    @Override
    public synchronized void moved(FlowSnapshot first) {
        HostReading host = read(first, true, TcpMemory.percentOfPressure());
        evaluator.restart(key -> Basis.of(key, host).ofSnapshots(), Instant.ofEpochMilli(observed.flows.wallMillis()));
        events.forgetPast();
        lastReading = null;
        lastOverflows = null;
        overflowedNanos = null;
        lastRows = null;
        lastListenersNanos = null;
        evaluateSnapshot(first, host);
    }

    @Override
    public synchronized void played(FlowSnapshot snapshot) {
        Rows rows = lastRows;
        if (rows == null
                || snapshot.takenNanos() > rows.takenNanos) { // otherwise the thread has evaluated it meanwhile
            evaluateSnapshot(snapshot, read(snapshot, true, TcpMemory.percentOfPressure()));
        }
    }

    private HostReading read(FlowSnapshot snapshot, boolean fresh, OptionalLong memoryPercent) {
        Reading before = lastReading;
        long failures = observed.flows.failures();
        boolean failing = !fresh && before != null && failures > before.host.failures();
        return new HostReading(
                observed.counters.tcp(),
                observed.counters.tcpExt(),
                failing ? Map.of() : snapshot.statistics(),
                failures,
                HostReading.halfOpen(snapshot),
                snapshot.listeners().counts(ListenerCounter.OVERFLOWS),
                memoryPercent);
    }

    private void evaluateCounters(HostReading host) {
        Reading before = lastReading;
        long now = observed.clocks.monotonicNanos().getAsLong();
        if (before != null && now <= before.nanos) {
            return;
        }
        lastReading = new Reading(now, host);
        if (before == null) {
            failedConnects.take(1);
            return;
        }
        double seconds = (now - before.nanos) / NANOS_PER_SECOND;
        List<Measurement> all = new ArrayList<>(HostMeasures.ofCounters(before.host, host, seconds, observed.host));
        all.addAll(failedConnects.take(seconds));
        evaluate(all, Basis.COUNTERS, hostSpan(before.nanos, now), host, _ -> Optional.empty());
    }

    private void evaluateSnapshots(Rows before, FlowSnapshot snapshot, HostReading host) {
        double seconds = (snapshot.takenNanos() - before.takenNanos) / NANOS_PER_SECOND;
        FlowMeasures.Subjects subjects = new FlowMeasures.Subjects(
                prefixes, observed.watched.get(), settings.get(Settings.EVENTS_LARGE) * BYTES_PER_MEBIBYTE);
        List<Measurement> all = new ArrayList<>(FlowMeasures.of(before.flows, snapshot.flows(), subjects));
        all.addAll(HostMeasures.ofSnapshots(before.host, host, seconds, observed.host));
        evaluate(
                all, Basis.SNAPSHOTS, span(before.takenNanos, snapshot.takenNanos()), host, verdicts(before, snapshot));
    }

    private RuleEvaluator.Span span(long beginNanos, long endNanos) {
        return new RuleEvaluator.Span(beginNanos, endNanos, Instant.ofEpochMilli(observed.flows.wallMillis()));
    }

    /** Returns a window of what belongs to this host, also while a recording is played. */
    private RuleEvaluator.Span hostSpan(long beginNanos, long endNanos) {
        return new RuleEvaluator.Span(
                beginNanos,
                endNanos,
                Instant.ofEpochMilli(observed.clocks.wallMillis().getAsLong()));
    }

    private void evaluate(
            List<Measurement> all,
            Basis basis,
            RuleEvaluator.Span span,
            HostReading host,
            LongFunction<Optional<Verdict>> verdicts) {
        evaluator.evaluate(all, key -> Basis.of(key, host) == basis, span, verdicts);
    }

    /** Returns a function that computes the verdicts of the window at the first event that is about a flow. */
    private static LongFunction<Optional<Verdict>> verdicts(Rows before, FlowSnapshot snapshot) {
        return new LongFunction<>() {
            private @Nullable VerdictTable computed;

            @Override
            public Optional<Verdict> apply(long flowId) {
                VerdictTable table = computed;
                if (table == null) {
                    table = new EarlierRows(before.flows, before.takenNanos)
                            .verdicts(snapshot.flows(), snapshot.takenNanos());
                    computed = table;
                }
                int index = snapshot.flows().indexOf(flowId);
                return index < 0 || !table.has(VerdictField.VERDICT, index)
                        ? Optional.empty()
                        : Verdict.of(table.number(VerdictField.VERDICT, index))
                                .filter(verdict -> verdict != Verdict.UNKNOWN);
            }
        };
    }

    /** Ends the evaluation, and waits for it, because it uses the source and the sinks; but not for long. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
