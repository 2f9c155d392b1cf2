package io.tcpprobe.agent.insight;

import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The fields that the rules use, of a block of flows. A field is decoded from the columns when the rules first ask for it in a block: most
 * rules need few fields, and nothing is allocated per flow. Where no flow is selected there is a row of zeros, in which no field is absent:
 * the row of a flow that has just begun.
 */
final class RowBlock {
    private static final int SIZE = FlowColumns.BLOCK_ROWS;

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

    private final FlowColumns flows;
    private final long[][] numbers = new long[ID_LIMIT][];

    /** The block of which the numbers of a field are decoded, by the id of the field. */
    private final int[] decoded = new int[ID_LIMIT];

    /** The bits that tell which fields the flows of a block have, by words; and the blocks. */
    private final long[][] present = new long[1 + (ID_LIMIT - 1) / Long.SIZE][SIZE];

    private final int[] presentOf = new int[present.length];
    private int index = -1;
    private int block = -1;
    private int at;

    /** Creates a block; a row of zeros is selected. */
    RowBlock(FlowColumns flows) {
        this.flows = flows;
        FIELDS.forEach(field -> numbers[field.id()] = new long[SIZE]);
        Arrays.fill(decoded, -1);
        Arrays.fill(presentOf, -1);
    }

    /** Selects a flow by its index in the columns; -1 selects a row of zeros. Fast if the flows are selected in their order. */
    void select(int selected) {
        index = selected;
        if (selected >= 0) {
            block = selected / SIZE;
            at = selected % SIZE;
        }
    }

    private long decoded(FlowField field) {
        long[] column = numbers[field.id()];
        if (decoded[field.id()] != block) {
            decoded[field.id()] = block;
            decode(field, column);
        }
        return column[at];
    }

    private void decode(FlowField field, long[] column) {
        int count = Math.min(SIZE, flows.size() - block * SIZE);
        if (!flows.copyNumbers(field, block * SIZE, count, column)) {
            Arrays.fill(column, ABSENT);
            return;
        }
        int word = field.id() / Long.SIZE;
        if (presentOf[word] != block) {
            presentOf[word] = block;
            flows.copyPresence(word, block * SIZE, count, present[word]);
        }
        for (int i = 0; i < count; i++) {
            column[i] = (present[word][i] >>> field.id() & 1) == 0 ? ABSENT : column[i];
        }
    }

    /** Returns true if the selected flow has a field. */
    boolean has(FlowField field) {
        return index < 0 || decoded(field) != ABSENT;
    }

    /** Returns a number of the selected flow; 0 if absent. */
    long number(FlowField field) {
        if (index < 0) {
            return 0;
        }
        long number = decoded(field);
        return number == ABSENT ? 0 : number;
    }

    /** Returns true if a flow is selected, false if it is a row of zeros. */
    boolean isRow() {
        return index >= 0;
    }

    /** Returns true if the selected flow uses a version of bbr. */
    boolean bbr() {
        return index >= 0 && flows.text(FlowField.CONGESTION_CONTROL, index).startsWith("bbr");
    }
}
