package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.TcpState;
import io.tcpprobe.kernel.proc.SocketOwners;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at every socket once: fills in the rows of those that no segment shows, lets idle ones go, and finds out which
 * processes hold them. Sweeps that take long (from 50 ms on) take at most a tenth of the time, whatever the number of sockets.
 */
final class Sweep {
    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);
    private static final long LONG_NANOS = 50_000_000;
    private static final long WHOLE_NANOS = 1_000_000_000;
    /** struct socket_owner of tcpprobe.h. */
    static final int OWNER_BYTES = 8;

    static final int OWNER_INODE = 0;
    static final int OWNER_PROCESS = 4;

    private static final int PAUSE = 9; // times what a long sweep took
    private static final long LOOK_FOR_NAMESPACES_NANOS = 10_000_000_000L;

    private final BpfObject object;
    private final BpfTable table;
    private final LongSupplier monotonicNanos;
    private final boolean mayEnter;
    private final MemorySegment sockets;
    /** Null if the kernel has refused the program. */
    private final @Nullable MemorySegment owners;

    private final Set<Path> refused = new HashSet<>();
    private Map<Object, Path> namespaces = Map.of();
    private long namespacesFound;
    private final long[] recent = new long[4];
    private int sweeps;
    private long notBefore;
    private long wholeBegan;
    private int ownerless;
    private volatile int[] seen = new int[16];
    private boolean swept;

    /** Attaches the iterator over sockets. */
    Sweep(BpfObject object, BpfTable table, LongSupplier monotonicNanos) throws IOException {
        this.object = object;
        this.table = table;
        this.monotonicNanos = monotonicNanos;
        this.mayEnter = Privileges.ofThisProcess().has(Privileges.Capability.CAP_SYS_ADMIN);
        this.sockets = object.attach("sweep");
        this.owners = object.link(OptionalProgram.OWNERS.program());
    }

    /** Sweeps unless the last time is too near; owners and other namespaces at most once a second. */
    void runIfDue() throws IOException {
        long now = monotonicNanos.getAsLong();
        if (!swept || now - notBefore >= 0) {
            run(!swept || now - wholeBegan >= WHOLE_NANOS);
        }
    }

    /** Sweeps now, all there is. */
    void run() throws IOException {
        run(true);
    }

    private void run(boolean whole) throws IOException {
        long begin = monotonicNanos.getAsLong();
        if (whole) {
            sweepAround(begin);
        }
        sweepHere();
        long end = monotonicNanos.getAsLong();
        notBefore = end + pause(end - begin);
        swept = true;
        LOG.debug("sweep: {} flows in {} us", table.active(), (end - begin) / 1000);
    }

    private void sweepAround(long now) throws IOException {
        if (!swept) { // owners need flows to be joined with
            sweepHere();
            sweepOthers(now);
        }
        findOwners();
        sweepOthers(now);
        wholeBegan = now;
    }

    private void sweepHere() throws IOException {
        table.clearSockets();
        object.iterate(sockets);
        seen = table.sockets();
    }

    /** The quickest of the last sweeps counts: one that is slow for once was held up by others. */
    private long pause(long took) {
        recent[sweeps++ % recent.length] = took;
        long quickest = Arrays.stream(recent).min().orElse(took);
        return quickest < LONG_NANOS ? 0 : PAUSE * quickest;
    }

    private void sweepOthers(long now) throws IOException {
        if (mayEnter && (!swept || now - namespacesFound >= LOOK_FOR_NAMESPACES_NANOS)) {
            namespaces = NetworkNamespaces.others();
            refused.retainAll(namespaces.values());
            namespacesFound = now;
        }
        for (Path namespace : mayEnter ? namespaces.values() : List.<Path>of()) {
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
        if (owners != null && table.ownerless() != ownerless) {
            iterateOwners(_ -> {});
        }
    }

    private void iterateOwners(Consumer<MemorySegment> written) throws IOException {
        MemorySegment iterator = Objects.requireNonNull(owners, "the kernel has refused the program owners");
        ownerless = table.ownerless();
        table.nextOwnerSweep();
        object.iterate(iterator, written);
    }

    /** The owners of all sockets, of those that are no flows as well. */
    SocketOwners owners() throws IOException {
        SocketOwners.Builder found = new SocketOwners.Builder();
        iterateOwners(written -> {
            for (long at = 0; at < written.byteSize(); at += OWNER_BYTES) {
                found.add(
                        written.get(ValueLayout.JAVA_INT, at + OWNER_INODE),
                        written.get(ValueLayout.JAVA_INT, at + OWNER_PROCESS));
            }
        });
        return found.build();
    }

    /** Sockets of this namespace by state, as the last sweep saw them. */
    Map<TcpState, Integer> socketsByState() {
        return TcpState.count(seen);
    }
}
