package io.tcpprobe.agent.sockets;

import io.tcpprobe.kernel.proc.SocketOwners;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which process has which socket open, when asked. All descriptors of all processes are looked at for that, which takes
 * its time where there are many: the next look is never sooner than twenty times what the last one took, so it is at most a
 * twentieth of one processor. A socket that is younger than the last look has no known owner until then.
 */
final class OwnerWatch {
    private static final Logger LOG = LoggerFactory.getLogger(OwnerWatch.class);
    private static final int REST = 20;

    private final Path proc;
    private final LongSupplier monotonicNanos;
    private SocketOwners last = SocketOwners.NONE;
    private long notBefore;
    private boolean looked;

    /**
     * Has not looked yet.
     *
     * @param proc where procfs is mounted
     */
    OwnerWatch(Path proc, LongSupplier monotonicNanos) {
        this.proc = proc;
        this.monotonicNanos = monotonicNanos;
    }

    /** The owners, as new as they may be. */
    synchronized SocketOwners current() {
        long begin = monotonicNanos.getAsLong();
        if (looked && begin - notBefore < 0) {
            return last;
        }
        try {
            last = SocketOwners.read(proc);
        } catch (IOException failed) {
            LOG.warn("find the owners of sockets in {}: {}; the last known are served", proc, failed.getMessage());
        }
        long end = monotonicNanos.getAsLong();
        looked = true;
        notBefore = end + REST * (end - begin);
        return last;
    }
}
