package io.tcpprobe.agent.jfr;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowValues;
import io.tcpprobe.kernel.flow.WatchedFlows;
import java.util.function.LongUnaryOperator;

/** Writes the samples of watched flows. While no recording wants them, nothing of a sample is read. */
final class Samples implements WatchedFlows.Listener {
    private final LongUnaryOperator wallMillis;
    private final SampleEvent probe = new SampleEvent();

    /** @param wallMillis converts CLOCK_MONOTONIC, in nanoseconds, to milliseconds since 1970 */
    Samples(LongUnaryOperator wallMillis) {
        this.wallMillis = wallMillis;
    }

    @Override
    public void happened(WatchedFlows.Event event, long flowId, FlowValues flow) {
        if (event != WatchedFlows.Event.SAMPLE || !probe.isEnabled()) {
            return;
        }
        SampleEvent sample = new SampleEvent();
        sample.begin(); // the throttle needs a time
        if (sample.shouldCommit()) {
            sample.identify(flowId, flow);
            sample.describe(
                    flow,
                    flow.has(FlowField.SAMPLED)
                            ? wallMillis.applyAsLong(flow.number(FlowField.SAMPLED))
                            : FlowEvent.ABSENT);
            sample.commit();
        }
    }
}
