package io.tcpprobe.agent.insight;

import io.tcpprobe.kernel.flow.DecodedFlows;
import io.tcpprobe.kernel.flow.FlowField;

/** The time between two rows of a flow, and the growth of the flow's counters in it. Reused for all flows of an evaluation. */
final class Window {
    private static final double NANOS_PER_SECOND = 1e9;

    private final DecodedFlows before;
    private final DecodedFlows now;
    private long beganNanos;
    private long takenNanos;

    /**
     * Creates a window.
     *
     * @param before the earlier rows; a row of zeros if the flow began in the window
     * @param now the later rows
     */
    Window(DecodedFlows before, DecodedFlows now) {
        this.before = before;
        this.now = now;
    }

    /**
     * Sets the times of the selected flow.
     *
     * @param beganNanos when the earlier row was sampled, or the flow began; in CLOCK_MONOTONIC
     * @param takenNanos when the later snapshot was taken
     */
    void between(long beganNanos, long takenNanos) {
        this.beganNanos = beganNanos;
        this.takenNanos = takenNanos;
    }

    DecodedFlows before() {
        return before;
    }

    DecodedFlows now() {
        return now;
    }

    /** Returns the time from the one row to the other, in nanoseconds. */
    long sampledNanos() {
        return now.number(FlowField.SAMPLED) - beganNanos;
    }

    /** Returns the age of the later row, in nanoseconds; negative if it was sampled while the snapshot was taken. */
    long silentNanos() {
        return takenNanos - now.number(FlowField.SAMPLED);
    }

    /** Returns the growth of a counter. */
    double growth(FlowField counter) {
        return Math.max(0, now.number(counter) - before.number(counter));
    }

    /** Returns the growth of a counter per second. */
    double rate(FlowField counter) {
        return growth(counter) * NANOS_PER_SECOND / Math.max(1, sampledNanos());
    }
}
