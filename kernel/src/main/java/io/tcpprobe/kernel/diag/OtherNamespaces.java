package io.tcpprobe.kernel.diag;

import io.tcpprobe.kernel.proc.NetworkNamespaces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
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

    /** Namespaces that are open at the same time. */
    private static final int BATCH = 16;

    private final Finder finder;
    private final LongSupplier monotonicNanos;

    /** The namespaces that are dumped: a path of each by its identity. Those found first keep their places. */
    private final Map<Object, Path> known = new LinkedHashMap<>();

    /** Those that could not be entered, although they existed; they are not tried again. */
    private final Set<Object> refused = new HashSet<>();

    private boolean searched;
    private long searchNotBefore;
    private int left;

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

    private record Opened(int networkNamespace, SockDiag socket) {}

    /** Creates it; nothing is searched for yet. */
    OtherNamespaces(Finder finder, LongSupplier monotonicNanos) {
        this.finder = finder;
        this.monotonicNanos = monotonicNanos;
    }

    /** Returns the number of namespaces that were found but not dumped, because there are more than the maximum. */
    int left() {
        return left;
    }

    /**
     * Dumps all namespaces.
     *
     * @param max maximum number of namespaces
     * @throws IOException if a dump fails; others may have been read
     */
    void dump(int max, Reader reader) throws IOException {
        if (!searched || monotonicNanos.getAsLong() - searchNotBefore >= 0 || known.size() > max) {
            search(max);
        }
        Map<Object, Path> missed = dump(known, reader);
        if (!missed.isEmpty()) { // the process of the path may have ended; another process may be in the namespace
            search(max);
            missed.replaceAll((namespace, _) -> known.get(namespace));
            missed.values().removeIf(path -> path == null);
            Map<Object, Path> again = dump(missed, reader);
            refused.addAll(again.keySet());
            known.keySet().removeAll(again.keySet());
        }
    }

    /** Searches for namespaces; the searches use at most a twentieth of the time. */
    private void search(int max) {
        long began = monotonicNanos.getAsLong();
        searched = true;
        try {
            Map<Object, Path> found = finder.others();
            refused.retainAll(found.keySet());
            found.keySet().removeAll(refused);
            known.keySet().retainAll(found.keySet());
            known.replaceAll((namespace, _) -> found.get(namespace));
            known.keySet().removeAll(known.keySet().stream().skip(max).toList());
            found.keySet().removeAll(known.keySet());
            found.entrySet().stream()
                    .limit(max - known.size())
                    .forEach(entry -> known.put(entry.getKey(), entry.getValue()));
            found.keySet().removeAll(known.keySet());
            noteLeft(found.size());
        } catch (IOException failed) {
            LOG.debug("find network namespaces: {}; those found last are read", failed.getMessage());
        }
        long now = monotonicNanos.getAsLong();
        searchNotBefore = Math.max(began + SEARCH_NANOS, now + SEARCH_PAUSE * (now - began));
    }

    private void noteLeft(int count) {
        if (left == 0 && count > 0) {
            LOG.warn(
                    "read network namespaces: {} are read, {} are not; raise probe.namespaces for the others",
                    known.size(),
                    count);
        }
        left = count;
    }

    /** Dumps these namespaces, and returns those that could not be entered. */
    private static Map<Object, Path> dump(Map<Object, Path> namespaces, Reader reader) throws IOException {
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

    private static void dumpBatch(Map<Object, Path> batch, Reader reader, Map<Object, Path> failures)
            throws IOException {
        List<Opened> opened = new ArrayList<>();
        try {
            NetworkNamespaces.visit(
                    batch,
                    namespace -> opened.add(new Opened(numberInside(), SockDiag.open())),
                    (namespace, failed) -> {
                        Path path = batch.get(namespace);
                        failures.put(namespace, path);
                        LOG.debug("read network namespace {}: {}", path, failed.getMessage());
                    });
            for (Opened one : opened) {
                reader.read(one.networkNamespace, one.socket);
            }
        } finally {
            opened.forEach(one -> one.socket.close());
        }
    }

    /** Returns the number of the namespace of this thread. */
    private static int numberInside() throws IOException {
        return NetworkNamespaces.number(Path.of("/proc/thread-self/ns/net"));
    }
}
