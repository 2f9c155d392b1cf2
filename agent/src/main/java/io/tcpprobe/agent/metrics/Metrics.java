package io.tcpprobe.agent.metrics;

import io.tcpprobe.agent.core.AgentFacts;
import io.tcpprobe.agent.core.Lazy;
import io.tcpprobe.agent.core.PushCounts;
import io.tcpprobe.agent.core.RequestCounts;
import io.tcpprobe.agent.core.RequestScope;
import io.tcpprobe.agent.events.Events;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.groups.FlowGroups;
import io.tcpprobe.agent.sockets.SocketSnapshotCache;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.GroupKind;
import io.tcpprobe.kernel.proc.HostCounters;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * The values of all metrics. They come from the caches that all requests share, so collecting them reads the kernel no more often than
 * {@code snapshotage} allows, however many clients there are, and with many flows less often: see {@link FlowEvaluator}. Thread-safe: one
 * collection at a time.
 */
public final class Metrics implements AutoCloseable {
    private static final double NANOS_PER_SECOND = 1e9;

    private final Sources sources;
    private final FlowEvaluator evaluator;
    private final Lazy<Parts> parts;
    private long collections;
    private long collectionNanos;

    /**
     * What the values come from.
     *
     * @param settings which groups and counters are exported
     * @param requests the scope of a request
     * @param flows the live flows
     * @param groups flows in groups
     * @param sockets all sockets
     * @param events the events that rules have raised
     * @param counters the host's counters
     * @param facts what does not change while the agent runs
     * @param counts the requests of the connectors
     * @param pushed what the push connectors have sent
     * @param live true if the flows are those of this host: a recording has no listeners
     * @param monotonicNanos CLOCK_MONOTONIC, in nanoseconds
     */
    public record Sources(
            SettingStore settings,
            RequestScope requests,
            FlowSnapshotCache flows,
            FlowGroups groups,
            SocketSnapshotCache sockets,
            Events events,
            HostCounters counters,
            AgentFacts facts,
            RequestCounts counts,
            PushCounts pushed,
            boolean live,
            LongSupplier monotonicNanos) {}

    /** What remembers earlier values; created at the first collection. */
    private record Parts(GroupMetrics groups, ListenerMetrics listeners, NeverFalling counters) {
        static Parts of(Sources sources, IntPredicate ephemeral) {
            SettingStore settings = sources.settings;
            int perKind = settings.get(Settings.METRICS_GROUPS).intValue();
            return new Parts(
                    new GroupMetrics(new GroupMetrics.Limits(
                            kinds(settings.get(Settings.METRICS_KINDS), sources.groups.kinds()), perKind, ephemeral)),
                    new ListenerMetrics(settings.get(Settings.METRICS_LISTENERS).intValue(), ephemeral),
                    new NeverFalling());
        }

        private static Set<GroupKind> kinds(String names, List<GroupKind> served) {
            return Arrays.stream(names.split(",", -1))
                    .flatMap(name -> GroupKind.find(name.strip()).stream())
                    .filter(served::contains)
                    .collect(Collectors.toUnmodifiableSet());
        }
    }

    /** Creates it; nothing is read yet. */
    public Metrics(Sources sources) {
        this.sources = sources;
        this.evaluator = new FlowEvaluator(sources);
        this.parts = new Lazy<>(() -> Parts.of(sources, EphemeralPorts.ofThisHost()::has));
    }

    /**
     * Evaluates the last snapshot in the background if it has many flows and a scrape is expected soon. To be called whenever a snapshot was
     * taken for another purpose.
     */
    public void evaluateAhead() {
        evaluator.evaluateAhead();
    }

    /**
     * Returns the values of all metrics that have any, in the order of their declarations. Few flows are at most {@code snapshotage} old;
     * many may be older, see {@link Metric#SNAPSHOT_AGE}.
     */
    public synchronized List<MetricFamily> current() {
        long began = sources.monotonicNanos.getAsLong();
        MetricSink sink = new MetricSink();
        collect(parts.get(), evaluator.current(), sink);
        List<MetricFamily> families = parts.get().counters.raise(sink.families());
        collections++;
        collectionNanos += sources.monotonicNanos.getAsLong() - began;
        return families;
    }

    private void collect(Parts known, FlowEvaluator.Evaluation evaluation, MetricSink sink) {
        FlowSnapshot snapshot = evaluation.snapshot();
        known.groups.collect(sources.groups.upToNow(snapshot), sink);
        evaluation.flows().collect(sink);
        evaluation.listeners().ifPresent(listeners -> known.listeners.collect(listeners, sink));
        EventMetrics.collect(sources.events.state(), sink);
        AgentMetrics.collect(sources.facts, sources.counts, sink);
        AgentMetrics.collect(sources.pushed, sink);
        AgentMetrics.collect(sources.flows, snapshot, sources.settings, sink);
        sink.add(Metric.COLLECTIONS, collections);
        sink.add(Metric.COLLECTION_TIME, collectionNanos / NANOS_PER_SECOND);
        if (sources.settings.get(Settings.METRICS_HOST) == 1) {
            HostCounterMetrics.collect(sources.counters, sink);
        }
    }

    @Override
    public void close() {
        evaluator.close();
    }
}
