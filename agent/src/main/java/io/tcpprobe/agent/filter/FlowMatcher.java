package io.tcpprobe.agent.filter;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowMeasure;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.kernel.flow.CounterRate;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowText;
import io.tcpprobe.kernel.flow.VerdictField;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
            case FlowFilter.Rate compare -> new RateComparison(compare);
            case FlowFilter.Text text -> text(text);
            case FlowFilter.Prefix prefix -> prefix(prefix);
        };
    }

    /** Returns the rates that a condition compares. */
    public static Stream<CounterRate> rates(FlowFilter filter) {
        return switch (filter) {
            case FlowFilter.And and -> and.parts().stream().flatMap(FlowMatcher::rates);
            case FlowFilter.Or or -> or.parts().stream().flatMap(FlowMatcher::rates);
            case FlowFilter.Not not -> rates(not.part());
            case FlowFilter.Rate compared -> Stream.of(compared.rate());
            case FlowFilter.Compare _, FlowFilter.Text _, FlowFilter.Prefix _ -> Stream.of();
        };
    }

    /** Returns the texts that a condition compares. */
    public static Stream<FlowText> texts(FlowFilter filter) {
        return switch (filter) {
            case FlowFilter.And and -> and.parts().stream().flatMap(FlowMatcher::texts);
            case FlowFilter.Or or -> or.parts().stream().flatMap(FlowMatcher::texts);
            case FlowFilter.Not not -> texts(not.part());
            case FlowFilter.Text compared -> compared.field() instanceof FlowText text ? Stream.of(text) : Stream.of();
            case FlowFilter.Compare _, FlowFilter.Rate _, FlowFilter.Prefix _ -> Stream.of();
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
            case FlowText text -> throw new IllegalArgumentException(text + " is not a number");
        };
    }

    /** Compares a rate, whose values are determined once for each snapshot. */
    private static final class RateComparison implements Predicate<Flow> {
        /** The values of the last snapshot that was asked for. */
        private record Last(FlowSnapshot snapshot, FlowMeasure.Values values) {}

        private final FlowFilter.Rate compare;
        private volatile @Nullable Last last;

        RateComparison(FlowFilter.Rate compare) {
            this.compare = compare;
        }

        @Override
        public boolean test(Flow flow) {
            FlowMeasure.Values values = values(flow.snapshot());
            return values.has(flow.index())
                    && holds(compare.operator(), Long.compareUnsigned(values.number(flow.index()), compare.value()));
        }

        @SuppressWarnings("ReferenceEquality") // to compare the contents of two snapshots takes as long as the search
        private FlowMeasure.Values values(FlowSnapshot snapshot) {
            Last known = last;
            if (known == null || known.snapshot != snapshot) {
                known = new Last(snapshot, new FlowMeasure.Rate(compare.rate()).in(snapshot));
                last = known;
            }
            return known.values;
        }
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
            case FlowText composed ->
                flow -> flow.has(composed) && matches.test(flow.text(composed).toLowerCase(Locale.ROOT));
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
