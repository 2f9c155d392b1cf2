package io.tcpprobe.agent.flows;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.test.Seed;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

class MeasureOrderTest {
    private static final Optional<FlowMeasure> SRTT = Optional.of(new FlowMeasure.Field(FlowField.SRTT));

    private final FakeSource source = new FakeSource();

    private List<Long> ids(MeasureOrder order, IntPredicate among) {
        return order.first(source.snapshot(), 64, among).stream().map(Flow::id).toList();
    }

    @Test
    void shouldOrderInBothDirectionsWithAbsentValuesLast() {
        for (long value : new long[] {5, 9, 5, 0, -1}) {
            source.put(source.flow(), FlowField.PACING_RATE, value);
        }
        source.flow();
        MeasureOrder descending = new MeasureOrder(Optional.of(new FlowMeasure.Field(FlowField.PACING_RATE)), false);
        assertEquals(List.of(5L, 2L, 1L, 3L, 4L, 6L), ids(descending, _ -> true));
        assertEquals(List.of(4L, 1L, 3L, 2L, 5L, 6L), ids(descending.reversed(), _ -> true));
        assertEquals(List.of(2L, 4L, 6L), ids(descending, index -> index % 2 == 1));
    }

    @Test
    void shouldOrderByBytesTransferredWithoutAMeasure() {
        source.put(source.flow(), FlowField.BYTES_ACKED, 10);
        source.put(source.flow(), FlowField.BYTES_RECEIVED, 30);
        source.flow();
        MeasureOrder order = new MeasureOrder(Optional.empty(), false);
        assertEquals(List.of(2L, 1L, 3L), ids(order, _ -> true));
        assertEquals(List.of(3L, 1L, 2L), ids(order.reversed(), _ -> true));
    }

    @Test
    void shouldFindThePlaceOfEachFlow() {
        Random random = new Random(Seed.next());
        for (int i = 0; i < 50; i++) {
            int id = source.flow();
            if (random.nextInt(5) > 0) {
                source.put(id, FlowField.SRTT, random.nextInt(8));
            }
        }
        FlowSnapshot snapshot = source.snapshot();
        IntPredicate among = index -> index % 7 != 3;
        for (MeasureOrder order : List.of(new MeasureOrder(SRTT, false), new MeasureOrder(SRTT, true))) {
            List<Flow> flows = order.first(snapshot, 64, among);
            for (int place = 0; place < flows.size(); place++) {
                assertEquals(place, order.place(snapshot, flows.get(place).index(), among));
            }
        }
    }
}
