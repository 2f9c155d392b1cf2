package io.tcpprobe.agent.metrics;

import io.tcpprobe.agent.core.AgentFacts;
import io.tcpprobe.agent.core.Lazy;
import io.tcpprobe.agent.core.PushCounts;
import io.tcpprobe.agent.core.RequestCounts;
import io.tcpprobe.agent.core.RequestScope;
import io.tcpprobe.agent.estats.ListenerTracker;
import io.tcpprobe.agent.events.Events;
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
 * {@code snapshotage} allows, however many clients there are. Thread-safe: one collection at a time.
 */
public final class Metrics {
    private static final double NANOS_PER_SECOND = 1e9;

    private final Sources sources;
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
    private record Parts(
            GroupMetrics groups,
            FlowMetrics flows,
            ListenerMetrics listeners,
            ListenerTracker tracker,
            NeverFalling counters) {
        static Parts of(Sources sources, IntPredicate ephemeral) {
            SettingStore settings = sources.settings;
            int perKind = settings.get(Settings.METRICS_GROUPS).intValue();
            return new Parts(
                    new GroupMetrics(new GroupMetrics.Limits(
                            kinds(settings.get(Settings.METRICS_KINDS), sources.groups.kinds()), perKind, ephemeral)),
                    new FlowMetrics(),
                    new ListenerMetrics(settings.get(Settings.METRICS_LISTENERS).intValue(), ephemeral),
                    new ListenerTracker(sources.sockets, sources.flows, () -> 0), // times are not exported
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
        this.parts = new Lazy<>(() -> Parts.of(sources, EphemeralPorts.ofThisHost()::has));
    }

    /** Returns the values of all metrics that have any, in the order of their declarations; at most {@code snapshotage} old. */
    public synchronized List<MetricFamily> current() {
        long began = sources.monotonicNanos.getAsLong();
        MetricSink sink = new MetricSink();
        sources.requests.run(() -> collect(parts.get(), sink));
        List<MetricFamily> families = parts.get().counters.raise(sink.families());
        collections++;
        collectionNanos += sources.monotonicNanos.getAsLong() - began;
        return families;
    }

    private void collect(Parts known, MetricSink sink) {
        known.groups.collect(sources.groups.current(), sink);
        known.flows.collect(sources.flows.current(), sink);
        if (sources.live) {
            known.listeners.collect(known.tracker.current(), sink);
        }
        EventMetrics.collect(sources.events.state(), sink);
        AgentMetrics.collect(sources.facts, sources.counts, sink);
        AgentMetrics.collect(sources.pushed, sink);
        AgentMetrics.collect(sources.flows, sources.flows.current(), sources.settings, sink);
        sink.add(Metric.COLLECTIONS, collections);
        sink.add(Metric.COLLECTION_TIME, collectionNanos / NANOS_PER_SECOND);
        if (sources.settings.get(Settings.METRICS_HOST) == 1) {
            HostCounterMetrics.collect(sources.counters, sink);
        }
    }
}
