package io.tcpprobe.kernel.flow;

import java.util.Arrays;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of flows that are read in their order, decoded from the columns by blocks: a field of a block is decoded when it is first asked
 * for, and nothing is allocated per flow. Where no flow is selected there is a row of zeros, in which no field is absent: the row of a flow
 * that has just begun. Not thread-safe.
 */
public final class DecodedFlows {
    private static final int SIZE = PackedColumn.BLOCK;

    /** Stands for a number that is absent. */
    public static final long ABSENT = Long.MIN_VALUE;

    private final FlowColumns flows;

    /** The numbers of a block, by the id of the field; null for a field that is not copied from the row. */
    private final long[] @Nullable [] numbers = new long[FlowField.ID_LIMIT][];

    /** The block of which the numbers of a field are decoded, by the id of the field. */
    private final int[] decoded = new int[FlowField.ID_LIMIT];

    /** The bits that tell which fields the flows of a block have, by words; and the blocks. */
    private final long[][] present = new long[FlowLayout.PRESENT_WORDS][SIZE];

    private final int[] presentOf = new int[present.length];
    private int index = -1;
    private int block = -1;
    private int at;

    /** The round-trip times of the flow {@link #histogramOf}: three percentiles are derived from them. */
    private RttHistogram histogram = RttHistogram.NONE;

    private int histogramOf = -1;

    /**
     * Creates it; a row of zeros is selected.
     *
     * @param fields the numbers that are read; others can be read as well, at the cost of reading them from the columns
     */
    public DecodedFlows(FlowColumns flows, Collection<FlowField> fields) {
        this.flows = flows;
        fields.stream()
                .filter(field -> field.numeric() && !field.derived() && !FlowColumns.isOwner(field))
                .forEach(field -> numbers[field.id()] = new long[SIZE]);
        Arrays.fill(decoded, -1);
        Arrays.fill(presentOf, -1);
    }

    /** Selects a flow by its index in the columns; -1 selects a row of zeros. */
    public void select(int selected) {
        index = selected;
        if (selected >= 0) {
            block = selected / SIZE;
            at = selected % SIZE;
        }
    }

    private RttHistogram histogram() {
        if (histogramOf != index) {
            histogramOf = index;
            histogram = RttHistogram.of(flows, index);
        }
        return histogram;
    }

    /** Returns a number of the selected flow; {@link #ABSENT} if absent. */
    private long decoded(FlowField field) {
        long[] column = numbers[field.id()];
        if (column == null) {
            return read(field);
        }
        if (decoded[field.id()] != block) {
            decoded[field.id()] = block;
            decode(field, column);
        }
        return column[at];
    }

    private long read(FlowField field) {
        if (field.derived()) {
            return histogram().samples() == 0 ? ABSENT : histogram().percentile(field);
        }
        return flows.has(field, index) ? flows.number(field, index) : ABSENT;
    }

    private void decode(FlowField field, long[] column) {
        int count = Math.min(SIZE, flows.size() - block * SIZE);
        if (!flows.copyNumbers(field, block * SIZE, count, column)) {
            Arrays.fill(column, ABSENT);
            return;
        }
        if (flows.allHave(field, block * SIZE, count)) {
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
    public boolean has(FlowField field) {
        return index < 0 || decoded(field) != ABSENT;
    }

    /** Returns a number of the selected flow; {@link #ABSENT} if absent. */
    public long numberOrAbsent(FlowField field) {
        return index < 0 ? 0 : decoded(field);
    }

    /** Returns a number of the selected flow; 0 if absent. */
    public long number(FlowField field) {
        long number = numberOrAbsent(field);
        return number == ABSENT ? 0 : number;
    }

    /** Returns a text of the selected flow; empty if absent. */
    public String text(FlowField field) {
        return index < 0 ? "" : flows.text(field, index);
    }

    /** Returns true if a flow is selected, false if it is a row of zeros. */
    public boolean isFlow() {
        return index >= 0;
    }
}
