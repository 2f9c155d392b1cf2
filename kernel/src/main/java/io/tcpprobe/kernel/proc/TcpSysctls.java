package io.tcpprobe.kernel.proc;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TCP options that this host requests from its peers, from /proc/sys/net/ipv4 of this network namespace.
 *
 * @param timestamps true if it requests timestamps
 * @param sack true if it requests SACK
 * @param ecnRequested true if it requests ECN
 * @param ecnAccepted true if it accepts ECN when a peer requests it
 */
public record TcpSysctls(boolean timestamps, boolean sack, boolean ecnRequested, boolean ecnAccepted) {
    /** The kernel's defaults. */
    public static final TcpSysctls DEFAULT = new TcpSysctls(true, true, false, true);

    /** 1: ECN; since Linux 6.18 also 3: accurate ECN, and 4: ECN, though accurate ECN is agreed to. */
    private static final Set<Integer> ECN_ASKED = Set.of(1, 3, 4);

    private static final int ECN_ON_REQUEST = 2;
    private static final Logger LOG = LoggerFactory.getLogger(TcpSysctls.class);

    /**
     * Reads the sysctls. For one that cannot be read, the kernel's default is used, and that is logged.
     *
     * @param folder /proc/sys/net/ipv4
     */
    public static TcpSysctls read(Path folder) {
        int ecn = number(folder, "tcp_ecn", ECN_ON_REQUEST);
        return new TcpSysctls(
                number(folder, "tcp_timestamps", 1) != 0,
                number(folder, "tcp_sack", 1) != 0,
                ECN_ASKED.contains(ecn),
                ecn != 0);
    }

    private static int number(Path folder, String name, int preset) {
        Path file = folder.resolve(name);
        try {
            return Integer.parseInt(Sysctl.text(file));
        } catch (IOException | NumberFormatException bad) {
            LOG.warn("read {}: {}; the kernel's default {} is used", file, bad.toString(), preset);
            return preset;
        }
    }
}
