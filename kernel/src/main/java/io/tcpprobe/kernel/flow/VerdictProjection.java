package io.tcpprobe.kernel.flow;

/**
 * How a protocol or a format presents the computed columns of a flow; see {@link FieldProjection}.
 *
 * @param <T> the presentation: a column, a type, a function that reads a value
 */
public interface VerdictProjection<T> {
    /** Returns the presentation of a field. */
    default T of(VerdictField field) {
        return switch (field.type()) {
            case NETWORK_CAUSE -> networkCause(field);
            case NUMBER -> number(field);
            case RECEIVER_VERDICT -> receiverVerdict(field);
            case SENDER_VERDICT -> senderVerdict(field);
            case TEXT -> text(field);
        };
    }

    /** Returns the presentation of a {@link NetworkCause}, by its number. */
    T networkCause(VerdictField field);

    /** Returns the presentation of a measure. */
    T number(VerdictField field);

    /** Returns the presentation of a verdict as receiver, by its number. */
    T receiverVerdict(VerdictField field);

    /** Returns the presentation of a verdict as sender, by its number. */
    T senderVerdict(VerdictField field);

    /** Returns the presentation of a text. */
    T text(VerdictField field);
}
