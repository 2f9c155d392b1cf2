package io.tcpprobe.kernel.proc;

import io.tcpprobe.config.Unit;
import java.util.Optional;

/**
 * The values of the groups Tcp, TcpExt and MPTcpExt that are not counters: they can fall, so every connector shows them as gauges.
 *
 * <p>Found by reading which names of include/uapi/linux/snmp.h and net/mptcp/mib.h the kernel lowers or sets, in Linux 5.4 to 7.0:
 * {@code TCP_DEC_STATS} and {@code MPTCP_DEC_STATS} have one user each, TcpExt has none, and whatever is added to it is positive
 * (TCPMemoryPressuresChrono adds milliseconds, TCPHystartTrainCwnd and TCPHystartDelayCwnd add windows). What a newer kernel has
 * beyond that is taken for a counter.
 */
public enum HostGauge {
    RTO_ALGORITHM("Tcp", "RtoAlgorithm", Unit.NONE, false, "a constant, the algorithm's number in TCP-MIB"),
    RTO_MIN("Tcp", "RtoMin", Unit.MILLISECONDS, false, "a limit: net.ipv4.tcp_rto_min_us, where the kernel has it"),
    RTO_MAX("Tcp", "RtoMax", Unit.MILLISECONDS, false, "a limit: net.ipv4.tcp_rto_max_ms, where the kernel has it"),
    MAX_CONN("Tcp", "MaxConn", Unit.NONE, true, "a limit; -1 = there is none"),
    CURR_ESTAB("Tcp", "CurrEstab", Unit.NONE, false, "connections that are in ESTABLISHED or CLOSE-WAIT now"),
    MPTCP_CURR_ESTAB(
            "MPTcpExt", "MPCurrEstab", Unit.NONE, false, "MPTCP connections that are in ESTABLISHED or CLOSE-WAIT now");

    private final String group;
    private final String label;
    private final Unit unit;
    private final boolean signed;
    private final String reason;

    HostGauge(String group, String label, Unit unit, boolean signed, String reason) {
        this.group = group;
        this.label = label;
        this.unit = unit;
        this.signed = signed;
        this.reason = reason;
    }

    /** The gauge with a name of the kernel; empty if that is a counter. */
    public static Optional<HostGauge> find(String group, String label) {
        for (HostGauge gauge : values()) {
            if (gauge.label.equals(label) && gauge.group.equals(group)) {
                return Optional.of(gauge);
            }
        }
        return Optional.empty();
    }

    /** Its name in the kernel. */
    public String label() {
        return label;
    }

    /** Its unit. */
    public Unit unit() {
        return unit;
    }

    /** Why it is not a counter. */
    public String reason() {
        return reason;
    }

    /**
     * Its value. The kernel adds up numbers of all processors, one after the other, so the sum of a gauge that changes meanwhile
     * may be below 0, which it prints as nearly 2^64: that is 0.
     */
    long fit(long bits) {
        return signed ? bits : Math.max(0, bits);
    }
}
