package io.tcpprobe.mibs;

/** An object of TCPPROBE-MIB that is declared in a list: a scalar, or a column of a table. */
public interface MibObject {
    /**
     * What is declared.
     *
     * @param arc the sub-identifier; it is never changed or reused
     * @param label the descriptor
     * @param syntax the type
     * @param units the unit as in the UNITS clause, or empty
     * @param doc the description
     */
    record Declaration(int arc, String label, Smi syntax, String units, String doc) {}

    /** Returns what is declared. */
    Declaration declaration();

    /** Returns its sub-identifier. */
    default int arc() {
        return declaration().arc;
    }

    /** Returns its descriptor. */
    default String label() {
        return declaration().label;
    }

    /** Returns its type. */
    default Smi syntax() {
        return declaration().syntax;
    }

    /** Returns its unit as in the UNITS clause, or empty. */
    default String units() {
        return declaration().units;
    }

    /** Returns its description. */
    default String doc() {
        return declaration().doc;
    }
}
