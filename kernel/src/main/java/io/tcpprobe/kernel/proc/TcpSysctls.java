package io.tcpprobe.kernel.proc;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

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

    /**
     * Reads them.
     *
     * @param folder /proc/sys/net/ipv4
     * @throws IOException if one cannot be read
     */
    public static TcpSysctls read(Path folder) throws IOException {
        int ecn = number(folder, "tcp_ecn");
        return new TcpSysctls(
                number(folder, "tcp_timestamps") != 0,
                number(folder, "tcp_sack") != 0,
                ECN_ASKED.contains(ecn),
                ecn != 0);
    }

    private static int number(Path folder, String name) throws IOException {
        Path file = folder.resolve(name);
        String text = Sysctl.text(file);
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException bad) {
            throw new IOException("read " + file + ": '" + text + "' is no number", bad);
        }
    }
}
