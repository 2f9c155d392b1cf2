package io.tcpprobe.agent.jfr;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.kernel.flow.VerdictField;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Percentage;
import jdk.jfr.Period;
import jdk.jfr.Timespan;
import jdk.jfr.Unsigned;
import org.jspecify.annotations.Nullable;

/** What limits one of the busiest flows. */
@Name("tcpprobe.Verdict")
@Label("TCP Verdict")
@Description("What limits one of the busiest TCP flows of this host")
@Period("10 s")
final class VerdictEvent extends FlowEvent {
    @Label("Rank")
    @Description("Rank among the busiest flows, from 1")
    @Unsigned
    int rank;

    @Label("Verdict")
    @Description("What limited the flow as sender over the last window")
    @Nullable
    String verdict;

    @Label("Verdict Share")
    @Description("Share of the window in which this limit applied")
    @Percentage
    float verdictShare;

    @Label("Network Cause")
    @Description("How the network limits the flow; N/A if the verdict is not net")
    @Nullable
    String networkCause;

    @Label("Verdict Window")
    @Description("Length of the part of the window that could be judged")
    @Timespan(Timespan.MILLISECONDS)
    long verdictWindow;

    @Label("Receiver Verdict")
    @Description("What limited the flow as receiver over the last window")
    @Nullable
    String receiverVerdict;

    @Label("Receiver Share")
    @Description("How far the receiver's limit applied")
    @Percentage
    float receiverShare;

    @Label("Evidence")
    @Description("The values that the verdicts rest on; counters, with a plus sign, as they grew in the window")
    @Nullable
    String evidence;

    /** Sets the verdicts of a flow. */
    void judge(int place, Flow flow) {
        rank = place;
        verdict = text(flow, VerdictField.VERDICT);
        verdictShare = share(flow, VerdictField.VERDICT_SHARE);
        networkCause = text(flow, VerdictField.NETWORK_CAUSE);
        verdictWindow =
                flow.has(VerdictField.VERDICT_WINDOW) ? flow.number(VerdictField.VERDICT_WINDOW) : FlowEvent.ABSENT;
        receiverVerdict = text(flow, VerdictField.RECEIVER_VERDICT);
        receiverShare = share(flow, VerdictField.RECEIVER_SHARE);
        evidence = text(flow, VerdictField.EVIDENCE);
    }

    private static @Nullable String text(Flow flow, VerdictField field) {
        return flow.has(field) ? flow.text(field) : null;
    }

    private static float share(Flow flow, VerdictField field) {
        return flow.has(field) ? share(flow.number(field)) : Float.NaN;
    }
}
