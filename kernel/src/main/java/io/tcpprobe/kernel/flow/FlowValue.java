package io.tcpprobe.kernel.flow;

import io.tcpprobe.config.Unit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A value that a flow has: a field of its row, a computed one, or a text that is composed from fields. */
public sealed interface FlowValue permits FlowField, VerdictField, FlowText {
    /** Returns the value of this name, in any case. */
    static Optional<FlowValue> find(String label) {
        return Stream.<List<? extends FlowValue>>of(FlowField.all(), VerdictField.all(), FlowText.all())
                .<FlowValue>flatMap(List::stream)
                .filter(value -> value.label().equalsIgnoreCase(label))
                .findFirst();
    }

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
