package io.tcpprobe.agent.estats;

import io.tcpprobe.agent.core.Lazy;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.sockets.SocketSnapshot;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import java.util.Arrays;

/**
 * The flows of a snapshot and the ended flows that are kept, in the order of their ids. A flow that has ended since the snapshot was taken
 * is shown in its final state. Immutable.
 */
public final class LiveAndEndedFlows {
    private final FlowSnapshot live;
    private final FlowColumns ended;

    /** The place of each flow: its index in the snapshot, or the complement of its index among the ended; empty if none has ended. */
    private final int[] places;

    private final Lazy<SocketSnapshot> ends;

    /**
     * Merges both.
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

    /** Returns the number of flows. */
    public int size() {
        return ended.size() == 0 ? live.flows().size() : places.length;
    }

    /** Returns true if the flow at a place has ended. */
    public boolean hasEnded(int place) {
        return ended.size() != 0 && places[place] < 0;
    }

    /** Returns the columns that contain the flow at a place, at {@link #row}. */
    public FlowColumns columns(int place) {
        return hasEnded(place) ? ended : live.flows();
    }

    /** Returns the row of the flow at a place in its {@link #columns}. */
    public int row(int place) {
        if (ended.size() == 0) {
            return place;
        }
        return places[place] < 0 ? ~places[place] : places[place];
    }

    /** Returns the flow's id. */
    public long id(int place) {
        return columns(place).flowId(row(place));
    }

    /** Returns true if any flow has a field. */
    public boolean hasColumn(FlowField field) {
        return live.flows().hasColumn(field) || ended.hasColumn(field);
    }

    /** Converts a CLOCK_MONOTONIC time in nanoseconds to milliseconds since 1970. */
    public long wallMillis(long monotonicNanos) {
        return live.wallMillis(monotonicNanos);
    }

    /** Returns the endpoints of the flows, at the same places. They are sorted at the first call, for which other callers wait. */
    public SocketSnapshot ends() {
        return ends.get();
    }

    /** Returns true if {@link #ends} does not block because its order has been computed. */
    public boolean inOrder() {
        return ends.made();
    }
}
