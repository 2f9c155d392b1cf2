package io.tcpprobe.agent.groups;

import io.tcpprobe.agent.core.RequestScope;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.config.SettingStore;
import io.tcpprobe.config.Settings;
import io.tcpprobe.kernel.diag.ListeningPorts;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowListener;
import io.tcpprobe.kernel.flow.FlowRow;
import io.tcpprobe.kernel.flow.FlowRows;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Flows summed in groups. Ended flows and failed connects are counted when they are reported; live flows when a client asks: without
 * clients, no snapshot is taken or read. Thread-safe.
 */
public final class FlowGroups implements FlowListener {
    private final FlowSnapshotCache snapshots;
    private final RequestScope requests;
    private final LongSupplier monotonicNanos;
    private final GroupCounter counter;

    /** Held while a snapshot is counted, so that this is done once; never while the source is waited for by {@link #happened}. */
    private final ReentrantLock counting = new ReentrantLock();

    private volatile long countedGeneration;

    /** The groups as they were served last; null if something has been counted since. Guarded by {@link #counter}. */
    private @Nullable GroupSnapshot served;

    /**
     * What groups are made from.
     *
     * @param snapshots the live flows
     * @param requests the scope of the current request
     * @param settings the number of groups and the lengths of prefixes; read once
     * @param monotonicNanos CLOCK_MONOTONIC, in nanoseconds
     * @param live true if the flows are current sockets of this host, so that its listeners tell their roles
     */
    public record Options(
            FlowSnapshotCache snapshots,
            RequestScope requests,
            SettingStore settings,
            LongSupplier monotonicNanos,
            boolean live) {}

    /** Creates the groups. Before {@link #begin}, they should be subscribed to the events of flows. */
    public FlowGroups(Options options) {
        snapshots = options.snapshots;
        requests = options.requests;
        monotonicNanos = options.monotonicNanos;
        SettingStore settings = options.settings;
        counter = new GroupCounter(
                new GroupTotals(
                        new GroupNames(settings),
                        settings.get(Settings.GROUPS_MAX).intValue()),
                new FlowRoles(options.live ? new OwnListeners() : new NoListeners()),
                GroupCounter.RECENT_ENDS);
        settings.follow(List.of(Settings.PORT), _ -> {
            synchronized (counter) {
                counter.selectionChanged();
            }
        });
    }

    /** Counts the flows that exist already: what they did before does not count. */
    public void begin() {
        FlowSnapshot snapshot = snapshots.current();
        synchronized (counter) {
            counter.begin(snapshot);
        }
    }

    /** Returns the groups: live flows at most {@code snapshotage} old, the same during one request. */
    public GroupSnapshot current() {
        return requests.once(this, () -> {
            update(snapshots.current());
            return served();
        });
    }

    /** Returns true if {@link #current} does not wait for the kernel. */
    public boolean ready() {
        if (!snapshots.ready()) {
            return false;
        }
        FlowSnapshot snapshot = snapshots.current();
        return snapshot.generation() <= countedGeneration || snapshot.flows().ready(FlowField.COMMAND);
    }

    private void update(FlowSnapshot snapshot) {
        counting.lock();
        try {
            if (snapshot.generation() > countedGeneration) {
                int[] unsettled;
                synchronized (counter) {
                    unsettled = counter.unsettled(snapshot.flows());
                }
                // may wait for the source, which may wait for happened(): so without its lock
                counter.prepare(snapshot.flows(), unsettled);
                synchronized (counter) {
                    counter.count(snapshot);
                    served = null;
                    countedGeneration = snapshot.generation();
                }
            }
        } finally {
            counting.unlock();
        }
    }

    private GroupSnapshot served() {
        synchronized (counter) {
            GroupSnapshot last = served;
            if (last == null) {
                last = counter.snapshot();
                served = last;
            }
            return last;
        }
    }

    @Override
    public void happened(Change change, FlowRows flow) {
        if (change != Change.ENDED && change != Change.FAILED) {
            return;
        }
        FlowRow row = new FlowRow(flow);
        synchronized (counter) {
            if (change == Change.ENDED) {
                counter.ended(row, monotonicNanos.getAsLong());
            } else {
                counter.failed(row);
            }
            served = null;
        }
    }

    private static final class OwnListeners implements FlowRoles.Listeners {
        @Override
        public BitSet ports() throws IOException {
            return ListeningPorts.read();
        }

        @Override
        public int networkNamespace() throws IOException {
            return ListeningPorts.networkNamespace();
        }
    }

    /** The flows of a recording: the listeners of this host do not matter. */
    private static final class NoListeners implements FlowRoles.Listeners {
        @Override
        public BitSet ports() throws IOException {
            throw new IOException("the flows are those of a recording");
        }

        @Override
        public int networkNamespace() throws IOException {
            throw new IOException("the flows are those of a recording");
        }
    }
}
