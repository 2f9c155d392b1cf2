package io.tcpprobe.agent.flows;

import io.tcpprobe.kernel.flow.Verdict;
import io.tcpprobe.kernel.flow.VerdictField;
import io.tcpprobe.kernel.flow.VerdictTable;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * How many flows of a snapshot have each verdict over the window.
 *
 * @param senders number of flows with each verdict as sender
 * @param receivers number of flows with each verdict as receiver
 */
public record VerdictCounts(Map<Verdict, Integer> senders, Map<Verdict, Integer> receivers) {
    /** No flow has a verdict. */
    public static final VerdictCounts NONE = new VerdictCounts(Map.of(), Map.of());

    private static final int NUMBER_LIMIT =
            1 + Arrays.stream(Verdict.values()).mapToInt(Verdict::number).max().orElseThrow();

    /** Returns the counts of a snapshot. */
    public static VerdictCounts of(FlowSnapshot snapshot) {
        VerdictTable table = snapshot.verdicts().get();
        int flows = snapshot.flows().size();
        return new VerdictCounts(
                count(table, flows, VerdictField.VERDICT, Verdict.ofSender()),
                count(table, flows, VerdictField.RECEIVER_VERDICT, Verdict.ofReceiver()));
    }

    private static Map<Verdict, Integer> count(
            VerdictTable table, int flows, VerdictField field, List<Verdict> verdicts) {
        int[] byNumber = new int[NUMBER_LIMIT];
        table.count(field, flows, byNumber);
        Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);
        verdicts.forEach(verdict -> counts.put(verdict, byNumber[verdict.number()]));
        return Collections.unmodifiableMap(counts);
    }
}
