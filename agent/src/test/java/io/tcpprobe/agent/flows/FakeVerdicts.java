package io.tcpprobe.agent.flows;

import io.tcpprobe.kernel.flow.GrowthTable;
import io.tcpprobe.kernel.flow.VerdictField;
import io.tcpprobe.kernel.flow.VerdictTable;
import java.util.EnumMap;
import java.util.Map;

/** The numbers that a test gives each flow, by the flow's index; a negative one is absent. Counts how often presence is checked. */
final class FakeVerdicts implements VerdictTable {
    private final GrowthTable growth;
    private final Map<VerdictField, long[]> numbers = new EnumMap<>(VerdictField.class);
    int checked;

    FakeVerdicts(GrowthTable growth) {
        this.growth = growth;
    }

    FakeVerdicts put(VerdictField field, long... byIndex) {
        numbers.put(field, byIndex);
        return this;
    }

    @Override
    public boolean has(VerdictField field, int index) {
        checked++;
        long[] byIndex = numbers.getOrDefault(field, new long[0]);
        return index < byIndex.length && byIndex[index] >= 0;
    }

    @Override
    public long number(VerdictField field, int index) {
        return numbers.getOrDefault(field, new long[0])[index];
    }

    @Override
    public String text(VerdictField field, int index) {
        return has(field, index) ? Long.toString(number(field, index)) : "";
    }

    @Override
    public GrowthTable growth() {
        return growth;
    }
}
