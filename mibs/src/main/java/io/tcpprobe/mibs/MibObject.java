package io.tcpprobe.mibs;

/** An object of TCPPROBE-MIB that is declared in a list: a scalar, or a column of a table. */
interface MibObject {
    /** Returns its sub-identifier; it is never changed or reused. */
    int arc();

    /** Returns its descriptor. */
    String label();

    /** Returns its type. */
    Smi syntax();

    /** Returns its unit as in the UNITS clause, or empty. */
    String units();

    /** Returns its description. */
    String doc();
}
