package io.tcpprobe.agent.insight;

import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The fields that the rules use, of up to {@value #SIZE} flows, decoded from the columns. It is filled again for each block of flows, so
 * that the evaluation of a snapshot allocates nothing per flow. A row that was not loaded is a row of zeros, in which no field is absent:
 * the row of a flow that has just begun.
 */
final class RowBlock {
    static final int SIZE = 64;

    private static final long ABSENT = Long.MIN_VALUE;

    /** The fields that the rules use. */
    static final List<FlowField> FIELDS = List.of(
            FlowField.BACKOFF,
            FlowField.BUSY_TIME,
            FlowField.BYTES_ACKED,
            FlowField.BYTES_RECEIVED,
            FlowField.BYTES_SENT,
            FlowField.CA_STATE,
            FlowField.CONGESTION_SIGNALS,
            FlowField.CWND,
            FlowField.CWND_CLAMP,
            FlowField.CWND_LIMITS,
            FlowField.DATA_SEGS_OUT,
            FlowField.DELIVERED_CE,
            FlowField.FAST_RETRANSMITS,
            FlowField.FIRST_SEEN,
            FlowField.IN_FLIGHT,
            FlowField.MAX_PACING_RATE,
            FlowField.MIN_RTT,
            FlowField.MSS,
            FlowField.NO_SPACE,
            FlowField.NOT_SENT,
            FlowField.PACING_RATE,
            FlowField.RECEIVE_QUEUE,
            FlowField.RECEIVE_RTT,
            FlowField.RECEIVE_SSTHRESH,
            FlowField.RECEIVE_WINDOW,
            FlowField.RECEIVE_WINDOW_SCALE,
            FlowField.RETRANS,
            FlowField.RWND_LIMITED,
            FlowField.SAMPLED,
            FlowField.SEND_BUFFER,
            FlowField.SEND_MEMORY,
            FlowField.SEND_MEMORY_ALLOCATED,
            FlowField.SEND_QUEUE,
            FlowField.SEND_WINDOW,
            FlowField.SENDER_LIMITS,
            FlowField.SND_INITIAL,
            FlowField.SNDBUF_LIMITED,
            FlowField.SRTT,
            FlowField.SSTHRESH,
            FlowField.TIMEOUT_TIME,
            FlowField.TIMEOUTS,
            FlowField.UNACKED);

    private static final int ID_LIMIT = 1
            + FIELDS.stream()
                    .max(Comparator.comparingInt(FlowField::id))
                    .map(FlowField::id)
                    .orElseThrow();

    private final long[][] numbers = new long[ID_LIMIT][];
    private final int[] rows = new int[SIZE];
    private final long[] scratch = new long[SIZE];
    private final FlowColumns flows;
    private int at;

    /** Creates a block; its rows are zeros. */
    RowBlock(FlowColumns flows) {
        this.flows = flows;
        FIELDS.forEach(field -> numbers[field.id()] = new long[SIZE]);
        Arrays.fill(rows, -1);
    }

    /** Loads consecutive flows, and selects the first. */
    void load(int from, int count) {
        for (FlowField field : FIELDS) {
            flows.copy(field, from, count, numbers[field.id()], ABSENT);
        }
        for (int i = 0; i < count; i++) {
            rows[i] = from + i;
        }
        at = 0;
    }

    /** Loads the flows at these indexes, and selects the first; an index of -1 stands for a row of zeros. */
    void load(int[] indexes, int count) {
        for (int from = 0; from < count; ) {
            int to = from + 1;
            while (to < count && indexes[to] == indexes[to - 1] + (indexes[from] < 0 ? 0 : 1)) {
                to++;
            }
            loadRun(indexes[from], from, to - from);
            from = to;
        }
        System.arraycopy(indexes, 0, rows, 0, count);
        at = 0;
    }

    /** Loads consecutive flows, or rows of zeros, at a place of the block. */
    private void loadRun(int index, int place, int count) {
        for (FlowField field : FIELDS) {
            if (index < 0) {
                Arrays.fill(scratch, 0, count, 0);
            } else {
                flows.copy(field, index, count, scratch, ABSENT);
            }
            System.arraycopy(scratch, 0, numbers[field.id()], place, count);
        }
    }

    /** Selects the flow at a place of the block. */
    void select(int place) {
        at = place;
    }

    /** Returns true if the selected flow has a field. */
    boolean has(FlowField field) {
        return numbers[field.id()][at] != ABSENT;
    }

    /** Returns a number of the selected flow; 0 if absent. */
    long number(FlowField field) {
        long number = numbers[field.id()][at];
        return number == ABSENT ? 0 : number;
    }

    /** Returns true if the selected flow is a row of a snapshot, false if it is a row of zeros. */
    boolean isRow() {
        return rows[at] >= 0;
    }

    /** Returns true if the selected flow uses a version of bbr. */
    boolean bbr() {
        return rows[at] >= 0
                && flows.text(FlowField.CONGESTION_CONTROL, rows[at]).startsWith("bbr");
    }
}
