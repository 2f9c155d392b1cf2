package io.tcpprobe.agent.jfr;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowValues;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Throttle;
import jdk.jfr.Timespan;
import jdk.jfr.Timestamp;

/** A sample of a watched flow. */
@Name("tcpprobe.Sample")
@Label("TCP Sample")
@Description("A sample of a watched TCP flow")
@Enabled(false)
@Throttle("1000/s")
final class SampleEvent extends FlowEvent {
    @Label("Sampled")
    @Description("Time of the sample")
    @Timestamp(Timestamp.MILLISECONDS_SINCE_EPOCH)
    long sampled;

    @Label("Congestion Window")
    @Description("Congestion window, in segments")
    long cwnd;

    @Label("Slow Start Threshold")
    @Description("Slow start threshold, in segments")
    long ssthresh;

    @Label("In Flight")
    @Description("Segments in flight")
    long inFlight;

    @Label("Segment Size")
    @Description("Size of a segment with data")
    @DataAmount
    long mss;

    @Label("Send Window")
    @Description("Window that the peer advertised last")
    @DataAmount
    long sendWindow;

    @Label("Send Queue")
    @Description("Bytes written by the application that are not acknowledged")
    @DataAmount
    long sendQueue;

    @Label("Receive Queue")
    @Description("Bytes received that the application has not read")
    @DataAmount
    long receiveQueue;

    @Label("Smoothed Round-Trip Time")
    @Timespan(Timespan.MICROSECONDS)
    long srtt;

    @Label("Round-Trip Time Variation")
    @Timespan(Timespan.MICROSECONDS)
    long rttvar;

    @Label("Retransmission Timeout")
    @Timespan(Timespan.MICROSECONDS)
    long rto;

    @Label("Bytes Acknowledged")
    @Description("Bytes sent and acknowledged so far")
    @DataAmount
    long bytesAcked;

    @Label("Bytes Received")
    @Description("Bytes received in order so far")
    @DataAmount
    long bytesReceived;

    @Label("Retransmissions")
    @Description("Segments retransmitted so far")
    long retrans;

    /**
     * Sets the values of a sample.
     *
     * @param sampledMillis when it was taken, in milliseconds since 1970
     */
    void describe(FlowValues flow, long sampledMillis) {
        sampled = sampledMillis;
        cwnd = number(flow, FlowField.CWND);
        ssthresh = number(flow, FlowField.SSTHRESH);
        inFlight = number(flow, FlowField.IN_FLIGHT);
        mss = number(flow, FlowField.MSS);
        sendWindow = number(flow, FlowField.SEND_WINDOW);
        sendQueue = number(flow, FlowField.SEND_QUEUE);
        receiveQueue = number(flow, FlowField.RECEIVE_QUEUE);
        srtt = number(flow, FlowField.SRTT);
        rttvar = number(flow, FlowField.RTTVAR);
        rto = number(flow, FlowField.RTO);
        bytesAcked = number(flow, FlowField.BYTES_ACKED);
        bytesReceived = number(flow, FlowField.BYTES_RECEIVED);
        retrans = number(flow, FlowField.RETRANS);
    }
}
