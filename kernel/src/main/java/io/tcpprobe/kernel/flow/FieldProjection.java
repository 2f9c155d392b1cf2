package io.tcpprobe.kernel.flow;

/**
 * How a protocol or a format presents the fields of a flow: one method per kind of value. {@link #of} holds the only switch
 * over {@link FlowField.Kind}; every connector and format implements this interface instead of its own switch. It is called
 * once per field, not per value.
 *
 * <p>To add a kind: add its constant and its method here. Do not add a default implementation unless the kind is a number
 * without a special presentation, so that each projection that lacks the method fails to compile.
 *
 * @param <T> the presentation: a column, a type, a function that reads or writes a value
 */
public interface FieldProjection<T> {
    /** Returns the presentation of a field. */
    default T of(FlowField field) {
        return switch (field.kind()) {
            case ADDRESS -> address(field);
            case ADDRESS_TYPE -> addressType(field);
            case BITS -> bits(field);
            case COUNTER -> counter(field);
            case FLAG -> flag(field);
            case GAUGE -> gauge(field);
            case IDENTIFIER -> identifier(field);
            case NAME -> name(field);
            case PORT -> port(field);
            case STATE -> state(field);
            case TIME -> time(field);
        };
    }

    /** Returns the presentation of any number whose own method is not overridden. */
    T number(FlowField field);

    /** Returns the presentation of an address in the form of RFC 4001. */
    T address(FlowField field);

    /** Returns the presentation of the type of an address, an InetAddressType of RFC 4001. */
    default T addressType(FlowField field) {
        return number(field);
    }

    /** Returns the presentation of a set of flags. */
    default T bits(FlowField field) {
        return number(field);
    }

    /** Returns the presentation of a counter, which only grows during the connection's life. */
    default T counter(FlowField field) {
        return number(field);
    }

    /** Returns the presentation of a flag, 0 or 1. */
    default T flag(FlowField field) {
        return number(field);
    }

    /** Returns the presentation of a gauge, which rises and falls. */
    default T gauge(FlowField field) {
        return number(field);
    }

    /** Returns the presentation of an identifier, a number that is not a measure; one of 64 bits may have its top bit set. */
    default T identifier(FlowField field) {
        return number(field);
    }

    /** Returns the presentation of a text of at most 16 characters. */
    T name(FlowField field);

    /** Returns the presentation of a TCP port. */
    default T port(FlowField field) {
        return number(field);
    }

    /** Returns the presentation of the connection's state, a number of {@link TcpState#mib}. */
    T state(FlowField field);

    /** Returns the presentation of a time in nanoseconds of CLOCK_MONOTONIC. */
    T time(FlowField field);
}
