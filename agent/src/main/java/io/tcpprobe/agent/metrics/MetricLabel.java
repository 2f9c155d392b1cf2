package io.tcpprobe.agent.metrics;

import io.tcpprobe.kernel.flow.GroupKind;
import java.util.stream.Collectors;

/** A label of metrics. Values are bounded: none is the id, the address or the ephemeral port of a connection. */
public enum MetricLabel {
    ADDRESS(
            "address",
            "Local address and port of listening sockets: `0.0.0.0:443`, `[::]:22`; `ephemeral` for those with ephemeral ports, `other`"
                    + " for those beyond `metrics.listeners`."),
    CAUSE(
            "cause",
            "`ringFull`, `maxflowReached`, `memoryAllocFailed`, `purgeInProgress`, `copyFailed` or `badLines`: the statistics of the source"
                    + " in [fields.md](fields.md)."),
    CONNECTOR("connector", "The push connector: `otlp`, `kafka` or `ipfix`."),
    GROUP(
            "group",
            "The name of the group: `client`, `443`, `nginx`; `other` for all beyond `metrics.groups` and `groups.max`, `ephemeral` for"
                    + " the ports of the ephemeral range."),
    JAVA("java", "Version of the Java runtime."),
    KERNEL("kernel", "Release of the running kernel."),
    KIND(
            "kind",
            GroupKind.all().stream()
                    .map(kind -> '`' + kind.label() + '`')
                    .collect(Collectors.joining(
                            ", ", "What flows are grouped by: ", ". Select one, or flows count several times."))),
    LIMITED("limited", "What has no room for series of its own: a kind of group, or `listener`."),
    NAME("name", "The kernel's name of the counter: `RetransSegs`, `ListenDrops`."),
    PERCENTILE("percentile", "`50`, `90`, `95` or `99`."),
    PROTO("proto", "The kernel's group of counters: `Tcp`, `TcpExt` or `MPTcpExt`."),
    PROTOCOL("protocol", "`http` or `snmp`."),
    REASON(
            "reason",
            "Why flows ended, or connects failed: `finSent`, `resetReceived`, `connectionRefused`; see [insight.md](insight.md)."),
    RESULT("result", "`sent`, `failed` or `dropped`."),
    ROLE("role", "`sender` or `receiver`: the direction that a verdict is about."),
    RULE("rule", "The rule: `blackhole`; see [events.md](events.md)."),
    SEVERITY("severity", "`warning` or `critical`."),
    SOURCE("source", "`bpf`, `module`, `diag` or `replay`."),
    STATE("state", "The state of RFC 9293 with the names of TCP-MIB: `established`, `timeWait`."),
    TYPE("type", "`timeout`, `fast`, `probe` (tail loss probe) or `handshake`."),
    VERDICT("verdict", "What limits the flow; see [insight.md](insight.md)."),
    VERSION("version", "Version of tcpprobe.");

    private final String label;
    private final String doc;

    MetricLabel(String label, String doc) {
        this.label = label;
        this.doc = doc;
    }

    /** Returns its name. */
    public String label() {
        return label;
    }

    /** Returns its description, in Markdown. */
    public String doc() {
        return doc;
    }
}
