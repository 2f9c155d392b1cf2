package io.tcpprobe.kernel.bpf;

import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.FlowRows;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * The ids of the existing flows, oldest first. Ids are allocated in ascending order and wrap around, so the age of a flow is
 * the distance of its id from the last allocated id.
 */
final class LiveFlowIds {
    /** Ranges with at most this distance are merged. The ids between them are skipped as well; there are enough ids. */
    private static final long NEAR = 1 << 22;

    private final int last;

    /** Distances from the last allocated id, minus 1, in ascending order: the maximum is the youngest. */
    private final long[] distances;

    private LiveFlowIds(int last, long[] distances) {
        this.last = last;
        this.distances = distances;
    }

    /**
     * Reads the ids of a table.
     *
     * @param last the last allocated id, read before the rows
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

    /** Returns the id of the youngest of the {@code count} oldest flows; an id older than all flows if count is 0. */
    int youngestOf(int count) {
        return id(count == 0 ? 0 : distances[count - 1]);
    }

    int count() {
        return distances.length;
    }

    /**
     * Returns the next ranges of ids in use, {@code first << 32 | last}.
     *
     * @param max maximum number of ranges; 16 ranges cover all ids in use among the next 60 million
     */
    long[] next(int max) {
        long[] ranges = new long[max];
        int range = 0;
        for (int from = 0; from < distances.length && range < max; range++) {
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
