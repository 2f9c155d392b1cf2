package io.tcpprobe.mibs;

import static io.tcpprobe.mibs.EstatsColumn.Origin.KERNEL;
import static io.tcpprobe.mibs.EstatsColumn.Origin.SAMPLES;
import static io.tcpprobe.mibs.EstatsColumn.Origin.SEGMENTS;
import static io.tcpprobe.mibs.Smi.ENUMERATION;
import static io.tcpprobe.mibs.Smi.GAUGE32;
import static io.tcpprobe.mibs.Smi.INTEGER32;
import static io.tcpprobe.mibs.Smi.UNSIGNED32;
import static io.tcpprobe.mibs.Smi.ZERO_BASED_COUNTER32;

import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.proc.TcpSysctls;
import java.util.List;

/** The columns of tcpEStatsStackTable. */
final class EstatsStackColumns {
    private static final int TIMESTAMPS = 1;
    private static final int SACK = 2;
    private static final int WINDOW_SCALE = 4;
    private static final int ECN = 8;
    private static final String IF_NOT =
            "; if not in use: selfDisabled if this host's sysctl is off, else peerDisabled";
    private static final String INPUT = "segments that fail a check are dropped before they can be observed";

    static final List<EstatsColumn> ALL = new EstatsColumns("tcpEStatsStack")
            .truth(1, "ActiveOpen", SEGMENTS, FlowField.ACTIVE_OPEN)
            .field(2, "MSSSent", UNSIGNED32, KERNEL, FlowField.ADVERTISED_MSS)
            .field(3, "MSSRcvd", UNSIGNED32, SEGMENTS, FlowField.MSS_RECEIVED)
            .computed(
                    4,
                    "WinScaleSent",
                    INTEGER32,
                    KERNEL,
                    (flows, row, _) -> scale(flows, row, FlowField.RECEIVE_WINDOW_SCALE),
                    "receiveWindowScale; -1 without the option",
                    FlowField.OPTIONS)
            .computed(
                    5,
                    "WinScaleRcvd",
                    INTEGER32,
                    KERNEL,
                    (flows, row, _) -> scale(flows, row, FlowField.SEND_WINDOW_SCALE),
                    "sendWindowScale; -1 without the option",
                    FlowField.OPTIONS)
            .computed(
                    6,
                    "TimeStamps",
                    ENUMERATION,
                    KERNEL,
                    (flows, row, host) -> negotiated(flows, row, TIMESTAMPS, host.timestamps()),
                    "options" + IF_NOT,
                    FlowField.OPTIONS)
            .computed(
                    7,
                    "ECN",
                    ENUMERATION,
                    KERNEL,
                    (flows, row, host) -> negotiated(flows, row, ECN, requestsEcn(flows, row, host)),
                    "options" + IF_NOT,
                    FlowField.OPTIONS)
            .computed(
                    8,
                    "WillSendSACK",
                    ENUMERATION,
                    KERNEL,
                    (flows, row, host) -> negotiated(flows, row, SACK, host.sack()),
                    "options" + IF_NOT,
                    FlowField.OPTIONS)
            .computed(
                    9,
                    "WillUseSACK",
                    ENUMERATION,
                    KERNEL,
                    (flows, row, host) -> negotiated(flows, row, SACK, host.sack()),
                    "options" + IF_NOT,
                    FlowField.OPTIONS)
            .field(10, "State", ENUMERATION, KERNEL, FlowField.STATE)
            .truth(11, "Nagle", SEGMENTS, FlowField.NAGLE)
            .field(12, "MaxSsCwnd", GAUGE32, SAMPLES, FlowField.SLOW_START_CWND_MAX)
            .field(13, "MaxCaCwnd", GAUGE32, SAMPLES, FlowField.AVOIDANCE_CWND_MAX)
            .field(14, "MaxSsthresh", GAUGE32, SAMPLES, FlowField.SSTHRESH_MAX)
            .field(15, "MinSsthresh", GAUGE32, SAMPLES, FlowField.SSTHRESH_MIN)
            .computed(
                    16,
                    "InRecovery",
                    ENUMERATION,
                    KERNEL,
                    (flows, row, _) -> Math.min(flows.number(FlowField.CA_STATE, row), 2) + 1,
                    "caState: 0, 1, more",
                    FlowField.CA_STATE)
            .field(17, "DupAcksIn", ZERO_BASED_COUNTER32, SEGMENTS, FlowField.DUP_ACKS_RECEIVED)
            .field(18, "SpuriousFrDetected", ZERO_BASED_COUNTER32, SEGMENTS, FlowField.SPURIOUS_RECOVERIES)
            .field(19, "SpuriousRtoDetected", ZERO_BASED_COUNTER32, SEGMENTS, FlowField.SPURIOUS_TIMEOUTS)
            .without(21, "SoftErrors", ZERO_BASED_COUNTER32, INPUT)
            .without(22, "SoftErrorReason", ENUMERATION, INPUT)
            .field(23, "SlowStart", ZERO_BASED_COUNTER32, SEGMENTS, FlowField.SLOW_STARTS)
            .field(24, "CongAvoid", ZERO_BASED_COUNTER32, SEGMENTS, FlowField.CONGESTION_AVOIDS)
            .field(25, "OtherReductions", ZERO_BASED_COUNTER32, SEGMENTS, FlowField.OTHER_REDUCTIONS)
            .computed(
                    26,
                    "CongOverCount",
                    ZERO_BASED_COUNTER32,
                    SEGMENTS,
                    EstatsStackColumns::undone,
                    "spuriousRecoveries + spuriousTimeouts",
                    FlowField.SPURIOUS_RECOVERIES,
                    FlowField.SPURIOUS_TIMEOUTS)
            .field(27, "FastRetran", ZERO_BASED_COUNTER32, SEGMENTS, FlowField.FAST_RETRANSMITS)
            .computed(
                    28,
                    "SubsequentTimeouts",
                    ZERO_BASED_COUNTER32,
                    KERNEL,
                    (flows, row, _) ->
                            flows.number(FlowField.TIMEOUTS, row) - flows.number(FlowField.TIMEOUT_RECOVERIES, row),
                    "timeouts - timeoutRecoveries",
                    FlowField.TIMEOUTS,
                    FlowField.TIMEOUT_RECOVERIES)
            .field(29, "CurTimeoutCount", GAUGE32, KERNEL, FlowField.RETRANSMITS)
            .field(30, "AbruptTimeouts", ZERO_BASED_COUNTER32, SEGMENTS, FlowField.ABRUPT_TIMEOUTS)
            .without(
                    31,
                    "SACKsRcvd",
                    ZERO_BASED_COUNTER32,
                    "options of segments are not parsed: that would cost every segment")
            .without(
                    32,
                    "SACKBlocksRcvd",
                    ZERO_BASED_COUNTER32,
                    "options of segments are not parsed: that would cost every segment")
            .without(
                    33,
                    "SendStall",
                    ZERO_BASED_COUNTER32,
                    "Linux does not report local congestion as a separate signal")
            .field(34, "DSACKDups", ZERO_BASED_COUNTER32, KERNEL, FlowField.DSACK_DUPS)
            .field(35, "MaxMSS", GAUGE32, SAMPLES, FlowField.MSS_MAX)
            .field(36, "MinMSS", GAUGE32, SAMPLES, FlowField.MSS_MIN)
            .field(37, "SndInitial", UNSIGNED32, SEGMENTS, FlowField.SND_INITIAL)
            .field(38, "RecInitial", UNSIGNED32, SEGMENTS, FlowField.RCV_INITIAL)
            .octets(39, "CurRetxQueue", FlowField.UNACKED)
            .field(40, "MaxRetxQueue", GAUGE32, SAMPLES, FlowField.RETRANSMIT_QUEUE_MAX)
            .field(41, "CurReasmQueue", GAUGE32, SEGMENTS, FlowField.REASSEMBLY_QUEUE)
            .field(42, "MaxReasmQueue", GAUGE32, SEGMENTS, FlowField.REASSEMBLY_QUEUE_MAX)
            .list();

    private static long scale(FlowColumns flows, int row, FlowField scale) {
        return (flows.number(FlowField.OPTIONS, row) & WINDOW_SCALE) == 0 ? -1 : flows.number(scale, row);
    }

    /** Returns a TcpEStatsNegotiated: enabled(1), selfDisabled(2), peerDisabled(3). */
    private static long negotiated(FlowColumns flows, int row, int option, boolean requested) {
        if ((flows.number(FlowField.OPTIONS, row) & option) != 0) {
            return 1;
        }
        return requested ? 3 : 2;
    }

    /** Returns true if this host asks for ECN. tcp_ecn is 1 if it does, 2 if it only agrees when asked. */
    private static boolean requestsEcn(FlowColumns flows, int row, TcpSysctls host) {
        boolean passive = flows.has(FlowField.ACTIVE_OPEN, row) && flows.number(FlowField.ACTIVE_OPEN, row) == 0;
        return host.ecnRequested() || host.ecnAccepted() && passive;
    }

    private static long undone(FlowColumns flows, int row, TcpSysctls host) {
        return flows.number(FlowField.SPURIOUS_RECOVERIES, row) + flows.number(FlowField.SPURIOUS_TIMEOUTS, row);
    }

    private EstatsStackColumns() {}
}
