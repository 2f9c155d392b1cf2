package io.tcpprobe.kernel.proc;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The limits of the retransmission timeout of new connections: net.ipv4.tcp_rto_min_us since Linux 6.11, tcp_rto_max_ms since
 * 6.15. Older kernels have only the constants that /proc/net/snmp shows. The files stay open, and with them the network
 * namespace in which they were opened.
 */
final class RtoLimits implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RtoLimits.class);
    private static final int MAX_TEXT = 64;
    private static final int MICROS_PER_MILLI = 1000;

    private final @Nullable RandomAccessFile minMicros;
    private final @Nullable RandomAccessFile maxMillis;

    private RtoLimits(@Nullable RandomAccessFile minMicros, @Nullable RandomAccessFile maxMillis) {
        this.minMicros = minMicros;
        this.maxMillis = maxMillis;
    }

    /**
     * Opens the files.
     *
     * @param sysctls /proc/sys/net/ipv4
     */
    static RtoLimits open(Path sysctls) {
        return new RtoLimits(file(sysctls.resolve("tcp_rto_min_us")), file(sysctls.resolve("tcp_rto_max_ms")));
    }

    private static @Nullable RandomAccessFile file(Path path) {
        try {
            return new RandomAccessFile(path.toFile(), "r");
        } catch (FileNotFoundException older) {
            LOG.debug("{}; the constant in /proc/net/snmp is used", older.getMessage());
            return null;
        }
    }

    /** Returns the group Tcp with the limits in force. The minimum is rounded up to milliseconds, as the kernel does. */
    Counters in(Counters tcp) {
        Counters limited = tcp;
        OptionalLong min = number(minMicros);
        if (min.isPresent()) {
            long millis = (min.getAsLong() + MICROS_PER_MILLI - 1) / MICROS_PER_MILLI;
            limited = limited.with(HostCounters.TCP, HostGauge.RTO_MIN.label(), millis);
        }
        OptionalLong max = number(maxMillis);
        if (max.isPresent()) {
            limited = limited.with(HostCounters.TCP, HostGauge.RTO_MAX.label(), max.getAsLong());
        }
        return limited;
    }

    private static OptionalLong number(@Nullable RandomAccessFile file) {
        if (file == null) {
            return OptionalLong.empty();
        }
        byte[] text = new byte[MAX_TEXT];
        try {
            int length;
            synchronized (file) {
                file.seek(0);
                length = file.read(text);
            }
            return OptionalLong.of(
                    Long.parseLong(new String(text, 0, Math.max(length, 0), StandardCharsets.US_ASCII).strip()));
        } catch (IOException | NumberFormatException unreadable) {
            LOG.debug("read a limit of the retransmission timeout: {}", unreadable.toString());
            return OptionalLong.empty();
        }
    }

    @Override
    public void close() throws IOException {
        try (maxMillis) {
            if (minMicros != null) {
                minMicros.close();
            }
        }
    }
}
