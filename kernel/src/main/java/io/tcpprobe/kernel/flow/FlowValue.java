package io.tcpprobe.kernel.flow;

import io.tcpprobe.config.Unit;

/** A value that a flow has: a field of its row, or a computed one. */
public sealed interface FlowValue permits FlowField, VerdictField {
    /** Returns its name in every projection. */
    String label();

    /** Returns its unit. */
    Unit unit();

    /** Returns its description. */
    String doc();

    /** Returns true if it is a number, false if it is shown as text. */
    boolean numeric();

    /** Returns true if flows can be ranked by it. */
    boolean rankable();
}
