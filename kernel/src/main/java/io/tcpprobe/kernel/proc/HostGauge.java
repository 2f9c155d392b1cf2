package io.tcpprobe.kernel.proc;

import io.tcpprobe.config.Unit;
import java.util.Optional;

/**
 * The values of the groups Tcp, TcpExt and MPTcpExt that are not counters: they can decrease, so every connector presents them
 * as gauges.
 *
 * <p>The list was derived from the source of Linux 5.4 to 7.0: the names of include/uapi/linux/snmp.h and net/mptcp/mib.h that
 * the kernel decrements or sets. {@code TCP_DEC_STATS} and {@code MPTCP_DEC_STATS} have one user each, TcpExt has none, and
 * only positive numbers are added to it (TCPMemoryPressuresChrono adds milliseconds, TCPHystartTrainCwnd and
 * TCPHystartDelayCwnd add windows). Further names of a newer kernel are treated as counters.
 */
public enum HostGauge {
    RTO_ALGORITHM("Tcp", "RtoAlgorithm", Unit.NONE, false, "a constant: the number of the algorithm in TCP-MIB"),
    RTO_MIN("Tcp", "RtoMin", Unit.MILLISECONDS, false, "a limit: net.ipv4.tcp_rto_min_us, if the kernel has it"),
    RTO_MAX("Tcp", "RtoMax", Unit.MILLISECONDS, false, "a limit: net.ipv4.tcp_rto_max_ms, if the kernel has it"),
    MAX_CONN("Tcp", "MaxConn", Unit.NONE, true, "a limit; -1 = no limit"),
    CURR_ESTAB("Tcp", "CurrEstab", Unit.NONE, false, "connections in ESTABLISHED or CLOSE-WAIT"),
    MPTCP_CURR_ESTAB("MPTcpExt", "MPCurrEstab", Unit.NONE, false, "MPTCP connections in ESTABLISHED or CLOSE-WAIT");

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

    /** Returns the gauge with a name of the kernel; empty if that is a counter. */
    public static Optional<HostGauge> find(String group, String label) {
        for (HostGauge gauge : values()) {
            if (gauge.label.equals(label) && gauge.group.equals(group)) {
                return Optional.of(gauge);
            }
        }
        return Optional.empty();
    }

    /** Returns its name in the kernel. */
    public String label() {
        return label;
    }

    /** Returns its unit. */
    public Unit unit() {
        return unit;
    }

    /** Returns why it is not a counter. */
    public String reason() {
        return reason;
    }

    /**
     * Returns its value. The kernel sums the numbers of all processors one after the other, so the sum of a gauge that changes
     * at the same time may be negative, which it prints as nearly 2^64. This is returned as 0.
     */
    long fit(long bits) {
        return signed ? bits : Math.max(0, bits);
    }
}
