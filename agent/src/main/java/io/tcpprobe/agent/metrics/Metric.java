package io.tcpprobe.agent.metrics;

import static io.tcpprobe.agent.metrics.MetricLabel.ADDRESS;
import static io.tcpprobe.agent.metrics.MetricLabel.CAUSE;
import static io.tcpprobe.agent.metrics.MetricLabel.CONNECTOR;
import static io.tcpprobe.agent.metrics.MetricLabel.GROUP;
import static io.tcpprobe.agent.metrics.MetricLabel.JAVA;
import static io.tcpprobe.agent.metrics.MetricLabel.KERNEL;
import static io.tcpprobe.agent.metrics.MetricLabel.KIND;
import static io.tcpprobe.agent.metrics.MetricLabel.LIMITED;
import static io.tcpprobe.agent.metrics.MetricLabel.NAME;
import static io.tcpprobe.agent.metrics.MetricLabel.PERCENTILE;
import static io.tcpprobe.agent.metrics.MetricLabel.PROTO;
import static io.tcpprobe.agent.metrics.MetricLabel.PROTOCOL;
import static io.tcpprobe.agent.metrics.MetricLabel.REASON;
import static io.tcpprobe.agent.metrics.MetricLabel.RESULT;
import static io.tcpprobe.agent.metrics.MetricLabel.ROLE;
import static io.tcpprobe.agent.metrics.MetricLabel.RULE;
import static io.tcpprobe.agent.metrics.MetricLabel.SEVERITY;
import static io.tcpprobe.agent.metrics.MetricLabel.SOURCE;
import static io.tcpprobe.agent.metrics.MetricLabel.STATE;
import static io.tcpprobe.agent.metrics.MetricLabel.TYPE;
import static io.tcpprobe.agent.metrics.MetricLabel.VERDICT;
import static io.tcpprobe.agent.metrics.MetricLabel.VERSION;

import io.tcpprobe.config.Unit;
import java.util.Arrays;
import java.util.List;

/**
 * The metrics. Each is declared once here, by the conventions of Prometheus: base units, {@code _total} for counters. Every text format and
 * docs/metrics.md follow from it.
 */
public enum Metric {
    GROUP_FLOWS("tcpprobe_group_flows", Section.GROUPS, Type.GAUGE, Unit.NONE, "Flows of the group now.", KIND, GROUP),
    GROUP_ASSIGNED(
            "tcpprobe_group_assigned_total",
            Section.GROUPS,
            Type.COUNTER,
            Unit.NONE,
            "Flows, and failed connects, that were put into the group.",
            KIND,
            GROUP),
    GROUP_OPENED(
            "tcpprobe_group_opened_total",
            Section.GROUPS,
            Type.COUNTER,
            Unit.NONE,
            "Flows that were established.",
            KIND,
            GROUP),
    GROUP_MISSED(
            "tcpprobe_group_missed_total",
            Section.GROUPS,
            Type.COUNTER,
            Unit.NONE,
            "Flows that left without a report of their end: evicted, lost by the source, or the source reports no ends.",
            KIND,
            GROUP),
    GROUP_ENDED(
            "tcpprobe_group_ended_total",
            Section.GROUPS,
            Type.COUNTER,
            Unit.NONE,
            "Flows that ended.",
            KIND,
            GROUP,
            REASON),
    GROUP_FAILED(
            "tcpprobe_group_failed_connects_total",
            Section.GROUPS,
            Type.COUNTER,
            Unit.NONE,
            "Connects of this host that failed.",
            KIND,
            GROUP,
            REASON),
    GROUP_SENT_BYTES(
            "tcpprobe_group_sent_bytes_total",
            Section.GROUPS,
            Type.COUNTER,
            Unit.BYTES,
            "Bytes sent, including retransmissions.",
            KIND,
            GROUP),
    GROUP_ACKED_BYTES(
            "tcpprobe_group_acked_bytes_total",
            Section.GROUPS,
            Type.COUNTER,
            Unit.BYTES,
            "Bytes sent and acknowledged.",
            KIND,
            GROUP),
    GROUP_RECEIVED_BYTES(
            "tcpprobe_group_received_bytes_total",
            Section.GROUPS,
            Type.COUNTER,
            Unit.BYTES,
            "Bytes received in order.",
            KIND,
            GROUP),
    GROUP_RETRANSMITTED_BYTES(
            "tcpprobe_group_retransmitted_bytes_total",
            Section.GROUPS,
            Type.COUNTER,
            Unit.BYTES,
            "Bytes retransmitted.",
            KIND,
            GROUP),
    GROUP_SENT_SEGMENTS(
            "tcpprobe_group_sent_segments_total",
            Section.GROUPS,
            Type.COUNTER,
            Unit.NONE,
            "Segments sent.",
            KIND,
            GROUP),
    GROUP_RECEIVED_SEGMENTS(
            "tcpprobe_group_received_segments_total",
            Section.GROUPS,
            Type.COUNTER,
            Unit.NONE,
            "Segments received.",
            KIND,
            GROUP),
    GROUP_RETRANSMITTED_SEGMENTS(
            "tcpprobe_group_retransmitted_segments_total",
            Section.GROUPS,
            Type.COUNTER,
            Unit.NONE,
            "Segments retransmitted.",
            KIND,
            GROUP),
    GROUP_RETRANSMISSIONS_BY_TYPE(
            "tcpprobe_group_retransmissions_by_type_total",
            Section.GROUPS,
            Type.COUNTER,
            Unit.NONE,
            "Segments retransmitted, as far as the type is known (source bpf).",
            KIND,
            GROUP,
            TYPE),
    GROUP_TIMEOUTS(
            "tcpprobe_group_timeouts_total",
            Section.GROUPS,
            Type.COUNTER,
            Unit.NONE,
            "Retransmission timeouts.",
            KIND,
            GROUP),
    GROUP_ZERO_WINDOW_PROBES(
            "tcpprobe_group_zero_window_probes_total",
            Section.GROUPS,
            Type.COUNTER,
            Unit.NONE,
            "Probes sent while the peer's window was closed.",
            KIND,
            GROUP),
    GROUP_BUSY(
            "tcpprobe_group_busy_seconds_total",
            Section.GROUPS,
            Type.COUNTER,
            Unit.SECONDS,
            "Time during which senders had data to send or unacknowledged data, summed over the flows.",
            KIND,
            GROUP),
    GROUP_RECEIVE_WINDOW_LIMITED(
            "tcpprobe_group_receive_window_limited_seconds_total",
            Section.GROUPS,
            Type.COUNTER,
            Unit.SECONDS,
            "Part of the busy time during which the peers' receive windows limited the senders.",
            KIND,
            GROUP),
    GROUP_SEND_BUFFER_LIMITED(
            "tcpprobe_group_send_buffer_limited_seconds_total",
            Section.GROUPS,
            Type.COUNTER,
            Unit.SECONDS,
            "Part of the busy time during which the send buffers limited the senders.",
            KIND,
            GROUP),
    GROUP_RTT(
            "tcpprobe_group_rtt_seconds",
            Section.GROUPS,
            Type.HISTOGRAM,
            Unit.SECONDS,
            "Measured round-trip times (source bpf).",
            KIND,
            GROUP),

    FLOWS("tcpprobe_flows", Section.FLOWS, Type.GAUGE, Unit.NONE, "Flows now, by state.", STATE),
    FLOWS_BY_VERDICT(
            "tcpprobe_flows_by_verdict",
            Section.FLOWS,
            Type.GAUGE,
            Unit.NONE,
            "Flows by what limited them in the last window. Each flow counts once as sender and once as receiver.",
            ROLE,
            VERDICT),
    SMOOTHED_RTT(
            "tcpprobe_flows_smoothed_rtt_seconds",
            Section.FLOWS,
            Type.GAUGE,
            Unit.SECONDS,
            "Percentiles of the smoothed round-trip times of all flows now; absent without flows.",
            PERCENTILE),
    SOCKETS(
            "tcpprobe_sockets",
            Section.FLOWS,
            Type.GAUGE,
            Unit.NONE,
            "TCP sockets of the agent's network namespace by state, including listening and waiting ones.",
            STATE),

    LISTENER_SOCKETS(
            "tcpprobe_listener_sockets",
            Section.LISTENERS,
            Type.GAUGE,
            Unit.NONE,
            "Listening sockets with this address.",
            ADDRESS),
    LISTENER_ACCEPT_QUEUE(
            "tcpprobe_listener_accept_queue_connections",
            Section.LISTENERS,
            Type.GAUGE,
            Unit.NONE,
            "Connections that are established and wait to be accepted.",
            ADDRESS),
    LISTENER_ACCEPT_QUEUE_LIMIT(
            "tcpprobe_listener_accept_queue_limit_connections",
            Section.LISTENERS,
            Type.GAUGE,
            Unit.NONE,
            "Maximum of the accept queue: the backlog of listen().",
            ADDRESS),
    LISTENER_BACKLOG(
            "tcpprobe_listener_backlog_connections",
            Section.LISTENERS,
            Type.GAUGE,
            Unit.NONE,
            "Connections that are half open or wait to be accepted.",
            ADDRESS),
    LISTENER_CONNECTIONS(
            "tcpprobe_listener_connections",
            Section.LISTENERS,
            Type.GAUGE,
            Unit.NONE,
            "Established connections that a process has accepted.",
            ADDRESS),
    LISTENER_SYNS(
            "tcpprobe_listener_syns_total",
            Section.LISTENERS,
            Type.COUNTER,
            Unit.NONE,
            "SYNs received, repeated ones included (source bpf).",
            ADDRESS),
    LISTENER_ESTABLISHED(
            "tcpprobe_listener_established_total",
            Section.LISTENERS,
            Type.COUNTER,
            Unit.NONE,
            "Connections that were established (source bpf).",
            ADDRESS),
    LISTENER_ACCEPTED(
            "tcpprobe_listener_accepted_total",
            Section.LISTENERS,
            Type.COUNTER,
            Unit.NONE,
            "Connections that a process has accepted (source bpf).",
            ADDRESS),
    LISTENER_OVERFLOWS(
            "tcpprobe_listener_overflows_total",
            Section.LISTENERS,
            Type.COUNTER,
            Unit.NONE,
            "SYNs and ACKs that were dropped because the accept queue was full (source bpf).",
            ADDRESS),
    LISTENER_DROPPED(
            "tcpprobe_listener_dropped_total",
            Section.LISTENERS,
            Type.COUNTER,
            Unit.NONE,
            "Connections that were dropped from the backlog or, with a source that does not count them, the drops of the sockets since"
                    + " they listen.",
            Start.UNKNOWN,
            ADDRESS),

    EVENTS_ACTIVE("tcpprobe_events_active", Section.EVENTS, Type.GAUGE, Unit.NONE, "Active events.", RULE, SEVERITY),
    EVENTS_RAISED("tcpprobe_events_raised_total", Section.EVENTS, Type.COUNTER, Unit.NONE, "Events that were raised."),
    EVENTS_SUPPRESSED(
            "tcpprobe_events_suppressed_total",
            Section.EVENTS,
            Type.COUNTER,
            Unit.NONE,
            "Events that were not raised because too many were active."),
    WEBHOOK_NOTICES(
            "tcpprobe_webhook_notices_total",
            Section.EVENTS,
            Type.COUNTER,
            Unit.NONE,
            "Notices to the receivers in events.webhook.",
            RESULT),

    BUILD_INFO(
            "tcpprobe_build_info",
            Section.AGENT,
            Type.INFO,
            Unit.NONE,
            "The running agent; the value is 1.",
            VERSION,
            JAVA,
            KERNEL),
    SOURCE_INFO(
            "tcpprobe_source_info",
            Section.AGENT,
            Type.INFO,
            Unit.NONE,
            "The source of the flows; the value is 1.",
            SOURCE),
    SOURCE_FLOWS("tcpprobe_source_flows", Section.AGENT, Type.GAUGE, Unit.NONE, "Flows that the source tracks now."),
    SOURCE_MAX_FLOWS(
            "tcpprobe_source_max_flows",
            Section.AGENT,
            Type.GAUGE,
            Unit.NONE,
            "Maximum number of tracked flows: the setting maxflows."),
    SOURCE_MEMORY(
            "tcpprobe_source_memory_bytes",
            Section.AGENT,
            Type.GAUGE,
            Unit.BYTES,
            "Memory used by the rows of the flows."),
    SOURCE_NEW(
            "tcpprobe_source_new_flows_total",
            Section.AGENT,
            Type.COUNTER,
            Unit.NONE,
            "Flows that the source added.",
            Start.UNKNOWN),
    SOURCE_DROPPED(
            "tcpprobe_source_dropped_total",
            Section.AGENT,
            Type.COUNTER,
            Unit.NONE,
            "Flows or samples that the source could not keep.",
            Start.UNKNOWN,
            CAUSE),
    SOURCE_LOST(
            "tcpprobe_source_lost_total",
            Section.AGENT,
            Type.COUNTER,
            Unit.NONE,
            "Times that the source was removed while the agent ran."),
    SNAPSHOT_AGE(
            "tcpprobe_snapshot_age_seconds",
            Section.AGENT,
            Type.GAUGE,
            Unit.SECONDS,
            "Age of the flows that these metrics were made from. It grows while the source cannot be read, and with many"
                    + " flows until the events are evaluated again."),
    SNAPSHOT_DURATION(
            "tcpprobe_snapshot_duration_seconds",
            Section.AGENT,
            Type.GAUGE,
            Unit.SECONDS,
            "Duration of the last snapshot: reading the source and copying the flows."),
    SNAPSHOTS("tcpprobe_snapshots_total", Section.AGENT, Type.COUNTER, Unit.NONE, "Snapshots that were taken."),
    SNAPSHOT_FAILURES(
            "tcpprobe_snapshot_failures_total", Section.AGENT, Type.COUNTER, Unit.NONE, "Failed reads of the source."),
    REQUESTS(
            "tcpprobe_requests_total",
            Section.AGENT,
            Type.COUNTER,
            Unit.NONE,
            "Requests received, refused ones included.",
            PROTOCOL),
    PUSHED(
            "tcpprobe_push_items_total",
            Section.AGENT,
            Type.COUNTER,
            Unit.NONE,
            "Items of the push connectors that are on: flow records, changes of events, and sets of metrics or groups.",
            CONNECTOR,
            RESULT),
    PUSH_RETRIES(
            "tcpprobe_push_retries_total",
            Section.AGENT,
            Type.COUNTER,
            Unit.NONE,
            "Batches that were sent again because the receiver had not accepted them.",
            CONNECTOR),
    PUSH_WAITING(
            "tcpprobe_push_waiting_items",
            Section.AGENT,
            Type.GAUGE,
            Unit.NONE,
            "Items that wait to be sent or sent again.",
            CONNECTOR),
    COLLECTIONS(
            "tcpprobe_metrics_collections_total",
            Section.AGENT,
            Type.COUNTER,
            Unit.NONE,
            "Times that the metrics were collected before this one."),
    COLLECTION_TIME(
            "tcpprobe_metrics_collection_seconds_total",
            Section.AGENT,
            Type.COUNTER,
            Unit.SECONDS,
            "Time that these collections took."),
    LIMITED_NAMES(
            "tcpprobe_metrics_limited",
            Section.AGENT,
            Type.GAUGE,
            Unit.NONE,
            "Groups or listeners without series of their own, because metrics.groups or metrics.listeners is reached.",
            LIMITED),
    PROCESS_START(
            "process_start_time_seconds",
            Section.AGENT,
            Type.GAUGE,
            Unit.SECONDS,
            "Start time of the agent since 1970."),
    PROCESS_CPU(
            "process_cpu_seconds_total",
            Section.AGENT,
            Type.COUNTER,
            Unit.SECONDS,
            "Processor time, user and system, of the process that the agent runs in.",
            Start.PROCESS),
    PROCESS_RESIDENT(
            "process_resident_memory_bytes",
            Section.AGENT,
            Type.GAUGE,
            Unit.BYTES,
            "Resident memory of this process.",
            Start.PROCESS),
    JAVA_HEAP(
            "tcpprobe_java_heap_used_bytes",
            Section.AGENT,
            Type.GAUGE,
            Unit.BYTES,
            "Java heap in use in this process.",
            Start.PROCESS),
    JAVA_COLLECTIONS(
            "tcpprobe_java_collections_total",
            Section.AGENT,
            Type.COUNTER,
            Unit.NONE,
            "Garbage collections in this process.",
            Start.PROCESS),
    JAVA_COLLECTION_TIME(
            "tcpprobe_java_collection_seconds_total",
            Section.AGENT,
            Type.COUNTER,
            Unit.SECONDS,
            "Time of garbage collections in this process.",
            Start.PROCESS),

    HOST_COUNTERS(
            "tcpprobe_host_counters_total",
            Section.HOST,
            Type.COUNTER,
            Unit.NONE,
            "Counters of /proc/net/snmp and /proc/net/netstat.",
            Start.BOOT,
            PROTO,
            NAME),
    HOST_VALUES(
            "tcpprobe_host_values",
            Section.HOST,
            Type.GAUGE,
            Unit.NONE,
            "Values of the same files that are not counters; times in milliseconds, as in the files.",
            PROTO,
            NAME);

    /** The types of metrics. */
    public enum Type {
        COUNTER,
        GAUGE,
        HISTOGRAM,
        /** A gauge with the value 1, whose labels are the information. */
        INFO;

        /** Returns its name in docs: "counter". */
        public String label() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** Since when a counter counts; of a gauge that OTLP sends as a sum, since when there is that sum. */
    public enum Start {
        /** Since the agent started. */
        AGENT,
        /** Since the process started that the agent runs in. */
        PROCESS,
        /** Since the kernel started. */
        BOOT,
        /** Since a time that is not known: when the kernel module was loaded, or the sockets began to listen. */
        UNKNOWN
    }

    /** What metrics are about. */
    public enum Section {
        GROUPS(
                "Groups",
                "One series for each group of flows ([groups.md](groups.md)). A flow is in one group of each kind, so select a kind:"
                        + " `sum(rate(tcpprobe_group_sent_bytes_total{kind=\"role\"}[5m]))` is the host's total. Counters include ended"
                        + " flows, and count since the agent started. A value that the source does not provide is absent."),
        FLOWS("Flows", "All flows of the host now."),
        LISTENERS(
                "Listeners",
                "Listening sockets. Sockets that share an address (SO_REUSEPORT) are summed. Counters begin with the listener or, if it"
                        + " is older, with the agent."),
        EVENTS(
                "Events",
                "What rules have raised; see [events.md](events.md). Every rule has a series, also while it has no event."),
        AGENT("The agent", "The agent itself."),
        HOST(
                "The host's counters",
                "With `metrics.host=1`: about 150 series. node_exporter has most of them as node_netstat_*.");

        private final String title;
        private final String doc;

        Section(String title, String doc) {
            this.title = title;
            this.doc = doc;
        }

        /** Returns its title. */
        public String title() {
            return title;
        }

        /** Returns its description, in Markdown. */
        public String doc() {
            return doc;
        }
    }

    private final String label;
    private final Section section;
    private final Type type;
    private final Unit unit;
    private final String doc;
    private final Start start;

    @SuppressWarnings("ImmutableEnumChecker") // immutable, made by List.of
    private final List<MetricLabel> labels;

    /** A metric that counts since the agent started, if it is a counter. */
    Metric(String label, Section section, Type type, Unit unit, String doc, MetricLabel... labels) {
        this(label, section, type, unit, doc, Start.AGENT, labels);
    }

    Metric(String label, Section section, Type type, Unit unit, String doc, Start start, MetricLabel... labels) {
        this.label = label;
        this.section = section;
        this.type = type;
        this.unit = unit;
        this.doc = doc;
        this.start = start;
        this.labels = List.of(labels);
    }

    /** Returns its name: "tcpprobe_group_sent_bytes_total". */
    public String label() {
        return label;
    }

    /** Returns what it is about. */
    public Section section() {
        return section;
    }

    /** Returns its type. */
    public Type type() {
        return type;
    }

    /** Returns its unit: {@link Unit#SECONDS}, {@link Unit#BYTES} or {@link Unit#NONE}. */
    public Unit unit() {
        return unit;
    }

    /** Returns its description. */
    public String doc() {
        return doc;
    }

    /** Returns since when it counts. Of no use for a gauge that is not sent as a sum. */
    public Start start() {
        return start;
    }

    /** Returns its labels, in the order of their values in {@link MetricPoint#labels}. */
    public List<MetricLabel> labels() {
        return labels;
    }

    /** Returns the metrics of a section, in the order in which they are exported. */
    public static List<Metric> of(Section section) {
        return Arrays.stream(values())
                .filter(metric -> metric.section == section)
                .toList();
    }
}
