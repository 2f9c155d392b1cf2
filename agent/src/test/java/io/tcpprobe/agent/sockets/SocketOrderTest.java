package io.tcpprobe.agent.sockets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.kernel.flow.SocketColumns;
import io.tcpprobe.kernel.flow.SocketEndpoints;
import io.tcpprobe.kernel.flow.TcpState;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketOrderTest {
    private static final int COUNT = 1009;
    private static final byte LOOPBACK = 127;

    /** Sockets whose ends differ in so many bytes, at most; some are alike. */
    private static SocketColumns sockets(int differing, long seed) {
        Random random = new Random(seed);
        int[] places =
                random.ints(0, SocketEndpoints.SIZE).distinct().limit(differing).toArray();
        SocketColumns.Builder builder = new SocketColumns.Builder(COUNT);
        for (int i = 0; i < COUNT; i++) {
            byte[] ends = new byte[SocketEndpoints.SIZE];
            Arrays.fill(ends, LOOPBACK);
            for (int place : places) {
                ends[place] = (byte) random.nextInt(differing == 1 ? 256 : 5);
            }
            builder.add(ends, TcpState.ESTABLISHED.kernel(), i, random.nextLong(), 0, 0);
        }
        return builder.build();
    }

    private static int compare(SocketColumns sockets, int one, int other) {
        return IntStream.range(0, SocketEndpoints.SIZE)
                .map(place -> Integer.compare(sockets.end(one, place), sockets.end(other, place)))
                .filter(difference -> difference != 0)
                .findFirst()
                .orElse(0);
    }

    /** Nothing is sorted, or one key, or one whole key, or several. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 8, 9, 17, SocketEndpoints.SIZE})
    void shouldOrderEndpointsByteByByteAndKeepTheOldestDuplicate(int differing) {
        SocketColumns sockets = sockets(differing, 20261126 + differing);
        Comparator<Integer> byEnds = (one, other) -> compare(sockets, one, other);
        Comparator<Integer> byAge = (one, other) -> Long.compareUnsigned(sockets.cookie(one), sockets.cookie(other));
        int[] byComparing = IntStream.range(0, COUNT)
                .boxed()
                .sorted(byEnds.thenComparing(byAge))
                .mapToInt(Integer::intValue)
                .toArray();
        int[] oldest = IntStream.range(0, COUNT)
                .filter(i -> i == 0 || compare(sockets, byComparing[i - 1], byComparing[i]) != 0)
                .map(i -> byComparing[i])
                .toArray();
        assertArrayEquals(oldest, SocketOrder.CONNECTIONS.rows(sockets));
    }

    @Test
    void shouldHaveNoRowsWithoutSockets() {
        SocketColumns none = new SocketColumns.Builder(0).build();
        for (SocketOrder order : SocketOrder.values()) {
            assertEquals(0, order.rows(none).length);
        }
    }
}
