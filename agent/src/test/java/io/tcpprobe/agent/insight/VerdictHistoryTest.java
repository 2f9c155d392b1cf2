package io.tcpprobe.agent.insight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.flows.TestRow;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.FlowRows;
import io.tcpprobe.kernel.flow.GrowthTable;
import io.tcpprobe.kernel.flow.VerdictField;
import io.tcpprobe.kernel.flow.VerdictTable;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictHistoryTest {
    private static final long MILLI = 1_000_000;

    private final VerdictHistory history = new VerdictHistory();

    /** Returns the length of the window, in milliseconds; 0 without one. */
    private long window(long atMillis) {
        TestRow row = TestRow.flow(3)
                .with(FlowField.SAMPLED, atMillis * MILLI)
                .with(FlowField.BUSY_TIME, 0)
                .with(FlowField.SEND_QUEUE, 0);
        VerdictTable found = history.evaluate(TestRow.columns(row), atMillis * MILLI);
        return found.has(VerdictField.VERDICT_WINDOW, 0) ? found.number(VerdictField.VERDICT_WINDOW, 0) : 0;
    }

    @Test
    void shouldHaveNoWindowBeforeASecondHasPassed() {
        assertEquals(0, window(5_000));
        assertEquals(0, window(5_999));
        assertEquals(1_001, window(6_001));
    }

    @Test
    void shouldHaveWindowsOfOneToTwoSecondsHoweverOftenItIsAsked() {
        window(5_000);
        for (long at = 5_100; at < 6_000; at += 100) {
            assertEquals(0, window(at));
        }
        assertEquals(1_000, window(6_000));
        assertEquals(1_100, window(6_100));
        assertEquals(1_900, window(6_900));
        assertEquals(1_000, window(7_000));
    }

    @Test
    void shouldHaveTheTimeBetweenRareRequestsAsWindow() {
        window(5_000);
        assertEquals(60_000, window(65_000));
        assertEquals(60_000, window(125_000));
    }

    /** A request that began earlier may evaluate its snapshot later. */
    @Test
    void shouldEvaluateAnOlderSnapshotAgainstAnEvenOlderOne() {
        window(5_000);
        assertEquals(1_500, window(6_500));
        assertEquals(1_200, window(6_200));
        assertEquals(0, window(5_400));
        assertEquals(1_100, window(7_600));
    }

    /** Returns the row of a flow that the peer's window limits, and that has sent a megabyte a second until it was sampled. */
    private static TestRow sender(long id, long sampledMillis) {
        return idle(id, sampledMillis)
                .with(FlowField.BYTES_SENT, sampledMillis * 1000)
                .with(FlowField.BUSY_TIME, sampledMillis * 1000)
                .with(FlowField.RWND_LIMITED, sampledMillis * 1000);
    }

    private static TestRow idle(long id, long sampledMillis) {
        return TestRow.flow(id)
                .with(FlowField.SAMPLED, sampledMillis * MILLI)
                .with(FlowField.BYTES_SENT, 0)
                .with(FlowField.BUSY_TIME, 0)
                .with(FlowField.RWND_LIMITED, 0)
                .with(FlowField.SEND_QUEUE, 0);
    }

    private VerdictTable evaluate(long completeMillis, long takenMillis, TestRow... rows) {
        FlowColumns flows = FlowColumns.copyOf(TestRow.rows(rows).completeUntil(completeMillis * MILLI));
        VerdictTable found = history.evaluate(flows, takenMillis * MILLI);
        found.growth().of(FlowField.BYTES_SENT); // a request
        return found;
    }

    private static void assertFlow(
            VerdictTable table, int index, String verdict, long windowMillis, double bytesPerSecond) {
        assertEquals(verdict, table.text(VerdictField.VERDICT, index));
        assertEquals(windowMillis, table.number(VerdictField.VERDICT_WINDOW, index));
        GrowthTable.Growth sent = table.growth().of(FlowField.BYTES_SENT);
        assertTrue(sent.has(index));
        assertEquals(bytesPerSecond, table.growth().perSecond(sent.number(index), index));
    }

    /** Segments do not sample flow 1; they sample flow 2. */
    @Test
    void shouldKeepRatesAndVerdictsUntilTheNextSweep() {
        VerdictTable none = evaluate(5_000, 5_000, sender(1, 5_000), sender(2, 5_000), idle(3, 5_000));
        assertEquals(0, none.growth().windowNanos());
        none = evaluate(5_000, 7_000, sender(1, 5_000), sender(2, 6_500), idle(3, 5_000));
        assertEquals(0, none.growth().windowNanos(), "flow 1 may have sent since");
        assertFalse(none.has(VerdictField.VERDICT_WINDOW, 0));
        VerdictTable swept = evaluate(8_000, 8_000, sender(1, 8_000), sender(2, 8_000), idle(3, 8_000));
        VerdictTable later = evaluate(8_000, 9_500, sender(1, 8_000), sender(2, 9_000), idle(3, 8_000));
        for (VerdictTable table : List.of(swept, later)) {
            assertFlow(table, 0, "rwnd", 3_000, 1e6);
            assertFlow(table, 2, "idle", 3_000, 0);
        }
        assertFlow(swept, 1, "rwnd", 3_000, 1e6);
        assertFlow(later, 1, "rwnd", 4_000, 1e6);
        TestRow stopped = sender(1, 8_000).with(FlowField.SAMPLED, 11_000 * MILLI);
        VerdictTable next = evaluate(11_000, 11_000, stopped, sender(2, 11_000), idle(3, 11_000));
        assertFlow(next, 0, "idle", 3_000, 0);
        assertFlow(next, 1, "rwnd", 3_000, 1e6);
    }

    /** The snapshot at 6.9 s, the first one, has a sample that is younger than its sweep. */
    @Test
    void shouldBeginAWindowASecondBeforeASweep() {
        evaluate(5_000, 6_900, sender(1, 5_000), sender(2, 6_900));
        assertEquals(
                0,
                evaluate(7_500, 7_500, sender(1, 7_500), sender(2, 7_500))
                        .growth()
                        .windowNanos());
        VerdictTable found = evaluate(10_000, 10_000, sender(1, 10_000), sender(2, 10_000));
        assertFlow(found, 0, "rwnd", 5_000, 1e6);
        assertFlow(found, 1, "rwnd", 3_100, 1e6);
    }

    /** A module does not sweep, and a sweep does not reach every network namespace. */
    @Test
    void shouldFindAFlowIdleThatIsNotSampledAlthoughTheRowsAreComplete() {
        long always = FlowRows.ALWAYS / MILLI;
        evaluate(always, 5_000, sender(1, 5_000));
        assertFlow(evaluate(always, 8_000, sender(1, 8_000)), 0, "rwnd", 3_000, 1e6);
        assertFlow(evaluate(always, 11_000, sender(1, 8_000)), 0, "idle", 3_000, 0);
        VerdictTable unreached = evaluate(13_000, 14_000, sender(1, 8_000));
        assertFlow(unreached, 0, "idle", 5_000, 0);
    }

    /** A live flow that is silent for so long with unacknowledged segments would be stale; of a recording, only samples are known. */
    @Test
    void shouldJudgeARecordingUpToItsLastSample() {
        VerdictHistory recording = VerdictHistory.ofRecording();
        TestRow row = TestRow.flow(3)
                .with(FlowField.SAMPLED, 5_000 * MILLI)
                .with(FlowField.UNACKED, 7)
                .with(FlowField.BUSY_TIME, 0)
                .with(FlowField.RWND_LIMITED, 0);
        recording.evaluate(TestRow.columns(row), 5_000 * MILLI);
        TestRow later = row.with(FlowField.SAMPLED, 6_000 * MILLI)
                .with(FlowField.BUSY_TIME, 1_000_000)
                .with(FlowField.RWND_LIMITED, 1_000_000);
        VerdictTable found = recording.evaluate(TestRow.columns(later), 9_000 * MILLI);
        assertEquals("rwnd", found.text(VerdictField.VERDICT, 0));
        assertEquals(1_000, found.number(VerdictField.VERDICT_WINDOW, 0));
    }
}
