package io.tcpprobe.agent.filter;

import io.tcpprobe.kernel.flow.CounterRate;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowValue;
import java.util.List;

/** A condition on a flow, as {@link FlowFilterParser} reads it. */
public sealed interface FlowFilter {
    /** Holds for every flow. */
    FlowFilter ALL = new And(List.of());

    /** All of these hold. */
    record And(List<FlowFilter> parts) implements FlowFilter {
        /** Copies the list. */
        public And {
            parts = List.copyOf(parts);
        }
    }

    /** At least one of these holds. */
    record Or(List<FlowFilter> parts) implements FlowFilter {
        /** Copies the list. */
        public Or {
            parts = List.copyOf(parts);
        }
    }

    /** The condition does not hold. */
    record Not(FlowFilter part) implements FlowFilter {}

    /** A number of a flow compares so with a value. Does not hold for a flow without the field. */
    record Compare(FlowValue field, Operator operator, long value) implements FlowFilter {}

    /** The rate of a counter, per second over the last window, compares so with a value. Does not hold for a flow without the rate. */
    record Rate(CounterRate rate, Operator operator, long value) implements FlowFilter {}

    /** A text of a flow equals, or contains, a value; upper and lower case are the same. Does not hold without the field. */
    record Text(FlowValue field, boolean contains, String value) implements FlowFilter {}

    /**
     * An address of a flow has a prefix.
     *
     * @param prefix 4 or 16 bytes
     * @param bits length of the prefix in bits
     */
    record Prefix(FlowField field, List<Byte> prefix, int bits) implements FlowFilter {
        /** Copies the list. */
        public Prefix {
            prefix = List.copyOf(prefix);
        }
    }

    /** How two numbers compare. */
    enum Operator {
        EQUAL("="),
        LESS("<"),
        AT_MOST("<="),
        GREATER(">"),
        AT_LEAST(">=");

        private final String sign;

        Operator(String sign) {
            this.sign = sign;
        }

        /** Returns the operator as it is written. */
        public String sign() {
            return sign;
        }
    }
}
