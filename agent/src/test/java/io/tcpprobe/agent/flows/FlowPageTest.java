package io.tcpprobe.agent.flows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.core.TimeLimit;
import io.tcpprobe.kernel.flow.AddressType;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.VerdictField;
import io.tcpprobe.test.Seed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlowPageTest {
    private final FakeSource source = new FakeSource();

    private static FlowPage.Request request(String by, boolean descending, int offset, int count) {
        return new FlowPage.Request(_ -> true, FlowOrder.find(by).orElseThrow(), descending, offset, count);
    }

    private static List<Long> ids(FlowPage page) {
        return page.flows().stream().map(Flow::id).toList();
    }

    /** Returns all flows, sorted; pages with the first ones only must have the same. */
    private List<Long> sorted(String by, boolean descending) {
        return sorted(source.snapshot(), by, descending);
    }

    private static List<Long> sorted(FlowSnapshot snapshot, String by, boolean descending) {
        List<Long> all = ids(FlowPage.of(snapshot, request(by, descending, 0, 100)));
        for (int count = 1; count <= all.size(); count++) {
            assertEquals(all.subList(0, count), ids(FlowPage.of(snapshot, request(by, descending, 0, count))));
        }
        return all;
    }

    private void numbers(FlowField field, long... values) {
        for (long value : values) {
            source.put(source.flow(), field, value);
        }
    }

    private void remote(int id, AddressType type, byte[] address, int port) {
        source.put(id, FlowField.REMOTE_ADDRESS_TYPE, type.number())
                .address(id, FlowField.REMOTE_ADDRESS, address)
                .put(id, FlowField.REMOTE_PORT, port);
    }

    @Test
    void shouldSortNumbersUnsignedWithAbsentOnesLastInBothDirections() {
        numbers(FlowField.PACING_RATE, 5, -1, 7);
        source.flow();
        assertEquals(List.of(2L, 3L, 1L, 4L), sorted("pacingRate", true));
        assertEquals(List.of(1L, 3L, 2L, 4L), sorted("pacingRate", false));
    }

    @Test
    void shouldEndWhenTheTimeOfTheMessageIsOver() {
        numbers(FlowField.SRTT, 5);
        FlowSnapshot snapshot = source.snapshot();
        FlowPage.Request request = request("srtt", true, 0, 1);
        IllegalStateException late = TimeLimit.within(
                Duration.ZERO, () -> assertThrows(IllegalStateException.class, () -> FlowPage.of(snapshot, request)));
        assertTrue(String.valueOf(late.getMessage()).contains("use a simpler one"), late::toString);
        assertEquals(1, FlowPage.of(snapshot, request).matched());
    }

    @Test
    void shouldKeepEqualFlowsInTheOrderOfTheirIds() {
        numbers(FlowField.SRTT, 5, 9, 5, 9, 5);
        assertEquals(List.of(2L, 4L, 1L, 3L, 5L), sorted("srtt", true));
        assertEquals(List.of(1L, 3L, 5L, 2L, 4L), sorted("srtt", false));
    }

    @Test
    void shouldSortTextsEndpointsAndIds() {
        for (int id = 1; id <= 4; id++) {
            source.flow();
        }
        remote(1, AddressType.IPV4, new byte[] {10, 0, 0, 9}, 80);
        remote(2, AddressType.IPV4, new byte[] {(byte) 192, 0, 2, 1}, 80);
        remote(3, AddressType.IPV4, new byte[] {10, 0, 0, 9}, 9);
        remote(4, AddressType.IPV6, new byte[16], 1);
        source.text(1, FlowField.CONGESTION_CONTROL, "cubic").text(3, FlowField.CONGESTION_CONTROL, "bbr");
        assertEquals(List.of(3L, 1L, 2L, 4L), sorted("remote", false), "IPv4 first, 10 before 192, port 9 before 80");
        assertEquals(List.of(1L, 3L, 2L, 4L), sorted("remoteAddress", false));
        assertEquals(3L, sorted("congestionControl", false).getFirst());
        assertEquals(List.of(4L, 3L, 2L, 1L), sorted(FlowOrder.FLOW_ID, true));
    }

    @Test
    void shouldSortByRatesAndComputedValues() {
        numbers(FlowField.BYTES_ACKED, 100, 200, 300);
        FakeGrowth growth = new FakeGrowth(1_000_000_000).put(FlowField.BYTES_ACKED, 7, -1, 9);
        FakeVerdicts verdicts = new FakeVerdicts(growth)
                .put(VerdictField.VERDICT_SHARE, 10, 30, 20)
                .put(VerdictField.VERDICT, 5, -1, 4);
        FlowSnapshot snapshot = source.snapshot(1, verdicts);
        assertEquals(List.of(3L, 1L, 2L), sorted(snapshot, "bytesAckedRate", true));
        assertEquals(List.of(2L, 3L, 1L), sorted(snapshot, "verdictShare", true));
        assertEquals(List.of(3L, 1L, 2L), sorted(snapshot, "verdict", false));
    }

    @Test
    void shouldCountWhatMatchesAndReturnThePageOnly() {
        numbers(FlowField.SRTT, 1, 2, 3, 4, 5, 6, 7);
        FlowPage page = FlowPage.of(
                source.snapshot(),
                new FlowPage.Request(
                        flow -> flow.number(FlowField.SRTT) % 2 == 1,
                        FlowOrder.find("srtt").orElseThrow(),
                        true,
                        1,
                        2));
        assertEquals(4, page.matched());
        assertEquals(1, page.offset());
        assertEquals(List.of(5L, 3L), ids(page));
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 8, 1000, Integer.MAX_VALUE})
    void shouldReturnNoFlowsBeyondTheEnd(int offset) {
        numbers(FlowField.SRTT, 1, 2, 3, 4, 5, 6, 7);
        FlowPage page = FlowPage.of(source.snapshot(), request("srtt", true, offset, Integer.MAX_VALUE));
        assertEquals(7, page.matched());
        assertEquals(List.of(), page.flows());
    }

    /** Makes 60 flows and returns their values; a negative one stands for none. */
    private long[] valuesWithGaps() {
        long[] values = new Random(Seed.next()).longs(60, -10, 20).toArray();
        for (long value : values) {
            int id = source.flow();
            if (value >= 0) {
                source.put(id, FlowField.SRTT, value);
            }
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldPageAsASortOfAllFlowsDoes(boolean descending) {
        long[] values = valuesWithGaps();
        Comparator<Integer> byValue = Comparator.comparingLong(i -> values[i]);
        List<Long> expected = IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> values[i] < 0)
                        .thenComparing((one, other) ->
                                values[one] < 0 ? 0 : (descending ? byValue.reversed() : byValue).compare(one, other)))
                .map(i -> i + 1L)
                .toList();
        FlowSnapshot snapshot = source.snapshot();
        List<Long> paged = new ArrayList<>();
        for (int offset = 0; offset < values.length; offset += 7) {
            paged.addAll(ids(FlowPage.of(snapshot, request("srtt", descending, offset, 7))));
        }
        assertEquals(expected, paged);
        assertEquals(
                ids(FlowPage.of(snapshot, request("srtt", true, 0, 41))),
                FlowRanking.top(snapshot, FlowMeasure.find("srtt").orElseThrow(), 41).stream()
                        .map(Flow::id)
                        .toList());
    }

    @Test
    void shouldRefuseNegativeNumbersAndUnknownOrders() {
        assertThrows(IllegalArgumentException.class, () -> request("srtt", true, -1, 1));
        assertThrows(IllegalArgumentException.class, () -> request("srtt", true, 0, 0));
        assertTrue(FlowOrder.find("nosuch").isEmpty());
    }
}
