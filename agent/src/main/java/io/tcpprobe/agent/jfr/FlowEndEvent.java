package io.tcpprobe.agent.jfr;

import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowValues;
import io.tcpprobe.kernel.flow.ResetReason;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Percentage;
import jdk.jfr.Throttle;
import jdk.jfr.Timespan;
import jdk.jfr.Timestamp;
import jdk.jfr.Unsigned;
import org.jspecify.annotations.Nullable;

/** A connection has ended, or a connect() has failed. */
@Name("tcpprobe.FlowEnd")
@Label("TCP Flow End")
@Description("A TCP connection of this host has ended, or could not be established")
@Throttle("1000/s")
final class FlowEndEvent extends FlowEvent {
    @Label("End Reason")
    @Description("Why it ended; N/A if the source of the agent does not observe it")
    @Nullable
    String endReason;

    @Label("Reset Reason")
    @Description("Why the kernel sent a RST; N/A if it sent none, or does not report it")
    @Nullable
    String resetReason;

    @Label("Ended")
    @Description("Time of the end")
    @Timestamp(Timestamp.MILLISECONDS_SINCE_EPOCH)
    long ended;

    @Label("Lifetime")
    @Description("Time from when the agent first saw the flow until its end")
    @Timespan(Timespan.NANOSECONDS)
    long lifetime;

    @Label("Bytes Sent")
    @Description("Bytes sent, including retransmissions")
    @DataAmount
    long bytesSent;

    @Label("Bytes Acknowledged")
    @Description("Bytes sent and acknowledged by the peer")
    @DataAmount
    long bytesAcked;

    @Label("Bytes Received")
    @Description("Bytes received in order")
    @DataAmount
    long bytesReceived;

    @Label("Retransmissions")
    @Description("Segments retransmitted")
    long retrans;

    @Label("Smoothed Round-Trip Time")
    @Description("Last smoothed round-trip time")
    @Timespan(Timespan.MICROSECONDS)
    long srtt;

    @Label("Life Verdict")
    @Description("What limited the flow as sender during its life")
    @Nullable
    String lifeVerdict;

    @Label("Life Share")
    @Description("Share of its life in which this limit applied")
    @Percentage
    float lifeShare;

    @Label("Lost Ends")
    @Description(
            "Number of ends before this one that were not recorded, because flows ended faster than the setting throttle allows")
    @Unsigned
    long lost;

    /**
     * Sets the values of the last row.
     *
     * @param endedMillis when the flow ended, in milliseconds since 1970
     */
    void describe(FlowValues flow, long endedMillis) {
        endReason = flow.has(FlowField.END_REASON)
                ? EndReason.of(flow.number(FlowField.END_REASON))
                        .map(EndReason::label)
                        .orElse(null)
                : null;
        resetReason = flow.has(FlowField.RESET_REASON)
                ? ResetReason.of(flow.number(FlowField.RESET_REASON))
                        .map(ResetReason::label)
                        .orElse(null)
                : null;
        ended = endedMillis;
        lifetime = flow.has(FlowField.FIRST_SEEN) && flow.has(FlowField.SAMPLED)
                ? flow.number(FlowField.SAMPLED) - flow.number(FlowField.FIRST_SEEN)
                : ABSENT;
        bytesSent = number(flow, FlowField.BYTES_SENT);
        bytesAcked = number(flow, FlowField.BYTES_ACKED);
        bytesReceived = number(flow, FlowField.BYTES_RECEIVED);
        retrans = number(flow, FlowField.RETRANS);
        srtt = number(flow, FlowField.SRTT);
    }

    /**
     * Sets what limited the flow.
     *
     * @param verdict the name of the verdict; null if unknown
     * @param share its share; NaN if unknown
     */
    void judge(@Nullable String verdict, float share) {
        lifeVerdict = verdict;
        lifeShare = share;
    }
}
