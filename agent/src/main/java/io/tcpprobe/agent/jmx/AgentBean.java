package io.tcpprobe.agent.jmx;

import io.tcpprobe.agent.core.AgentFacts;
import io.tcpprobe.agent.core.ProcessUsage;
import io.tcpprobe.agent.core.PushCounts;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import org.jspecify.annotations.Nullable;

/** {@code type=Agent}: version, environment and resource usage of the agent. */
final class AgentBean extends ReadMBean<ProcessUsage> {
    private final Map<String, AttributeSpec<ProcessUsage>> items = new LinkedHashMap<>();

    AgentBean(AgentFacts facts, FlowSnapshotCache snapshots, PushCounts pushed) {
        super("The agent: version, source, platform and resource usage.");
        text("Version", "Version of the agent.", facts.version());
        text("Source", "Source of the flows.", facts.sourceName());
        text(
                "SourcesRefused",
                "Why the preferred sources, or parts of the running one, are not used.",
                facts.sourcesRefused());
        text("KernelRelease", "Release of the running kernel.", facts.kernelRelease());
        text("HostName", "Name of this host.", facts.hostName());
        text("JavaVersion", "Version of the Java runtime.", Runtime.version().toString());
        put("StartedAt", SimpleType.DATE, "", "Start time of the agent.", _ -> Date.from(facts.startedAt()));
        put(
                "UptimeMillis",
                SimpleType.LONG,
                "milliseconds",
                "Uptime of the agent.",
                _ -> System.currentTimeMillis() - facts.startedAt().toEpochMilli());
        String process = " of the process that the agent runs in.";
        number("CpuMillis", "milliseconds", "CPU time, user and system," + process, ProcessUsage::cpuMillis);
        number("ResidentBytes", "bytes", "Physical memory; -1 if unknown," + process, ProcessUsage::residentBytes);
        number("HeapBytes", "bytes", "Java heap in use" + process, ProcessUsage::heapBytes);
        number("Collections", "", "Garbage collections" + process, ProcessUsage::collections);
        number(
                "CollectionMillis",
                "milliseconds",
                "Time of garbage collections" + process,
                ProcessUsage::collectionMillis);
        number(
                "JvmUptimeMillis",
                "milliseconds",
                "Time since the start of the JVM" + process,
                ProcessUsage::uptimeMillis);
        number(
                "SnapshotMicros",
                "microseconds",
                "Duration of the last snapshot: reading the source and copying the flows.",
                _ -> snapshots.current().buildNanos() / 1000);
        put("Push", PushTable.TYPE, "", "What the push connectors that are on have sent.", _ -> PushTable.of(pushed));
        number("SnapshotFailures", "", "Number of failed reads of the source.", _ -> snapshots.failures());
    }

    private void text(String name, String doc, String value) {
        put(name, SimpleType.STRING, "", doc, _ -> value);
    }

    private void number(String name, String unit, String doc, AttributeSpec.Value<ProcessUsage> value) {
        put(name, SimpleType.LONG, unit, doc, value);
    }

    private void put(String name, OpenType<?> type, String unit, String doc, AttributeSpec.Value<ProcessUsage> value) {
        items.put(name, new AttributeSpec<>(name, type, unit, "", doc, value));
    }

    @Override
    ProcessUsage read() {
        return ProcessUsage.now();
    }

    @Override
    Collection<AttributeSpec<ProcessUsage>> items(ProcessUsage reading) {
        return items.values();
    }

    @Override
    @Nullable
    AttributeSpec<ProcessUsage> item(ProcessUsage reading, String name) {
        return items.get(name);
    }
}
