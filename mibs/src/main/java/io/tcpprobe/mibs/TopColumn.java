package io.tcpprobe.mibs;

/** The readable columns of tcpProbeTopTable; columns 1 and 2 are its indexes, the measure and the rank. */
public enum TopColumn implements MibObject {
    MEASURE_NAME(
            3,
            "tcpProbeTopMeasureName",
            Smi.DISPLAY_STRING,
            "Name of the measure: 'bytesSent', 'bytesSentRate', 'rwndShare'."),
    FLOW_ID(4, "tcpProbeTopFlowId", Smi.UNSIGNED32, "The flow's id, as tcpProbeFlowId."),
    VALUE(
            5,
            "tcpProbeTopValue",
            Smi.GAUGE64,
            "Value of the measure, in the units of its column of the flow table; of a rate, the value of its counter."),
    RATE(
            6,
            "tcpProbeTopRate",
            Smi.GAUGE64,
            "Growth of the counter per second over the last window, rounded; not instantiated for gauges and shares, and"
                    + " without a window."),
    LOCAL(7, "tcpProbeTopLocal", Smi.DISPLAY_STRING, "The flow's local address and port, as tcpProbeFlowLocal."),
    REMOTE(8, "tcpProbeTopRemote", Smi.DISPLAY_STRING, "The flow's remote address and port."),
    PROCESS(9, "tcpProbeTopProcess", Smi.DISPLAY_STRING, "The flow's process, as tcpProbeFlowProcess."),
    VERDICT(10, "tcpProbeTopVerdict", Smi.ENUMERATION, "What limited the flow as sender, as tcpProbeFlowVerdict."),
    RECEIVER_VERDICT(
            11,
            "tcpProbeTopReceiverVerdict",
            Smi.ENUMERATION,
            "What limited the flow as receiver, as tcpProbeFlowReceiverVerdict.");

    @SuppressWarnings("ImmutableEnumChecker") // a record of strings and constants
    private final Declaration declaration;

    TopColumn(int arc, String label, Smi syntax, String doc) {
        this.declaration = new Declaration(arc, label, syntax, "", doc);
    }

    @Override
    public Declaration declaration() {
        return declaration;
    }
}
