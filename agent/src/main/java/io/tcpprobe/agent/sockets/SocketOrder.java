package io.tcpprobe.agent.sockets;

import io.tcpprobe.kernel.flow.AddressType;
import io.tcpprobe.kernel.flow.SocketColumns;
import io.tcpprobe.kernel.flow.SocketEndpoints;
import io.tcpprobe.kernel.flow.TcpState;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The sockets that a table of TCP-MIB contains, in the order of its index, byte by byte. */
public enum SocketOrder {
    /**
     * The table of RFC 2012: IPv4, including listeners. A listener of both families is also one of IPv4, at 0.0.0.0. The address types are
     * not part of the order.
     */
    IPV4(IntStream.of(
            at(SocketEndpoints.LOCAL, SocketEndpoints.ADDRESS, 4),
            at(SocketEndpoints.LOCAL, SocketEndpoints.PORT, 2),
            at(SocketEndpoints.REMOTE, SocketEndpoints.ADDRESS, 4),
            at(SocketEndpoints.REMOTE, SocketEndpoints.PORT, 2))) {
        @Override
        boolean has(SocketColumns sockets, int row) {
            int type = sockets.end(row, SocketEndpoints.LOCAL);
            return type == AddressType.IPV4.number() || type == AddressType.UNKNOWN.number();
        }

        @Override
        boolean hasProcesses() {
            return false;
        }
    },
    /** All sockets that are not listeners. */
    CONNECTIONS(IntStream.of(at(0, 0, SocketEndpoints.SIZE))) {
        @Override
        boolean has(SocketColumns sockets, int row) {
            return sockets.state(row) != TcpState.LISTEN;
        }
    },
    /** Listeners, by their local endpoints. */
    LISTENERS(IntStream.of(at(0, 0, SocketEndpoints.REMOTE))) {
        @Override
        boolean has(SocketColumns sockets, int row) {
            return sockets.state(row) == TcpState.LISTEN;
        }
    };

    /** The offsets of the bytes of the endpoints that form the index, the most significant first. */
    @SuppressWarnings("ImmutableEnumChecker") // never modified
    private final int[] places;

    /** Creates an order from ranges of offsets: the first offset in the upper half, the length in the lower half. */
    SocketOrder(IntStream runs) {
        places = runs.flatMap(run -> IntStream.range(run >>> Short.SIZE, (run >>> Short.SIZE) + (run & 0xffff)))
                .toArray();
    }

    private static int at(int end, int part, int bytes) {
        return end + part << Short.SIZE | bytes;
    }

    /** Returns true if the table shows each socket's process. */
    boolean hasProcesses() {
        return true;
    }

    /** Returns true if a socket belongs to the table. */
    abstract boolean has(SocketColumns sockets, int row);

    /** Returns all sockets that belong to the table, in its order; those with the same index are in the order of the snapshot. */
    int[] all(SocketColumns sockets) {
        return sorted(sockets, members(sockets)).rows();
    }

    private int[] members(SocketColumns sockets) {
        return IntStream.range(0, sockets.size())
                .filter(row -> has(sockets, row))
                .toArray();
    }

    /**
     * Returns the table's sockets in its order. Of several sockets with the same index, such as listeners that share a port, only the one
     * with the lowest cookie is included: the oldest of those that were created on one processor.
     */
    int[] rows(SocketColumns sockets) {
        return withoutDuplicates(sockets, sorted(sockets, members(sockets)));
    }

    /**
     * Sorts by the last eight bytes, then by the eight before them, and so on, with a stable sort. Bytes that are the same in all rows,
     * mostly zeros, are skipped: so usually eight bytes are enough.
     */
    private KeyedRows sorted(SocketColumns sockets, int[] unsorted) {
        KeyedRows rows = new KeyedRows(unsorted);
        int[] varying = varying(sockets, unsorted);
        for (int end = varying.length; end > 0; end -= Long.BYTES) {
            int[] some = Arrays.copyOfRange(varying, Math.max(0, end - Long.BYTES), end);
            rows.sort(row -> key(sockets, row, some), some.length);
        }
        return rows;
    }

    private static long key(SocketColumns sockets, int row, int[] some) {
        long key = 0;
        for (int place : some) {
            key = key << Byte.SIZE | sockets.end(row, place);
        }
        return key;
    }

    /** Returns the offsets at which not all rows have the same byte. */
    private int[] varying(SocketColumns sockets, int[] rows) {
        int[] differences = new int[SocketEndpoints.SIZE];
        for (int row : rows) {
            for (int place : places) {
                differences[place] |= sockets.end(row, place) ^ sockets.end(rows[0], place);
            }
        }
        return Arrays.stream(places).filter(place -> differences[place] != 0).toArray();
    }

    private int[] withoutDuplicates(SocketColumns sockets, KeyedRows sorted) {
        int[] rows = sorted.rows();
        int kept = 0;
        for (int i = 0; i < rows.length; i++) {
            int row = rows[i];
            if (i == 0 || !sorted.sameKeys(i - 1, i) || !haveSameIndex(sockets, rows[kept - 1], row)) {
                rows[kept++] = row;
            } else if (Long.compareUnsigned(sockets.cookie(row), sockets.cookie(rows[kept - 1])) < 0) {
                rows[kept - 1] = row; // the kernel assigns cookies in the order in which they are requested
            }
        }
        return Arrays.copyOf(rows, kept);
    }

    private boolean haveSameIndex(SocketColumns sockets, int one, int other) {
        for (int place : places) {
            if (sockets.end(one, place) != sockets.end(other, place)) {
                return false;
            }
        }
        return true;
    }
}
