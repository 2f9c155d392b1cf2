package io.tcpprobe.agent.fleet;

import io.tcpprobe.kernel.flow.Verdict;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the records of one minute, service port and role result in. */
final class ServiceSums {
    private static final double[] PERCENTILES = {0.5, 0.95, 0.99};

    private final BitSet hosts = new BitSet();
    private final Map<Verdict, Long> verdicts = new EnumMap<>(Verdict.class);
    private final Map<Verdict, Long> receiverVerdicts = new EnumMap<>(Verdict.class);
    private long[] srtts = new long[16];
    private int srttCount;
    private long flows;
    private long ended;
    private long failed;
    private long bytesSent;
    private long bytesReceived;
    private long segments;
    private long retransmitted;

    void add(SimulatedRecord simulated, Growth growth) {
        hosts.set(simulated.host().number());
        segments += growth.of(SimulatedRecord.Counter.SEGMENTS_OUT);
        if (simulated.flow().failed()) {
            failed++;
            return;
        }
        flows += growth.firstOfMinute() ? 1 : 0;
        ended += simulated.last() ? 1 : 0;
        bytesSent += growth.of(SimulatedRecord.Counter.BYTES_SENT);
        bytesReceived += growth.of(SimulatedRecord.Counter.BYTES_RECEIVED);
        retransmitted += growth.of(SimulatedRecord.Counter.RETRANSMITTED);
        if (srttCount == srtts.length) {
            srtts = Arrays.copyOf(srtts, 2 * srttCount);
        }
        srtts[srttCount++] = simulated.srtt();
        verdicts.merge(simulated.verdict(), 1L, Long::sum);
        if (!simulated.last()) {
            receiverVerdicts.merge(simulated.receiverVerdict(), 1L, Long::sum);
        }
    }

    Map<String, @Nullable Object> row() {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("hosts", (long) hosts.cardinality());
        row.put("flows", flows);
        row.put("ended", ended);
        row.put("failedConnects", failed);
        row.put("bytesSent", bytesSent);
        row.put("bytesReceived", bytesReceived);
        row.put("segsOut", segments);
        row.put("retrans", retransmitted);
        row.put("retransmissionRatio", segments == 0 ? null : (double) retransmitted / segments);
        Arrays.sort(srtts, 0, srttCount);
        for (double percentile : PERCENTILES) {
            row.put("srttP" + Math.round(100 * percentile), srttCount == 0 ? null : percentile(percentile));
        }
        Verdict.ofSender().forEach(verdict -> row.put(column(verdict), share(verdicts, verdict)));
        Verdict.ofReceiver().stream()
                .filter(verdict -> !Verdict.ofSender().contains(verdict))
                .forEach(verdict -> row.put(column(verdict), share(receiverVerdicts, verdict)));
        return row;
    }

    /** Returns the column with the share of a verdict: "shareRwnd". */
    static String column(Verdict verdict) {
        String label = verdict.label();
        return "share" + label.substring(0, 1).toUpperCase(Locale.ROOT) + label.substring(1);
    }

    private static @Nullable Double share(Map<Verdict, Long> counts, Verdict verdict) {
        long all = counts.values().stream().mapToLong(Long::longValue).sum();
        return all == 0 ? null : (double) counts.getOrDefault(verdict, 0L) / all;
    }

    /** Returns a percentile, with linear interpolation between the two nearest values. */
    private double percentile(double share) {
        double place = share * (srttCount - 1);
        int below = (int) place;
        int above = Math.min(below + 1, srttCount - 1);
        return srtts[below] + (place - below) * (srtts[above] - srtts[below]);
    }
}
