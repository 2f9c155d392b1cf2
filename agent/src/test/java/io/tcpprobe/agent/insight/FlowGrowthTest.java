package io.tcpprobe.agent.insight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpprobe.agent.flows.TestRow;
import io.tcpprobe.kernel.flow.FlowColumns;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.GrowthTable;
import io.tcpprobe.kernel.flow.GrowthTable.Growth;
import io.tcpprobe.kernel.flow.VerdictTable;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlowGrowthTest {
    private static final long SECOND = 1_000_000_000;
    private static final long BEGIN = 100 * SECOND;
    private static final long END = 104 * SECOND;
    private static final FlowField COUNTER = FlowField.SEGS_OUT; // no verdict needs it

    private static GrowthTable table(TestRow[] before, TestRow... now) {
        EarlierRows earlier = EarlierRows.of(TestRow.columns(before), BEGIN, EnumSet.of(COUNTER));
        return new FlowGrowth(earlier, TestRow.columns(now), END, _ -> {});
    }

    private static TestRow[] before(TestRow... rows) {
        return rows;
    }

    @Test
    void shouldGrowOverTheWindow() {
        GrowthTable table = table(
                before(TestRow.flow(3).with(COUNTER, 100), TestRow.flow(8).with(COUNTER, 7)),
                TestRow.flow(8).with(COUNTER, 18));
        Growth growth = table.of(COUNTER);
        assertTrue(growth.has(0));
        assertEquals(11, growth.number(0));
        assertEquals(4 * SECOND, table.windowNanos());
        assertEquals(2.75, table.perSecond(11, 0));
    }

    /** Returns rows that are complete until a sweep; each flow sends a segment a second. */
    private static FlowColumns swept(long second, TestRow... rows) {
        return FlowColumns.copyOf(TestRow.rows(rows).completeUntil(second * SECOND));
    }

    private static TestRow sampled(long id, long second) {
        return TestRow.flow(id).with(FlowField.SAMPLED, second * SECOND).with(COUNTER, second);
    }

    /** The snapshots of the seconds 100 and 104 show what the sweeps of the seconds 98 and 103 left, and later samples. */
    @Test
    void shouldHaveAWindowForEachFlowBetweenItsOwnSamples() {
        TestRow silent = sampled(5, 90); // the sweeps do not reach it
        EarlierRows earlier = EarlierRows.of(
                swept(98, sampled(1, 98), sampled(2, 98), sampled(3, 99), sampled(4, 99), silent),
                BEGIN,
                EnumSet.of(COUNTER));
        TestRow young = sampled(6, 104).with(FlowField.FIRST_SEEN, 102 * SECOND).with(FlowField.SND_INITIAL, 1);
        FlowColumns now = swept(103, sampled(1, 103), sampled(2, 104), sampled(3, 103), sampled(4, 104), silent, young);
        FlowGrowth table = new FlowGrowth(earlier, now, END, _ -> {});
        Growth growth = table.of(COUNTER);
        assertEquals(5 * SECOND, table.windowNanos(), "from sweep to sweep");
        assertEquals(5 * SECOND, table.windowNanos(0));
        for (int i = 0; i < 4; i++) {
            assertEquals(1, table.perSecond(growth.number(i), i), "flow " + now.flowId(i));
        }
        assertEquals(0, table.perSecond(growth.number(4), 4));
        assertEquals(4 * SECOND, table.windowNanos(5), "it began after the earlier snapshot");
    }

    @Test
    void shouldCountAFlowThatBeganInTheWindowFromZero() {
        TestRow young = TestRow.flow(9).with(COUNTER, 18).with(FlowField.FIRST_SEEN, BEGIN + 1);
        Growth growth = table(before(TestRow.flow(3)), young.with(FlowField.SND_INITIAL, 1))
                .of(COUNTER);
        assertTrue(growth.has(0));
        assertEquals(18, growth.number(0));
        assertFalse(table(before(TestRow.flow(3)), young).of(COUNTER).has(0), "its beginning was not observed");
        TestRow older = young.with(FlowField.SND_INITIAL, 1).with(FlowField.FIRST_SEEN, BEGIN);
        assertFalse(table(before(TestRow.flow(3)), older).of(COUNTER).has(0), "it began before the window");
    }

    @Test
    void shouldHaveNoGrowthOfACounterThatWentBack() {
        Growth growth = table(
                        before(TestRow.flow(3).with(COUNTER, 100)),
                        TestRow.flow(3).with(COUNTER, 99))
                .of(COUNTER);
        assertFalse(growth.has(0));
    }

    @Test
    void shouldFollowACounterThatWraps() {
        Growth growth = table(
                        before(TestRow.flow(3).with(COUNTER, 0xffff_fff0L)),
                        TestRow.flow(3).with(COUNTER, 5))
                .of(COUNTER);
        assertTrue(growth.has(0));
        assertEquals(21, growth.number(0));
    }

    @Test
    void shouldHaveNoGrowthOfACounterThatIsAbsentAtOneEnd() {
        TestRow with = TestRow.flow(3).with(COUNTER, 5);
        assertFalse(table(before(TestRow.flow(3)), with).of(COUNTER).has(0));
        assertFalse(table(before(with), TestRow.flow(3)).of(COUNTER).has(0));
    }

    @Test
    void shouldReportWhichCountersAreRequested() {
        List<FlowField> requested = new ArrayList<>();
        EarlierRows earlier = EarlierRows.of(TestRow.columns(), BEGIN);
        new FlowGrowth(earlier, TestRow.columns(), END, requested::add).of(COUNTER);
        assertEquals(List.of(COUNTER), requested);
    }

    /** The history of verdicts at a second, for a flow that sends a segment a second. */
    private static VerdictTable at(VerdictHistory history, long second) {
        return history.evaluate(TestRow.columns(TestRow.flow(3).with(COUNTER, second)), second * SECOND);
    }

    @Test
    void shouldKeepACounterFromItsFirstRequestOn() {
        VerdictHistory history = new VerdictHistory();
        assertEquals(0, at(history, 5).growth().windowNanos());
        assertFalse(at(history, 6).growth().of(COUNTER).has(0), "it was not requested in the snapshot of second 5");
        VerdictTable next = at(history, 306);
        assertEquals(300 * SECOND, next.growth().windowNanos());
        assertTrue(next.growth().of(COUNTER).has(0));
        assertEquals(300, next.growth().of(COUNTER).number(0));
    }

    @Test
    void shouldKeepACounterThatIsRequestedWithoutAWindow() {
        VerdictHistory history = new VerdictHistory();
        assertFalse(at(history, 5).growth().of(COUNTER).has(0));
        assertEquals(2, at(history, 7).growth().of(COUNTER).number(0));
    }

    @Test
    void shouldDropACounterThatIsNoLongerRequested() {
        VerdictHistory history = new VerdictHistory();
        at(history, 5).growth().of(COUNTER);
        at(history, 606);
        assertFalse(at(history, 607).growth().of(COUNTER).has(0));
    }
}
