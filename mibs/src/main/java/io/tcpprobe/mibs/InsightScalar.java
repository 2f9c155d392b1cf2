package io.tcpprobe.mibs;

/** The scalars of the group .1.8.1: what all flows did in the last window. */
public enum InsightScalar implements MibObject {
    WINDOW(
            1,
            "tcpProbeInsightWindow",
            Smi.GAUGE32,
            "milliseconds",
            "Length of the last window; not instantiated before the second request for verdicts."),
    RETRANSMISSIONS(
            2,
            "tcpProbeInsightRetransmissions",
            Smi.GAUGE32,
            "segments per million",
            "Retransmissions among a million data segments that all flows sent in the window; not instantiated if none was"
                    + " sent."),
    SRTT_P50(
            3,
            "tcpProbeInsightSrttP50",
            Smi.GAUGE32,
            "microseconds",
            "Median of the flows' smoothed round-trip times; not instantiated if no flow has one."),
    SRTT_P90(4, "tcpProbeInsightSrttP90", Smi.GAUGE32, "microseconds", "90th percentile of the same."),
    SRTT_P99(5, "tcpProbeInsightSrttP99", Smi.GAUGE32, "microseconds", "99th percentile of the same."),
    TOP_TALKER(
            6,
            "tcpProbeInsightTopTalker",
            Smi.DISPLAY_STRING,
            "",
            "Local and remote endpoint of the flow with the most bytes acknowledged and received in the window:"
                    + " '192.0.2.1:443 - 198.51.100.7:50000'; not instantiated if no flow has any."),
    TOP_TALKER_RATE(
            7,
            "tcpProbeInsightTopTalkerRate",
            Smi.GAUGE64,
            "bytes/s",
            "Bytes that this flow had acknowledged and received per second.");

    @SuppressWarnings("ImmutableEnumChecker") // a record of strings and constants
    private final Declaration declaration;

    InsightScalar(int arc, String label, Smi syntax, String units, String doc) {
        this.declaration = new Declaration(arc, label, syntax, units, doc);
    }

    @Override
    public Declaration declaration() {
        return declaration;
    }
}
