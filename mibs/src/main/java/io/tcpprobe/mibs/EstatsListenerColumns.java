package io.tcpprobe.mibs;

import static io.tcpprobe.mibs.EstatsColumn.Origin.KERNEL;
import static io.tcpprobe.mibs.EstatsColumn.Origin.SAMPLES;
import static io.tcpprobe.mibs.Smi.GAUGE32;
import static io.tcpprobe.mibs.Smi.TIME_STAMP;
import static io.tcpprobe.mibs.Smi.UNSIGNED32;
import static io.tcpprobe.mibs.Smi.ZERO_BASED_COUNTER32;
import static io.tcpprobe.mibs.Smi.ZERO_BASED_COUNTER64;

import java.util.List;

/** The columns of tcpEStatsListenerTable and tcpEStatsConnectIdTable. */
final class EstatsListenerColumns {
    private static final String NOT_COUNTED = "Linux counts it for the host only, not for each listener";
    private static final String DROPS = "sk_drops of the listener (INET_DIAG_SKMEMINFO)";

    static final List<EstatsColumn> ALL = new EstatsColumns("tcpEStatsListener")
            .other(
                    1,
                    "StartTime",
                    TIME_STAMP,
                    SAMPLES,
                    "sysUpTime when the listener was first seen; 0 if it is older than the agent")
            .without(2, "SynRcvd", ZERO_BASED_COUNTER32, NOT_COUNTED)
            .without(3, "Initial", ZERO_BASED_COUNTER32, NOT_COUNTED)
            .without(4, "Established", ZERO_BASED_COUNTER32, NOT_COUNTED)
            .without(5, "Accepted", ZERO_BASED_COUNTER32, NOT_COUNTED)
            .other(6, "ExceedBacklog", ZERO_BASED_COUNTER32, KERNEL, DROPS)
            .without(7, "HCSynRcvd", ZERO_BASED_COUNTER64, NOT_COUNTED)
            .without(8, "HCInitial", ZERO_BASED_COUNTER64, NOT_COUNTED)
            .without(9, "HCEstablished", ZERO_BASED_COUNTER64, NOT_COUNTED)
            .without(10, "HCAccepted", ZERO_BASED_COUNTER64, NOT_COUNTED)
            .other(11, "HCExceedBacklog", ZERO_BASED_COUNTER64, KERNEL, DROPS)
            .other(
                    12,
                    "CurConns",
                    GAUGE32,
                    KERNEL,
                    "accepted sockets in ESTABLISHED with the listener's local address and port")
            .other(13, "MaxBacklog", UNSIGNED32, KERNEL, "idiag_wqueue of the listener")
            .other(
                    14,
                    "CurBacklog",
                    GAUGE32,
                    KERNEL,
                    "idiag_rqueue of the listener, plus half-open sockets with its local address and port")
            .other(15, "CurEstabBacklog", GAUGE32, KERNEL, "idiag_rqueue of the listener")
            .list();

    static final List<EstatsColumn> CONNECT_ID = new EstatsColumns("tcpEStatsConnect")
            .other(1, "Index", UNSIGNED32, KERNEL, "the flow's id")
            .list();

    private EstatsListenerColumns() {}
}
