package io.tcpprobe.agent.report;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.replay.RecordedSample;

/**
 * The growth of a counter, or of a sequence number, from its first sample to its last. A counter that wraps at the width of its
 * field continues; a step back, which records that are out of order cause, counts as none.
 */
final class Growth {
    private final FlowField field;
    private final long mask;
    private boolean known;
    private long latest;
    private long sum;

    Growth(FlowField field) {
        this.field = field;
        this.mask = -1L >>> Long.SIZE - field.width().bytes() * Byte.SIZE;
    }

    /** Adds a sample; returns the growth since the one before, 0 if absent. */
    long add(RecordedSample sample) {
        if (!sample.has(field)) {
            return 0;
        }
        long value = sample.number(field);
        long step = known ? value - latest & mask : 0;
        boolean back = Long.compareUnsigned(step, mask >>> 1) > 0;
        if (back) {
            return 0;
        }
        known = true;
        latest = value;
        sum += Math.min(step, Long.MAX_VALUE - sum);
        return step;
    }

    /** Returns true if a sample has the counter. */
    boolean known() {
        return known;
    }

    /** Returns the growth; 0 if unknown. */
    long sum() {
        return sum;
    }
}
