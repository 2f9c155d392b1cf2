package io.tcpprobe.agent.fleet;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the records of one minute result in for a path from a host to an address. */
final class PathSums {
    private final Path path;
    private long flows;
    private long bytesSent;
    private long segments;
    private long retransmitted;
    private long srtt;
    private long srtts;

    /**
     * A path.
     *
     * @param host the name of the sending host
     * @param peer the address of the receiving one
     */
    record Path(String host, String peer) {}

    PathSums(Path path) {
        this.path = path;
    }

    void add(SimulatedRecord simulated, Growth growth) {
        segments += growth.of(SimulatedRecord.Counter.SEGMENTS_OUT);
        if (simulated.flow().failed()) {
            return;
        }
        flows += growth.firstOfMinute() ? 1 : 0;
        bytesSent += growth.of(SimulatedRecord.Counter.BYTES_SENT);
        retransmitted += growth.of(SimulatedRecord.Counter.RETRANSMITTED);
        srtt += simulated.srtt();
        srtts++;
    }

    Path path() {
        return path;
    }

    long segments() {
        return segments;
    }

    long retransmitted() {
        return retransmitted;
    }

    Map<String, @Nullable Object> row() {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("hostName", path.host());
        row.put("peerAddress", path.peer());
        row.put("flows", flows);
        row.put("bytesSent", bytesSent);
        row.put("segsOut", segments);
        row.put("retrans", retransmitted);
        row.put("retransmissionRatio", segments == 0 ? null : (double) retransmitted / segments);
        row.put("srttMean", srtts == 0 ? null : (double) srtt / srtts);
        return row;
    }
}
