package io.tcpprobe.kernel.proc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** The memory of all TCP sockets of the host, relative to the limit from which the kernel is under memory pressure. */
public final class TcpMemory {
    private static final Path SOCKSTAT = Path.of("/proc/net/sockstat");
    private static final Path LIMITS = Path.of("/proc/sys/net/ipv4/tcp_mem");
    private static final int PRESSURE = 1;

    private TcpMemory() {}

    /** Returns the memory in per cent of the limit; empty if the kernel does not show it. */
    public static OptionalLong percentOfPressure() {
        return percentOfPressure(SOCKSTAT, LIMITS);
    }

    /**
     * Reads both files.
     *
     * @param sockstat has a line {@code TCP: inuse 1 orphan 0 tw 0 alloc 4 mem 174}, in pages
     * @param limits has three numbers, in pages: {@code 18513 24687 37026}; the second is the limit
     */
    static OptionalLong percentOfPressure(Path sockstat, Path limits) {
        try {
            OptionalLong pages = TcpSocketCount.value(Files.readAllLines(sockstat, StandardCharsets.US_ASCII), "mem");
            long pressure =
                    Long.parseLong(List.of(Sysctl.text(limits).split("\\s+")).get(PRESSURE));
            return pages.isEmpty() || pressure <= 0
                    ? OptionalLong.empty()
                    : OptionalLong.of(Math.max(0, pages.getAsLong()) * 100 / pressure);
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException unreadable) {
            return OptionalLong.empty();
        }
    }
}
