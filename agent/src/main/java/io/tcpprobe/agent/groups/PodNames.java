package io.tcpprobe.agent.groups;

import io.tcpprobe.agent.logging.LastFailure;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pods that containers belong to. The kubelet is asked only for a container that is not known, no more often than every ten seconds, or
 * every minute while it fails. Names are kept when their pods have ended, because flows of these may end later. Thread-safe: no caller waits
 * for the kubelet.
 */
final class PodNames {
    private static final Logger LOG = LoggerFactory.getLogger(PodNames.class);
    private static final long SECOND = 1_000_000_000;
    static final long PAUSE_NANOS = 10 * SECOND;
    static final long FAILURE_PAUSE_NANOS = 60 * SECOND;

    /** Time after which a container that the kubelet does not name counts as one without a pod: the kubelet learns of new ones late. */
    static final long UNNAMED_NANOS = 30 * SECOND;

    /** Time after which a container without a name that no flow has asked for is forgotten. */
    static final long FORGOTTEN_NANOS = 600 * SECOND;

    /** Maximum number of containers without a name; more have no pod. */
    static final int MAX_UNNAMED = 10_000;

    /** Maximum number of containers with a name: if there are more, those that the kubelet does not list any more are forgotten. */
    static final int MAX_NAMED = 20_000;

    /** Reads the pods. */
    @FunctionalInterface
    interface Reader {
        /** Returns the pods by the ids of their containers, first 12 digits: "namespace/name". */
        Map<String, String> read() throws IOException;
    }

    private final Optional<Reader> reader;
    private final LongSupplier monotonicNanos;
    private final Executor executor;
    private final LastFailure failure = new LastFailure();
    private volatile Map<String, String> names = Map.of();
    private volatile boolean failing;

    private final Map<String, Seen> unnamed = new ConcurrentHashMap<>();

    /** When a container without a name was asked for, first and last. */
    private record Seen(long firstNanos, long lastNanos) {}

    private volatile long notBefore;

    /**
     * Creates it; nothing is read yet.
     *
     * @param reader asks the kubelet; without one, no container has a pod
     * @param executor runs the reader, which may take seconds
     */
    PodNames(Optional<Reader> reader, LongSupplier monotonicNanos, Executor executor) {
        this.reader = reader;
        this.monotonicNanos = monotonicNanos;
        this.executor = executor;
        this.notBefore = monotonicNanos.getAsLong();
    }

    /** Returns the pod of a container; empty if it is not known. */
    Optional<String> of(String container) {
        return Optional.ofNullable(names.get(container));
    }

    /** Returns true if {@link #of} returns a pod, or is not expected to return one soon. */
    boolean settled(String container) {
        if (reader.isEmpty() || failing || names.containsKey(container)) {
            return true;
        }
        if (unnamed.size() >= MAX_UNNAMED && !unnamed.containsKey(container)) {
            return true;
        }
        long now = monotonicNanos.getAsLong();
        Seen seen = unnamed.compute(container, (_, before) -> new Seen(before == null ? now : before.firstNanos, now));
        return now - seen.firstNanos >= UNNAMED_NANOS;
    }

    /** Asks the kubelet on the executor if it is time. */
    void read() {
        reader.filter(_ -> isDue()).ifPresent(kubelet -> executor.execute(() -> read(kubelet)));
    }

    private boolean isDue() {
        return monotonicNanos.getAsLong() - notBefore >= 0;
    }

    private synchronized void read(Reader kubelet) {
        if (!isDue()) { // read meanwhile
            return;
        }
        boolean read = false;
        try {
            names = withFormer(kubelet.read());
            unnamed.keySet().removeAll(names.keySet());
            unnamed.values().removeIf(seen -> monotonicNanos.getAsLong() - seen.lastNanos >= FORGOTTEN_NANOS);
            read = true;
            failure.over();
        } catch (IOException | RuntimeException failed) { // the executor would not log it
            failure.warn(LOG, "read the pods from kubelet.url", failed, "containers are shown by their ids");
        } finally {
            failing = !read;
            notBefore = monotonicNanos.getAsLong() + (failing ? FAILURE_PAUSE_NANOS : PAUSE_NANOS);
        }
    }

    /** Returns the names listed now, and those listed before. */
    private Map<String, String> withFormer(Map<String, String> listed) {
        Map<String, String> all = new HashMap<>(names);
        all.putAll(listed);
        return Map.copyOf(all.size() > MAX_NAMED ? listed : all);
    }
}
