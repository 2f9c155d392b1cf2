package io.tcpprobe.agent.series;

import io.tcpprobe.config.AddressText;
import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowValues;

/**
 * A flow of a watch.
 *
 * @param id the flow's id
 * @param local its local endpoint
 * @param remote its remote endpoint
 * @param networkNamespace the number of its network namespace; 0 if unknown
 * @param cookie its socket's cookie; 0 if unknown
 * @param firstSeenNanos when it was first seen, in CLOCK_MONOTONIC
 * @param congestionControl its congestion control algorithm; empty if unknown
 * @param command the name of its process; empty if unknown
 * @param samples number of its samples so far
 * @param lost number of its samples that were lost because they were not read in time
 * @param state if it is still watched
 * @param endReason why its connection ended; unknown unless the source reports it
 */
public record SeriesFlow(
        long id,
        String local,
        String remote,
        long networkNamespace,
        long cookie,
        long firstSeenNanos,
        String congestionControl,
        String command,
        long samples,
        long lost,
        State state,
        EndReason endReason) {
    /** If a flow is still watched. */
    public enum State {
        /** It is watched. */
        LIVE("live"),
        /** Its connection has ended. */
        ENDED("ended"),
        /** The agent no longer tracks it; its connection may go on. */
        EVICTED("evicted");

        private final String label;

        State(String label) {
            this.label = label;
        }

        /** Returns its name in every projection. */
        public String label() {
            return label;
        }
    }

    /** Creates a flow without samples. */
    static SeriesFlow of(long id, FlowValues flow) {
        return new SeriesFlow(
                id,
                AddressText.of(
                        flow.address(FlowField.LOCAL_ADDRESS, FlowField.LOCAL_ADDRESS_TYPE),
                        flow.number(FlowField.LOCAL_PORT)),
                AddressText.of(
                        flow.address(FlowField.REMOTE_ADDRESS, FlowField.REMOTE_ADDRESS_TYPE),
                        flow.number(FlowField.REMOTE_PORT)),
                number(flow, FlowField.NETWORK_NAMESPACE),
                number(flow, FlowField.COOKIE),
                number(flow, FlowField.FIRST_SEEN),
                flow.text(FlowField.CONGESTION_CONTROL),
                flow.text(FlowField.COMMAND),
                0,
                0,
                State.LIVE,
                EndReason.UNKNOWN);
    }

    private static long number(FlowValues flow, FlowField field) {
        return flow.has(field) ? flow.number(field) : 0;
    }

    /** Returns the same flow with other counts. */
    SeriesFlow counted(long allSamples, long allLost) {
        return with(allSamples, allLost, state, endReason);
    }

    /** Returns the same flow, no longer watched. */
    SeriesFlow ended(State how, EndReason reason) {
        return with(samples, lost, how, reason);
    }

    private SeriesFlow with(long allSamples, long allLost, State now, EndReason reason) {
        return new SeriesFlow(
                id,
                local,
                remote,
                networkNamespace,
                cookie,
                firstSeenNanos,
                congestionControl,
                command,
                allSamples,
                allLost,
                now,
                reason);
    }
}
