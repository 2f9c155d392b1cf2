package io.tcpprobe.agent.flows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.test.Seed;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FlowRankingTest {
    private final FakeSource source = new FakeSource();

    private static List<Long> ids(List<Flow> flows) {
        return flows.stream().map(Flow::id).toList();
    }

    private void flows(FlowField field, long... values) {
        for (long value : values) {
            source.put(source.flow(), field, value);
        }
    }

    @Test
    void shouldRankTheMaximumFirstAndTheOlderOfEquals() {
        flows(FlowField.SRTT, 5, 9, 5, 0, 9);
        assertEquals(
                List.of(2L, 5L, 1L, 3L, 4L),
                ids(FlowRanking.top(source.snapshot(), new FlowMeasure.Field(FlowField.SRTT), 9)));
        assertEquals(
                List.of(2L, 5L, 1L), ids(FlowRanking.top(source.snapshot(), new FlowMeasure.Field(FlowField.SRTT), 3)));
    }

    @Test
    void shouldRankFlowsWithoutTheFieldLastEvenAfterZero() {
        source.flow();
        flows(FlowField.SRTT, 0, 7, 99);
        source.absent(4, FlowField.SRTT);
        assertEquals(
                List.of(3L, 2L, 1L, 4L),
                ids(FlowRanking.top(source.snapshot(), new FlowMeasure.Field(FlowField.SRTT), 9)));
        assertEquals(
                List.of(3L, 2L), ids(FlowRanking.top(source.snapshot(), new FlowMeasure.Field(FlowField.SRTT), 2)));
    }

    @Test
    void shouldRankNumbersOf64BitsUnsigned() {
        flows(FlowField.PACING_RATE, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE);
        List<Long> expected = List.of(2L, 3L, 4L, 1L);
        for (int count = 1; count <= 4; count++) {
            assertEquals(
                    expected.subList(0, count),
                    ids(FlowRanking.top(source.snapshot(), new FlowMeasure.Field(FlowField.PACING_RATE), count)));
        }
    }

    @Test
    void shouldReturnNoneForCountZero() {
        flows(FlowField.SRTT, 1, 2);
        for (int count : new int[] {0, -1, Integer.MIN_VALUE}) {
            assertEquals(List.of(), FlowRanking.top(source.snapshot(), new FlowMeasure.Field(FlowField.SRTT), count));
            assertEquals(List.of(), FlowRanking.busiest(source.snapshot(), count));
        }
        assertEquals(
                2,
                FlowRanking.top(source.snapshot(), new FlowMeasure.Field(FlowField.SRTT), Integer.MAX_VALUE)
                        .size());
        assertEquals(List.of(), FlowRanking.busiest(new FakeSource().snapshot(), 5));
    }

    @Test
    void shouldRefuseAFieldThatCannotRank() {
        for (FlowField field :
                List.of(FlowField.LOCAL_ADDRESS, FlowField.CONGESTION_CONTROL, FlowField.UID, FlowField.STATE)) {
            assertThrows(IllegalArgumentException.class, () -> new FlowMeasure.Field(field));
        }
    }

    @Test
    void shouldRankFlowsWithTheMostBytesInEitherDirectionAsBusiest() {
        flows(FlowField.BYTES_ACKED, 10, 0, 4, 1000);
        source.put(2, FlowField.BYTES_RECEIVED, 11).put(3, FlowField.BYTES_RECEIVED, 8);
        source.absent(4, FlowField.BYTES_ACKED); // an absent value means nothing
        assertEquals(List.of(3L, 2L, 1L, 4L), ids(FlowRanking.busiest(source.snapshot(), 4)));
    }

    @Test
    void shouldEqualTheResultOfAFullSort() {
        long seed = Seed.next();
        Random random = new Random(seed);
        long[] values = random.longs(60, 0, 20).toArray();
        flows(FlowField.CWND, values);
        List<Long> sorted = IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingLong((Integer i) -> -values[i]))
                .map(i -> i + 1L)
                .toList();
        for (int count = 1; count <= values.length; count++) {
            assertEquals(
                    sorted.subList(0, count),
                    ids(FlowRanking.top(source.snapshot(), new FlowMeasure.Field(FlowField.CWND), count)),
                    "seed " + seed);
        }
    }
}
