package io.tcpprobe.agent.groups;

import io.tcpprobe.agent.core.DiscardingExecutor;
import io.tcpprobe.agent.core.Freshness;
import io.tcpprobe.agent.core.RefreshingCache;
import io.tcpprobe.agent.flows.ContainerNames;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowValues;
import io.tcpprobe.kernel.flow.GroupKind;
import io.tcpprobe.kernel.proc.ControlGroups;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The containers of flows, by the control groups in which their sockets were created, and the pods of these containers. The control groups
 * are read only after a flow has come whose control group is not known: no more often than once a second, and at most 5 % of the time.
 * Thread-safe.
 */
public final class Containers implements AutoCloseable {
    private static final long PAUSE_NANOS = 1_000_000_000;
    private static final int REST = 20;

    /** Maximum number of control groups that are remembered because they were not found. */
    private static final int MAX_MISSING = 1000;

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
    private final Runnable closePods;
    private volatile boolean visible = true;

    /** True if a flow has come whose control group was not known. */
    private volatile boolean wanted;

    /** Control groups that are wanted from the next reading. */
    private final Set<Long> sought = ConcurrentHashMap.newKeySet();

    /** Control groups that a reading did not find, although flows have them: they have been removed. It is in vain to read for them. */
    private final Set<Long> missing = ConcurrentHashMap.newKeySet();

    /** Creates it without control groups; nothing is read yet. */
    Containers(Reader reader, PodNames pods, LongSupplier monotonicNanos) {
        this(reader, pods, monotonicNanos, () -> {});
    }

    private Containers(Reader reader, PodNames pods, LongSupplier monotonicNanos, Runnable closePods) {
        this.pods = pods;
        this.closePods = closePods;
        long before = monotonicNanos.getAsLong() - PAUSE_NANOS;
        cache = new RefreshingCache<>(
                new RefreshingCache.Options<>(
                        "read the control groups",
                        former -> read(reader, former),
                        RefreshingCache.WhileReading.WAIT,
                        background),
                RefreshingCache.Reading.of(ControlGroups.NONE, before, before),
                monotonicNanos);
    }

    /**
     * Creates it for the containers of this host; nothing is read yet.
     *
     * @param settings the kubelet; read once
     * @param live false for the flows of a recording, whose containers are not known
     */
    public static Containers of(SettingStore settings, LongSupplier monotonicNanos, boolean live) {
        DiscardingExecutor podReads = new DiscardingExecutor("pods");
        PodNames pods = new PodNames(live ? Kubelet.of(settings) : Optional.empty(), monotonicNanos, podReads);
        return new Containers(live ? Reader.OF_HOST : Reader.NONE, pods, monotonicNanos, podReads::close);
    }

    private ControlGroups read(Reader reader, ControlGroups former) throws IOException {
        wanted = false;
        Set<Long> now = Set.copyOf(sought);
        sought.removeAll(now);
        ControlGroups found = reader.read().withFormer(former);
        visible = !found.isEmpty();
        now.stream().filter(group -> !found.knows(group)).forEach(this::miss);
        if (found.anyContainer()) {
            pods.read(found::containers); // does not wait
        }
        return found;
    }

    private void miss(long group) {
        if (missing.size() >= MAX_MISSING) {
            missing.clear();
        }
        missing.add(group);
    }

    /** Notes that a control group, which is not known, should be known. */
    private void want(long group) {
        if (missing.contains(group)) {
            return;
        }
        if (sought.size() < MAX_MISSING) {
            sought.add(group);
        }
        wanted = true;
    }

    /** Returns that a reading is fresh while reading rests, and {@code then} afterwards. */
    private static Freshness freshness(RefreshingCache.Reading<?> reading, long nowNanos, Freshness then) {
        boolean rests = nowNanos - reading.endedNanos() < Math.max(PAUSE_NANOS, REST * reading.tookNanos());
        return rests ? Freshness.FRESH : then;
    }

    private ControlGroups known() {
        return cache.last().value();
    }

    /** Returns true if control groups are known. */
    boolean any() {
        return !known().isEmpty();
    }

    /** Returns true if there are groups of a kind: containers have pods only if there is a kubelet to ask. */
    boolean serves(GroupKind kind) {
        return kind != GroupKind.POD || pods.exist();
    }

    /** Returns true if the container of a flow is known, or that it has none. */
    boolean knows(FlowValues flow) {
        return flow.has(FlowField.CGROUP) && known().knows(flow.number(FlowField.CGROUP));
    }

    /** Returns the name of a flow's container; empty if it has none, or if it is not known. */
    Optional<String> container(FlowValues flow) {
        return flow.has(FlowField.CGROUP) ? known().container(flow.number(FlowField.CGROUP)) : Optional.empty();
    }

    /** Returns the name of a flow's pod, "namespace/name"; empty if it has none, or if it is not known. */
    Optional<String> pod(FlowValues flow) {
        return container(flow).flatMap(pods::of);
    }

    /** Returns true if the pod of a flow is known, or that it has none. */
    boolean knowsPod(FlowValues flow) {
        return knows(flow) && container(flow).map(pods::settled).orElse(true);
    }

    /** Notes that a flow's container and pod should be known. Returns immediately. */
    void want(FlowValues flow) {
        if (!visible || !flow.has(FlowField.CGROUP)) {
            return;
        }
        if (knows(flow)) {
            wantPod(flow);
        } else {
            want(flow.number(FlowField.CGROUP));
        }
    }

    /** Notes that the pod of a flow, whose container is known, should be known. Returns immediately. */
    void wantPod(FlowValues flow) {
        if (!knowsPod(flow)) {
            readPodsSoon();
        }
    }

    private void readPodsSoon() {
        pods.read(known()::containers);
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

    /** Does the same in the background, and asks for pods that were wanted when it was not time yet. */
    void readSoon() {
        if (wanted) {
            cache.available((reading, now) -> freshness(reading, now, Freshness.AGING));
        }
        pods.retry(known()::containers);
    }

    /**
     * Reads the control groups, and the pods if there are containers, for a client that reads the names once. Waits for the kubelet, at most
     * some seconds.
     */
    public void readNow() {
        wanted = true;
        read();
        if (known().anyContainer()) {
            pods.readNow(known()::containers);
        }
    }

    /**
     * Returns the names as they are known now. If a control group or a pod is asked for that is not known, it is read in the background, for
     * the names that are returned later.
     */
    public ContainerNames names() {
        readSoon();
        return new Names(known(), pods.names());
    }

    /** The names that are known at one moment. */
    private final class Names implements ContainerNames {
        private final ControlGroups groups;
        private final Map<String, String> podsByContainer;

        /** True if names were asked for that are not known: asking once is enough. */
        private volatile boolean asked;

        Names(ControlGroups groups, Map<String, String> podsByContainer) {
            this.groups = groups;
            this.podsByContainer = podsByContainer;
        }

        @Override
        public String container(long cgroup) {
            if (!asked && visible && !groups.knows(cgroup)) {
                asked = true;
                want(cgroup);
                readSoon();
            }
            return groups.container(cgroup).orElse("");
        }

        @Override
        public String pod(long cgroup) {
            String container = container(cgroup);
            if (container.isEmpty()) {
                return "";
            }
            String pod = podsByContainer.getOrDefault(container, "");
            if (pod.isEmpty() && !asked && !pods.settled(container)) {
                asked = true;
                readPodsSoon();
            }
            return pod;
        }

        @Override
        public boolean anyContainer() {
            askFirst();
            return groups.anyContainer();
        }

        @Override
        public boolean anyPod() {
            askFirst();
            if (podsByContainer.isEmpty() && groups.anyContainer() && pods.exist() && !asked) {
                asked = true;
                readPodsSoon();
            }
            return !podsByContainer.isEmpty();
        }

        /** Asks for the control groups if none is known yet: otherwise no name would ever be asked for. */
        private void askFirst() {
            if (!asked && visible && groups.isEmpty()) {
                asked = true;
                wanted = true;
                readSoon();
            }
        }
    }

    /** Waits until neither the control groups nor the pods are being read; they are not read in the background from now on. */
    @Override
    public void close() {
        background.close();
        closePods.run();
    }
}
