package io.tcpprobe.kernel.replay;

import io.tcpprobe.kernel.flow.FlowColumns;
import java.util.function.Supplier;

/** Receives what a recording contains, in the order of time. */
public interface RecordingVisitor {
    /** Receives a sample. */
    void sample(RecordedSample sample);

    /**
     * Called once before the first sample, then before the first sample of each further interval of recorded time, and once
     * after the last sample.
     *
     * @param timeNanos the recorded time, in nanoseconds since the first sample; that of the next sample, or of the last
     * @param flows copies the connections that are open at this time
     */
    default void interval(long timeNanos, Supplier<FlowColumns> flows) {}
}
