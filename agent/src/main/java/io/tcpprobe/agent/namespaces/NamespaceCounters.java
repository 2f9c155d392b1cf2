package io.tcpprobe.agent.namespaces;

import io.tcpprobe.kernel.proc.Counters;
import io.tcpprobe.kernel.proc.HostCounters;
import io.tcpprobe.kernel.proc.TcpCounters;
import java.io.IOException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The TCP counters of a network namespace, at most 10 ms old; absent if it cannot be entered. Thread-safe. */
final class NamespaceCounters implements TcpCounters {
    private static final Logger LOG = LoggerFactory.getLogger(NamespaceCounters.class);
    private static final long MAX_AGE_NANOS = 10_000_000;
    private static final Groups NOTHING = new Groups(Counters.NONE, Counters.NONE, Counters.NONE);

    private record Groups(Counters tcp, Counters tcpExt, Counters mptcpExt) {}

    private final NamespaceEntry entry;
    private final LongSupplier monotonicNanos;
    private Groups last = NOTHING;
    private long readNanos;

    NamespaceCounters(NamespaceEntry entry, LongSupplier monotonicNanos) {
        this.entry = entry;
        this.monotonicNanos = monotonicNanos;
        this.readNanos = monotonicNanos.getAsLong() - MAX_AGE_NANOS - 1;
    }

    @Override
    public Counters tcp() {
        return current().tcp;
    }

    @Override
    public Counters tcpExt() {
        return current().tcpExt;
    }

    @Override
    public Counters mptcpExt() {
        return current().mptcpExt;
    }

    private synchronized Groups current() {
        if (monotonicNanos.getAsLong() - readNanos > MAX_AGE_NANOS) {
            try {
                last = read();
            } catch (IOException gone) {
                LOG.debug("read the counters of {}: {}", entry, gone.getMessage());
                last = NOTHING;
            }
            readNanos = monotonicNanos.getAsLong();
        }
        return last;
    }

    /**
     * Reads the counters, however old the last ones are.
     *
     * @throws IOException if the namespace cannot be entered
     */
    private Groups read() throws IOException {
        return entry.read(() -> {
            try (HostCounters counters = HostCounters.ofThisThread(monotonicNanos)) {
                return new Groups(counters.tcp(), counters.tcpExt(), counters.mptcpExt());
            }
        });
    }
}
