package io.tcpprobe.agent.flows;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.TcpState;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowSummaryTest {
    private final FakeSource source = new FakeSource();

    /** Nearest rank: the value at place ceil(n * p / 100) of n sorted ones. */
    @ParameterizedTest
    @CsvSource({"1, 1, 1", "2, 1, 2", "3, 2, 3", "4, 2, 4", "19, 10, 19", "20, 10, 19", "21, 11, 20", "40, 20, 38"})
    void shouldComputeMedianAndPercentileByNearestRank(int count, long median, long p95) {
        LongStream.rangeClosed(1, count)
                .map(i -> count + 1 - i)
                .forEach(srtt -> source.put(source.flow(), FlowField.SRTT, srtt));
        FlowSummary figures = FlowSummary.of(source.snapshot());
        assertEquals(OptionalLong.of(median), figures.medianSrttMicros());
        assertEquals(OptionalLong.of(p95), figures.p95SrttMicros());
        assertEquals(OptionalLong.of((long) Math.ceil(count * 0.9)), figures.p90SrttMicros());
        assertEquals(OptionalLong.of((long) Math.ceil(count * 0.99)), figures.p99SrttMicros());
    }

    @Test
    void shouldHaveNoMedianWithoutAMeasurement() {
        source.put(source.flow(), FlowField.SRTT, 5).absent(1, FlowField.SRTT);
        FlowSummary figures = FlowSummary.of(source.snapshot());
        assertEquals(OptionalLong.empty(), figures.medianSrttMicros());
        assertEquals(OptionalLong.empty(), figures.p95SrttMicros());
    }

    @Test
    void shouldLeaveOutFlowsWithoutAMeasurementAndTakeLargeOnesUnsigned() {
        source.flow();
        source.put(source.flow(), FlowField.SRTT, 0xffff_ffffL);
        source.put(source.flow(), FlowField.SRTT, 1);
        assertEquals(OptionalLong.of(1), FlowSummary.of(source.snapshot()).medianSrttMicros());
        assertEquals(
                OptionalLong.of(0xffff_ffffL), FlowSummary.of(source.snapshot()).p95SrttMicros());
    }

    @Test
    void shouldCountFlowsByState() {
        for (TcpState state : new TcpState[] {TcpState.ESTABLISHED, TcpState.ESTABLISHED, TcpState.SYN_RECEIVED}) {
            source.put(source.flow(), FlowField.STATE, state.mib());
        }
        source.flow(); // without a state
        assertEquals(
                Map.of(
                        TcpState.ESTABLISHED, 2,
                        TcpState.SYN_SENT, 0,
                        TcpState.SYN_RECEIVED, 1,
                        TcpState.FIN_WAIT_1, 0,
                        TcpState.FIN_WAIT_2, 0,
                        TcpState.CLOSE_WAIT, 0,
                        TcpState.LAST_ACK, 0,
                        TcpState.CLOSING, 0),
                FlowSummary.of(source.snapshot()).byState());
    }
}
