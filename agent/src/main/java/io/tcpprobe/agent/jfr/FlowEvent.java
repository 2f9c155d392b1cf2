package io.tcpprobe.agent.jfr;

import io.tcpprobe.agent.flows.ProcessText;
import io.tcpprobe.config.AddressText;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowValues;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.StackTrace;
import jdk.jfr.Unsigned;
import org.jspecify.annotations.Nullable;

/**
 * An event about one flow. An absent number is {@value #ABSENT}, an absent share is NaN: the tools of the JDK show both as N/A, and an absent
 * text, too.
 */
@Category({"TCP", "Flows"})
@StackTrace(false)
abstract class FlowEvent extends Event {
    static final long ABSENT = Long.MIN_VALUE;

    private static final float PER_MILLE = 1000;

    @Label("Flow Id")
    @Description("Id of the flow in the agent; newer flows have higher ids")
    @Unsigned
    long flowId;

    @Label("Local")
    @Description("Local address and port")
    @Nullable
    String local;

    @Label("Remote")
    @Description("Remote address and port")
    @Nullable
    String remote;

    @Label("Process")
    @Description("Process that has the socket open: its id and its name")
    @Nullable
    String process;

    /** Sets what identifies the flow. */
    final void identify(long id, FlowValues flow) {
        flowId = id;
        local = AddressText.of(
                flow.address(FlowField.LOCAL_ADDRESS, FlowField.LOCAL_ADDRESS_TYPE), flow.number(FlowField.LOCAL_PORT));
        remote = AddressText.of(
                flow.address(FlowField.REMOTE_ADDRESS, FlowField.REMOTE_ADDRESS_TYPE),
                flow.number(FlowField.REMOTE_PORT));
        process = flow.has(FlowField.PID)
                ? ProcessText.of(flow.number(FlowField.PID), flow.text(FlowField.COMMAND))
                : null;
    }

    /** Returns a number of a flow, or {@link #ABSENT}. */
    static long number(FlowValues flow, FlowField field) {
        return flow.has(field) ? flow.number(field) : ABSENT;
    }

    /** Converts a share in per mille to what {@link jdk.jfr.Percentage} expects. */
    static float share(long perMille) {
        return perMille / PER_MILLE;
    }
}
