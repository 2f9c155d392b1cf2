package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.FlowRow;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.FlowValues;
import io.tcpprobe.kernel.flow.WatchedFlows;
import java.lang.foreign.ValueLayout;
import java.util.function.Supplier;

/** The flows of which the programs write every sample to the ring of samples: {@code settings.watched} of tcpprobe.h. */
final class BpfWatch implements WatchedFlows {
    private static final long INTERVAL_MILLIS = 10;
    private static final long ROW = 0xffff_ffffL;

    private final BpfSettings settings;
    private final Supplier<FlowRows> rows;
    private final EventRing ring;

    /** The entries of {@code settings.watched}. */
    private final long[] entries = new long[MAX_FLOWS];

    /**
     * Creates it; no flow is watched.
     *
     * @param rows the rows of the source
     * @param ring the ring of samples, which is closed with this
     */
    BpfWatch(BpfSettings settings, Supplier<FlowRows> rows, EventRing ring) {
        this.settings = settings;
        this.rows = rows;
        this.ring = ring;
    }

    @Override
    public boolean add(long flowId, FlowValues flow) {
        if (placeOf(flowId) >= 0) {
            return true;
        }
        int place = placeOf(0);
        if (place < 0) {
            throw new IllegalStateException(MAX_FLOWS + " flows are watched");
        }
        int row = rowOf(flowId);
        if (row < 0) {
            return false;
        }
        set(place, flowId << Integer.SIZE | row + 1);
        return true;
    }

    private int placeOf(long flowId) {
        for (int i = 0; i < MAX_FLOWS; i++) {
            if (entries[i] >>> Integer.SIZE == flowId) {
                return i;
            }
        }
        return -1;
    }

    /** Returns the row of a flow; -1 if there is none. */
    private int rowOf(long flowId) {
        FlowRows all = rows.get();
        for (int row = 0; row < all.count(); row++) {
            if (all.memory().get(ValueLayout.JAVA_INT, (long) row * FlowLayout.SIZE + FlowLayout.FLOW_ID)
                    == (int) flowId) {
                return row;
            }
        }
        return -1;
    }

    private void set(int place, long entry) {
        entries[place] = entry;
        long all = 0;
        for (long one : entries) {
            all |= one == 0 ? 0 : 1L << (one & ROW) - 1;
        }
        settings.watch(place, entry);
        settings.watchRows(all);
    }

    @Override
    public void remove(long flowId) {
        int place = placeOf(flowId);
        if (place >= 0) {
            set(place, 0);
        }
    }

    @Override
    public void drain(Listener listener) {
        ring.drain((kind, memory, row) -> {
            long flowId = Integer.toUnsignedLong(memory.get(ValueLayout.JAVA_INT, row + FlowLayout.FLOW_ID));
            if (placeOf(flowId) >= 0) {
                deliver(kind, flowId, new FlowRow(FlowRows.one(memory, row)), listener);
            }
        });
    }

    private void deliver(EventRing.Kind kind, long flowId, FlowValues flow, Listener listener) {
        switch (kind) {
            case SAMPLE -> listener.happened(Event.SAMPLE, flowId, flow);
            case CLOSE -> {
                remove(flowId);
                listener.happened(Event.ENDED, flowId, flow);
            }
            case PURGE -> {
                remove(flowId);
                listener.happened(Event.EVICTED, flowId, flow);
            }
            case OPEN, LEFT, FAILED -> {} // written to the ring of events only
        }
    }

    @Override
    public long intervalMillis() {
        return INTERVAL_MILLIS;
    }

    @Override
    public void close() {
        for (int place = 0; place < MAX_FLOWS; place++) {
            set(place, 0);
        }
        ring.close();
    }
}
