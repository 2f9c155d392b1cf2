package io.tcpprobe.agent.estats;

import io.tcpprobe.agent.core.Lazy;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.sockets.SocketSnapshot;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import java.util.Arrays;

/**
 * The flows of a snapshot, and those that have ended and are kept, in the order of their ids. One that has ended since the
 * snapshot was taken is shown as it was at its end. Immutable.
 */
public final class LiveAndEndedFlows {
    private final FlowSnapshot live;
    private final FlowColumns ended;

    /** The place of each flow: in the snapshot, or, as its complement, among the ended; empty if none has ended. */
    private final int[] places;

    private final Lazy<SocketSnapshot> ends;

    /**
     * Puts them together.
     *
     * @param ended flows that have ended, in the order of their ids; may be in the snapshot as well
     */
    public LiveAndEndedFlows(FlowSnapshot live, FlowColumns ended) {
        this.live = live;
        this.ended = ended;
        this.places = ended.size() == 0 ? new int[0] : merge(live.flows(), ended);
        this.ends = new Lazy<>(() -> AddressOrder.of(this));
    }

    private static int[] merge(FlowColumns live, FlowColumns ended) {
        int[] merged = new int[live.size() + ended.size()];
        int size = 0;
        int at = 0;
        for (int i = 0; i < ended.size(); i++) {
            long id = ended.flowId(i);
            while (at < live.size() && live.flowId(at) < id) {
                merged[size++] = at++;
            }
            if (at < live.size() && live.flowId(at) == id) {
                at++;
            }
            merged[size++] = ~i;
        }
        while (at < live.size()) {
            merged[size++] = at++;
        }
        return Arrays.copyOf(merged, size);
    }

    /** How many there are. */
    public int size() {
        return ended.size() == 0 ? live.flows().size() : places.length;
    }

    /** Whether the flow at a place has ended. */
    public boolean hasEnded(int place) {
        return ended.size() != 0 && places[place] < 0;
    }

    /** The columns that have the flow at a place, at {@link #row}. */
    public FlowColumns columns(int place) {
        return hasEnded(place) ? ended : live.flows();
    }

    /** Where the flow at a place is in its {@link #columns}. */
    public int row(int place) {
        if (ended.size() == 0) {
            return place;
        }
        return places[place] < 0 ? ~places[place] : places[place];
    }

    /** The flow's id. */
    public long id(int place) {
        return columns(place).flowId(row(place));
    }

    /** Whether any flow has a field. */
    public boolean hasColumn(FlowField field) {
        return live.flows().hasColumn(field) || ended.hasColumn(field);
    }

    /** A CLOCK_MONOTONIC time as milliseconds since 1970. */
    public long wallMillis(long monotonicNanos) {
        return live.wallMillis(monotonicNanos);
    }

    /** Their ends, at the same places; whoever asks first waits until they are in order. */
    public SocketSnapshot ends() {
        return ends.get();
    }

    /** Whether {@link #ends} is in order already. */
    public boolean inOrder() {
        return ends.made();
    }
}
