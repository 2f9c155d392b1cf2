package io.tcpprobe.agent.flows;

import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * An order of flows by a measure, or by activity. Flows without a value come last; of flows with equal values, the older one comes first.
 *
 * @param measure the measure; empty for the bytes that were acknowledged and received since the flow began
 * @param ascending true if the minimum comes first
 */
public record MeasureOrder(Optional<FlowMeasure> measure, boolean ascending) {
    /** The values of another measure in the opposite order. */
    private record Reversed(FlowMeasure.Values values) implements FlowMeasure.Values {
        @Override
        public boolean has(int index) {
            return values.has(index);
        }

        @Override
        public long number(int index) {
            return values.number(index);
        }

        @Override
        public long order(int index) {
            return ~values.order(index);
        }
    }

    /** The bytes that a flow has transferred. */
    private record Activity(FlowColumns flows) implements FlowMeasure.Values {
        @Override
        public boolean has(int index) {
            return true;
        }

        @Override
        public long number(int index) {
            return number(FlowField.BYTES_ACKED, index) + number(FlowField.BYTES_RECEIVED, index);
        }

        private long number(FlowField field, int index) {
            return flows.has(field, index) ? flows.number(field, index) : 0;
        }
    }

    /** Returns the order that begins at the other end. */
    public MeasureOrder reversed() {
        return new MeasureOrder(measure, !ascending);
    }

    private FlowMeasure.Values values(FlowSnapshot snapshot) {
        FlowMeasure.Values values = measure.map(by -> by.in(snapshot)).orElseGet(() -> new Activity(snapshot.flows()));
        return ascending ? new Reversed(values) : values;
    }

    /** Returns the first flows of the selected ones, at most {@code count}. */
    public List<Flow> first(FlowSnapshot snapshot, int count, IntPredicate among) {
        return FlowRanking.top(snapshot, values(snapshot), count, among);
    }

    /** Returns how many of the selected flows come before one of them. */
    public int place(FlowSnapshot snapshot, int index, IntPredicate among) {
        FlowMeasure.Values values = values(snapshot);
        boolean has = values.has(index);
        long order = has ? values.order(index) : 0;
        int before = 0;
        for (int i = 0; i < snapshot.flows().size(); i++) {
            if (i != index && among.test(i)) {
                boolean present = values.has(i);
                int compared = present != has
                        ? Boolean.compare(present, has)
                        : Long.compareUnsigned(present ? values.order(i) : 0, order);
                before += compared > 0 || compared == 0 && i < index ? 1 : 0;
            }
        }
        return before;
    }
}
