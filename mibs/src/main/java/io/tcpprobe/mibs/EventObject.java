package io.tcpprobe.mibs;

/**
 * The columns of tcpProbeEventTable, which notifications of events carry too. Each is declared once here; the MIB's text, the table and the
 * notifications follow from it. Numbers are never changed or reused.
 */
public enum EventObject implements MibObject {
    RULE(2, "Rule", Smi.ENUMERATION, "The rule that held; docs/events.md describes each."),
    SEVERITY(
            3,
            "Severity",
            Smi.ENUMERATION,
            "warning: service is worse than it should be; critical: connections fail or stand still."),
    SUBJECT_KIND(4, "SubjectKind", Smi.ENUMERATION, "The kind of what the event is about."),
    SUBJECT(
            5,
            "Subject",
            Smi.TEXT,
            "What the event is about: a host name, a port or endpoint, a prefix, a process, the endpoints of a flow."),
    RAISED(6, "Raised", Smi.DATE_AND_TIME, "When the event was raised, in UTC."),
    VALUE(7, "Value", Smi.GAUGE32, "The value that raised the event, in the unit of the rule."),
    THRESHOLD(8, "Threshold", Smi.GAUGE32, "The threshold at that time, in the unit of the rule."),
    EVIDENCE(9, "Evidence", Smi.TEXT, "The values that the event rests on."),
    VERDICT(
            10,
            "Verdict",
            Smi.ENUMERATION,
            "What limited the flow that contributed most, as tcpProbeFlowVerdict; unknown if the event is not about flows."),
    ADVICE(11, "Advice", Smi.TEXT, "What to do about it."),
    CLEARED(12, "Cleared", Smi.DATE_AND_TIME, "When the event was cleared, in UTC. Only in the notification.");

    @SuppressWarnings("ImmutableEnumChecker") // a record of strings and constants
    private final Declaration declaration;

    EventObject(int arc, String name, Smi syntax, String doc) {
        this.declaration = new Declaration(arc, "tcpProbeEvent" + name, syntax, "", doc);
    }

    @Override
    public Declaration declaration() {
        return declaration;
    }

    /** Returns true if the table has it, false if only notifications carry it. */
    public boolean readable() {
        return this != CLEARED;
    }
}
