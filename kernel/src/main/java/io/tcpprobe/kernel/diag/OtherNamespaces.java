package io.tcpprobe.kernel.diag;

import io.tcpprobe.kernel.proc.NetworkNamespaces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Dumps the sockets of the network namespaces other than that of this process. A thread enters them and opens a netlink socket in each; the
 * calling thread, which stays in its namespace, reads them. A namespace is held open only while it is dumped. Used by one thread at a time.
 */
final class OtherNamespaces {
    private static final Logger LOG = LoggerFactory.getLogger(OtherNamespaces.class);

    /** Interval of the search for namespaces, if all that are known can be entered. */
    static final long SEARCH_NANOS = 10_000_000_000L;

    /** Pause after a search, in multiples of its duration. */
    private static final int SEARCH_PAUSE = 20;

    /** When a namespace that could not be read is tried again. */
    static final long RETRY_NANOS = 60_000_000_000L;

    private static final long WARNING_NANOS = 3_600_000_000_000L;

    /** Namespaces that are open at the same time. */
    private static final int BATCH = 16;

    private final Finder finder;
    private final LongSupplier monotonicNanos;

    /** The namespaces that are dumped: a path of each by its identity. Those found first keep their places. */
    private final Map<Object, Path> known = new LinkedHashMap<>();

    /** The numbers of those that have been dumped. */
    private final Map<Object, Integer> numbers = new HashMap<>();

    /** Those that could not be read, although they existed; and when they may be tried again. */
    private final Map<Object, Long> refusedUntil = new HashMap<>();

    /** The numbers of those that had been dumped, and were not in the last dump. */
    private final Set<Integer> unread = new HashSet<>();

    private boolean searched;

    /** When the next search is due. */
    private long searchAt;

    /** No search before this, whatever the reason: namespaces may begin and end all the time. */
    private long pausedUntil;

    private int left;
    private boolean warned;
    private long warnedAt;

    /** Finds namespaces. */
    @FunctionalInterface
    interface Finder {
        /** Returns a path of each namespace, by its identity. */
        Map<Object, Path> others() throws IOException;
    }

    /** Reads the sockets of one namespace. */
    @FunctionalInterface
    interface Reader {
        /**
         * Reads them.
         *
         * @param networkNamespace its number
         * @param socket a socket in it, closed after the call
         */
        void read(int networkNamespace, SockDiag socket) throws IOException;
    }

    private record Opened(Object namespace, int networkNamespace, SockDiag socket) {}

    /** Creates it; nothing is searched for yet. */
    OtherNamespaces(Finder finder, LongSupplier monotonicNanos) {
        this.finder = finder;
        this.monotonicNanos = monotonicNanos;
    }

    /** Returns the number of namespaces that were found but not dumped, because there are more than the maximum. */
    int left() {
        return left;
    }

    /** Returns the number of namespaces that exist but could not be read. */
    int refused() {
        return refusedUntil.size();
    }

    /** Returns true if this namespace had been dumped, may still exist, and was not in the last dump: its flows are not known to have ended. */
    boolean unread(int networkNamespace) {
        return unread.contains(networkNamespace);
    }

    /**
     * Dumps all namespaces. One that cannot be read is left out, and tried again after a minute.
     *
     * @param max maximum number of namespaces
     */
    void dump(int max, Reader reader) {
        if (!searched || monotonicNanos.getAsLong() - searchAt >= 0) {
            search(max);
        } else if (known.size() > max) {
            keep(max);
        }
        Map<Object, Path> missed = dump(known, reader);
        if (!missed.isEmpty() && monotonicNanos.getAsLong() - pausedUntil >= 0) {
            search(max); // the process of the path may have ended; another process may be in the namespace
            missed.replaceAll((namespace, _) -> known.get(namespace));
            missed.values().removeIf(path -> path == null);
            missed = dump(missed, reader);
            long until = monotonicNanos.getAsLong() + RETRY_NANOS;
            missed.keySet().forEach(namespace -> refusedUntil.put(namespace, until));
            known.keySet().removeAll(missed.keySet());
        }
        unread.clear();
        Stream.concat(missed.keySet().stream(), refusedUntil.keySet().stream())
                .flatMap(namespace -> Stream.ofNullable(numbers.get(namespace)))
                .forEach(unread::add);
    }

    /** Drops the namespaces beyond the maximum. */
    private void keep(int max) {
        List<Object> dropped = known.keySet().stream().skip(max).toList();
        known.keySet().removeAll(dropped);
        numbers.keySet().removeAll(dropped);
        noteLeft(left + dropped.size());
    }

    /** Searches for namespaces; the searches use at most a twentieth of the time. */
    private void search(int max) {
        long began = monotonicNanos.getAsLong();
        searched = true;
        try {
            Map<Object, Path> found = finder.others();
            numbers.keySet().retainAll(found.keySet());
            refusedUntil.keySet().retainAll(found.keySet());
            refusedUntil.values().removeIf(until -> began - until >= 0);
            found.keySet().removeAll(refusedUntil.keySet());
            known.keySet().retainAll(found.keySet());
            known.replaceAll((namespace, _) -> found.get(namespace));
            found.keySet().removeAll(known.keySet());
            known.putAll(found);
            left = 0;
            keep(max);
        } catch (IOException failed) {
            LOG.debug("find network namespaces: {}; those found last are read", failed.getMessage());
        }
        long now = monotonicNanos.getAsLong();
        pausedUntil = now + SEARCH_PAUSE * (now - began);
        searchAt = Math.max(began + SEARCH_NANOS, pausedUntil);
    }

    /** Warns once an hour: other users may create namespaces again and again. */
    private void noteLeft(int count) {
        long now = monotonicNanos.getAsLong();
        if (count > 0 && (!warned || now - warnedAt >= WARNING_NANOS)) {
            warned = true;
            warnedAt = now;
            LOG.warn(
                    "read network namespaces: {} are read, {} are not; raise probe.namespaces for the others; logged once an hour",
                    known.size(),
                    count);
        }
        left = count;
    }

    /** Dumps these namespaces, and returns those that could not be read. */
    private Map<Object, Path> dump(Map<Object, Path> namespaces, Reader reader) {
        Map<Object, Path> failures = new LinkedHashMap<>();
        Map<Object, Path> batch = new LinkedHashMap<>();
        for (Map.Entry<Object, Path> namespace : namespaces.entrySet()) {
            batch.put(namespace.getKey(), namespace.getValue());
            if (batch.size() == BATCH) {
                dumpBatch(batch, reader, failures);
                batch.clear();
            }
        }
        dumpBatch(batch, reader, failures);
        return failures;
    }

    private void dumpBatch(Map<Object, Path> batch, Reader reader, Map<Object, Path> failures) {
        List<Opened> opened = new ArrayList<>();
        BiConsumer<Object, IOException> failure = (namespace, failed) -> {
            Path path = batch.get(namespace);
            failures.put(namespace, path);
            LOG.debug("read network namespace {}: {}", path, failed.getMessage());
        };
        try {
            NetworkNamespaces.visit(
                    batch,
                    namespace -> opened.add(new Opened(namespace, numberInside(namespace), SockDiag.open())),
                    failure);
            for (Opened one : opened) {
                numbers.put(one.namespace, one.networkNamespace);
                try {
                    reader.read(one.networkNamespace, one.socket);
                } catch (IOException failed) {
                    failure.accept(one.namespace, failed);
                }
            }
        } finally {
            opened.forEach(one -> one.socket.close());
        }
    }

    /** Returns the number of a namespace that this thread has entered. */
    private int numberInside(Object namespace) throws IOException {
        Integer known = numbers.get(namespace);
        return known != null ? known : NetworkNamespaces.number(Path.of("/proc/thread-self/ns/net"));
    }
}
