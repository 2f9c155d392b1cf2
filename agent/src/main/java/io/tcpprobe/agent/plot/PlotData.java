package io.tcpprobe.agent.plot;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.replay.RecordedSample;
import io.tcpprobe.kernel.replay.RecordingVisitor;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The values of one connection, for the columns of a plot. Its size depends on the number of columns only. */
final class PlotData implements RecordingVisitor {
    private static final long NOT_SET = Integer.MAX_VALUE;
    private static final long SEQUENCE_NUMBERS = 0xffff_ffffL;

    private final long connection;
    private final TimeColumns time;
    private final Map<PlotLine, Series> lines = new EnumMap<>(PlotLine.class);
    private final Series rttLast;
    private final @Nullable CongestionState[] gravest;
    private final @Nullable CongestionState[] latest;
    private final Marks retrans;
    private final Marks timeouts;
    private final long assumedMss;
    private boolean mssKnown;
    private long mss;

    /** The growth of a counter, by columns. */
    static final class Marks {
        private final FlowField field;
        private final long[] counts;
        private long latest = -1;

        Marks(FlowField field, int columns) {
            this.field = field;
            counts = new long[columns];
        }

        private void add(RecordedSample sample, int column) {
            if (sample.has(field)) {
                long now = sample.number(field);
                counts[column] += latest < 0 ? 0 : Math.max(0, now - latest);
                latest = now;
            }
        }

        /** Returns true if a sample has the counter. */
        boolean known() {
            return latest >= 0;
        }

        boolean in(int column) {
            return counts[column] > 0;
        }

        long sum() {
            long sum = 0;
            for (long count : counts) {
                sum += count;
            }
            return sum;
        }
    }

    /**
     * Creates data without values.
     *
     * @param connection its number in the recording
     * @param assumedMss the segment size in bytes where records have none
     */
    PlotData(long connection, TimeColumns time, long assumedMss) {
        this.connection = connection;
        this.time = time;
        this.assumedMss = assumedMss;
        for (PlotLine line : PlotLine.values()) {
            lines.put(line, new Series(time));
        }
        rttLast = new Series(time);
        gravest = new CongestionState[time.count()];
        latest = new CongestionState[time.count()];
        retrans = new Marks(FlowField.RETRANS, time.count());
        timeouts = new Marks(FlowField.TIMEOUTS, time.count());
        mss = assumedMss;
    }

    @Override
    public void sample(RecordedSample sample) {
        if (sample.connection() != connection || !time.contains(sample.timeNanos())) {
            return;
        }
        if (sample.number(FlowField.MSS) > 0) {
            mss = sample.number(FlowField.MSS);
            mssKnown = true;
        }
        addInFlight(sample);
        add(sample, PlotLine.CWND, FlowField.CWND, mss);
        add(sample, PlotLine.SEND_WINDOW, FlowField.SEND_WINDOW, 1);
        add(sample, PlotLine.SEND_BUFFER, FlowField.SEND_BUFFER, 1);
        add(sample, PlotLine.SRTT, FlowField.SRTT, 1);
        add(sample, PlotLine.RTO, FlowField.RTO, 1);
        if (sample.number(FlowField.SSTHRESH) == NOT_SET) {
            line(PlotLine.SSTHRESH).addGap(sample.timeNanos());
        } else {
            add(sample, PlotLine.SSTHRESH, FlowField.SSTHRESH, mss);
        }
        if (sample.has(FlowField.RTT_LAST) && sample.number(FlowField.RTT_SAMPLES) > 0) {
            rttLast.add(sample.timeNanos(), (double) sample.number(FlowField.RTT_LAST));
        }
        addState(sample);
    }

    private void add(RecordedSample sample, PlotLine line, FlowField field, long factor) {
        if (sample.has(field)) {
            line(line).add(sample.timeNanos(), (double) factor * sample.number(field));
        } else {
            line(line).addGap(sample.timeNanos());
        }
    }

    /** Adds the bytes in flight; without the number of segments in flight, the bytes sent and not acknowledged. */
    private void addInFlight(RecordedSample sample) {
        if (!sample.has(FlowField.IN_FLIGHT) && sample.has(FlowField.SND_NXT) && sample.has(FlowField.SND_UNA)) {
            long bytes = sample.number(FlowField.SND_NXT) - sample.number(FlowField.SND_UNA) & SEQUENCE_NUMBERS;
            line(PlotLine.IN_FLIGHT).add(sample.timeNanos(), (double) bytes);
        } else {
            add(sample, PlotLine.IN_FLIGHT, FlowField.IN_FLIGHT, mss);
        }
    }

    /** Adds state and counters; a column has the gravest state of its samples. */
    private void addState(RecordedSample sample) {
        int column = time.column(sample.timeNanos());
        retrans.add(sample, column);
        timeouts.add(sample, column);
        if (sample.has(FlowField.CA_STATE)) {
            CongestionState now = CongestionState.of(sample.number(FlowField.CA_STATE));
            CongestionState before = gravest[column];
            gravest[column] = before == null || now.height() > before.height() ? now : before;
            latest[column] = now;
        }
    }

    TimeColumns time() {
        return time;
    }

    Series line(PlotLine line) {
        return Objects.requireNonNull(lines.get(line));
    }

    /** Returns the measured round-trip times. */
    Series rttLast() {
        return rttLast;
    }

    /** Returns the state that a column shows: the gravest of its own, or that of the last sample before; null if there is none. */
    @Nullable
    CongestionState state(int column) {
        if (gravest[column] != null) {
            return gravest[column];
        }
        for (int i = column - 1; i >= 0; i--) {
            if (latest[i] != null) {
                return latest[i];
            }
        }
        return null;
    }

    Marks retrans() {
        return retrans;
    }

    Marks timeouts() {
        return timeouts;
    }

    /** Returns the segment size, for people: "MSS 1448", or what was assumed. */
    String mss() {
        return mssKnown ? "MSS " + mss : "MSS not recorded, " + assumedMss + " assumed";
    }
}
