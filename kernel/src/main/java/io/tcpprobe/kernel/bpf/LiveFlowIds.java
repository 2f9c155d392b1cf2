package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.FlowRows;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * The ids of the flows that are there, oldest first. Ids only grow, and begin anew when there are no more numbers: so age is
 * the distance from the last id that was given, not the number itself.
 */
final class LiveFlowIds {
    /** Ranges as near to each other as this are one: numbers between them are left out as well, there are enough. */
    private static final long NEAR = 1 << 22;

    private final int last;

    /** Distances from the last id given, less 1, in ascending order: the greatest is the youngest. */
    private final long[] distances;

    private LiveFlowIds(int last, long[] distances) {
        this.last = last;
        this.distances = distances;
    }

    /**
     * Reads the ids of a table.
     *
     * @param last the last id that was given, read before the rows
     */
    static LiveFlowIds of(FlowRows rows, int last) {
        long[] distances = new long[rows.count()];
        int used = 0;
        for (int row = 0; row < rows.count(); row++) {
            int id = rows.memory().get(ValueLayout.JAVA_INT, (long) row * FlowLayout.SIZE + FlowLayout.FLOW_ID);
            if (id != 0) {
                distances[used++] = Integer.toUnsignedLong(id - last - 1);
            }
        }
        Arrays.sort(distances, 0, used);
        return new LiveFlowIds(last, Arrays.copyOf(distances, used));
    }

    /** The youngest of the oldest {@code count} flows; what is older than all of them if count is 0. */
    int youngestOf(int count) {
        return id(count == 0 ? 0 : distances[count - 1]);
    }

    int count() {
        return distances.length;
    }

    /**
     * The ranges of ids that come next and are in use, {@code first << 32 | last}.
     *
     * @param most how many are given at most; with 16 of them no id in use is among the next 60 million
     */
    long[] next(int most) {
        long[] ranges = new long[most];
        int range = 0;
        for (int from = 0; from < distances.length && range < most; range++) {
            int to = from;
            while (to + 1 < distances.length && distances[to + 1] - distances[to] < NEAR) {
                to++;
            }
            ranges[range] = (long) id(distances[from]) << 32 | Integer.toUnsignedLong(id(distances[to]));
            from = to + 1;
        }
        return ranges;
    }

    private int id(long distance) {
        return (int) (last + 1 + distance);
    }
}
