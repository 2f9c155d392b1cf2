package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.flow.TcpState;
import io.tcpprobe.kernel.proc.NetworkNamespaces;
import io.tcpprobe.kernel.proc.SocketOwners;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes over all sockets of all reachable network namespaces: updates the rows, evicts idle flows if others find no room,
 * and finds the processes that have the sockets open. Sweeps of 50 ms or longer are spaced so that they use at most a tenth of
 * the time, whatever the number of sockets.
 */
final class Sweep {
    private static final Logger LOG = LoggerFactory.getLogger(Sweep.class);
    private static final long LONG_NANOS = 50_000_000;
    private static final long OWNERS_NANOS = 1_000_000_000;
    /** struct socket_owner of tcpprobe.h. */
    static final int OWNER_BYTES = 8;

    static final int OWNER_INODE = 0;
    static final int OWNER_PROCESS = 4;

    private static final int PAUSE = 9; // in multiples of the duration of a long sweep
    private static final long NAMESPACES_NANOS =
            10_000_000_000L; // interval of the scan for namespaces without new flows
    private static final int NAMESPACES_PAUSE = 20; // in multiples of the duration of the scan
    private static final long CLOCK_NANOS = 20_000_000; // resolution of a sample's time: a tick of the kernel

    private final BpfObject object;
    private final BpfTable table;
    private final LongSupplier monotonicNanos;
    private final boolean mayEnter;
    private final SocketPass sockets;
    /** Null if the kernel has refused the program. */
    private final @Nullable MemorySegment owners;

    private final Eviction eviction;
    private Map<Object, Path> namespaces = Map.of();
    private final Set<Object> unreachable = new HashSet<>();
    private int namespacesSeen;
    private long namespacesFound;
    private long namespacesNotBefore;
    private final long[] recent = new long[4];
    private int sweeps;
    private int adoptions;
    private long notBefore;
    private volatile long beganNanos;
    private long ownersBegan;
    private int ownerless;
    private volatile int[] seen = new int[16];
    private boolean swept;

    /**
     * Creates it.
     *
     * @param sockets shows the sockets to the programs
     */
    Sweep(BpfObject object, SocketPass sockets, BpfTable table, Eviction eviction, LongSupplier monotonicNanos)
            throws IOException {
        this.object = object;
        this.sockets = sockets;
        this.table = table;
        this.eviction = eviction;
        this.monotonicNanos = monotonicNanos;
        this.mayEnter = Privileges.ofThisProcess().has(Privileges.Capability.CAP_SYS_ADMIN);
        this.owners = object.link(OptionalProgram.OWNERS.program());
        Arrays.fill(recent, Long.MAX_VALUE);
    }

    /** Sweeps unless the last sweep is too recent; scans for owners at most once a second. Returns true if it swept. */
    boolean runIfDue() throws IOException {
        long now = monotonicNanos.getAsLong();
        boolean due = !swept || now - notBefore >= 0;
        if (due) {
            run(!swept || now - ownersBegan >= OWNERS_NANOS);
        }
        return due;
    }

    /**
     * Adopts the existing flows for which there are rows, and does nothing else. It must run before owners are scanned, which
     * are joined with flows. It takes longer than later sweeps, so no pause follows it.
     *
     * @return the number of flows without a row
     */
    long adopt() throws IOException {
        long begin = monotonicNanos.getAsLong();
        sweepAll(begin);
        swept = true;
        long end = monotonicNanos.getAsLong();
        notBefore = end;
        adoptions++;
        LOG.debug(
                "add existing flows: {} added, {} without a row, in {} us",
                table.active(),
                table.unplaced(),
                (end - begin) / 1000);
        return table.unplaced();
    }

    /** Returns the number of sweeps, for tests; those that evict flows are not counted. */
    int count() {
        return sweeps + adoptions;
    }

    /** Returns when the last sweep that reached its end began, in CLOCK_MONOTONIC. */
    long beganNanos() {
        return beganNanos;
    }

    /** Returns true if this process has the privilege to enter all network namespaces. */
    boolean seesAllNamespaces() {
        return mayEnter;
    }

    /** Sweeps now, and scans for owners. */
    void run() throws IOException {
        run(true);
    }

    private void run(boolean withOwners) throws IOException {
        long begin = monotonicNanos.getAsLong();
        if (!swept) { // owners are joined with flows
            sweepAll(begin);
        }
        if (withOwners) {
            findOwners();
            ownersBegan = begin;
        }
        sweepAll(begin);
        evict(table.refused(), begin);
        long end = monotonicNanos.getAsLong();
        notBefore = end + pause(end - begin);
        swept = true;
        LOG.debug("sweep: {} flows in {} us", table.active(), (end - begin) / 1000);
    }

    /**
     * Sweeps and evicts idle flows. Flows that have been idle for less than purgetime are kept.
     *
     * @param flows maximum number of flows to evict
     */
    void evict(int flows) throws IOException {
        long begin = monotonicNanos.getAsLong();
        sweepAll(begin);
        evict(flows, begin);
    }

    private void evict(int flows, long sweepBegan) throws IOException {
        int evicted = eviction.begin(flows, sweepBegan - CLOCK_NANOS);
        if (evicted > 0) {
            try {
                sweepAll(sweepBegan);
            } finally {
                eviction.end();
            }
            LOG.debug("sweep: {} idle flows evicted", evicted);
        }
        eviction.admit();
    }

    private void sweepAll(long now) throws IOException {
        table.clearRefused();
        table.clearUnplaced();
        sweepOthers(now);
        seen = sockets.run();
        beganNanos = now;
    }

    /** Returns the pause after a sweep. The shortest of the last sweeps counts, so that a single slow one has no effect. */
    private long pause(long took) {
        recent[sweeps++ % recent.length] = took;
        long quickest = Arrays.stream(recent).min().orElse(took);
        return quickest < LONG_NANOS ? 0 : PAUSE * quickest;
    }

    private void sweepOthers(long now) throws IOException {
        if (!mayEnter) {
            return;
        }
        boolean due = table.namespaces() != namespacesSeen || now - namespacesFound >= NAMESPACES_NANOS;
        if (!swept || due && now - namespacesNotBefore >= 0) {
            findNamespaces(now);
        }
        Map<Object, Path> missed = sweep(namespaces);
        missed.keySet().removeAll(unreachable);
        if (!missed.isEmpty()) { // the process of the path may have ended; another process may be in the namespace
            findNamespaces(now);
            missed.replaceAll((namespace, _) -> namespaces.get(namespace));
            missed.values().removeIf(Objects::isNull);
            unreachable.addAll(sweep(missed).keySet());
        }
    }

    /**
     * Scans for network namespaces: after a flow of a possibly new one, and periodically. The scans use at most a twentieth of
     * the time.
     */
    private void findNamespaces(long now) throws IOException {
        long begin = monotonicNanos.getAsLong();
        namespacesSeen = table.namespaces();
        namespaces = NetworkNamespaces.others();
        unreachable.retainAll(namespaces.keySet());
        namespacesFound = now;
        namespacesNotBefore = now + NAMESPACES_PAUSE * (monotonicNanos.getAsLong() - begin);
    }

    /** Sweeps namespaces, and returns those in which it failed. */
    private Map<Object, Path> sweep(Map<Object, Path> paths) {
        Map<Object, Path> failures = new LinkedHashMap<>();
        NetworkNamespaces.visit(paths, _ -> sockets.run(), (namespace, failed) -> {
            failures.put(namespace, paths.get(namespace));
            LOG.debug("sweep {}: {}", paths.get(namespace), failed.getMessage());
        });
        return failures;
    }

    /** Scans for owners if there are new flows without a known process. */
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

    /** Returns the owners of all sockets, including those that are not flows. */
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

    /** Returns the number of sockets of this namespace by state, at the last sweep. */
    Map<TcpState, Integer> socketsByState() {
        return TcpState.count(seen);
    }
}
