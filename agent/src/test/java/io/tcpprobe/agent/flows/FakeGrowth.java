package io.tcpprobe.agent.flows;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.GrowthTable;
import java.util.EnumMap;
import java.util.Map;

/** The growth that a test gives each flow, by the flow's index; a negative one is absent. */
final class FakeGrowth implements GrowthTable {
    private final long windowNanos;
    private final Map<FlowField, long[]> growth = new EnumMap<>(FlowField.class);

    FakeGrowth(long windowNanos) {
        this.windowNanos = windowNanos;
    }

    FakeGrowth put(FlowField counter, long... byIndex) {
        growth.put(counter, byIndex);
        return this;
    }

    @Override
    public long windowNanos() {
        return windowNanos;
    }

    @Override
    public Growth of(FlowField counter) {
        long[] numbers = growth.getOrDefault(counter, new long[0]);
        return new Growth() {
            @Override
            public boolean has(int index) {
                return index < numbers.length && numbers[index] >= 0;
            }

            @Override
            public long number(int index) {
                return numbers[index];
            }
        };
    }
}
