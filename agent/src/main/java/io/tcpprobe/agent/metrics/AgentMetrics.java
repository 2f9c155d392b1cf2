package io.tcpprobe.agent.metrics;

import io.tcpprobe.agent.core.AgentFacts;
import io.tcpprobe.agent.core.ProcessUsage;
import io.tcpprobe.agent.core.PushCounts;
import io.tcpprobe.agent.core.RequestCounts;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowStatistic;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The values of the agent itself. */
final class AgentMetrics {
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final double NANOS_PER_SECOND = 1e9;

    /** The statistics that count what a source could not keep. */
    private static final Set<FlowStatistic> DROPPED = EnumSet.of(
            FlowStatistic.RING_FULL,
            FlowStatistic.MAXFLOW_REACHED,
            FlowStatistic.MEMORY_ALLOC_FAILED,
            FlowStatistic.PURGE_IN_PROGRESS,
            FlowStatistic.COPY_FAILED,
            FlowStatistic.BAD_LINES);

    private static final Map<FlowStatistic, Metric> STATISTICS = new EnumMap<>(Map.of(
            FlowStatistic.ACTIVE_FLOWS, Metric.SOURCE_FLOWS,
            FlowStatistic.MEMORY, Metric.SOURCE_MEMORY,
            FlowStatistic.NEW, Metric.SOURCE_NEW,
            FlowStatistic.SOURCE_LOST, Metric.SOURCE_LOST));

    private AgentMetrics() {}

    /** Adds what does not depend on flows. */
    static void collect(AgentFacts facts, RequestCounts requests, MetricSink sink) {
        sink.add(Metric.BUILD_INFO, 1, facts.version(), Runtime.version().toString(), facts.kernelRelease());
        sink.add(Metric.SOURCE_INFO, 1, facts.sourceName());
        for (RequestCounts.Protocol protocol : RequestCounts.Protocol.values()) {
            sink.add(Metric.REQUESTS, requests.total(protocol), protocol.name().toLowerCase(Locale.ROOT));
        }
        sink.add(Metric.PROCESS_START, facts.startedAt().toEpochMilli() / MILLIS_PER_SECOND);
        ProcessUsage usage = ProcessUsage.now();
        sink.add(Metric.PROCESS_CPU, usage.cpuMillis() / MILLIS_PER_SECOND);
        if (usage.residentBytes() >= 0) {
            sink.add(Metric.PROCESS_RESIDENT, usage.residentBytes());
        }
        sink.add(Metric.JAVA_HEAP, usage.heapBytes());
        sink.add(Metric.JAVA_COLLECTIONS, usage.collections());
        sink.add(Metric.JAVA_COLLECTION_TIME, usage.collectionMillis() / MILLIS_PER_SECOND);
    }

    /** Adds what the push connectors have sent. */
    static void collect(PushCounts pushed, MetricSink sink) {
        pushed.current().forEach((connector, statistics) -> {
            sink.add(Metric.PUSHED, statistics.sent(), connector, "sent");
            sink.add(Metric.PUSHED, statistics.failed(), connector, "failed");
            sink.add(Metric.PUSHED, statistics.dropped(), connector, "dropped");
            sink.add(Metric.PUSH_RETRIES, statistics.retries(), connector);
            sink.add(Metric.PUSH_WAITING, statistics.waiting(), connector);
        });
    }

    /** Adds the values of the source and its snapshots. */
    static void collect(FlowSnapshotCache flows, FlowSnapshot snapshot, SettingStore settings, MetricSink sink) {
        snapshot.statistics().forEach((statistic, value) -> {
            Metric metric = STATISTICS.get(statistic);
            if (metric != null) {
                sink.add(metric, value);
            } else if (DROPPED.contains(statistic)) {
                sink.add(Metric.SOURCE_DROPPED, value, statistic.label());
            }
        });
        sink.add(Metric.SOURCE_MAX_FLOWS, settings.get(Settings.MAXFLOWS));
        sink.add(Metric.SNAPSHOT_AGE, flows.ageMillis(snapshot) / MILLIS_PER_SECOND);
        sink.add(Metric.SNAPSHOT_DURATION, snapshot.buildNanos() / NANOS_PER_SECOND);
        sink.add(Metric.SNAPSHOTS, snapshot.generation());
        sink.add(Metric.SNAPSHOT_FAILURES, flows.failures());
    }
}
