package io.tcpprobe.mibs;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowStatistic;

/**
 * TCPPROBE-MIB: the object ids below the base that the setting {@code snmp.baseoid} names. The columns of the flow table are
 * the ids of {@link FlowField}, the statistics those of {@link FlowStatistic}.
 *
 * @param base the object id of the module
 */
public record TcpProbeMib(Oid base) {
    /** Column of the counter table that holds the value of a counter; the index is the counter's name. */
    public static final int COUNTER_VALUE = 2;

    /** Column of the counter table that holds the value of a gauge. */
    public static final int COUNTER_GAUGE = 3;

    /** Column of the table of groups that holds the name; the index is the numbers of the kind and of the group. */
    public static final int GROUP_NAME = 3;

    /** The scalars of the group .1.2, about the agent. */
    public enum About implements MibObject {
        SOURCE_NAME(1, "tcpProbeAgentSourceName", Smi.TEXT, "", "Name of the source of flows in use."),
        SOURCE_REFUSED(
                2,
                "tcpProbeAgentSourceRefused",
                Smi.TEXT,
                "",
                "Why each preferred source, or a part of the source in use, is not used; may be empty."),
        KERNEL_RELEASE(
                3,
                "tcpProbeAgentKernelRelease",
                Smi.TEXT,
                "",
                "Release of the running kernel, as printed by uname -r."),
        FLOW_COUNT(
                4,
                "tcpProbeAgentFlowCount",
                Smi.GAUGE32,
                "flows",
                "Number of flows in the snapshot from which requests are answered."),
        SNAPSHOT_GENERATION(
                5, "tcpProbeAgentGeneration", Smi.COUNTER32, "", "Number of snapshots made since the agent started."),
        SNAPSHOT_AGE(
                6,
                "tcpProbeAgentSnapshotAge",
                Smi.GAUGE32,
                "milliseconds",
                "Age of the snapshot from which requests are answered.");

        @SuppressWarnings("ImmutableEnumChecker") // a record of strings and constants
        private final Declaration declaration;

        About(int arc, String label, Smi syntax, String units, String doc) {
            this.declaration = new Declaration(arc, label, syntax, units, doc);
        }

        @Override
        public Declaration declaration() {
            return declaration;
        }
    }

    /** The scalars of the group .1.9, about events. */
    public enum EventScalar implements MibObject {
        ACTIVE(2, "tcpProbeEventsActive", Smi.GAUGE32, "Number of active events."),
        RAISED(3, "tcpProbeEventsRaised", Smi.COUNTER32, "Number of events raised since the agent started."),
        SUPPRESSED(
                4,
                "tcpProbeEventsSuppressed",
                Smi.COUNTER32,
                "Number of events that were not raised because too many were active.");

        @SuppressWarnings("ImmutableEnumChecker") // a record of strings and constants
        private final Declaration declaration;

        EventScalar(int arc, String label, Smi syntax, String doc) {
            this.declaration = new Declaration(arc, label, syntax, "events", doc);
        }

        @Override
        public Declaration declaration() {
            return declaration;
        }
    }

    /** Returns tcpProbeSettings; see {@link SettingObjects}. */
    Oid settings() {
        return base.then(1, 1);
    }

    /** Returns the object id of a scalar about the agent, without the instance's .0. */
    public Oid about(About object) {
        return base.then(1, 2, object.arc());
    }

    /** Returns the object id of a statistic, without the instance's .0. */
    public Oid statistic(FlowStatistic statistic) {
        return base.then(1, 3, statistic.id());
    }

    /** Returns the entry of the flow table; column and flow id follow it. */
    public Oid flowEntry() {
        return base.then(1, 4, 1);
    }

    /** Returns the entry of the table of counters without a standard object; column, length of the name and name follow it. */
    public Oid counterEntry() {
        return base.then(1, 5, 1);
    }

    /** Returns the entry of the table of groups; column, number of the kind and number of the group follow it. */
    public Oid groupEntry() {
        return base.then(1, 6, 1);
    }

    /** Returns the entry of the table of active events; column and the event's number follow it. */
    public Oid eventEntry() {
        return base.then(1, 9, 1, 1);
    }

    /** Returns the object id of a scalar about events, without the instance's .0. */
    public Oid events(EventScalar object) {
        return base.then(1, 9, object.arc());
    }

    /** Returns the value of snmpTrapOID.0 of a notification. */
    public Oid notification(EventNotification notification) {
        return base.then(0, notification.arc());
    }

    /** Returns the entry of the table of top flows; column, measure and rank follow it. */
    public Oid topEntry() {
        return base.then(1, 7, 1);
    }

    /** Returns tcpProbeInsightScalars; the arc of an {@link InsightScalar} follows it. */
    public Oid insight() {
        return base.then(1, 8, 1);
    }

    /** Returns the entry of the table of verdicts; column and number of the verdict follow it. */
    public Oid verdictEntry() {
        return base.then(1, 8, 2, 1);
    }

    /** Returns the type of a statistic. */
    public static Smi syntax(FlowStatistic statistic) {
        if (statistic.counter()) {
            return Smi.COUNTER64;
        }
        return statistic.label().toLowerCase(java.util.Locale.ROOT).endsWith("memory") ? Smi.GAUGE64 : Smi.GAUGE32;
    }
}
