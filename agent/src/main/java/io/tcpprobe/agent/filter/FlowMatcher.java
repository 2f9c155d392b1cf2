package io.tcpprobe.agent.filter;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.VerdictField;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** Evaluates conditions on live flows. A comparison does not hold for a flow without the field, as in the flow log. */
public final class FlowMatcher {
    private FlowMatcher() {}

    /** Returns a predicate that is true of the flows that meet a condition. */
    public static Predicate<Flow> of(FlowFilter filter) {
        return switch (filter) {
            case FlowFilter.And and -> all(and.parts());
            case FlowFilter.Or or -> any(or.parts());
            case FlowFilter.Not not -> of(not.part()).negate();
            case FlowFilter.Compare compare -> compare(compare);
            case FlowFilter.Text text -> text(text);
            case FlowFilter.Prefix prefix -> prefix(prefix);
        };
    }

    private static Predicate<Flow> all(List<FlowFilter> filters) {
        List<Predicate<Flow>> parts = filters.stream().map(FlowMatcher::of).toList();
        return flow -> {
            for (Predicate<Flow> part : parts) {
                if (!part.test(flow)) {
                    return false;
                }
            }
            return true;
        };
    }

    private static Predicate<Flow> any(List<FlowFilter> filters) {
        List<Predicate<Flow>> parts = filters.stream().map(FlowMatcher::of).toList();
        return flow -> {
            for (Predicate<Flow> part : parts) {
                if (part.test(flow)) {
                    return true;
                }
            }
            return false;
        };
    }

    private static Predicate<Flow> compare(FlowFilter.Compare compare) {
        long value = compare.value();
        return switch (compare.field()) {
            case FlowField field ->
                flow -> flow.has(field) && holds(compare.operator(), Long.compareUnsigned(flow.number(field), value));
            case VerdictField field ->
                flow -> flow.has(field) && holds(compare.operator(), Long.compareUnsigned(flow.number(field), value));
        };
    }

    private static boolean holds(FlowFilter.Operator operator, int order) {
        return switch (operator) {
            case EQUAL -> order == 0;
            case LESS -> order < 0;
            case AT_MOST -> order <= 0;
            case GREATER -> order > 0;
            case AT_LEAST -> order >= 0;
        };
    }

    private static Predicate<Flow> text(FlowFilter.Text text) {
        String value = text.value().toLowerCase(Locale.ROOT);
        Predicate<String> matches = text.contains() ? given -> given.contains(value) : given -> given.equals(value);
        return switch (text.field()) {
            case FlowField field ->
                flow -> flow.has(field) && matches.test(flow.text(field).toLowerCase(Locale.ROOT));
            case VerdictField field ->
                flow -> flow.has(field) && matches.test(flow.text(field).toLowerCase(Locale.ROOT));
        };
    }

    /** A zone index may follow the bytes of an address: it is not compared. */
    private static Predicate<Flow> prefix(FlowFilter.Prefix prefix) {
        int length = prefix.prefix().size();
        int whole = prefix.bits() / Byte.SIZE;
        int mask = 0xff00 >> prefix.bits() % Byte.SIZE & 0xff;
        return flow -> {
            if (!flow.has(prefix.field())) {
                return false;
            }
            byte[] address = flow.address(prefix.field());
            if (address.length < length || address.length >= 2 * length) {
                return false; // of the other family
            }
            for (int i = 0; i < whole; i++) {
                if (address[i] != prefix.prefix().get(i)) {
                    return false;
                }
            }
            return mask == 0 || ((address[whole] ^ prefix.prefix().get(whole)) & mask) == 0;
        };
    }
}
