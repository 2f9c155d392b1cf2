package io.tcpprobe.kernel.flow;

import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.config.Unit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A condition that raises an event. Each rule is declared once here; the enumeration in TCPPROBE-MIB, the texts of JMX, notifications and
 * log, and docs/events.md follow from it.
 *
 * <p>A rule holds for a subject if its value is at least the threshold and its count at least the minimum. An event is raised when the rule
 * has held for {@link #raiseSeconds()}, and cleared when its value was below {@link #clearPercent()} of the threshold for
 * the time of the setting events.clear.
 *
 * <p>To add one: append a constant with the next free number, and let {@code agent.events.FlowMeasures} or {@code HostMeasures} measure it.
 * Numbers are never changed or reused.
 */
public enum EventRule {
    RETRANSMISSION_STORM(
            1,
            "retransmissionStorm",
            Severity.WARNING,
            List.of(Subject.PEER_PREFIX, Subject.HOST, Subject.FLOW),
            new Threshold(Settings.EVENTS_RETRANSMISSIONS, 50, 10, 10),
            new Text(
                    "Many of the segments sent are retransmissions: the path loses or reorders them.",
                    "Growth of retrans less that of dsackDups (spurious retransmissions), divided by the growth of dataSegsOut, over the"
                            + " window; counted are retransmissions. Of the host: RetransSegs less TCPDSACKRecv, divided by OutSegs + RetransSegs.",
                    "nft: drop one in ten of the segments to the peer during a transfer.",
                    "Look for a lossy link or an overloaded queue on the path to the peer; see networkCause of the flows.")),
    RTT_INFLATION(
            2,
            "rttInflation",
            Severity.WARNING,
            List.of(Subject.PEER_PREFIX, Subject.FLOW),
            new Threshold(Settings.EVENTS_RTT, 50, Threshold.FLOWS, 10),
            new Text(
                    "Round-trip times are far above their minimum: a queue on the path is full.",
                    "Mean of srtt - minRtt of the flows that had data acknowledged in the window; counted are these flows.",
                    "tc: a tbf with a low rate and a long queue, and transfers through it.",
                    "Find the bottleneck of the path; use an AQM there (fq_codel, cake) or a smaller queue, or bbr.")),
    ZERO_WINDOW_STALL(
            3,
            "zeroWindowStall",
            Severity.WARNING,
            List.of(Subject.PEER_PREFIX, Subject.LISTENER, Subject.PROCESS, Subject.FLOW),
            new Threshold(Settings.EVENTS_FLOWS, 100, 0, 10),
            new Text(
                    "Data wait, but the peers' windows are closed and not one byte is acknowledged: the peers do not read.",
                    "Flows whose sendQueue was not empty at both ends of the window, whose sendWindow was below mss at both, and whose"
                            + " bytesAcked did not grow.",
                    "Peers that accept connections and never read.",
                    "Look at the receiving applications: they do not read.")),
    RTO_BACKOFF(
            4,
            "rtoBackoff",
            Severity.WARNING,
            List.of(Subject.LISTENER, Subject.PROCESS),
            new Threshold(Settings.EVENTS_FLOWS, 100, 0, 5),
            new Text(
                    "Flows wait for retransmission timeouts that double each time.",
                    "Flows with unacknowledged data, an open window and a backoff of at least 3.",
                    "nft: drop all segments to several peers during transfers.",
                    "Compare the peers: a common prefix or interface is the cause. Check filters and the path MTU.")),
    BLACKHOLE(
            5,
            "blackhole",
            Severity.CRITICAL,
            List.of(Subject.PEER_PREFIX, Subject.FLOW),
            new Threshold(Settings.EVENTS_BLACKHOLE, 50, Threshold.FLOWS, 5),
            new Text(
                    "Nothing comes back from a peer prefix: segments are sent and retransmitted, and no ACK arrives.",
                    "Silent flows in per cent of the flows with unacknowledged data at both ends of the window or acknowledged data in it;"
                            + " counted are the silent ones: nothing acknowledged or received in the window, and a backoff of at least 2.",
                    "nft: drop all segments to or from the peers during transfers.",
                    "Check that the peers are up and routed to, and that no filter on the way drops their segments.")),
    LISTENER_OVERFLOW(
            6,
            "listenerOverflow",
            Severity.CRITICAL,
            List.of(Subject.LISTENER, Subject.HOST),
            new Threshold(null, 100, 0, 0),
            new Text(
                    "Connections are dropped because an accept queue is full: the application accepts too slowly.",
                    "Of the host: growth of ListenOverflows. Of a listener, with the source bpf on a kernel on which functions can be traced: the"
                            + " SYNs and ACKs that were dropped because its accept queue was full. Otherwise growth of its drops while its"
                            + " accept queue is full, from the second window in a row on in which ListenOverflows grows. Of this network"
                            + " namespace only.",
                    "A listener with a small backlog that does not accept, and more connects than it holds.",
                    "Look at the application: it does not call accept() fast enough. A larger backlog (somaxconn) helps for bursts only.")),
    SYN_FLOOD(
            7,
            "synFlood",
            Severity.CRITICAL,
            List.of(Subject.HOST),
            new Threshold(Settings.EVENTS_SYNFLOOD, 50, 0, 5),
            new Text(
                    "More SYNs arrive than the SYN queues hold: they are answered with cookies, or dropped.",
                    "Growth per second of SyncookiesSent or TCPReqQFullDoCookies, whichever is larger, plus TCPReqQFullDrop. Of this"
                            + " network namespace only.",
                    "SYNs to a listener that are never completed, from addresses that do not answer.",
                    "Check that tcp_syncookies is 1; filter the senders, or raise tcp_max_syn_backlog if the clients are genuine.")),
    HALF_OPEN(
            8,
            "halfOpen",
            Severity.WARNING,
            List.of(Subject.HOST),
            new Threshold(Settings.EVENTS_HALFOPEN, 50, 0, 10),
            new Text(
                    "Many connections wait for the last segment of their handshake.",
                    "Number of sockets in SYN_RECV. Of this network namespace only.",
                    "SYNs to a listener whose SYN-ACKs are dropped.",
                    "Check the path back to the clients, and whether the SYNs are a scan or a flood.")),
    FAILED_CONNECTS(
            9,
            "failedConnects",
            Severity.WARNING,
            List.of(Subject.PEER_PREFIX, Subject.PROCESS, Subject.HOST),
            new Threshold(Settings.EVENTS_FAILEDCONNECTS, 50, 5, 10),
            new Text(
                    "Many connections of this host are refused, not answered, or cannot be routed.",
                    "Failed calls of connect() per minute, by reason; counted are those of the window. With a source other than bpf, and"
                            + " while the source cannot be read, of the host only: growth of AttemptFails less that of EmbryonicRsts,"
                            + " because AttemptFails also counts connections to this host that the peer reset before they were"
                            + " established. Other failures of that kind, as of TCP Fast Open, are counted as well.",
                    "A client that connects to a closed port in a loop.",
                    "Look at the service that the process connects to; 'tcpprobe history' lists the attempts with their reasons.")),
    MEMORY_PRESSURE(
            10,
            "memoryPressure",
            Severity.CRITICAL,
            List.of(Subject.HOST),
            new Threshold(Settings.EVENTS_MEMORY, 90, 0, 5),
            new Text(
                    "The memory of all TCP sockets is near the limit from which the kernel shrinks buffers and drops segments.",
                    "mem of TCP in /proc/net/sockstat, in per cent of the second number of net.ipv4.tcp_mem.",
                    "Lower net.ipv4.tcp_mem below what the sockets use.",
                    "Find the flows with the most memory ('tcpprobe flows --by receiveMemory', or sendMemory); raise net.ipv4.tcp_mem.")),
    MAXFLOWS_REACHED(
            11,
            "maxflowsReached",
            Severity.WARNING,
            List.of(Subject.HOST),
            new Threshold(null, 100, 0, 0),
            new Text(
                    "Flows are not tracked because maxflows is reached: what tcpprobe reports is incomplete.",
                    "Growth of maxflowReached.",
                    "Set maxflows below the number of connections.",
                    "Raise maxflows, or track fewer flows with the setting port.")),
    SOURCE_LOST(
            12,
            "sourceLost",
            Severity.CRITICAL,
            List.of(Subject.HOST),
            new Threshold(null, 100, 0, 0),
            new Text(
                    "The source of the flows was removed or cannot be read: what tcpprobe reports may be old.",
                    "Growth of sourceLost, and of the number of failed reads: while reading fails, it is repeated at each interval.",
                    "rmmod tcpprobe while the source module is used.",
                    "See the log for the reason; restart the agent, or load the module again."));

    /** What an event is about. */
    public enum Subject {
        HOST(1, "host", "this host"),
        LISTENER(2, "listener", "a local port that accepts connections, or the address of a listening socket"),
        PEER_PREFIX(3, "peerPrefix", "the peers with a common prefix of groups.ipv4prefix or groups.ipv6prefix bits"),
        PROCESS(4, "process", "a process of this host"),
        FLOW(5, "flow", "one flow that is watched, or that is large: see events.large");

        private final int number;
        private final String label;
        private final String doc;

        Subject(int number, String label, String doc) {
            this.number = number;
            this.label = label;
            this.doc = doc;
        }

        /** Returns its number in SNMP. */
        public int number() {
            return number;
        }

        /** Returns its name in every projection. */
        public String label() {
            return label;
        }

        /** Returns its description. */
        public String doc() {
            return doc;
        }
    }

    /** How severe an event is. */
    public enum Severity {
        /** Service is worse than it should be. */
        WARNING(1, "warning"),
        /** Connections fail or stand still. */
        CRITICAL(2, "critical");

        private final int number;
        private final String label;

        Severity(int number, String label) {
            this.number = number;
            this.label = label;
        }

        /** Returns its number in SNMP. */
        public int number() {
            return number;
        }

        /** Returns its name in every projection. */
        public String label() {
            return label;
        }
    }

    /**
     * When a rule holds.
     *
     * @param setting the minimum value; null for 1
     * @param clearPercent the value must fall below so many per cent of the threshold before the event is cleared
     * @param count the minimum count; {@link #FLOWS} for the setting events.flows; 0 if the value alone decides
     * @param raiseSeconds for how long it must hold before an event is raised
     */
    private record Threshold(@Nullable Setting<Long> setting, int clearPercent, int count, int raiseSeconds) {
        static final int FLOWS = -1;
    }

    /** What docs/events.md has about a rule. */
    private record Text(String doc, String measured, String reproduced, String advice) {}

    private final int number;
    private final String label;
    private final Severity severity;

    @SuppressWarnings("ImmutableEnumChecker") // immutable, made by List.of
    private final List<Subject> subjects;

    @SuppressWarnings("ImmutableEnumChecker") // a setting is a constant
    private final Threshold threshold;

    @SuppressWarnings("ImmutableEnumChecker") // a record of strings
    private final Text text;

    EventRule(int number, String label, Severity severity, List<Subject> subjects, Threshold threshold, Text text) {
        this.number = number;
        this.label = label;
        this.severity = severity;
        this.subjects = subjects;
        this.threshold = threshold;
        this.text = text;
    }

    /** Returns the rule with this number. */
    public static Optional<EventRule> of(long number) {
        return Arrays.stream(values()).filter(rule -> rule.number == number).findFirst();
    }

    /** Returns its number in SNMP. */
    public int number() {
        return number;
    }

    /** Returns its name in every projection: "blackhole". */
    public String label() {
        return label;
    }

    /** Returns how severe its events are. */
    public Severity severity() {
        return severity;
    }

    /** Returns what its events are about. */
    public List<Subject> subjects() {
        return subjects;
    }

    /** Returns the setting that has the threshold; empty if the threshold is 1. */
    public Optional<Setting<Long>> setting() {
        return Optional.ofNullable(threshold.setting);
    }

    /** Returns the unit of its value. */
    public Unit unit() {
        return setting().map(Setting::unit).orElse(Unit.NONE);
    }

    /** Returns the minimum value; a single flow counts as one flow. */
    public long threshold(Subject subject, SettingStore settings) {
        boolean countsFlows = threshold.setting == Settings.EVENTS_FLOWS;
        return threshold.setting == null || countsFlows && subject == Subject.FLOW
                ? 1
                : settings.get(threshold.setting);
    }

    /** Returns the minimum count; a single flow counts as one flow. */
    public long minimum(Subject subject, SettingStore settings) {
        if (threshold.count != Threshold.FLOWS) {
            return threshold.count;
        }
        return subject == Subject.FLOW ? 1 : settings.get(Settings.EVENTS_FLOWS);
    }

    /** Returns the minimum count in words; empty if the value alone decides. */
    public String minimumText() {
        return switch (threshold.count) {
            case Threshold.FLOWS -> "events.flows";
            case 0 -> "";
            default -> Integer.toString(threshold.count);
        };
    }

    /** Returns the per cent of the threshold below which the value must fall before an event is cleared. */
    public int clearPercent() {
        return threshold.clearPercent;
    }

    /** Returns for how many seconds the rule must hold before an event is raised. */
    public int raiseSeconds() {
        return threshold.raiseSeconds;
    }

    /** Returns what it means. */
    public String doc() {
        return text.doc;
    }

    /** Returns how its value is measured. */
    public String measured() {
        return text.measured;
    }

    /** Returns how to provoke it. */
    public String reproduced() {
        return text.reproduced;
    }

    /** Returns what to do about it; at most 255 characters, because SNMP carries no more. */
    public String advice() {
        return text.advice;
    }
}
