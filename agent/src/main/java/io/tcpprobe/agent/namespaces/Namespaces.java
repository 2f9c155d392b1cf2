package io.tcpprobe.agent.namespaces;

import io.tcpprobe.agent.core.RequestScope;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.logging.BoundedLog;
import io.tcpprobe.agent.sockets.SocketSnapshotCache;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.ffi.ErrnoException;
import io.tcpprobe.kernel.proc.NetworkNamespaces;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The network namespaces that the agent may enter, except its own; at most {@code snmp.contexts}. They are searched for on request, at most
 * once a second. To enter one needs CAP_SYS_ADMIN; without it there are none. Thread-safe.
 */
public final class Namespaces implements AutoCloseable {
    /** Maximum length of a name: that of a contextName (RFC 3411, 3.3.1 and its SnmpAdminString). */
    public static final int MAX_NAME_BYTES = 32;

    private static final Logger LOG = LoggerFactory.getLogger(Namespaces.class);
    private static final String STEP = "find network namespaces";
    private static final long PAUSE_NANOS = 1_000_000_000;

    /** Time until a namespace that could not be entered is tried again. */
    private static final long RETRY_NANOS = 60 * PAUSE_NANOS;

    /** A character of a name that every tool can show and pass on. */
    private static final Pattern PLAIN = Pattern.compile("[\\p{Graph}&&[^@]]+");

    /**
     * What namespaces are made from.
     *
     * @param flows finds the owners of sockets
     * @param requests the scope of the current request
     * @param settings snmp.contexts, and snapshotage for the sockets
     * @param monotonicNanos CLOCK_MONOTONIC, in nanoseconds
     */
    public record Options(
            FlowSnapshotCache flows, RequestScope requests, SettingStore settings, LongSupplier monotonicNanos) {}

    /** Finds namespaces. */
    @FunctionalInterface
    interface Finder {
        /** Returns a path of each namespace, by its identity. */
        Map<Object, Path> others() throws IOException;
    }

    private final Options options;
    private final Finder finder;
    private final int most;
    private final BoundedLog log = new BoundedLog(System::nanoTime);
    private final Map<Object, Namespace> known = new HashMap<>();

    /** When each namespace that could not be entered is tried again. */
    private final Map<Object, Long> refused = new HashMap<>();

    /** Until then no namespace is entered for the first time: the agent may enter none. */
    private long noneBefore;

    private int lastNumber;
    private volatile List<Namespace> sorted = List.of();
    private volatile long foundNanos;

    /** Creates it; nothing is read yet. */
    public Namespaces(Options options) {
        this(options, NetworkNamespaces::others);
    }

    Namespaces(Options options, Finder finder) {
        this.options = options;
        this.finder = finder;
        this.most = Math.toIntExact(options.settings.get(Settings.SNMP_CONTEXTS));
        this.foundNanos = options.monotonicNanos.getAsLong() - PAUSE_NANOS;
        this.noneBefore = foundNanos;
    }

    /** Returns the namespaces of at most one second ago, in the order of their names in SNMP: short ones first. */
    public List<Namespace> current() {
        return ready() ? sorted : search();
    }

    /** Returns true if {@link #current} does not search first. */
    public boolean ready() {
        return most == 0 || options.monotonicNanos.getAsLong() - foundNanos < PAUSE_NANOS;
    }

    private synchronized List<Namespace> search() {
        if (!ready()) { // otherwise another thread has just searched
            find(options.monotonicNanos.getAsLong());
            foundNanos = options.monotonicNanos.getAsLong();
        }
        return sorted;
    }

    /** Returns the namespace of a name. */
    public Optional<Namespace> find(String name) {
        return current().stream()
                .filter(namespace -> namespace.name().equals(name))
                .findFirst();
    }

    private void find(long now) {
        Map<Object, Path> others;
        try {
            others = finder.others();
        } catch (IOException failed) {
            log.warn(LOG, STEP, "", STEP + ": " + failed.getMessage() + "; those found last are served");
            return;
        }
        known.entrySet().removeIf(entry -> {
            Path path = others.get(entry.getKey());
            // The kernel gives the identity of a namespace that has ended to a new one.
            if (path == null || !entry.getValue().origin().equals(Origin.of(path))) {
                entry.getValue().sockets().close();
                return true;
            }
            entry.getValue().entry().path(path);
            return false;
        });
        refused.keySet().retainAll(others.keySet());
        refused.values().removeIf(until -> now - until >= 0);
        int tried = 0;
        int left = 0;
        for (Map.Entry<Object, Path> other : others.entrySet()) {
            if (known.containsKey(other.getKey()) || refused.containsKey(other.getKey()) || now - noneBefore < 0) {
                continue;
            }
            if (known.size() >= most || tried >= most) {
                left++;
                continue;
            }
            tried++;
            add(other.getKey(), other.getValue(), now);
        }
        if (left > 0) {
            log.warn(
                    LOG,
                    STEP,
                    "",
                    "serve network namespaces as contexts: there are " + others.size() + ", of which " + known.size()
                            + " are served; raise snmp.contexts for the others");
        }
        sorted = known.values().stream()
                .sorted(Comparator.<Namespace>comparingInt(
                                namespace -> namespace.name().length())
                        .thenComparing(Namespace::name))
                .toList();
    }

    private void add(Object identity, Path path, long now) {
        NamespaceEntry entry = new NamespaceEntry(identity, path);
        try {
            entry.read(() -> true);
        } catch (IOException failed) {
            boolean forbidden = failed instanceof ErrnoException refusal && refusal.errno() == ErrnoException.EPERM;
            if (forbidden) {
                noneBefore = now + RETRY_NANOS;
            } else {
                refused.put(identity, now + RETRY_NANOS);
            }
            log.warn(
                    LOG,
                    "enter a network namespace",
                    "",
                    "enter the network namespace " + path + ": " + failed.getMessage()
                            + "; it is not served as a context"
                            + (forbidden ? ". The agent needs CAP_SYS_ADMIN for that; or set snmp.contexts=0" : ""));
            return;
        }
        Optional<String> inode = inode(path);
        if (inode.isEmpty()) {
            return; // it has just ended
        }
        Origin origin = Origin.of(path);
        String name = origin.name().filter(this::usable).orElse(inode.get());
        known.put(
                identity,
                new Namespace(
                        ++lastNumber,
                        name,
                        origin.description(path) + ", inode " + inode.get(),
                        origin,
                        entry,
                        new NamespaceCounters(entry, options.monotonicNanos),
                        new SocketSnapshotCache(
                                new NamespaceSockets(entry),
                                options.flows,
                                options.requests,
                                options.settings,
                                options.monotonicNanos)));
    }

    private boolean usable(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length <= MAX_NAME_BYTES
                && PLAIN.matcher(name).matches()
                && known.values().stream().noneMatch(other -> other.name().equals(name));
    }

    private static Optional<String> inode(Path path) {
        try {
            return Optional.of(Files.getAttribute(path, "unix:ino").toString());
        } catch (IOException gone) {
            LOG.debug("{}: {}", path, gone.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public synchronized void close() {
        known.values().forEach(namespace -> namespace.sockets().close());
        known.clear();
        sorted = List.of();
    }
}
