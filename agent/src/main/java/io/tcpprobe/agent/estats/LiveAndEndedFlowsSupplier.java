package io.tcpprobe.agent.estats;

import io.tcpprobe.agent.core.RequestScope;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.flows.FlowSnapshotCache;
import io.tcpprobe.kernel.flow.FlowColumns;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Gives the flows that are known at present, the same ones during one request. Used by several threads. */
public final class LiveAndEndedFlowsSupplier {
    private record Made(FlowSnapshot live, FlowColumns ended, LiveAndEndedFlows known) {}

    private final FlowSnapshotCache snapshots;
    private final RequestScope requests;
    private final Supplier<FlowColumns> ended;
    private volatile @Nullable Made last;

    /**
     * Nothing is read yet.
     *
     * @param requests knows which request a thread works for
     * @param ended the flows that have ended and are kept; the same object while they are the same
     */
    public LiveAndEndedFlowsSupplier(FlowSnapshotCache snapshots, RequestScope requests, Supplier<FlowColumns> ended) {
        this.snapshots = snapshots;
        this.requests = requests;
        this.ended = ended;
    }

    /** The flows that live, at most {@code snapshotage} old, and those that have ended and are kept. */
    public LiveAndEndedFlows current() {
        return requests.once(this, this::make);
    }

    /** Whether {@link #current} gives them at once; if not, the source is read first, which takes milliseconds. */
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
