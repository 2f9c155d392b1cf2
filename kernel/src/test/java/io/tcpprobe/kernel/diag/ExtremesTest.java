package io.tcpprobe.kernel.diag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowLayout;
import io.tcpprobe.kernel.flow.FlowRows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class ExtremesTest {
    private static final int NOT_SET = 0x7fff_ffff;

    private final MemorySegment row = Arena.ofAuto().allocate(FlowLayout.SIZE, 8);

    ExtremesTest() {
        row.fill((byte) -1); // another flow's
        row.set(ValueLayout.JAVA_INT, FlowLayout.SEQUENCE, 0);
        row.set(ValueLayout.JAVA_INT, FlowLayout.FLOW_ID, 1);
        Extremes.forget(row, 0);
    }

    private FlowColumns sample(long cwnd, long ssthresh, long inFlight, long rto, int state) {
        FlowLayout.setPresence(row, 0, FlowLayout.presenceOf(Extremes.ALWAYS));
        put(FlowField.MSS, 1000);
        put(FlowField.CWND, cwnd);
        put(FlowField.SSTHRESH, ssthresh);
        put(FlowField.IN_FLIGHT, inFlight);
        put(FlowField.UNACKED, inFlight + 1);
        put(FlowField.RECEIVE_QUEUE, inFlight);
        put(FlowField.RTO, rto);
        put(FlowField.CA_STATE, state);
        Extremes.update(row, 0);
        return FlowColumns.copyOf(new FlowRows(row, 1));
    }

    private void put(FlowField field, long value) {
        FlowLayout.put(row, 0, field, value);
        FlowLayout.present(row, 0, field, true);
    }

    @Test
    void shouldKeepMaximaAndMinimaOfAllSamples() {
        sample(10, NOT_SET, 3, 200_000, 0);
        sample(20, NOT_SET, 7, 900_000, 0);
        FlowColumns flow = sample(15, NOT_SET, 2, 300_000, 0);
        assertEquals(7000, flow.number(FlowField.PIPE_MAX, 0));
        assertEquals(8000, flow.number(FlowField.RETRANSMIT_QUEUE_MAX, 0));
        assertEquals(7, flow.number(FlowField.RECEIVE_QUEUE_MAX, 0));
        assertEquals(900_000, flow.number(FlowField.RTO_MAX, 0));
        assertEquals(200_000, flow.number(FlowField.RTO_MIN, 0));
        assertEquals(20_000, flow.number(FlowField.SLOW_START_CWND_MAX, 0));
    }

    @Test
    void shouldNotHaveWhatNeverWas() {
        FlowColumns flow = sample(10, NOT_SET, 3, 200_000, 0);
        for (FlowField field : new FlowField[] {
            FlowField.AVOIDANCE_CWND_MAX,
            FlowField.SSTHRESH_MAX,
            FlowField.SSTHRESH_MIN,
            FlowField.RTT_MIN,
            FlowField.SEND_WINDOW_MAX,
            FlowField.RECEIVE_WINDOW_MAX,
            FlowField.NOT_SENT_MAX
        }) {
            assertFalse(flow.has(field, 0), field.label());
        }
    }

    @Test
    void shouldCountDisorderAsCalm() {
        sample(60, 50, 3, 200_000, 0);
        FlowColumns flow = sample(70, 50, 3, 200_000, 1);
        assertEquals(70_000, flow.number(FlowField.AVOIDANCE_CWND_MAX, 0));
    }

    @Test
    void shouldDistinguishSlowStartFromAvoidanceAndOmitRecovery() {
        sample(30, NOT_SET, 3, 200_000, 0);
        sample(99, 50, 3, 200_000, 3);
        sample(98, 50, 3, 200_000, 2);
        sample(60, 50, 3, 200_000, 0);
        FlowColumns flow = sample(20, 40, 3, 200_000, 0);
        assertEquals(30_000, flow.number(FlowField.SLOW_START_CWND_MAX, 0));
        assertEquals(60_000, flow.number(FlowField.AVOIDANCE_CWND_MAX, 0));
        assertEquals(50_000, flow.number(FlowField.SSTHRESH_MAX, 0));
        assertEquals(40_000, flow.number(FlowField.SSTHRESH_MIN, 0));
    }
}
