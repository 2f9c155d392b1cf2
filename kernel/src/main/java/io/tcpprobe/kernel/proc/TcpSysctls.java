package io.tcpprobe.kernel.proc;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which options of TCP this host asks its peers for, as of /proc/sys/net/ipv4 of this network namespace.
 *
 * @param timestamps whether it asks for timestamps
 * @param sack whether it asks for SACK
 * @param ecnAsked whether it asks for ECN
 * @param ecnAgreed whether it agrees to ECN when it is asked
 */
public record TcpSysctls(boolean timestamps, boolean sack, boolean ecnAsked, boolean ecnAgreed) {
    /** What the kernel is set to from the beginning. */
    public static final TcpSysctls DEFAULT = new TcpSysctls(true, true, false, true);

    /** 1: ECN; since Linux 6.18 also 3: accurate ECN, and 4: ECN, though accurate ECN is agreed to. */
    private static final Set<Integer> ECN_ASKED = Set.of(1, 3, 4);

    private static final int ECN_ON_REQUEST = 2;
    private static final Logger LOG = LoggerFactory.getLogger(TcpSysctls.class);

    /**
     * Reads them. Of what cannot be read, the kernel's default is taken, and that is logged.
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
            LOG.warn("read {}: {}; the kernel's default {} is taken", file, bad.toString(), preset);
            return preset;
        }
    }
}
