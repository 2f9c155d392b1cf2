package io.tcpprobe.agent.series;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.flows.TestRow;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowRow;
import io.tcpprobe.kernel.flow.FlowRows;
import org.junit.jupiter.api.Test;

class SampleRingTest {
    private final SampleRing ring = new SampleRing();

    private static int place(FlowField field) {
        return SampleRing.FIELDS.indexOf(field);
    }

    private void add(long flow, long number) {
        FlowRows row = TestRow.rows(TestRow.flow(flow)
                .with(FlowField.SAMPLED, 1_000_000 + number)
                .with(FlowField.CWND, 0xf000_0000L + number)
                .with(FlowField.BYTES_SENT, number << 33)
                .with(FlowField.TIMEOUTS, number & 0xffff)
                .with(FlowField.CA_STATE, number & 0xff));
        ring.add(flow, (int) number + 5, new FlowRow(row));
    }

    private void check(long flow, long number) {
        assertEquals(flow, ring.flowId(number));
        assertEquals(number + 5, ring.lostBefore(number));
        assertEquals(1_000_000 + number, ring.sampledNanos(number));
        assertEquals(0xf000_0000L + number, ring.value(number, place(FlowField.CWND)));
        assertEquals(number << 33, ring.value(number, place(FlowField.BYTES_SENT)));
        assertEquals(number & 0xffff, ring.value(number, place(FlowField.TIMEOUTS)));
        assertEquals(number & 0xff, ring.value(number, place(FlowField.CA_STATE)));
    }

    @Test
    void shouldReturnWhatTheRowsHad() {
        for (int number = 0; number < 701; number++) {
            add(number % 3 + 0xffff_fff0L, number);
        }
        assertEquals(0, ring.first());
        assertEquals(701, ring.next());
        for (int number = 0; number < 701; number++) {
            check(number % 3 + 0xffff_fff0L, number);
        }
        assertTrue(ring.has(700, place(FlowField.CWND)));
        assertFalse(ring.has(700, place(FlowField.SRTT)));
    }

    @Test
    void shouldReplaceTheOldestWhenItIsFull() {
        int count = 2 * SampleRing.CAPACITY + 37;
        for (int number = 0; number < count; number++) {
            add(9, number);
        }
        assertEquals(count, ring.next());
        assertEquals(count - SampleRing.CAPACITY, ring.first());
        for (long number = ring.first(); number < count; number++) {
            check(9, number);
        }
    }

    @Test
    void shouldNeedLessThanTwoAndAHalfMegabytes() {
        assertTrue(SampleRing.BYTES * SampleRing.CAPACITY < 2_500_000, SampleRing.BYTES + " bytes a sample");
    }
}
