package io.tcpprobe.kernel.flow;

/** The values of one flow. */
public interface FlowValues {
    /** Returns true if the flow has a field. */
    boolean has(FlowField field);

    /** Returns a number, unsigned except that U64 keeps its bits; undefined if absent. */
    long number(FlowField field);

    /** Returns a text; empty if absent. */
    String text(FlowField field);

    /**
     * Returns an address in the form of RFC 4001; empty if absent.
     *
     * @param type the field with the type of the address
     */
    byte[] address(FlowField field, FlowField type);
}
