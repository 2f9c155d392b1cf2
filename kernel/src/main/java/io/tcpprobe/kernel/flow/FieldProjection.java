package io.tcpprobe.kernel.flow;

/**
 * How a protocol or a format presents the fields of a flow: one method per kind of value. {@link #of} holds the only switch over
 * {@link FlowField.Kind}; every connector and format implements this interface instead of a switch of its own, once per field
 * and not per value.
 *
 * <p>To add a kind: add its constant and its method here. Give the method no default unless the kind is a number that nobody
 * presents in a special way; then each projection that lacks the method fails to compile.
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

    /** A number in general: any kind of number whose own method is not overridden. */
    T number(FlowField field);

    /** An address in the form of RFC 4001. */
    T address(FlowField field);

    /** The type of an address, a number of RFC 4001. */
    default T addressType(FlowField field) {
        return number(field);
    }

    /** A set of flags. */
    default T bits(FlowField field) {
        return number(field);
    }

    /** A number that only grows during the connection's life. */
    default T counter(FlowField field) {
        return number(field);
    }

    /** 0 or 1. */
    default T flag(FlowField field) {
        return number(field);
    }

    /** A number that rises and falls. */
    default T gauge(FlowField field) {
        return number(field);
    }

    /** A number that is not a measure; one of 64 bits may have its top bit set. */
    default T identifier(FlowField field) {
        return number(field);
    }

    /** A text of at most 16 characters. */
    T name(FlowField field);

    /** A TCP port. */
    default T port(FlowField field) {
        return number(field);
    }

    /** The connection's state, a number of {@link TcpState#mib}. */
    T state(FlowField field);

    /** A time, in nanoseconds of CLOCK_MONOTONIC. */
    T time(FlowField field);
}
