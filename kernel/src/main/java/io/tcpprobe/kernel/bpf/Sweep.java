package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.TcpState;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at every socket once: fills in the rows of those that no segment shows, lets idle ones go, and finds out which
 * processes hold them. Sweeps that take long (from 50 ms on) take at most a tenth of the time, whatever the number of sockets.
 */
final class Sweep {
    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);
    private static final long LONG_NANOS = 50_000_000;
    private static final int PAUSE = 9; // times what a long sweep took
    private static final long LOOK_FOR_NAMESPACES_NANOS = 10_000_000_000L;

    private final BpfObject object;
    private final BpfTable table;
    private final LongSupplier monotonicNanos;
    private final boolean mayEnter;
    private final MemorySegment sockets;
    private final MemorySegment owners;
    private final Set<Path> refused = new HashSet<>();
    private Map<Object, Path> namespaces = Map.of();
    private long namespacesFound;
    private long notBefore;
    private int ownerless;
    private boolean swept;

    /** Attaches the iterators. */
    Sweep(BpfObject object, BpfTable table, LongSupplier monotonicNanos) throws IOException {
        this.object = object;
        this.table = table;
        this.monotonicNanos = monotonicNanos;
        this.mayEnter = Privileges.ofThisProcess().has(Privileges.Capability.CAP_SYS_ADMIN);
        this.sockets = object.attach("sweep");
        this.owners = object.attach("owners");
    }

    /** Sweeps unless the last time is too near. */
    void runIfDue() throws IOException {
        if (!swept || monotonicNanos.getAsLong() - notBefore >= 0) {
            run();
        }
    }

    /** Sweeps now. */
    void run() throws IOException {
        long begin = monotonicNanos.getAsLong();
        if (!swept) {
            sweepAll(begin); // so that the owners have flows to be joined with
        }
        findOwners();
        sweepAll(begin);
        long end = monotonicNanos.getAsLong();
        notBefore = end - begin < LONG_NANOS ? end : end + PAUSE * (end - begin);
        swept = true;
        LOG.debug("sweep: {} flows in {} us", table.active(), (end - begin) / 1000);
    }

    private void sweepAll(long now) throws IOException {
        table.clearSockets();
        object.iterate(sockets);
        if (mayEnter) {
            sweepOthers(now);
        }
    }

    private void sweepOthers(long now) throws IOException {
        if (!swept || now - namespacesFound >= LOOK_FOR_NAMESPACES_NANOS) {
            namespaces = new HashMap<>(NetworkNamespaces.others());
            namespacesFound = now;
        }
        for (Path namespace : namespaces.values()) {
            try {
                NetworkNamespaces.enter(namespace, () -> object.iterate(sockets));
            } catch (IOException failed) {
                if (refused.add(namespace)) {
                    LOG.debug(
                            "sweep {}: {}; its sockets are seen when segments arrive", namespace, failed.getMessage());
                }
            }
        }
    }

    /** Only if a flow has come whose process is not known. */
    private void findOwners() throws IOException {
        int now = table.ownerless();
        if (now != ownerless) {
            ownerless = now;
            table.nextOwnerSweep();
            object.iterate(owners);
        }
    }

    /** Sockets by state, as the last sweep saw them. */
    Map<TcpState, Integer> socketsByState() {
        int[] counted = table.sockets();
        Map<TcpState, Integer> byState = new EnumMap<>(TcpState.class);
        for (TcpState state : TcpState.values()) {
            byState.put(state, counted[state.kernel()]);
        }
        return byState;
    }
}
