package io.tcpprobe.agent.insight;

import io.tcpprobe.kernel.flow.GrowthTable;
import io.tcpprobe.kernel.flow.VerdictField;
import io.tcpprobe.kernel.flow.VerdictTable;

/**
 * The computed columns of a snapshot.
 *
 * @param verdicts the verdicts
 * @param growth how the counters grew in the window of the verdicts
 */
record VerdictsAndGrowth(VerdictTable verdicts, GrowthTable growth) implements VerdictTable {
    @Override
    public boolean has(VerdictField field, int index) {
        return verdicts.has(field, index);
    }

    @Override
    public boolean computed(VerdictField field) {
        return verdicts.computed(field);
    }

    @Override
    public long number(VerdictField field, int index) {
        return verdicts.number(field, index);
    }

    @Override
    public void count(VerdictField field, int flows, int[] counts) {
        verdicts.count(field, flows, counts);
    }

    @Override
    public String text(VerdictField field, int index) {
        return verdicts.text(field, index);
    }
}
