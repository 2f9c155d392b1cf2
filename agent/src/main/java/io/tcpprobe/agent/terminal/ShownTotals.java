package io.tcpprobe.agent.terminal;

import io.tcpprobe.agent.flows.Flow;
import io.tcpprobe.agent.flows.FlowSnapshot;
import io.tcpprobe.agent.flows.FlowSummary;
import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.GrowthTable;
import io.tcpprobe.kernel.flow.Verdict;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.IntPredicate;

/**
 * What the selected flows of a snapshot are and do together.
 *
 * @param summary their number, their states and their round-trip times
 * @param verdicts number of flows that are shown with each verdict
 * @param ackedPerSecond bytes acknowledged per second of the window; empty if there is no window yet
 * @param receivedPerSecond bytes received per second of the window, likewise
 * @param retransPercent retransmissions in percent of the data segments sent in the window; empty if none was sent
 */
record ShownTotals(
        FlowSummary summary,
        Map<Verdict, Integer> verdicts,
        OptionalLong ackedPerSecond,
        OptionalLong receivedPerSecond,
        OptionalDouble retransPercent) {
    private static final double PERCENT = 100;

    /** Adds up the flows at the selected indexes: one pass. */
    static ShownTotals of(FlowSnapshot snapshot, IntPredicate among) {
        GrowthTable table = snapshot.verdicts().get().growth();
        GrowthTable.Growth acked = table.of(FlowField.BYTES_ACKED);
        GrowthTable.Growth received = table.of(FlowField.BYTES_RECEIVED);
        GrowthTable.Growth retrans = table.of(FlowField.RETRANS);
        GrowthTable.Growth sent = table.of(FlowField.DATA_SEGS_OUT);
        Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
        double ackedPerSecond = 0;
        double receivedPerSecond = 0;
        long retransmissions = 0;
        long segments = 0;
        for (int i = 0; i < snapshot.flows().size(); i++) {
            if (among.test(i)) {
                ackedPerSecond += table.perSecond(number(acked, i), i);
                receivedPerSecond += table.perSecond(number(received, i), i);
                retransmissions += number(retrans, i);
                segments += number(sent, i);
                VerdictText.shown(new Flow(snapshot, i)).ifPresent(verdict -> verdicts.merge(verdict, 1, Integer::sum));
            }
        }
        return new ShownTotals(
                FlowSummary.of(snapshot, among),
                verdicts,
                rate(table, ackedPerSecond),
                rate(table, receivedPerSecond),
                segments == 0 ? OptionalDouble.empty() : OptionalDouble.of(PERCENT * retransmissions / segments));
    }

    private static OptionalLong rate(GrowthTable table, double sum) {
        return table.windowNanos() == 0 ? OptionalLong.empty() : OptionalLong.of(Math.round(sum));
    }

    private static long number(GrowthTable.Growth growth, int index) {
        return growth.has(index) ? growth.number(index) : 0;
    }
}
