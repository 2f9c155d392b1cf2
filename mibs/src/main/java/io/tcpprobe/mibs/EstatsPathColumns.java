package io.tcpprobe.mibs;

import static io.tcpprobe.mibs.EstatsColumn.Origin.KERNEL;
import static io.tcpprobe.mibs.EstatsColumn.Origin.SAMPLES;
import static io.tcpprobe.mibs.EstatsColumn.Origin.SEGMENTS;
import static io.tcpprobe.mibs.Smi.GAUGE32;
import static io.tcpprobe.mibs.Smi.OCTET;
import static io.tcpprobe.mibs.Smi.UNSIGNED32;
import static io.tcpprobe.mibs.Smi.ZERO_BASED_COUNTER32;
import static io.tcpprobe.mibs.Smi.ZERO_BASED_COUNTER64;

import io.tcpprobe.kernel.flow.FlowField;
import java.util.List;

/** The columns of tcpEStatsPathTable. Round-trip times are in milliseconds, as the MIB module defines them. */
final class EstatsPathColumns {
    static final List<EstatsColumn> ALL = new EstatsColumns("tcpEStatsPath")
            .field(1, "RetranThresh", GAUGE32, KERNEL, FlowField.REORDERING)
            .field(2, "NonRecovDAEpisodes", ZERO_BASED_COUNTER32, SEGMENTS, FlowField.REORDER_EPISODES)
            .field(3, "SumOctetsReordered", ZERO_BASED_COUNTER32, SEGMENTS, FlowField.REORDER_BYTES)
            .field(4, "NonRecovDA", ZERO_BASED_COUNTER32, SEGMENTS, FlowField.REORDER_DUP_ACKS)
            .millis(11, "SampleRTT", GAUGE32, SEGMENTS, FlowField.RTT_LAST)
            .millis(12, "RTTVar", GAUGE32, KERNEL, FlowField.RTTVAR)
            .millis(13, "MaxRTT", GAUGE32, SEGMENTS, FlowField.RTT_MAX)
            .millis(14, "MinRTT", GAUGE32, SAMPLES, FlowField.RTT_MIN)
            .millis(15, "SumRTT", ZERO_BASED_COUNTER32, SEGMENTS, FlowField.RTT_SUM)
            .millis(16, "HCSumRTT", ZERO_BASED_COUNTER64, SEGMENTS, FlowField.RTT_SUM)
            .field(17, "CountRTT", ZERO_BASED_COUNTER32, SEGMENTS, FlowField.RTT_SAMPLES)
            .millis(18, "MaxRTO", GAUGE32, SAMPLES, FlowField.RTO_MAX)
            .millis(19, "MinRTO", GAUGE32, SAMPLES, FlowField.RTO_MIN)
            .field(20, "IpTtl", UNSIGNED32, SEGMENTS, FlowField.TTL_RECEIVED)
            .field(21, "IpTosIn", OCTET, SEGMENTS, FlowField.TOS_RECEIVED)
            .field(22, "IpTosOut", OCTET, KERNEL, FlowField.TOS)
            .field(23, "PreCongSumCwnd", ZERO_BASED_COUNTER32, SEGMENTS, FlowField.PRE_CONG_CWND)
            .millis(24, "PreCongSumRTT", ZERO_BASED_COUNTER32, SEGMENTS, FlowField.PRE_CONG_RTT)
            .millis(25, "PostCongSumRTT", ZERO_BASED_COUNTER32, SEGMENTS, FlowField.POST_CONG_RTT)
            .field(26, "PostCongCountRTT", ZERO_BASED_COUNTER32, SEGMENTS, FlowField.POST_CONG_RTTS)
            .field(27, "ECNsignals", ZERO_BASED_COUNTER32, KERNEL, FlowField.DELIVERED_CE)
            .field(28, "DupAckEpisodes", ZERO_BASED_COUNTER32, SEGMENTS, FlowField.DUP_ACK_EPISODES)
            .millis(29, "RcvRTT", GAUGE32, KERNEL, FlowField.RECEIVE_RTT)
            .without(
                    30,
                    "DupAcksOut",
                    ZERO_BASED_COUNTER32,
                    "the kernel does not count them, and sends fewer than segments arrive out of order")
            .field(31, "CERcvd", ZERO_BASED_COUNTER32, KERNEL, FlowField.RECEIVED_CE)
            .without(32, "ECESent", ZERO_BASED_COUNTER32, "sent segments are not observed")
            .list();

    private EstatsPathColumns() {}
}
