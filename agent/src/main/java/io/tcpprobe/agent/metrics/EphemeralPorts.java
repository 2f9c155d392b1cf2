package io.tcpprobe.agent.metrics;

import io.tcpprobe.kernel.proc.Sysctl;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ports that the kernel assigns to sockets: net.ipv4.ip_local_port_range without net.ipv4.ip_local_reserved_ports. A service with such a
 * port is not distinguished from a port that is in use for a moment, unless it is reserved.
 */
final class EphemeralPorts {
    private static final Logger LOG = LoggerFactory.getLogger(EphemeralPorts.class);
    private static final Path SYSCTLS = Path.of("/proc/sys/net/ipv4");

    /** The kernel's default, see Documentation/networking/ip-sysctl.rst. */
    private static final Range DEFAULT = new Range(32_768, 60_999);

    private record Range(int first, int last) {
        boolean has(int port) {
            return first <= port && port <= last;
        }
    }

    private final Range range;
    private final List<Range> reserved;

    private EphemeralPorts(Range range, List<Range> reserved) {
        this.range = range;
        this.reserved = reserved;
    }

    /** Reads those of this process's network namespace. */
    static EphemeralPorts ofThisHost() {
        return read(SYSCTLS);
    }

    /** Reads the files in this folder. The kernel's defaults take the place of what cannot be read. */
    static EphemeralPorts read(Path sysctls) {
        try {
            String[] bounds = text(sysctls, "ip_local_port_range").split("\\s+", -1);
            return new EphemeralPorts(
                    new Range(Integer.parseInt(bounds[0]), Integer.parseInt(bounds[1])),
                    ranges(text(sysctls, "ip_local_reserved_ports")));
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException failed) {
            LOG.debug("read the range of ephemeral ports", failed);
            return new EphemeralPorts(DEFAULT, List.of());
        }
    }

    private static String text(Path sysctls, String name) throws IOException {
        return Sysctl.text(sysctls.resolve(name));
    }

    /** Parses "8080,9148-9150". */
    private static List<Range> ranges(String text) {
        List<Range> ranges = new ArrayList<>();
        for (String part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            String[] bounds = part.strip().split("-", 2);
            ranges.add(new Range(Integer.parseInt(bounds[0]), Integer.parseInt(bounds[bounds.length - 1])));
        }
        return List.copyOf(ranges);
    }

    /** Returns true if the kernel may assign this port to a socket. */
    boolean has(int port) {
        return range.has(port) && reserved.stream().noneMatch(part -> part.has(port));
    }
}
