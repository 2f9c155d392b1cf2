package io.tcpprobe.mibs;

import static io.tcpprobe.mibs.EstatsColumn.Origin.KERNEL;
import static io.tcpprobe.mibs.EstatsColumn.Origin.SAMPLES;
import static io.tcpprobe.mibs.EstatsColumn.Origin.SEGMENTS;
import static io.tcpprobe.mibs.Smi.COUNTER32;
import static io.tcpprobe.mibs.Smi.GAUGE32;
import static io.tcpprobe.mibs.Smi.UNSIGNED32;
import static io.tcpprobe.mibs.Smi.ZERO_BASED_COUNTER32;
import static io.tcpprobe.mibs.Smi.ZERO_BASED_COUNTER64;

import io.tcpprobe.kernel.flow.FlowField;
import java.util.List;

/** The columns of tcpEStatsAppTable and tcpEStatsTuneTable. */
final class EstatsAppColumns {
    private static final int MAX_MSS = 65535;

    static final List<EstatsColumn> APP = new EstatsColumns("tcpEStatsApp")
            .field(1, "SndUna", COUNTER32, SEGMENTS, FlowField.SND_UNA)
            .computed(
                    2,
                    "SndNxt",
                    UNSIGNED32,
                    SEGMENTS,
                    (flows, row, _) -> flows.number(FlowField.SND_NXT, row) & 0xffff_ffffL,
                    "sndNxt modulo 2^32",
                    FlowField.SND_NXT)
            .computed(
                    3,
                    "SndMax",
                    COUNTER32,
                    SEGMENTS,
                    (flows, row, _) -> flows.number(FlowField.SND_NXT, row),
                    "sndNxt: Linux never decreases it",
                    FlowField.SND_NXT)
            .field(4, "ThruOctetsAcked", ZERO_BASED_COUNTER32, KERNEL, FlowField.BYTES_ACKED)
            .field(5, "HCThruOctetsAcked", ZERO_BASED_COUNTER64, KERNEL, FlowField.BYTES_ACKED)
            .field(6, "RcvNxt", COUNTER32, SEGMENTS, FlowField.RCV_NXT)
            .field(7, "ThruOctetsReceived", ZERO_BASED_COUNTER32, KERNEL, FlowField.BYTES_RECEIVED)
            .field(8, "HCThruOctetsReceived", ZERO_BASED_COUNTER64, KERNEL, FlowField.BYTES_RECEIVED)
            .field(11, "CurAppWQueue", GAUGE32, KERNEL, FlowField.NOT_SENT)
            .field(12, "MaxAppWQueue", GAUGE32, SAMPLES, FlowField.NOT_SENT_MAX)
            .field(13, "CurAppRQueue", GAUGE32, KERNEL, FlowField.RECEIVE_QUEUE)
            .field(14, "MaxAppRQueue", GAUGE32, SAMPLES, FlowField.RECEIVE_QUEUE_MAX)
            .list();

    static final List<EstatsColumn> TUNE = new EstatsColumns("tcpEStatsTune")
            .computed(
                    1,
                    "LimCwnd",
                    UNSIGNED32,
                    SEGMENTS,
                    (flows, row, _) -> flows.number(FlowField.CWND_CLAMP, row) * flows.number(FlowField.MSS, row),
                    "cwndClamp * mss; 4294967295 = no limit",
                    FlowField.CWND_CLAMP,
                    FlowField.MSS)
            .without(2, "LimSsthresh", UNSIGNED32, "Linux has no such limit")
            .field(3, "LimRwin", UNSIGNED32, SEGMENTS, FlowField.WINDOW_CLAMP)
            .computed(
                    4,
                    "LimMSS",
                    UNSIGNED32,
                    SEGMENTS,
                    (flows, row, _) -> mss(flows.number(FlowField.USER_MSS, row)),
                    "userMss; 65535, the maximum, if it is not set",
                    FlowField.USER_MSS)
            .list();

    private static long mss(long set) {
        return set == 0 ? MAX_MSS : set;
    }

    private EstatsAppColumns() {}
}
