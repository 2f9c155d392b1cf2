package io.tcpprobe.agent.series;

import io.tcpprobe.agent.series.SeriesFlow.State;
import io.tcpprobe.kernel.flow.EndReason;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowValues;
import io.tcpprobe.kernel.flow.WatchedFlows.Event;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A watch: its flows and their last samples. Bounded. Used with the lock of {@link FlowWatches} held. */
final class Watch {
    /** Maximum number of flows of one watch at a time. */
    static final int MAX_LIVE = 4;

    /** Maximum number of flows that a watch remembers, the live ones included. */
    static final int MAX_FLOWS = 16;

    private final long number;
    private final WatchTarget target;
    private final long beganMillis;
    private final long beganNanos;
    private final SampleRing ring = new SampleRing();
    private final Map<Long, Watched> flows = new LinkedHashMap<>();
    private long readNanos;
    private int live;
    private long left;

    /** A flow of the watch. */
    private static final class Watched {
        SeriesFlow flow;
        final long sinceNanos;

        /** The value of {@link FlowField#SAMPLES} of the last sample; -1 if there is none. */
        long counted = -1;

        Watched(SeriesFlow flow, long sinceNanos) {
            this.flow = flow;
            this.sinceNanos = sinceNanos;
        }
    }

    /** Begins a watch without flows. */
    Watch(long number, WatchTarget target, long beganMillis, long beganNanos) {
        this.number = number;
        this.target = target;
        this.beganMillis = beganMillis;
        this.beganNanos = beganNanos;
        this.readNanos = beganNanos;
    }

    WatchTarget target() {
        return target;
    }

    /** Returns when it was last read. */
    long readNanos() {
        return readNanos;
    }

    /** Returns true if no flow can be added to it and none is watched. */
    boolean over() {
        return live == 0 && !target.open();
    }

    /** Returns how many flows may be added. */
    int room() {
        return MAX_LIVE - live;
    }

    /** Returns the ids of its flows, the ended ones included. */
    Set<Long> known() {
        return Set.copyOf(flows.keySet());
    }

    /** Returns the ids of the flows that are watched. */
    List<Long> live() {
        return flows.values().stream()
                .filter(watched -> watched.flow.state() == State.LIVE)
                .map(watched -> watched.flow.id())
                .toList();
    }

    /** Returns the ids of the flows that are watched since before a time. */
    List<Long> liveBefore(long nanos) {
        return live().stream()
                .filter(id -> {
                    Watched watched = flows.get(id);
                    return watched != null && watched.sinceNanos - nanos < 0;
                })
                .toList();
    }

    boolean watches(long flowId) {
        Watched watched = flows.get(flowId);
        return watched != null && watched.flow.state() == State.LIVE;
    }

    /** Adds a flow; if the watch remembers too many, forgets the one that ended first. */
    void add(SeriesFlow flow, long nowNanos) {
        if (flows.size() >= MAX_FLOWS) {
            flows.values().stream()
                    .filter(watched -> watched.flow.state() != State.LIVE)
                    .findFirst()
                    .ifPresent(oldest -> flows.remove(oldest.flow.id()));
        }
        flows.put(flow.id(), new Watched(flow, nowNanos));
        live++;
    }

    /** Counts a flow that is part of the target and cannot be watched. */
    void leave() {
        left++;
    }

    void happened(Event event, long flowId, FlowValues values) {
        Watched watched = flows.get(flowId);
        if (watched == null || watched.flow.state() != State.LIVE) {
            return;
        }
        int lost = lost(watched, event, values);
        SeriesFlow flow = watched.flow;
        switch (event) {
            case SAMPLE -> {
                ring.add(flowId, lost, values);
                watched.flow = flow.counted(flow.samples() + 1, flow.lost() + lost);
            }
            case ENDED -> end(watched, lost, State.ENDED, reason(values));
            case EVICTED -> end(watched, lost, State.EVICTED, EndReason.UNKNOWN);
        }
    }

    /** Returns the number of samples that were lost since the last one; 0 if the source does not number them. */
    private static int lost(Watched watched, Event event, FlowValues values) {
        if (!values.has(FlowField.SAMPLES)) {
            return 0;
        }
        int now = (int) values.number(FlowField.SAMPLES);
        int between = event == Event.SAMPLE ? 1 : 0;
        int lost = watched.counted < 0 ? 0 : now - (int) watched.counted - between;
        watched.counted = Integer.toUnsignedLong(now);
        return lost;
    }

    private static EndReason reason(FlowValues values) {
        return values.has(FlowField.END_REASON)
                ? EndReason.of(values.number(FlowField.END_REASON)).orElse(EndReason.UNKNOWN)
                : EndReason.UNKNOWN;
    }

    private void end(Watched watched, int lost, State how, EndReason reason) {
        watched.flow = watched.flow
                .counted(watched.flow.samples(), watched.flow.lost() + lost)
                .ended(how, reason);
        live--;
    }

    /** Notes that a flow is no longer watched although its end was not reported. */
    void gone(long flowId) {
        Watched watched = flows.get(flowId);
        if (watched != null && watched.flow.state() == State.LIVE) {
            end(watched, 0, State.ENDED, EndReason.UNKNOWN);
        }
    }

    SampleSeries.State state() {
        return new SampleSeries.State(number, target.text(), beganMillis, beganNanos, live, left, ring.next());
    }

    /**
     * Returns samples.
     *
     * @param from the number of the first sample wanted
     * @param most maximum number of samples
     */
    SampleSeries read(long from, int most, long nowNanos) {
        readNanos = nowNanos;
        long wanted = Math.clamp(from, 0, ring.next());
        long first = Math.max(wanted, ring.first());
        long next = Math.min(ring.next(), first + most);
        List<@Nullable Long[]> samples = new ArrayList<>((int) (next - first));
        for (long at = first; at < next; at++) {
            samples.add(values(at));
        }
        return new SampleSeries(
                state(),
                first,
                next,
                first - wanted,
                next < ring.next(),
                flows.values().stream().map(watched -> watched.flow).toList(),
                samples);
    }

    private @Nullable Long[] values(long at) {
        @Nullable Long[] values = new Long[SampleSeries.COLUMNS.size()];
        int place = 0;
        values[place++] = ring.flowId(at);
        values[place++] = ring.sampledNanos(at) - beganNanos;
        values[place++] = ring.lostBefore(at);
        for (int i = 0; i < SampleRing.FIELDS.size(); i++) {
            values[place++] = ring.has(at, i) ? ring.value(at, i) : null;
        }
        return values;
    }
}
