package io.tcpprobe.mibs;

import static io.tcpprobe.mibs.EstatsColumn.Origin.KERNEL;
import static io.tcpprobe.mibs.EstatsColumn.Origin.SAMPLES;
import static io.tcpprobe.mibs.EstatsColumn.Origin.SEGMENTS;
import static io.tcpprobe.mibs.Smi.GAUGE32;
import static io.tcpprobe.mibs.Smi.TIME_STAMP;
import static io.tcpprobe.mibs.Smi.UNSIGNED32;
import static io.tcpprobe.mibs.Smi.ZERO_BASED_COUNTER32;
import static io.tcpprobe.mibs.Smi.ZERO_BASED_COUNTER64;

import java.util.List;

/** The columns of tcpEStatsListenerTable and tcpEStatsConnectIdTable. */
final class EstatsListenerColumns {
    private static final String SYNS = "SYNs that reached the listener, those sent again included";
    private static final String INITIAL =
            "connections that became half open, and those created at once: by the ACK with a SYN cookie, or by the SYN of TCP Fast Open";
    private static final String ESTABLISHED =
            "connections created by the ACK that completes the handshake, which had room in the accept queue";
    private static final String ACCEPTED = "connections that accept() returned";
    private static final String DROPPED =
            "half-open connections that timed out or were reset; if the source does not count them: sk_drops of the listener"
                    + " (INET_DIAG_SKMEMINFO), which counts every dropped SYN and ACK";

    static final List<EstatsColumn> ALL = new EstatsColumns("tcpEStatsListener")
            .other(
                    1,
                    "StartTime",
                    TIME_STAMP,
                    SAMPLES,
                    "sysUpTime when the listener was first seen; 0 if it is older than the agent")
            .other(2, "SynRcvd", ZERO_BASED_COUNTER32, SEGMENTS, SYNS)
            .other(3, "Initial", ZERO_BASED_COUNTER32, SEGMENTS, INITIAL)
            .other(4, "Established", ZERO_BASED_COUNTER32, SEGMENTS, ESTABLISHED)
            .other(5, "Accepted", ZERO_BASED_COUNTER32, SEGMENTS, ACCEPTED)
            .other(6, "ExceedBacklog", ZERO_BASED_COUNTER32, KERNEL, DROPPED)
            .other(7, "HCSynRcvd", ZERO_BASED_COUNTER64, SEGMENTS, SYNS)
            .other(8, "HCInitial", ZERO_BASED_COUNTER64, SEGMENTS, INITIAL)
            .other(9, "HCEstablished", ZERO_BASED_COUNTER64, SEGMENTS, ESTABLISHED)
            .other(10, "HCAccepted", ZERO_BASED_COUNTER64, SEGMENTS, ACCEPTED)
            .other(11, "HCExceedBacklog", ZERO_BASED_COUNTER64, KERNEL, DROPPED)
            .other(
                    12,
                    "CurConns",
                    GAUGE32,
                    KERNEL,
                    "accepted connections in ESTABLISHED; if the source does not count them, or the listener is older than the agent:"
                            + " accepted sockets in ESTABLISHED with the listener's local address and port")
            .other(13, "MaxBacklog", UNSIGNED32, KERNEL, "idiag_wqueue of the listener")
            .other(
                    14,
                    "CurBacklog",
                    GAUGE32,
                    KERNEL,
                    "bpf: half-open connections plus accept queue; other sources: idiag_rqueue of the listener, plus half-open sockets"
                            + " with its local address and port")
            .other(
                    15,
                    "CurEstabBacklog",
                    GAUGE32,
                    KERNEL,
                    "bpf: accept queue, of the same moment as CurBacklog; other sources: idiag_rqueue of the listener")
            .list();

    static final List<EstatsColumn> CONNECT_ID = new EstatsColumns("tcpEStatsConnect")
            .other(1, "Index", UNSIGNED32, KERNEL, "the flow's id")
            .list();

    private EstatsListenerColumns() {}
}
