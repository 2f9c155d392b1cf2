package io.tcpprobe.agent.insight;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.agent.flows.TestRow;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.VerdictField;
import io.tcpprobe.kernel.flow.VerdictTable;
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
