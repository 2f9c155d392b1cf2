package io.tcpprobe.agent.metrics;

import io.tcpprobe.agent.core.DiscardingExecutor;
import io.tcpprobe.agent.core.Lazy;
import io.tcpprobe.agent.estats.ListenerTracker;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.config.SettingUser;
import io.tcpprobe.config.Settings;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Computes what a scrape needs of all flows and sockets: groups, verdicts, percentiles, listeners. Few flows are evaluated for each scrape, from a
 * snapshot that is at most {@code snapshotage} old. With many, a scrape gets the last evaluation, or evaluates the last snapshot, if it is
 * not older than the evaluation of events lets it become; and if a scrape is expected, the snapshots of the events are evaluated ahead of
 * it. An evaluation is never of an older snapshot than the one before, so no counter falls. Thread-safe.
 */
final class FlowEvaluator implements AutoCloseable {
    /** A scrape of so many flows takes less than 100 ms without this. */
    static final int FEW_FLOWS = 10_000;

    /** Maximum age of the snapshot of many flows, however seldom events are evaluated. */
    static final long MAX_AGE_MILLIS = 10_000;

    /** Time for the evaluation of the events, and for that of the flows. */
    private static final long MARGIN_MILLIS = 1000;

    private static final long MILLIS_PER_SECOND = 1000;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final Logger LOG = LoggerFactory.getLogger(FlowEvaluator.class);

    private final Metrics.Sources sources;

    /** Created at the first evaluation; times are not exported. */
    private final Lazy<ListenerTracker> tracker;

    private final DiscardingExecutor background = new DiscardingExecutor("metrics-ahead");

    /** Guards itself. */
    private final ScrapeTimes scrapes = new ScrapeTimes();

    /** Held while flows are evaluated. */
    private final Object evaluating = new Object();

    /** Changed while {@link #evaluating} is held, except that it is cleared. */
    private volatile @Nullable Evaluation last;

    /**
     * The result for one snapshot. Its groups have been counted.
     *
     * @param flows the numbers of flows
     * @param listeners the listeners; empty if the flows are those of a recording
     */
    record Evaluation(FlowMetrics flows, Optional<ListenerTracker.Listeners> listeners) {
        FlowSnapshot snapshot() {
            return flows.snapshot();
        }
    }

    FlowEvaluator(Metrics.Sources sources) {
        this.sources = sources;
        this.tracker = new Lazy<>(() -> new ListenerTracker(sources.sockets(), sources.flows(), () -> 0));
        sources.settings().follow(Settings.usedBy(SettingUser.SAMPLING), _ -> last = null); // it may have other flows
    }

    /** Returns the evaluation that a scrape is answered from. */
    Evaluation current() {
        synchronized (scrapes) {
            scrapes.add(sources.monotonicNanos().getAsLong());
        }
        Evaluation known = last;
        return known != null && isServed(known.snapshot()) ? known : evaluateOnDemand();
    }

    private Evaluation evaluateOnDemand() {
        synchronized (evaluating) {
            Evaluation known = last;
            if (known != null && isServed(known.snapshot())) {
                return known; // evaluated ahead meanwhile
            }
            FlowSnapshot newest = sources.flows().last();
            return evaluate(isServed(newest) ? Optional.of(newest) : Optional.empty());
        }
    }

    /** Evaluates the last snapshot in the background if a scrape is expected before the events are evaluated again. */
    void evaluateAhead() {
        Evaluation known = last;
        if (known != null && !isServed(known.snapshot())) {
            last = null; // the memory of its flows can be freed
        }
        if (isServed(sources.flows().last()) && isScrapeExpected()) {
            background.execute(this::evaluateNewest);
        }
    }

    private boolean isScrapeExpected() {
        long millis = Math.min(eventsMillis(), MAX_AGE_MILLIS) + MARGIN_MILLIS;
        synchronized (scrapes) {
            return scrapes.expectedWithin(sources.monotonicNanos().getAsLong(), millis * NANOS_PER_MILLI);
        }
    }

    private void evaluateNewest() {
        synchronized (evaluating) {
            FlowSnapshot newest = sources.flows().last();
            Evaluation known = last;
            if (known != null && known.snapshot().generation() >= newest.generation()) {
                return;
            }
            try {
                evaluate(Optional.of(newest));
            } catch (RuntimeException failed) {
                LOG.debug("evaluate flows ahead of a scrape, which evaluates them itself now: {}", failed.toString());
            }
        }
    }

    /** Returns true if a snapshot has many flows and is young enough to be served, although {@code snapshotage} may be shorter. */
    private boolean isServed(FlowSnapshot snapshot) {
        boolean wanted = sources.live() && sources.settings().get(Settings.SNAPSHOTAGE) > 0;
        return wanted
                && snapshot.flows().size() > FEW_FLOWS
                && sources.flows().ageMillis(snapshot) < Math.min(2 * eventsMillis(), MAX_AGE_MILLIS);
    }

    private long eventsMillis() {
        return sources.settings().get(Settings.EVENTS_INTERVAL) * MILLIS_PER_SECOND;
    }

    /** Evaluates a snapshot; the current one if none is given. */
    private Evaluation evaluate(Optional<FlowSnapshot> given) {
        Evaluation[] made = new Evaluation[1];
        sources.requests().run(() -> {
            given.ifPresent(sources.flows()::use);
            made[0] = evaluate(sources.flows().current());
        });
        last = made[0];
        return made[0];
    }

    private Evaluation evaluate(FlowSnapshot snapshot) {
        sources.groups().current();
        Evaluation known = last;
        FlowMetrics flows = known != null && known.snapshot().generation() == snapshot.generation()
                ? known.flows
                : FlowMetrics.of(snapshot);
        return new Evaluation(flows, sources.live() ? Optional.of(tracker.get().current()) : Optional.empty());
    }

    /** Waits for an evaluation in the background. */
    @Override
    public void close() {
        background.close();
    }
}
