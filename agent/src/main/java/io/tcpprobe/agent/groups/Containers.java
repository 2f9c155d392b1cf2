package io.tcpprobe.agent.groups;

import io.tcpprobe.agent.core.DiscardingExecutor;
import io.tcpprobe.agent.core.Freshness;
import io.tcpprobe.agent.core.RefreshingCache;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowValues;
import io.tcpprobe.kernel.proc.ControlGroups;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The containers of flows, by the control groups in which their sockets were created. The control groups are read only after a flow has come
 * whose control group is not known: no more often than once a second, and at most 5 % of the time. Thread-safe.
 */
final class Containers implements AutoCloseable {
    private static final long PAUSE_NANOS = 1_000_000_000;
    private static final int REST = 20;

    /** Reads the control groups. */
    @FunctionalInterface
    interface Reader {
        /** The control groups of this host. */
        Reader OF_HOST = () -> ControlGroups.read(Path.of("/proc"));

        /** For the flows of a recording: the control groups of this host do not matter. */
        Reader NONE = () -> ControlGroups.NONE;

        /**
         * Returns the control groups; none if they are not visible.
         *
         * @throws IOException if they cannot be read
         */
        ControlGroups read() throws IOException;
    }

    private final DiscardingExecutor background = new DiscardingExecutor("containers");
    private final RefreshingCache<ControlGroups> cache;
    private final PodNames pods;
    private volatile boolean visible = true;

    /** True if a flow has come whose control group was not known. */
    private volatile boolean wanted;

    /** Creates it without control groups; nothing is read yet. */
    Containers(Reader reader, PodNames pods, LongSupplier monotonicNanos) {
        this.pods = pods;
        long before = monotonicNanos.getAsLong() - PAUSE_NANOS;
        cache = new RefreshingCache<>(
                new RefreshingCache.Options<>(
                        "read the control groups", _ -> read(reader), RefreshingCache.WhileReading.WAIT, background),
                RefreshingCache.Reading.of(ControlGroups.NONE, before, before),
                monotonicNanos);
    }

    private ControlGroups read(Reader reader) throws IOException {
        wanted = false;
        ControlGroups found = reader.read();
        visible = !found.isEmpty();
        if (visible) {
            pods.read(); // does not wait
        }
        return found;
    }

    /** Returns that a reading is fresh while reading rests, and {@code then} afterwards. */
    private static Freshness freshness(RefreshingCache.Reading<?> reading, long nowNanos, Freshness then) {
        boolean rests = nowNanos - reading.endedNanos() < Math.max(PAUSE_NANOS, REST * reading.tookNanos());
        return rests ? Freshness.FRESH : then;
    }

    /** Returns true if control groups are known. */
    boolean any() {
        return !cache.last().value().isEmpty();
    }

    /** Returns true if the container of a flow is known, with its pod, or that it has none. */
    boolean knows(FlowValues flow) {
        return flow.has(FlowField.CGROUP)
                && cache.last().value().knows(flow.number(FlowField.CGROUP))
                && container(flow).map(pods::settled).orElse(true);
    }

    /** Returns the name of a flow's pod, "namespace/name", or of its container; empty if it has none, or if it is not known. */
    Optional<String> of(FlowValues flow) {
        return container(flow).filter(pods::settled).map(name -> pods.of(name).orElse(name));
    }

    /** Returns the name of a flow's pod, "namespace/name"; empty if it has none, or if it is not known. */
    Optional<String> pod(FlowValues flow) {
        return container(flow).flatMap(pods::of);
    }

    /** Returns the name of a flow's container, without its pod; empty if it has none, or if it is not known. */
    Optional<String> container(FlowValues flow) {
        return flow.has(FlowField.CGROUP)
                ? cache.last().value().container(flow.number(FlowField.CGROUP))
                : Optional.empty();
    }

    /** Notes that a flow's container should be known. Returns immediately. */
    void want(FlowValues flow) {
        if (visible && flow.has(FlowField.CGROUP) && !knows(flow)) {
            wanted = true;
        }
    }

    /** Returns true if {@link #read} would read. */
    boolean toBeRead() {
        return wanted
                && cache.available((reading, now) -> freshness(reading, now, Freshness.STALE))
                        .isEmpty();
    }

    /** Reads the control groups if one is wanted and they were not read just now. */
    void read() {
        if (wanted) {
            cache.current((reading, now) -> freshness(reading, now, Freshness.STALE));
        }
    }

    /** Does the same in the background. */
    void readSoon() {
        if (wanted) {
            cache.available((reading, now) -> freshness(reading, now, Freshness.AGING));
        }
    }

    @Override
    public void close() {
        background.close();
    }
}
