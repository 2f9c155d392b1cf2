package io.tcpprobe.agent.estats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.flows.TestRow;
import io.tcpprobe.agent.sockets.SocketOrder;
import io.tcpprobe.kernel.flow.EndedFlows;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LiveAndEndedFlowsTest {
    private static final long SECOND = 1_000_000_000;
    private static final int MAX_FLOWS = 100;

    private final EndedFlows ended = new EndedFlows();

    /** A flow's row: its port is its id, and its cookie is given. */
    private static TestRow row(int id, int port, long cookie) {
        return TestRow.flow(id)
                .with(FlowField.LOCAL_ADDRESS_TYPE, 1)
                .with(FlowField.REMOTE_ADDRESS_TYPE, 1)
                .with(FlowField.LOCAL_PORT, port)
                .with(FlowField.COOKIE, cookie);
    }

    private static FlowSnapshot live(TestRow... rows) {
        return new FlowSnapshot(TestRow.columns(rows), 1, 0, 0, Map.of(), Map.of(), 0);
    }

    private void end(int id, long at) {
        ended.add(TestRow.rows(row(id, id, id)), at, MAX_FLOWS);
    }

    private static long[] ids(LiveAndEndedFlows flows) {
        return LongStream.range(0, flows.size()).map(i -> flows.id((int) i)).toArray();
    }

    private static long[] ids(FlowColumns flows) {
        return LongStream.range(0, flows.size()).map(i -> flows.flowId((int) i)).toArray();
    }

    @Test
    void shouldKeepFlowsForTheLatency() {
        end(3, 0);
        end(1, SECOND);
        assertArrayEquals(new long[] {1, 3}, ids(ended.since(2 * SECOND, SECOND)));
        assertArrayEquals(new long[] {1}, ids(ended.since(2 * SECOND, 2 * SECOND)));
        assertArrayEquals(new long[] {}, ids(ended.since(2 * SECOND, 3 * SECOND)));
    }

    @Test
    void shouldReturnTheSameWhileNothingHasChanged() {
        end(1, 0);
        FlowColumns first = ended.since(SECOND, 0);
        assertSame(first, ended.since(SECOND, SECOND / 2));
    }

    @Test
    void shouldGrowAndRestartAtItsEnd() {
        for (int id = 1; id <= 1000; id++) {
            end(id, id);
            long[] left = ids(ended.since(50, id));
            assertEquals(Math.min(id, 50), left.length);
            assertEquals(id, left[left.length - 1]);
        }
    }

    @Test
    void shouldForgetTheOldestIfThereAreTooMany() {
        for (int id = 1; id <= 3 * MAX_FLOWS; id++) {
            end(id, 0);
        }
        FlowColumns left = ended.since(SECOND, 0);
        assertEquals(MAX_FLOWS, left.size());
        assertEquals(2 * MAX_FLOWS + 1, left.flowId(0));
    }

    @Test
    void shouldShowFinalValuesOfAFlowThatTheSnapshotStillHas() {
        ended.add(TestRow.rows(row(2, 2, 2).with(FlowField.STATE, 1)), 0, MAX_FLOWS);
        LiveAndEndedFlows flows =
                new LiveAndEndedFlows(live(row(1, 1, 1), row(2, 2, 2), row(4, 4, 4)), ended.since(SECOND, 0));
        assertArrayEquals(new long[] {1, 2, 4}, ids(flows));
        assertTrue(flows.hasEnded(1));
        assertFalse(flows.hasEnded(2));
        assertEquals(1, flows.columns(1).number(FlowField.STATE, flows.row(1)));
        assertTrue(flows.hasColumn(FlowField.STATE));
    }

    @Test
    void shouldMergeInOrderOfUnsignedIds() {
        end(-1, 0); // 2^32 - 1
        end(5, 0);
        LiveAndEndedFlows flows = new LiveAndEndedFlows(live(row(7, 7, 7), row(2, 2, 2)), ended.since(SECOND, 0));
        assertArrayEquals(new long[] {2, 5, 7, 0xffff_ffffL}, ids(flows));
    }

    @Test
    void shouldBeTheSnapshotItselfIfNoneHasEnded() {
        LiveAndEndedFlows flows = new LiveAndEndedFlows(live(row(7, 7, 7), row(2, 2, 2)), ended.since(0, 0));
        assertArrayEquals(new long[] {2, 7}, ids(flows));
        assertFalse(flows.hasEnded(0));
    }

    @Test
    void shouldPreferTheLiveConnectionOfTwoWithTheSameEndpoints() {
        ended.add(TestRow.rows(row(1, 80, 1)), 0, MAX_FLOWS);
        LiveAndEndedFlows flows = new LiveAndEndedFlows(live(row(2, 80, 2), row(3, 22, 3)), ended.since(SECOND, 0));
        assertFalse(flows.inOrder());
        int[] places = flows.ends().rows(SocketOrder.CONNECTIONS);
        assertTrue(flows.inOrder());
        assertArrayEquals(
                new long[] {3, 2},
                LongStream.of(places[0], places[1]).map(p -> flows.id((int) p)).toArray());
        assertEquals(2, places.length);
    }
}
