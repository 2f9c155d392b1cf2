package io.tcpprobe.kernel.diag;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.TcpState;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the kernel counts, and the bytes in it. */
class OctetsTest {
    private static final List<FlowField> COUNTS = List.of(
            FlowField.BYTES_SENT,
            FlowField.BYTES_RETRANS,
            FlowField.BYTES_ACKED,
            FlowField.BYTES_RECEIVED,
            FlowField.RECEIVE_QUEUE,
            FlowField.SEND_QUEUE,
            FlowField.NOT_SENT);

    private final Arena arena = Arena.ofShared(); // JUnit runs each method in its own thread
    private final MemorySegment rows = arena.allocate(2L * FlowLayout.SIZE, 8);
    private final Octets octets = new Octets();

    @AfterEach
    void free() {
        arena.close();
    }

    private void put(long row, String counts) {
        String[] numbers = counts.split(" ", -1);
        FlowLayout.setPresence(rows, row, FlowLayout.presenceOf(COUNTS));
        for (int i = 0; i < COUNTS.size(); i++) {
            FlowLayout.put(rows, row, COUNTS.get(i), Long.parseLong(numbers[i]));
        }
    }

    private String counts(long row) {
        return String.join(
                " ",
                Stream.concat(COUNTS.stream().skip(2), Stream.of(FlowField.QUEUED_FLAGS))
                        .map(field -> Long.toString(FlowLayout.number(rows, row, field)))
                        .toList());
    }

    /**
     * Sent, of that again, acknowledged, received, unread, unacknowledged, unsent as the kernel counts; then all but the first two as
     * they are, and what else waits.
     */
    @ParameterizedTest
    @CsvSource({
        "SYN_SENT,       0   0    0   0 0   1  0,     0   0 0   0  0 2", // the SYN
        "SYN_SENT,       9   0    0   0 0  10  0,     0   0 0   9  0 2", // and Fast Open's data
        "SYN_RECEIVED,   0   0    0   0 0   0  0,     0   0 0   0  0 0",
        "ESTABLISHED,    0   0    1   0 0   0  0,     0   0 0   0  0 0", // it opened the connection
        "ESTABLISHED,    0   0    0   0 0   0  0,     0   0 0   0  0 0",
        "ESTABLISHED,  100   0  101  70 7   0  0,   100  70 7   0  0 0",
        "ESTABLISHED,  100   0  100  70 7   0  0,   100  70 7   0  0 0", // the peer opened it
        "ESTABLISHED,  100  20   51  70 7  30  0,    50  70 7  30  0 0",
        "ESTABLISHED,  100  20   51  70 7  50 20,    50  70 7  50 20 0",
        "CLOSE_WAIT,     0   0    0   1 1   0  0,     0   0 0   0  0 1",
        "CLOSE_WAIT,     0   0    0   6 6   0  0,     0   5 5   0  0 1",
        "CLOSE_WAIT,     0   0    0   6 0   0  0,     0   5 0   0  0 0", // read
        "FIN_WAIT_1,   100   0   51   0 0  51  0,    50   0 0  50  0 2",
        "FIN_WAIT_1,   100   0   51   0 0  71 21,    50   0 0  70 20 2",
        "FIN_WAIT_1,   100   0  101   0 0   1  0,   100   0 0   0  0 2", // the FIN alone
        "FIN_WAIT_2,   100   0  102   0 0   0  0,   100   0 0   0  0 0",
        "FIN_WAIT_2,   100   0  101   0 0   0  0,   100   0 0   0  0 0", // the peer opened it
        "CLOSING,      100   0  101   1 1   1  0,   100   0 0   0  0 3",
        "LAST_ACK,     100   0  100   6 0   1  0,   100   5 0   0  0 2"
    })
    void shouldCountBytesOnly(TcpState state, String kernel, String bytes) {
        put(0, kernel.replaceAll(" +", " "));
        octets.correct(rows, 0, state.kernel());
        assertEquals(bytes.replaceAll(" +", " "), counts(0));
    }

    /** A segment that a queue of this host has refused was counted as sent, and is sent again without being a retransmission. */
    @Test
    void shouldRememberWhoOpenedTheConnectionUntilTheRowIsAnothers() {
        long row = FlowLayout.SIZE;
        octets.forget(row);
        put(row, "0 0 1 0 0 0 0");
        octets.correct(rows, row, TcpState.ESTABLISHED.kernel());
        put(row, "300 0 201 0 0 0 0");
        octets.correct(rows, row, TcpState.ESTABLISHED.kernel());
        assertEquals("200 0 0 0 0 0", counts(row));
        octets.forget(row);
        put(row, "300 0 201 0 0 0 0");
        octets.correct(rows, row, TcpState.ESTABLISHED.kernel());
        assertEquals("201 0 0 0 0 0", counts(row));
    }
}
