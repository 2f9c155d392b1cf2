package io.tcpprobe.kernel.proc;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TCP counters of the host, that is of the network namespace of this process, or of another one. Values that are missing in the
 * files are absent; they never prevent the start of the program.
 */
public final class HostCounters implements TcpCounters, AutoCloseable {
    /** The group of /proc/net/snmp that TCP-MIB is made from. */
    public static final String TCP = "Tcp";

    /** The group of /proc/net/netstat that has no standard objects. */
    public static final String TCP_EXT = "TcpExt";

    /** The group of /proc/net/netstat with the counters of MPTCP. */
    public static final String MPTCP_EXT = "MPTcpExt";

    private static final Logger LOG = LoggerFactory.getLogger(HostCounters.class);
    private static final Path PROC_NET = Path.of("/proc/net");
    private static final Path PROC_NET_OF_THREAD = Path.of("/proc/thread-self/net");
    private static final Path IPV4_SYSCTLS = Path.of("/proc/sys/net/ipv4");

    /** The group Tcp with the limits in force, and when it was read. */
    private record Limited(long at, Counters tcp) {}

    private final ProcFile snmp;
    private final ProcFile netstat;
    private final RtoLimits limits;
    private volatile @Nullable Limited last;

    private HostCounters(ProcFile snmp, ProcFile netstat, RtoLimits limits) {
        this.snmp = snmp;
        this.netstat = netstat;
        this.limits = limits;
    }

    /** Opens the counters of this process's network namespace. */
    public static HostCounters ofThisHost(LongSupplier monotonicNanos) {
        return open(PROC_NET, IPV4_SYSCTLS, monotonicNanos);
    }

    /**
     * Opens the counters of the network namespace that the calling thread is in. While they are open, the namespace exists. Faults of the
     * files are not logged: the namespace may be about to end.
     */
    public static HostCounters ofThisThread(LongSupplier monotonicNanos) {
        return open(PROC_NET_OF_THREAD, IPV4_SYSCTLS, monotonicNanos, LOG::debug);
    }

    /**
     * Opens the counters.
     *
     * @param procNet the folder of snmp and netstat: /proc/net
     * @param sysctls the folder of tcp_rto_min_us: /proc/sys/net/ipv4
     * @param monotonicNanos CLOCK_MONOTONIC
     */
    public static HostCounters open(Path procNet, Path sysctls, LongSupplier monotonicNanos) {
        return open(procNet, sysctls, monotonicNanos, LOG::warn);
    }

    /**
     * Opens the counters.
     *
     * @param warnings receives each kind of fault of a file once
     */
    static HostCounters open(Path procNet, Path sysctls, LongSupplier monotonicNanos, Consumer<String> warnings) {
        return new HostCounters(
                new ProcFile(procNet.resolve("snmp"), List.of(TCP), List.of(), monotonicNanos, warnings),
                new ProcFile(
                        procNet.resolve("netstat"), List.of(TCP_EXT), List.of(MPTCP_EXT), monotonicNanos, warnings),
                RtoLimits.open(sysctls));
    }

    @Override
    public Counters tcp() {
        ProcFile.Reading reading = snmp.current();
        Limited known = last;
        if (known == null || known.at != reading.at()) {
            known = new Limited(reading.at(), limits.in(reading.group(TCP)));
            last = known;
        }
        return known.tcp;
    }

    @Override
    public Counters tcpExt() {
        return netstat.current().group(TCP_EXT);
    }

    @Override
    public Counters mptcpExt() {
        return netstat.current().group(MPTCP_EXT);
    }

    @Override
    public void close() throws IOException {
        try (snmp;
                netstat) {
            limits.close();
        }
    }
}
