package io.tcpprobe.agent.groups;

import io.tcpprobe.agent.core.RequestScope;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.agent.flows.Replay;
import io.tcpprobe.agent.groups.GroupCounter.Unsettled;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.FlowRow;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.FlowValues;
import io.tcpprobe.kernel.flow.GroupKind;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Flows summed in groups. Ended flows and failed connects are counted when they are reported; live flows when a client asks, once for each
 * snapshot: without clients, no snapshot is taken or read. Thread-safe.
 */
public final class FlowGroups implements FlowListener, Replay.Listener {
    /** How clients name a group, one form for each kind: "role:NAME, port:NAME, ...". */
    public static final String FORMS =
            GroupKind.all().stream().map(kind -> kind.label() + ":NAME").collect(Collectors.joining(", "));

    private final FlowSnapshotCache snapshots;
    private final RequestScope requests;
    private final LongSupplier monotonicNanos;
    private final GroupNames names;
    private final Containers containers;
    private final FlowRoles roles;
    private final int maxGroups;

    /** Guards the state of {@link #counter}. */
    private final Object guard = new Object();

    /** Replaced, with both locks held, when a recording is moved. */
    private volatile GroupCounter counter;

    /** Held while a snapshot is counted, so that this is done once. {@link #happened} needs the lock of {@link #guard} only. */
    private final ReentrantLock counting = new ReentrantLock();

    /** The snapshot that was counted last. Changed with {@link #counting} held. */
    private volatile Counted counted;

    /**
     * A snapshot that has been counted.
     *
     * @param generation its number
     * @param few true if it has few flows
     * @param groups the groups after it was counted
     */
    private record Counted(long generation, boolean few, GroupSnapshot groups) {
        boolean includes(FlowSnapshot snapshot) {
            return snapshot.generation() <= generation;
        }
    }

    /**
     * What groups are made from.
     *
     * @param snapshots the live flows
     * @param requests the scope of the current request
     * @param settings the number of groups and the lengths of prefixes; read once
     * @param monotonicNanos CLOCK_MONOTONIC, in nanoseconds
     * @param containers knows the containers of the flows, and their pods
     * @param live true if the flows are current sockets of this host, so that its listeners tell their roles
     */
    public record Options(
            FlowSnapshotCache snapshots,
            RequestScope requests,
            SettingStore settings,
            LongSupplier monotonicNanos,
            Containers containers,
            boolean live) {}

    /**
     * Creates the groups, and notes the flows that exist already: what they did before does not count. The groups are to be subscribed to
     * the events of flows.
     */
    public FlowGroups(Options options) {
        this(options, options.live ? new FlowRoles.HostListeners() : new FlowRoles.NoListeners());
    }

    FlowGroups(Options options, FlowRoles.Listeners listeners) {
        snapshots = options.snapshots;
        requests = options.requests;
        monotonicNanos = options.monotonicNanos;
        SettingStore settings = options.settings;
        containers = options.containers;
        names = new GroupNames(new PeerPrefixes(settings), containers);
        roles = new FlowRoles(listeners);
        maxGroups = settings.get(Settings.GROUPS_MAX).intValue();
        counter = newCounter();
        settings.follow(List.of(Settings.PORT), _ -> {
            synchronized (guard) {
                counter.selectionChanged();
            }
        });
        FlowSnapshot found = snapshots.currentComplete();
        synchronized (guard) {
            counter.begin(found);
        }
        if (found.flows().size() > 0) {
            containers.want(found.flows().at(0));
            containers.readSoon();
        }
        counted = new Counted(0, found.computedAtOnce(), new GroupSnapshot(found.takenNanos(), List.of()));
    }

    private GroupCounter newCounter() {
        return new GroupCounter(new GroupTotals(names, maxGroups), roles, GroupCounter.RECENT_ENDS);
    }

    /** Forgets all groups, and begins with the flows of a recording at another position. */
    @Override
    public void moved(FlowSnapshot first) {
        counting.lock();
        try {
            synchronized (guard) {
                counter = newCounter();
                counter.begin(first);
                counted = new Counted(
                        first.generation(), first.computedAtOnce(), new GroupSnapshot(first.takenNanos(), List.of()));
            }
        } finally {
            counting.unlock();
        }
    }

    @Override
    public void played(FlowSnapshot snapshot) {
        count(snapshot);
    }

    /**
     * Returns the groups, the same during one request: at most {@code snapshotage} old, or as of the last sweep if the source sweeps less
     * often.
     */
    public GroupSnapshot current() {
        return requests.once(this, () -> count(snapshots.currentComplete()));
    }

    /** Returns the groups of a snapshot, or of a later one, with the ends and failed connects that were reported since. */
    public GroupSnapshot upToNow(FlowSnapshot snapshot) {
        count(snapshots.completeOf(snapshot));
        synchronized (guard) {
            return counter.snapshot();
        }
    }

    /** Returns the groups as they were counted last; counts nothing. */
    public GroupSnapshot last() {
        return counted.groups;
    }

    /**
     * Returns true if {@link #current} waits neither for the kernel nor for another thread, and does not take noticeable time. Few flows are
     * counted here; the request keeps the result.
     */
    public boolean ready() {
        return snapshots.ready() && requests.ready(this, this::countAtOnce);
    }

    private Optional<GroupSnapshot> countAtOnce() {
        FlowSnapshot snapshot = snapshots.currentComplete();
        boolean fast = snapshot.computedAtOnce() && snapshot.flows().ready(FlowField.COMMAND);
        if (fast && !counted.includes(snapshot) && counting.tryLock()) {
            try {
                countIfFew(snapshot);
            } finally {
                counting.unlock();
            }
        }
        Counted last = counted;
        return last.includes(snapshot) ? Optional.of(last.groups) : Optional.empty();
    }

    private void countIfFew(FlowSnapshot snapshot) {
        if (counted.few && !counted.includes(snapshot)) {
            Unsettled unsettled = unsettled(snapshot);
            if (!unsettled.needsKernel()) {
                count(snapshot, unsettled);
            }
        }
    }

    private GroupSnapshot count(FlowSnapshot snapshot) {
        if (!counted.includes(snapshot)) {
            counting.lock();
            try {
                if (!counted.includes(snapshot)) {
                    count(snapshot, unsettled(snapshot));
                }
            } finally {
                counting.unlock();
            }
        }
        return counted.groups;
    }

    private Unsettled unsettled(FlowSnapshot snapshot) {
        synchronized (guard) {
            return counter.unsettled(snapshot.flows());
        }
    }

    private void count(FlowSnapshot snapshot, Unsettled unsettled) {
        // may wait for the source, which may wait for happened(): so without the lock that happened() needs
        counter.prepare(snapshot.flows(), unsettled);
        synchronized (guard) {
            counter.count(snapshot);
            counted = new Counted(snapshot.generation(), snapshot.computedAtOnce(), counter.snapshot());
        }
    }

    /**
     * Returns a condition that the flows of a group meet. It holds for every flow that the name stands for, also if the group has no place of
     * its own because there are {@code groups.max} others.
     */
    public Predicate<FlowValues> members(GroupKind kind, String name) {
        return flow -> names.of(kind, flow, roles.of(flow)).equals(name);
    }

    /** Returns the kinds of which there are groups: pods only with a kubelet. */
    public List<GroupKind> kinds() {
        return GroupKind.all().stream().filter(containers::serves).toList();
    }

    /** Returns the role of this host in a flow, by what is known now. */
    public FlowRole role(FlowValues flow) {
        return roles.of(flow);
    }

    /** Returns the name of a flow's container; empty if it has none, or if it is not known now. */
    public Optional<String> container(FlowValues flow) {
        return containers.container(flow);
    }

    /** Returns the pod of a flow's container, "namespace/name"; empty if it has none, or if it is not known now. */
    public Optional<String> pod(FlowValues flow) {
        return containers.pod(flow);
    }

    @Override
    public void happened(Change change, FlowRows flow) {
        FlowRow row = new FlowRow(flow);
        switch (change) {
            case ESTABLISHED -> containers.want(row);
            case LEFT -> {}
            case ENDED -> {
                synchronized (guard) {
                    counter.ended(row, monotonicNanos.getAsLong());
                }
            }
            case FAILED -> {
                synchronized (guard) {
                    counter.failed(row);
                }
            }
        }
        containers.readSoon();
    }
}
