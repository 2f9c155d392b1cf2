package io.tcpprobe.agent.estats;

import io.tcpprobe.agent.core.RequestScope;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.kernel.flow.FlowColumns;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Supplies the current live and ended flows; the same object during one request. Thread-safe. */
public final class LiveAndEndedFlowsSupplier {
    private record Made(FlowSnapshot live, FlowColumns ended, LiveAndEndedFlows known) {}

    private final FlowSnapshotCache snapshots;
    private final RequestScope requests;
    private final Supplier<FlowColumns> ended;
    private volatile @Nullable Made last;

    /**
     * Creates a supplier; nothing is read yet.
     *
     * @param requests the scope of the current request
     * @param ended supplies the ended flows that are kept; the same object while they do not change
     */
    public LiveAndEndedFlowsSupplier(FlowSnapshotCache snapshots, RequestScope requests, Supplier<FlowColumns> ended) {
        this.snapshots = snapshots;
        this.requests = requests;
        this.ended = ended;
    }

    /** Returns the live flows, at most {@code snapshotage} old, and the ended ones that are kept. */
    public LiveAndEndedFlows current() {
        return requests.once(this, this::make);
    }

    /** Returns true if {@link #current} does not block; otherwise it reads the source first, which takes milliseconds. */
    public boolean ready() {
        return snapshots.ready() && requests.ready(this, () -> Optional.of(make()));
    }

    private LiveAndEndedFlows make() {
        FlowSnapshot live = snapshots.current();
        FlowColumns kept = ended.get();
        Made known = last;
        if (known == null || known.live.generation() != live.generation() || known.ended != kept) {
            known = new Made(live, kept, new LiveAndEndedFlows(live, kept));
            last = known;
        }
        return known.known;
    }
}
