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

    @SuppressWarnings("ImmutableEnumChecker") // a record of strings and constants
    private final Declaration declaration;

    VerdictCountColumn(int arc, String label, Smi syntax, String units, String doc) {
        this.declaration = new Declaration(arc, label, syntax, units, doc);
    }

    @Override
    public Declaration declaration() {
        return declaration;
    }
}
