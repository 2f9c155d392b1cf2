package io.tcpprobe.agent.snmp.model;

import java.util.Arrays;

/** The rows of a table at one moment, in the order of their indexes, counted from 0. Immutable. */
public interface TableRows {
    /** Room for the sub-identifiers of any index; RFC 2578, 3.5 limits a whole object id to 128. */
    int INDEX_LIMIT = 128;

    /** Returns the sub-identifiers of octets of variable length in an index (RFC 2578, 7.7): their number comes first. */
    static int[] octetIndex(byte[] octets) {
        int[] index = new int[octets.length + 1];
        index[0] = octets.length;
        for (int i = 0; i < octets.length; i++) {
            index[i + 1] = Byte.toUnsignedInt(octets[i]);
        }
        return index;
    }

    /** Returns the number of rows. */
    int size();

    /**
     * Writes the sub-identifiers of a row's index, which follow the column in an object id.
     *
     * @param arcs receives them; has {@link #INDEX_LIMIT} elements
     * @return the number of sub-identifiers
     */
    int index(int row, int[] arcs);

    /**
     * Returns the first row whose index is after the given sub-identifiers, or equal to them if {@code inclusive};
     * {@link #size()} if there is none. They need not form a complete index.
     *
     * @param bound holds the sub-identifiers, from {@code from} to its end
     */
    default int find(int[] bound, int from, boolean inclusive) {
        int[] arcs = new int[INDEX_LIMIT];
        int low = 0;
        int high = size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            int order = Arrays.compareUnsigned(arcs, 0, index(middle, arcs), bound, from, bound.length);
            if (order < 0 || order == 0 && !inclusive) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Returns the row with this index, or -1. */
    default int row(int[] bound, int from) {
        int row = find(bound, from, true);
        int[] arcs = new int[INDEX_LIMIT];
        return row < size() && Arrays.equals(arcs, 0, index(row, arcs), bound, from, bound.length) ? row : -1;
    }
}
