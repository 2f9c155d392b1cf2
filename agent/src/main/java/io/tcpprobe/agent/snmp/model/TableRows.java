package io.tcpprobe.agent.snmp.model;

import java.util.Arrays;

/** The rows of a table at one moment, in the order of their indexes, counted from 0. Immutable. */
public interface TableRows {
    /** More sub-identifiers than an index can have (RFC 2578, 3.5). */
    int INDEX_LIMIT = 128;

    /** How many rows there are. */
    int size();

    /**
     * Writes the sub-identifiers of a row's index, as it follows the column in an object id.
     *
     * @param arcs room for {@link #INDEX_LIMIT}
     * @return how many there are
     */
    int index(int row, int[] arcs);

    /**
     * The first row whose index is behind some sub-identifiers, or at them if {@code inclusive}; {@link #size()} if there is
     * none. They need be no whole index.
     *
     * @param bound the sub-identifiers, from {@code from} up to its end
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

    /** The row with this index, or -1. */
    default int row(int[] bound, int from) {
        int row = find(bound, from, true);
        int[] arcs = new int[INDEX_LIMIT];
        return row < size() && Arrays.equals(arcs, 0, index(row, arcs), bound, from, bound.length) ? row : -1;
    }
}
