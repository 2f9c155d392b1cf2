package io.tcpprobe.agent.flows;

import io.tcpprobe.kernel.flow.FlowField;
import io.tcpprobe.kernel.flow.GrowthTable;
import io.tcpprobe.kernel.flow.Verdict;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What all flows of a snapshot did in the last window.
 *
 * @param windowMillis length of the window, in milliseconds; empty if there is none
 * @param senders number of flows with each verdict as sender
 * @param receivers number of flows with each verdict as receiver
 * @param retransmissionsPerMillion of a million data segments sent in the window, those that were retransmissions; empty if none was sent
 * @param topTalker the flow with the most bytes acknowledged and received per second of its window; empty if no flow has any
 */
public record WindowSummary(
        OptionalLong windowMillis,
        Map<Verdict, Integer> senders,
        Map<Verdict, Integer> receivers,
        OptionalLong retransmissionsPerMillion,
        Optional<TopTalker> topTalker) {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final double MILLION = 1e6;

    /**
     * The busiest flow of the window.
     *
     * @param endpoints its local and its remote endpoint: "192.0.2.1:443 - 198.51.100.7:50000"
     * @param bytesPerSecond bytes acknowledged and received per second
     */
    public record TopTalker(String endpoints, long bytesPerSecond) {}

    /** Returns the summary of a snapshot. */
    public static WindowSummary of(FlowSnapshot snapshot) {
        GrowthTable table = snapshot.verdicts().get().growth();
        Sums sums = new Sums(table);
        for (int i = 0; i < snapshot.flows().size(); i++) {
            sums.add(i);
        }
        VerdictCounts counts = VerdictCounts.of(snapshot);
        return new WindowSummary(
                table.windowNanos() == 0
                        ? OptionalLong.empty()
                        : OptionalLong.of(table.windowNanos() / NANOS_PER_MILLI),
                counts.senders(),
                counts.receivers(),
                sums.retransmissionsPerMillion(),
                sums.topTalker(snapshot));
    }

    /** Adds up the growth of the flows. */
    private static final class Sums {
        private final GrowthTable table;
        private final GrowthTable.Growth retrans;
        private final GrowthTable.Growth sent;
        private final GrowthTable.Growth acked;
        private final GrowthTable.Growth received;
        private long retransmissions;
        private long segments;
        private double highestRate;
        private int busiest;

        Sums(GrowthTable table) {
            this.table = table;
            this.retrans = table.of(FlowField.RETRANS);
            this.sent = table.of(FlowField.DATA_SEGS_OUT);
            this.acked = table.of(FlowField.BYTES_ACKED);
            this.received = table.of(FlowField.BYTES_RECEIVED);
        }

        void add(int index) {
            if (retrans.has(index) && sent.has(index)) {
                retransmissions += retrans.number(index);
                segments += sent.number(index);
            }
            double rate = table.perSecond(number(acked, index) + number(received, index), index);
            if (rate > highestRate) {
                highestRate = rate;
                busiest = index;
            }
        }

        private static long number(GrowthTable.Growth growth, int index) {
            return growth.has(index) ? growth.number(index) : 0;
        }

        OptionalLong retransmissionsPerMillion() {
            return segments == 0
                    ? OptionalLong.empty()
                    : OptionalLong.of(Math.round(retransmissions * MILLION / segments));
        }

        Optional<TopTalker> topTalker(FlowSnapshot snapshot) {
            if (highestRate == 0) {
                return Optional.empty();
            }
            Flow flow = new Flow(snapshot, busiest);
            return Optional.of(new TopTalker(flow.local() + " - " + flow.remote(), Math.round(highestRate)));
        }
    }
}
