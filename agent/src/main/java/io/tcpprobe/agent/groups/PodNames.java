package io.tcpprobe.agent.groups;

import io.tcpprobe.agent.logging.LastFailure;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pods that containers belong to. The kubelet is asked only for a container that is not known, no more often than every ten seconds, or
 * every minute while it fails. A container keeps its pod once that is known, whatever the kubelet answers later, at least as long as the
 * container has a control group; and longer, because flows of pods that have ended may end later. Thread-safe: no caller waits for the
 * kubelet, except in {@link #readNow}.
 */
final class PodNames {
    private static final Logger LOG = LoggerFactory.getLogger(PodNames.class);
    private static final long SECOND = 1_000_000_000;
    static final long PAUSE_NANOS = 10 * SECOND;
    static final long FAILURE_PAUSE_NANOS = 60 * SECOND;

    /** Time after which a container that the kubelet does not name counts as one without a pod: the kubelet learns of new ones late. */
    static final long UNNAMED_NANOS = 30 * SECOND;

    /** Time after which a container without a name is forgotten if it has no control group and no flow has asked for it. */
    static final long FORGOTTEN_NANOS = 600 * SECOND;

    /** Maximum number of containers without a name; the pods of more are not known. */
    static final int MAX_UNNAMED = 10_000;

    /**
     * Maximum number of containers with a name: if there are more, those are forgotten that the kubelet does not list and that have no
     * control group any more.
     */
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

    /** When the kubelet was asked for the list that it answered last; empty if it never answered. */
    private volatile OptionalLong listedNanos = OptionalLong.empty();

    private final Map<String, Seen> unnamed = new ConcurrentHashMap<>();

    /** When a container without a name was asked for, first and last. */
    private record Seen(long firstNanos, long lastNanos) {}

    private volatile long notBefore;

    /** True if a pod was asked for, and the kubelet has not been asked since, or did not answer. */
    private volatile boolean wanted;

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

    /** Returns true if there is a kubelet: without one, no container has a pod. */
    boolean exist() {
        return reader.isPresent();
    }

    /** Returns the pod of a container; empty if it has none, or if it is not known. */
    Optional<String> of(String container) {
        return Optional.ofNullable(names.get(container));
    }

    /** Returns all pods that are known, by container. Immutable. */
    Map<String, String> names() {
        return names;
    }

    /**
     * Returns true if {@link #of} returns a pod, or is not expected to return one: the kubelet has answered without naming the container,
     * long enough after it was first asked for. While the kubelet fails, it may have a pod.
     */
    boolean settled(String container) {
        if (reader.isEmpty() || names.containsKey(container)) {
            return true;
        }
        if (unnamed.size() >= MAX_UNNAMED && !unnamed.containsKey(container)) {
            return false;
        }
        long now = monotonicNanos.getAsLong();
        Seen seen = unnamed.compute(container, (_, before) -> new Seen(before == null ? now : before.firstNanos, now));
        OptionalLong listed = listedNanos;
        return listed.isPresent() && listed.getAsLong() - seen.firstNanos >= UNNAMED_NANOS;
    }

    /**
     * Asks the kubelet on the executor if it is time. Otherwise {@link #retry} does, later.
     *
     * @param living returns the containers that have a control group
     */
    void read(Supplier<Set<String>> living) {
        wanted = true;
        retry(living);
    }

    /** Asks the kubelet on the executor if a pod was asked for meanwhile, and if it is time. */
    void retry(Supplier<Set<String>> living) {
        if (wanted) {
            reader.filter(_ -> isDue()).ifPresent(kubelet -> executor.execute(() -> read(kubelet, living)));
        }
    }

    /** Asks the kubelet if it is time, and waits for it. */
    void readNow(Supplier<Set<String>> living) {
        reader.ifPresent(kubelet -> read(kubelet, living));
    }

    private boolean isDue() {
        return monotonicNanos.getAsLong() - notBefore >= 0;
    }

    private synchronized void read(Reader kubelet, Supplier<Set<String>> living) {
        if (!isDue()) { // read meanwhile
            return;
        }
        long began = monotonicNanos.getAsLong();
        boolean read = false;
        wanted = false;
        try {
            Map<String, String> listed = kubelet.read();
            Set<String> kept = living.get();
            names = withFormer(listed, kept);
            unnamed.keySet().removeAll(names.keySet());
            unnamed.entrySet()
                    .removeIf(seen ->
                            began - seen.getValue().lastNanos >= FORGOTTEN_NANOS && !kept.contains(seen.getKey()));
            listedNanos = OptionalLong.of(began);
            read = true;
            failure.over();
        } catch (IOException | RuntimeException failed) { // the executor would not log it
            failure.warn(LOG, "read the pods from kubelet.url", failed, "the pods of new containers are unknown");
            wanted = true;
        } finally {
            notBefore = monotonicNanos.getAsLong() + (read ? PAUSE_NANOS : FAILURE_PAUSE_NANOS);
        }
    }

    /** Returns the names that are known already, and those listed now for other containers. */
    private Map<String, String> withFormer(Map<String, String> listed, Set<String> living) {
        Map<String, String> all = new HashMap<>(listed);
        all.putAll(names);
        if (all.size() > MAX_NAMED) {
            all.keySet().removeIf(container -> !listed.containsKey(container) && !living.contains(container));
        }
        return Map.copyOf(all);
    }
}
