package io.tcpprobe.kernel.proc;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;

/** The TCP counters of the host, that is of the network namespace the program runs in. */
public final class HostCounters implements AutoCloseable {
    private static final String TCP = "Tcp";
    private static final String TCP_EXT = "TcpExt";
    private static final String MPTCP_EXT = "MPTcpExt";

    private final ProcFile snmp;
    private final ProcFile netstat;

    private HostCounters(ProcFile snmp, ProcFile netstat) {
        this.snmp = snmp;
        this.netstat = netstat;
    }

    /**
     * Opens the counters.
     *
     * @param procNet the folder of snmp and netstat: /proc/net
     * @param monotonicNanos CLOCK_MONOTONIC
     * @throws IOException if they cannot be read
     */
    public static HostCounters open(Path procNet, LongSupplier monotonicNanos) throws IOException {
        ProcFile snmp = ProcFile.open(procNet.resolve("snmp"), List.of(TCP), monotonicNanos);
        try {
            return new HostCounters(
                    snmp, ProcFile.open(procNet.resolve("netstat"), List.of(TCP_EXT, MPTCP_EXT), monotonicNanos));
        } catch (IOException failed) {
            snmp.close();
            throw failed;
        }
    }

    /** The group Tcp of /proc/net/snmp: the objects of TCP-MIB. */
    public Counters tcp() throws IOException {
        return snmp.group(TCP);
    }

    /** The group TcpExt of /proc/net/netstat. */
    public Counters tcpExt() throws IOException {
        return netstat.group(TCP_EXT);
    }

    /** The group MPTcpExt of /proc/net/netstat; empty if the kernel has no MPTCP. */
    public Counters mptcpExt() throws IOException {
        return netstat.group(MPTCP_EXT);
    }

    @Override
    public void close() throws IOException {
        try (snmp) {
            netstat.close();
        }
    }
}
