package io.tcpprobe.kernel.diag;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowLayout;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Maintains the maxima and minima of the samples of a flow in its row. Extremes between two samples are missed, since this
 * source does not see segments. Values that the kernel counts in segments are kept in bytes.
 */
final class Extremes {
    private static final long NO_SSTHRESH = 0x7fff_ffff;
    private static final long DISORDER = 1;
    private static final long MAX_U32 = 0xffff_ffffL;

    private static final List<FlowField> MAXIMA = List.of(
            FlowField.PIPE_MAX,
            FlowField.RECEIVE_WINDOW_MAX,
            FlowField.SEND_WINDOW_MAX,
            FlowField.RTO_MAX,
            FlowField.SLOW_START_CWND_MAX,
            FlowField.AVOIDANCE_CWND_MAX,
            FlowField.SSTHRESH_MAX,
            FlowField.MSS_MAX,
            FlowField.RETRANSMIT_QUEUE_MAX,
            FlowField.NOT_SENT_MAX,
            FlowField.RECEIVE_QUEUE_MAX);
    private static final List<FlowField> MINIMA =
            List.of(FlowField.RTO_MIN, FlowField.RTT_MIN, FlowField.SSTHRESH_MIN, FlowField.MSS_MIN);

    /** The extremes that every sample has; the writer of the sample makes them present. */
    static final List<FlowField> ALWAYS = List.of(
            FlowField.PIPE_MAX,
            FlowField.RETRANSMIT_QUEUE_MAX,
            FlowField.RECEIVE_QUEUE_MAX,
            FlowField.MSS_MAX,
            FlowField.MSS_MIN,
            FlowField.RTO_MAX,
            FlowField.RTO_MIN);

    private static final List<FlowField> UNLESS_ZERO =
            List.of(FlowField.SLOW_START_CWND_MAX, FlowField.AVOIDANCE_CWND_MAX, FlowField.SSTHRESH_MAX);

    private Extremes() {}

    /** Resets the extremes of a row that another flow had before. */
    static void forget(MemorySegment rows, long row) {
        MAXIMA.forEach(field -> FlowLayout.put(rows, row, field, 0));
        MINIMA.forEach(field -> FlowLayout.put(rows, row, field, MAX_U32));
    }

    /** Updates the extremes after a sample was written to the row, and sets their presence, except for those of ALWAYS. */
    static void update(MemorySegment rows, long row) {
        long mss = FlowLayout.number(rows, row, FlowField.MSS);
        long cwnd = FlowLayout.number(rows, row, FlowField.CWND);
        long ssthresh = FlowLayout.number(rows, row, FlowField.SSTHRESH);
        raise(rows, row, FlowField.PIPE_MAX, FlowLayout.number(rows, row, FlowField.IN_FLIGHT) * mss);
        raise(rows, row, FlowField.RETRANSMIT_QUEUE_MAX, FlowLayout.number(rows, row, FlowField.UNACKED) * mss);
        raise(rows, row, FlowField.RECEIVE_QUEUE_MAX, FlowLayout.number(rows, row, FlowField.RECEIVE_QUEUE));
        raise(rows, row, FlowField.MSS_MAX, mss);
        lower(rows, row, FlowField.MSS_MIN, mss);
        raise(rows, row, FlowField.RTO_MAX, FlowLayout.number(rows, row, FlowField.RTO));
        lower(rows, row, FlowField.RTO_MIN, FlowLayout.number(rows, row, FlowField.RTO));
        takeIfThere(rows, row, FlowField.RECEIVE_WINDOW, FlowField.RECEIVE_WINDOW_MAX);
        takeIfThere(rows, row, FlowField.SEND_WINDOW, FlowField.SEND_WINDOW_MAX);
        takeIfThere(rows, row, FlowField.NOT_SENT, FlowField.NOT_SENT_MAX);
        if (FlowLayout.has(rows, row, FlowField.MIN_RTT)) {
            lower(rows, row, FlowField.RTT_MIN, FlowLayout.number(rows, row, FlowField.MIN_RTT));
        }
        boolean calm = rows.get(JAVA_BYTE, row + FlowLayout.offset(FlowField.CA_STATE)) <= DISORDER;
        FlowField window = cwnd < ssthresh ? FlowField.SLOW_START_CWND_MAX : FlowField.AVOIDANCE_CWND_MAX;
        raise(rows, row, window, calm ? cwnd * mss : 0);
        if (ssthresh < NO_SSTHRESH) {
            raise(rows, row, FlowField.SSTHRESH_MAX, ssthresh * mss);
            lower(rows, row, FlowField.SSTHRESH_MIN, ssthresh * mss);
        }
        showWhatWasSeen(rows, row);
    }

    private static void takeIfThere(MemorySegment rows, long row, FlowField field, FlowField max) {
        if (FlowLayout.has(rows, row, field)) {
            raise(rows, row, max, FlowLayout.number(rows, row, field));
            FlowLayout.present(rows, row, max, true);
        }
    }

    /**
     * Sets the presence of extremes that may never have had a value: they are absent while they have the value of
     * {@link #forget}.
     */
    private static void showWhatWasSeen(MemorySegment rows, long row) {
        for (FlowField max : UNLESS_ZERO) {
            FlowLayout.present(rows, row, max, FlowLayout.number(rows, row, max) != 0);
        }
        FlowLayout.present(
                rows, row, FlowField.SSTHRESH_MIN, FlowLayout.number(rows, row, FlowField.SSTHRESH_MAX) != 0);
        FlowLayout.present(rows, row, FlowField.RTT_MIN, FlowLayout.number(rows, row, FlowField.RTT_MIN) != MAX_U32);
    }

    private static void raise(MemorySegment rows, long row, FlowField max, long value) {
        if (value > FlowLayout.number(rows, row, max)) {
            FlowLayout.put(rows, row, max, Math.min(value, MAX_U32));
        }
    }

    private static void lower(MemorySegment rows, long row, FlowField min, long value) {
        if (value < FlowLayout.number(rows, row, min)) {
            FlowLayout.put(rows, row, min, value);
        }
    }
}
