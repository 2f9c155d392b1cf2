package io.tcpprobe.mibs;

/** The readable columns of tcpProbeVerdictTable; column 1 is its index, the number of the verdict. */
public enum VerdictCountColumn implements MibObject {
    NAME(2, "tcpProbeVerdictName", Smi.DISPLAY_STRING, "", "Name of the verdict."),
    SENDERS(
            3,
            "tcpProbeVerdictSenders",
            Smi.GAUGE32,
            "flows",
            "Flows with this verdict as sender; not instantiated for a verdict about receivers."),
    RECEIVERS(
            4,
            "tcpProbeVerdictReceivers",
            Smi.GAUGE32,
            "flows",
            "Flows with this verdict as receiver; not instantiated for a verdict about senders.");

    private final int arc;
    private final String label;
    private final Smi syntax;
    private final String units;
    private final String doc;

    VerdictCountColumn(int arc, String label, Smi syntax, String units, String doc) {
        this.arc = arc;
        this.label = label;
        this.syntax = syntax;
        this.units = units;
        this.doc = doc;
    }

    @Override
    public int arc() {
        return arc;
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public Smi syntax() {
        return syntax;
    }

    @Override
    public String units() {
        return units;
    }

    @Override
    public String doc() {
        return doc;
    }
}
