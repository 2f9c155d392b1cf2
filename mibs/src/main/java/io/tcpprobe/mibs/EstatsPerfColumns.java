package io.tcpprobe.mibs;

import static io.tcpprobe.mibs.EstatsColumn.Origin.KERNEL;
import static io.tcpprobe.mibs.EstatsColumn.Origin.SAMPLES;
import static io.tcpprobe.mibs.EstatsColumn.Origin.SEGMENTS;
import static io.tcpprobe.mibs.Smi.DATE_AND_TIME;
import static io.tcpprobe.mibs.Smi.GAUGE32;
import static io.tcpprobe.mibs.Smi.ZERO_BASED_COUNTER32;
import static io.tcpprobe.mibs.Smi.ZERO_BASED_COUNTER64;

import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.proc.TcpSysctls;
import java.util.List;

/** The columns of tcpEStatsPerfTable. */
final class EstatsPerfColumns {
    private static final FlowField[] TIMES = {
        FlowField.FIRST_SEEN,
        FlowField.SAMPLED,
        FlowField.LAST_DATA_SENT,
        FlowField.LAST_DATA_RECEIVED,
        FlowField.LAST_ACK_RECEIVED
    };
    private static final String ELAPSED = "time from firstSeen to the last segment sent or received";

    static final List<EstatsColumn> ALL = new EstatsColumns("tcpEStatsPerf")
            .field(1, "SegsOut", ZERO_BASED_COUNTER32, KERNEL, FlowField.SEGS_OUT)
            .field(2, "DataSegsOut", ZERO_BASED_COUNTER32, KERNEL, FlowField.DATA_SEGS_OUT)
            .field(3, "DataOctetsOut", ZERO_BASED_COUNTER32, KERNEL, FlowField.BYTES_SENT)
            .field(4, "HCDataOctetsOut", ZERO_BASED_COUNTER64, KERNEL, FlowField.BYTES_SENT)
            .field(5, "SegsRetrans", ZERO_BASED_COUNTER32, KERNEL, FlowField.RETRANS)
            .field(6, "OctetsRetrans", ZERO_BASED_COUNTER32, KERNEL, FlowField.BYTES_RETRANS)
            .field(7, "SegsIn", ZERO_BASED_COUNTER32, KERNEL, FlowField.SEGS_IN)
            .field(8, "DataSegsIn", ZERO_BASED_COUNTER32, KERNEL, FlowField.DATA_SEGS_IN)
            .field(9, "DataOctetsIn", ZERO_BASED_COUNTER32, KERNEL, FlowField.BYTES_RECEIVED)
            .field(10, "HCDataOctetsIn", ZERO_BASED_COUNTER64, KERNEL, FlowField.BYTES_RECEIVED)
            .computed(
                    11,
                    "ElapsedSecs",
                    ZERO_BASED_COUNTER32,
                    SAMPLES,
                    (flows, row, _) -> elapsed(flows, row) / 1_000_000,
                    ELAPSED,
                    TIMES)
            .computed(
                    12,
                    "ElapsedMicroSecs",
                    ZERO_BASED_COUNTER32,
                    SAMPLES,
                    (flows, row, _) -> elapsed(flows, row) % 1_000_000,
                    ELAPSED,
                    TIMES)
            .field(13, "StartTimeStamp", DATE_AND_TIME, SAMPLES, FlowField.FIRST_SEEN)
            .field(14, "CurMSS", GAUGE32, KERNEL, FlowField.MSS)
            .octets(15, "PipeSize", FlowField.IN_FLIGHT)
            .field(16, "MaxPipeSize", GAUGE32, SAMPLES, FlowField.PIPE_MAX)
            .millis(17, "SmoothedRTT", GAUGE32, KERNEL, FlowField.SRTT)
            .millis(18, "CurRTO", GAUGE32, KERNEL, FlowField.RTO)
            .field(19, "CongSignals", ZERO_BASED_COUNTER32, SEGMENTS, FlowField.CONGESTION_SIGNALS)
            .octets(20, "CurCwnd", FlowField.CWND)
            .octets(21, "CurSsthresh", FlowField.SSTHRESH)
            .computed(
                    22,
                    "Timeouts",
                    ZERO_BASED_COUNTER32,
                    KERNEL,
                    EstatsPerfColumns::timeouts,
                    "timeoutRecoveries, which counts only the first of consecutive timeouts; before Linux 6.7 timeouts",
                    FlowField.TIMEOUTS)
            .field(23, "CurRwinSent", GAUGE32, KERNEL, FlowField.RECEIVE_WINDOW)
            .field(24, "MaxRwinSent", GAUGE32, SAMPLES, FlowField.RECEIVE_WINDOW_MAX)
            .field(25, "ZeroRwinSent", ZERO_BASED_COUNTER32, SEGMENTS, FlowField.ZERO_WINDOWS_SENT)
            .field(26, "CurRwinRcvd", GAUGE32, KERNEL, FlowField.SEND_WINDOW)
            .field(27, "MaxRwinRcvd", GAUGE32, SAMPLES, FlowField.SEND_WINDOW_MAX)
            .field(28, "ZeroRwinRcvd", ZERO_BASED_COUNTER32, SEGMENTS, FlowField.ZERO_WINDOWS_RECEIVED)
            .field(31, "SndLimTransRwin", ZERO_BASED_COUNTER32, SEGMENTS, FlowField.RWIN_LIMITS)
            .field(32, "SndLimTransCwnd", ZERO_BASED_COUNTER32, SEGMENTS, FlowField.CWND_LIMITS)
            .field(33, "SndLimTransSnd", ZERO_BASED_COUNTER32, SEGMENTS, FlowField.SENDER_LIMITS)
            .millis(34, "SndLimTimeRwin", ZERO_BASED_COUNTER32, KERNEL, FlowField.RWND_LIMITED)
            .computed(
                    35,
                    "SndLimTimeCwnd",
                    ZERO_BASED_COUNTER32,
                    KERNEL,
                    (flows, row, _) -> congestionLimited(flows, row) / 1000,
                    "busyTime - rwndLimited - sndbufLimited",
                    FlowField.BUSY_TIME,
                    FlowField.RWND_LIMITED,
                    FlowField.SNDBUF_LIMITED)
            .computed(
                    36,
                    "SndLimTimeSnd",
                    ZERO_BASED_COUNTER32,
                    SAMPLES,
                    EstatsPerfColumns::senderLimited,
                    "time from firstSeen to the sample, minus the two above",
                    FlowField.FIRST_SEEN,
                    FlowField.SAMPLED,
                    FlowField.BUSY_TIME,
                    FlowField.SNDBUF_LIMITED)
            .list();

    /** Returns the elapsed time in microseconds. */
    private static long elapsed(FlowColumns flows, int row) {
        long quiet = Math.min(
                flows.number(FlowField.LAST_DATA_SENT, row),
                Math.min(
                        flows.number(FlowField.LAST_DATA_RECEIVED, row),
                        flows.number(FlowField.LAST_ACK_RECEIVED, row)));
        long event = flows.number(FlowField.SAMPLED, row) - quiet * 1_000_000;
        return Math.max(0, event - flows.number(FlowField.FIRST_SEEN, row)) / 1000;
    }

    /** Returns the number of timeouts. The kernel counts a recovery at the first of consecutive timeouts. */
    private static long timeouts(FlowColumns flows, int row, TcpSysctls host) {
        boolean counted = flows.has(FlowField.TIMEOUT_RECOVERIES, row);
        return flows.number(counted ? FlowField.TIMEOUT_RECOVERIES : FlowField.TIMEOUTS, row);
    }

    private static long congestionLimited(FlowColumns flows, int row) {
        return flows.number(FlowField.BUSY_TIME, row)
                - flows.number(FlowField.RWND_LIMITED, row)
                - flows.number(FlowField.SNDBUF_LIMITED, row);
    }

    /** Returns the time limited by the sender, at least 0: a connection may have been busy before it was first seen. */
    private static long senderLimited(FlowColumns flows, int row, TcpSysctls host) {
        long known = (flows.number(FlowField.SAMPLED, row) - flows.number(FlowField.FIRST_SEEN, row)) / 1000;
        long others = flows.number(FlowField.BUSY_TIME, row) - flows.number(FlowField.SNDBUF_LIMITED, row);
        return Math.max(0, known - others) / 1000;
    }

    private EstatsPerfColumns() {}
}
