package io.tcpprobe.kernel.flow;

import io.tcpprobe.config.Unit;
import java.util.List;
import java.util.Optional;

/**
 * The growth of a counter of a flow per second over the last window: {@code bytesSentRate} of {@code bytesSent}.
 *
 * @param counter a field that is a counter
 */
public record CounterRate(FlowField counter) {
    private static final int FIRST_ID = 2000;
    private static final List<CounterRate> ALL = FlowField.all().stream()
            .filter(FlowField::isCounter)
            .map(CounterRate::new)
            .toList();

    /** Checks that the field is a counter. */
    public CounterRate {
        if (!counter.isCounter()) {
            throw new IllegalArgumentException(counter.label() + " is not a counter");
        }
    }

    /** Returns the rates of all counters, in the order of their ids. */
    public static List<CounterRate> all() {
        return ALL;
    }

    /** Returns the rate of this name, in any case. */
    public static Optional<CounterRate> find(String label) {
        return ALL.stream().filter(rate -> rate.label().equalsIgnoreCase(label)).findFirst();
    }

    /** Returns its id: 2000 plus the id of the counter. It is not a column of the flow table. */
    public int id() {
        return FIRST_ID + counter.id();
    }

    /** Returns its name: the counter's, with the suffix Rate. */
    public String label() {
        return counter.label() + "Rate";
    }

    /** Returns its unit: the counter's per second. */
    public Unit unit() {
        return counter.unit().perSecond();
    }
}
